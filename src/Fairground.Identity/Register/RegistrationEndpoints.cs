using Fairground.Identity.SignIn;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.Register;

/// <summary>Asks for an account.</summary>
/// <param name="Contact">E-mail address or mobile number.</param>
/// <param name="DisplayName">1 to 80 characters.</param>
/// <param name="NumberConsent">That the mobile number may be used for codes and messages; goes on record (C-27). Where it is missing nothing but codes is agreed to, and nothing goes on record; false is refused where the contact is a number.</param>
public sealed record RegisterRequest(string? Contact, string? DisplayName, bool? NumberConsent = null);

/// <summary>The registration that waits for its code.</summary>
public sealed record RegistrationStarted(Guid RegistrationId);

/// <summary>The code that was sent, and the password from now on.</summary>
public sealed record ConfirmRequest(string? Code, string? Password);

internal static class RegistrationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("registrations", Begin).WithAccess(Access.Public).WithName("Register").WithTags("People")
            .WithSummary("Ask for an account: sends a one-time code to the contact.");
        api.MapPost("registrations/{id:guid}/confirmation", Confirm).WithAccess(Access.Public).WithName("ConfirmRegistration").WithTags("People")
            .WithSummary("Confirm with the code and choose a password; the answer is a session.");
    }

    private static async Task<Results<Accepted<RegistrationStarted>, ProblemHttpResult>> Begin(RegisterRequest request, RegisterPerson register, HttpContext http, CancellationToken ct)
    {
        var started = await register.Begin(request.Contact, request.DisplayName, request.NumberConsent, ClientAddress.Of(http), ct);
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Accepted((string?)null, new RegistrationStarted(started.Value));
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> Confirm(
        Guid id, ConfirmRequest request, ConfirmRegistration confirm, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await confirm.Confirm(id, request.Code, request.Password, Caller.Of(http), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me", answers.Of(person.Value));
    }
}
