using Fairground.Identity.SignIn;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.SignInByCode;

/// <summary>Asks for a code to sign in with.</summary>
public sealed record CodeSignInRequest(string? Contact);

/// <summary>The sign-in that waits for its code.</summary>
public sealed record CodeSignInStarted(Guid SignInId);

/// <summary>The code that was sent.</summary>
/// <param name="DeviceToken">What a remembered device was given; spares it the second step.</param>
public sealed record CodeSignInConfirmation(string? Code, string? DeviceToken = null);

internal static class CodeSignInEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("sessions/codes", Begin).WithAccess(Access.Public).WithName("AskForSignInCode").WithTags("People")
            .WithSummary("Send a one-time code to sign in with, in place of a password. The answer is the same whoever has the contact.");
        api.MapPost("sessions/codes/{id:guid}/confirmation", Confirm).WithAccess(Access.Public).WithName("SignInWithCode").WithTags("People")
            .WithSummary("Sign in with the code that was sent.");
    }

    private static async Task<Results<Accepted<CodeSignInStarted>, ProblemHttpResult>> Begin(CodeSignInRequest request, CodeSignIn signIn, HttpContext http, CancellationToken ct)
    {
        var started = await signIn.Begin(request.Contact, ClientAddress.Of(http), ct);
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Accepted((string?)null, new CodeSignInStarted(started.Value));
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> Confirm(
        Guid id, CodeSignInConfirmation request, CodeSignIn signIn, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await signIn.Confirm(id, request.Code, Caller.Of(http, request.DeviceToken), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }
}
