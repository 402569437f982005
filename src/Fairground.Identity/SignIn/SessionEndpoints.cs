using System.Security.Claims;
using Fairground.Identity.EndSessions;
using Fairground.Identity.RefreshSession;
using Fairground.Identity.RememberDevices;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.SignIn;

/// <summary>Contact and password.</summary>
/// <param name="DeviceToken">What a remembered device was given; spares it the second step.</param>
public sealed record SignInRequest(string? Contact, string? Password, string? DeviceToken = null);

/// <summary>The second step of a sign-in.</summary>
/// <param name="Ticket">From the refusal <c>people.second_factor_needed</c>.</param>
/// <param name="Code">What the authenticator shows, or a recovery code.</param>
/// <param name="RememberDevice">Spare this device the second step for 90 days; the answer then has a <c>deviceToken</c>.</param>
public sealed record SecondStepRequest(Guid Ticket, string? Code, bool RememberDevice = false);

/// <summary>A session: the access token goes into <c>Authorization: Bearer</c> until it expires, the refresh token buys the next one, once.</summary>
/// <param name="DeviceToken">Present where the device is remembered: given back at the next sign-in.</param>
public sealed record SessionStarted(Guid UserId, string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt, string? DeviceToken = null);

/// <summary>The newest refresh token of the session.</summary>
public sealed record RefreshRequest(string? RefreshToken);

internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("sessions", SignIn).WithAccess(Access.Public).WithName("SignIn").WithTags("People")
            .WithSummary("Sign in with contact and password.");
        api.MapPost("sessions/second-step", FinishSignIn).WithAccess(Access.Public).WithName("FinishSignIn").WithTags("People")
            .WithSummary("The second step, where the account has an authenticator.");
        api.MapPost("sessions/refresh", Refresh).WithAccess(Access.Public).WithName("RefreshSession").WithTags("People")
            .WithSummary("Exchange a refresh token for new tokens. Using one twice ends the session.");
        api.MapDelete("sessions/current", End).WithAccess(Access.SignedIn).WithName("SignOut").WithTags("People")
            .WithSummary("End this session.");
        api.MapDelete("me/sessions", EndAll).WithAccess(Access.SignedIn).WithName("SignOutEverywhere").WithTags("People")
            .WithSummary("End all my sessions, this one too.");
        api.MapGet("me/sessions", List).WithAccess(Access.SignedIn).WithName("ListMySessions").WithTags("People")
            .WithSummary("My living sessions, newest first.");
        api.MapDelete("me/sessions/{sessionId:guid}", EndOne).WithAccess(Access.SignedIn).WithName("EndMySession").WithTags("People")
            .WithSummary("End one of my sessions.");
        api.MapGet("me/devices", ListDevices).WithAccess(Access.SignedIn).WithName("ListMyDevices").WithTags("People")
            .WithSummary("Devices that need no second step.");
        api.MapDelete("me/devices/{deviceId:guid}", ForgetDevice).WithAccess(Access.SignedIn).WithName("ForgetMyDevice").WithTags("People")
            .WithSummary("Ask this device for the second step again.");
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> SignIn(
        SignInRequest request, SignInPerson signIn, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await signIn.SignIn(request.Contact, request.Password, Caller.Of(http, request.DeviceToken), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }

    private static async Task<Results<Created<SessionStarted>, ProblemHttpResult>> FinishSignIn(
        SecondStepRequest request, SecondStep step, SessionAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = await step.Finish(request.Ticket, request.Code, request.RememberDevice, Caller.Of(http), ct);
        if (person.Refused) return Problems.Of(person.Refusal!);
        return TypedResults.Created("/api/v1/me/sessions", answers.Of(person.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndOne(Guid sessionId, ClaimsPrincipal user, SessionEnder ender, CancellationToken ct) =>
        await ender.EndOne(user.UserId(), sessionId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Ok<DeviceList>> ListDevices(ClaimsPrincipal user, Devices devices, CancellationToken ct) => TypedResults.Ok(new DeviceList(await devices.List(user.UserId(), ct)));

    private static async Task<Results<NoContent, ProblemHttpResult>> ForgetDevice(Guid deviceId, ClaimsPrincipal user, Devices devices, CancellationToken ct) =>
        await devices.Forget(user.UserId(), deviceId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

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
