using Fairground.Identity.SignIn;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.Recover;

/// <summary>Asks for a new password.</summary>
public sealed record RecoverRequest(string? Contact);

/// <summary>The recovery that waits for its code.</summary>
public sealed record RecoveryStarted(Guid RecoveryId);

/// <summary>The code that was sent, and the password from now on.</summary>
/// <param name="SecondFactor">The authenticator's code or a recovery code, where the account has an authenticator.</param>
public sealed record RecoveryConfirmation(string? Code, string? Password, string? SecondFactor = null);

internal static class RecoveryEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("recoveries", Begin).WithAccess(Access.Public).WithName("RecoverAccount").WithTags("People")
            .WithSummary("Send a one-time code to choose a new password with. The answer is the same whoever has the contact.");
        api.MapPost("recoveries/{id:guid}/confirmation", Confirm).WithAccess(Access.Public).WithName("ConfirmRecovery").WithTags("People")
            .WithSummary("Choose a new password with the code; signs out everybody else. The answer is a session.");
    }

    private static async Task<Results<Accepted<RecoveryStarted>, ProblemHttpResult>> Begin(RecoverRequest request, AccountRecovery recovery, HttpContext http, CancellationToken ct)
    {
        var started = await recovery.Begin(request.Contact, ClientAddress.Of(http), ct);
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Accepted((string?)null, new RecoveryStarted(started.Value));
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> Confirm(
        Guid id, RecoveryConfirmation request, AccountRecovery recovery, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await recovery.Confirm(id, request.Code, request.Password, request.SecondFactor, Caller.Of(http), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }
}
