using System.Security.Claims;
using Fairground.Identity.EndSessions;
using Fairground.Identity.RefreshSession;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.SignIn;

/// <summary>Contact and password.</summary>
public sealed record SignInRequest(string? Contact, string? Password);

/// <summary>A session: the access token goes into <c>Authorization: Bearer</c> until it expires, the refresh token buys the next one, once.</summary>
public sealed record SessionStarted(Guid UserId, string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt);

/// <summary>The newest refresh token of the session.</summary>
public sealed record RefreshRequest(string? RefreshToken);

internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("sessions", SignIn).WithAccess(Access.Public).WithName("SignIn").WithTags("People")
            .WithSummary("Sign in with contact and password.");
        api.MapPost("sessions/refresh", Refresh).WithAccess(Access.Public).WithName("RefreshSession").WithTags("People")
            .WithSummary("Exchange a refresh token for new tokens. Using one twice ends the session.");
        api.MapDelete("sessions/current", End).WithAccess(Access.SignedIn).WithName("SignOut").WithTags("People")
            .WithSummary("End this session.");
        api.MapDelete("me/sessions", EndAll).WithAccess(Access.SignedIn).WithName("SignOutEverywhere").WithTags("People")
            .WithSummary("End all my sessions, this one too.");
        api.MapGet("me/sessions", List).WithAccess(Access.SignedIn).WithName("ListMySessions").WithTags("People")
            .WithSummary("My living sessions, newest first.");
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> SignIn(
        SignInRequest request, SignInPerson signIn, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await signIn.SignIn(request.Contact, request.Password, http.Request.Headers.UserAgent.ToString(), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> Refresh(RefreshRequest request, SessionRefresher refresher, SessionAnswers answers, CancellationToken ct)
    {
        var session = await refresher.Refresh(request.RefreshToken, ct);
        if (session.Refused) return Problems.Of(session.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(session.Value.UserId, session.Value));
    }

    private static async Task<NoContent> End(ClaimsPrincipal user, SessionEnder ender, CancellationToken ct)
    {
        await ender.End(user.SessionId(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndAll(ClaimsPrincipal user, SessionEnder ender, CancellationToken ct)
    {
        await ender.EndAll(user.UserId(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SessionList>> List(ClaimsPrincipal user, SessionEnder ender, CancellationToken ct) =>
        TypedResults.Ok(new SessionList(await ender.List(user.UserId(), user.SessionId(), ct)));
}
