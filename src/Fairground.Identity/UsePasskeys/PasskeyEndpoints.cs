using System.Security.Claims;
using System.Text.Json;
using Fairground.Identity.EndSessions;
using Fairground.Identity.SignIn;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.UsePasskeys;

/// <summary>What the browser answered to a ceremony.</summary>
/// <param name="Credential">The credential's <c>toJSON()</c>.</param>
public sealed record PasskeyAnswer(Guid CeremonyId, JsonElement Credential);

/// <summary>A passkey that the browser made, and what I call it.</summary>
/// <param name="Credential">The credential's <c>toJSON()</c>.</param>
/// <param name="Name">1 to 60 characters.</param>
public sealed record NewPasskey(Guid CeremonyId, JsonElement Credential, string? Name);

/// <summary>My passkeys.</summary>
public sealed record PasskeyList(IReadOnlyList<PasskeyInfo> Items);

internal static class PasskeyEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("sessions/passkey-options", BeginSignIn).WithAccess(Access.Public).WithName("AskForPasskey").WithTags("People")
            .WithSummary("What the browser needs to sign in with a passkey.");
        api.MapPost("sessions/passkey", SignIn).WithAccess(Access.Public).WithName("SignInWithPasskey").WithTags("People")
            .WithSummary("Sign in with what the browser answered.");
        api.MapPost("me/confirmations/passkey-options", BeginConfirmation).WithAccess(Access.SignedIn).WithName("AskForMyPasskey").WithTags("People")
            .WithSummary("What the browser needs to prove again that it is you.");
        api.MapPost("me/confirmations/passkey", Confirm).WithAccess(Access.SignedIn).WithName("ConfirmIdentityWithPasskey").WithTags("People")
            .WithSummary("Prove again that it is you, with a passkey.");
        api.MapPost("me/passkeys/options", BeginCreation).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("PreparePasskey").WithTags("People")
            .WithSummary("What the browser needs to make a passkey.");
        api.MapPost("me/passkeys", Add).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("AddPasskey").WithTags("People")
            .WithSummary("Add the passkey that the browser made.");
        api.MapGet("me/passkeys", List).WithAccess(Access.SignedIn).WithName("ListMyPasskeys").WithTags("People")
            .WithSummary("My passkeys.");
        api.MapDelete("me/passkeys/{id}", Remove).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("RemovePasskey").WithTags("People")
            .WithSummary("Take a passkey off my account.");
    }

    private static async Task<Ok<PasskeyCeremony>> BeginSignIn(HttpContext http, Passkeys passkeys) => TypedResults.Ok(await passkeys.BeginSignIn(http));

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> SignIn(PasskeyAnswer request, HttpContext http, Passkeys passkeys, SessionAnswers answers)
    {
        var person = await passkeys.SignIn(http, request.CeremonyId, Raw(request.Credential), Caller.Of(http));
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }

    private static async Task<Ok<PasskeyCeremony>> BeginConfirmation(HttpContext http, Passkeys passkeys) => TypedResults.Ok(await passkeys.BeginConfirmation(http, http.User.UserId()));

    private static async Task<Results<NoContent, ProblemHttpResult>> Confirm(PasskeyAnswer request, HttpContext http, Passkeys passkeys) =>
        await passkeys.Confirm(http, http.User.UserId(), http.User.SessionId(), request.CeremonyId, Raw(request.Credential)) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<Ok<PasskeyCeremony>, ProblemHttpResult>> BeginCreation(HttpContext http, Passkeys passkeys)
    {
        var begun = await passkeys.BeginCreation(http, http.User.UserId());
        return begun.Refused ? Problems.Of(begun.Refusal!) : TypedResults.Ok(begun.Value);
    }

    private static async Task<Results<Created<PasskeyInfo>, ProblemHttpResult>> Add(NewPasskey request, HttpContext http, Passkeys passkeys)
    {
        var added = await passkeys.Add(http, http.User.UserId(), request.CeremonyId, Raw(request.Credential), request.Name);
        if (added.Refused) return Problems.Of(added.Refusal!);
        return TypedResults.Created("/api/v1/me/passkeys", added.Value);
    }

    private static async Task<Ok<PasskeyList>> List(ClaimsPrincipal user, Passkeys passkeys, CancellationToken ct) => TypedResults.Ok(new PasskeyList(await passkeys.List(user.UserId(), ct)));

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(string id, ClaimsPrincipal user, Passkeys passkeys, CancellationToken ct) =>
        await passkeys.Remove(user.UserId(), id, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static string Raw(JsonElement credential) => credential.ValueKind == JsonValueKind.Undefined ? "" : credential.GetRawText();
}
