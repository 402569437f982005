using System.Collections.Immutable;
using System.Security.Claims;
using Fairground.Identity.AllowApplications;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.GiveSignIn;

/// <summary>What the provider asks us: who is signed in, what they allow, and what may be said of them. The protocol before and after is the library's.</summary>
internal static class OidcEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    // A client that asks for a fresh sign-in must not be asked again by the time it took to come back.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapMethods(OidcPaths.Authorize, ["GET", "POST"], Authorize).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();
        root.MapPost("/connect/token", Token).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();
        root.MapMethods(OidcPaths.UserInfo, ["GET", "POST"], UserInfo).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();
        root.MapMethods(OidcPaths.Logout, ["GET", "POST"], Logout).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<IResult> Authorize(HttpContext http, IdentityContext context, Consents consents, TimeProvider time, CancellationToken ct)
    {
        if (http.GetOpenIddictServerResponse()?.Error is { } error) return Refuse(error);
        if (http.GetOpenIddictServerRequest() is not { } request) return Results.BadRequest();
        var silent = request.HasPromptValue(PromptValues.None);
        if (http.User.TryUserId() is not { } userId || http.User.IsProgram())
            return silent ? No(Errors.LoginRequired, "Nobody is signed in.") : Results.Redirect($"/sign-in?returnUrl={Uri.EscapeDataString(Back(request))}");
        // An operator who acts as somebody lets no application into that account.
        if (http.User.HasClaim(c => c.Type == FairgroundClaims.Acting)) return No(Errors.AccessDenied, "Only the person may allow this.");
        var sessionId = http.User.SessionId();
        var session = await context.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == sessionId, ct);
        var user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId && u.BlockedAt == null && u.JoinedTo == null, ct);
        if (session is null || user is null) return No(Errors.AccessDenied, "The account cannot be used.");
        var authenticatedAt = session.StrongAt ?? session.StartedAt;
        var stale = request.MaxAge is { } seconds && time.GetUtcNow() - authenticatedAt > TimeSpan.FromSeconds(seconds) + Grace;
        if (stale || request.HasPromptValue(PromptValues.Login))
            return silent ? No(Errors.LoginRequired, "The sign-in is too old.") : Results.Redirect($"/account/confirm?returnUrl={Uri.EscapeDataString(Back(request, without: PromptValues.Login))}");
        if ((string?)request[ConsentPage.Answer] == ConsentPage.Denied) return No(Errors.AccessDenied, "The person said no.");
        var scopes = request.GetScopes();
        var consent = await consents.Find(userId, request.ClientId!, scopes, ct);
        if (consent is null || request.HasPromptValue(PromptValues.Consent))
            return silent ? No(Errors.ConsentRequired, "The person has not allowed this yet.") : Results.Redirect(OidcPaths.Consent + Query(request));
        var principal = Claimants.Of(user, scopes, authenticatedAt);
        principal.SetAuthorizationId(consent);
        return Results.SignIn(principal, authenticationScheme: Scheme);
    }

    private static async Task<IResult> Token(HttpContext http, Claimants claimants, CancellationToken ct)
    {
        if (http.GetOpenIddictServerRequest() is not { } request) return Results.BadRequest();
        if (request.IsClientCredentialsGrantType()) return Results.SignIn(Claimants.OfProgram(request.ClientId!, request.GetScopes()), authenticationScheme: Scheme);
        var before = (await http.AuthenticateAsync(Scheme)).Principal;
        var user = await claimants.Find(before?.GetClaim(Claims.Subject), before?.GetClaim(Claimants.Stamp), ct);
        return user is null ? No(Errors.InvalidGrant, "The account's ways in changed since, or it is blocked. Sign in again.") : Results.SignIn(Claimants.Renew(before!, user), authenticationScheme: Scheme);
    }

    private static async Task<IResult> UserInfo(HttpContext http, Claimants claimants, CancellationToken ct)
    {
        var principal = (await http.AuthenticateAsync(Scheme)).Principal;
        var user = await claimants.Find(principal?.GetClaim(Claims.Subject), principal?.GetClaim(Claimants.Stamp), ct);
        if (user is null) return Results.Challenge(Problem(Errors.InvalidToken, "The token stands for nobody."), [Scheme]);
        return Results.Json(Claimants.Shown(user, principal!.HasScope));
    }

    private static async Task<IResult> Logout(HttpContext http, SessionEnder ender, CancellationToken ct)
    {
        if (http.GetOpenIddictServerResponse()?.Error is { } error) return Refuse(error);
        if (http.GetOpenIddictServerRequest() is not { } request) return Results.BadRequest();
        if (http.User.TryUserId() is { } userId && !http.User.IsProgram())
        {
            // Only an application that was told who signed in may sign them out without asking.
            var hinted = (await http.AuthenticateAsync(Scheme)).Principal?.GetClaim(Claims.Subject);
            if (hinted != userId.ToString()) return Results.Redirect(OidcPaths.Leave + Query(request));
            await ender.End(http.User.SessionId(), ct);
            BrowserCookie.Remove(http);
        }
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]);
    }

    // Where the answer cannot be trusted to reach the application, a page of ours says it.
    private static IResult Refuse(string error) => Results.Redirect($"{OidcPaths.Refused}?error={Uri.EscapeDataString(error)}");

    private static IResult No(string error, string text) => Results.Forbid(Problem(error, text), [Scheme]);

    private static AuthenticationProperties Problem(string error, string text) => new(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = text,
    });

    // By way of a page that only goes on: a browser that comes from a form of ours would refuse to be sent to another site at once.
    private static string Back(OpenIddictRequest request, string? without = null) => $"{OidcPaths.Continue}/authorize{Query(request, without)}";

    /// <summary>The request's own parameters, as a query.</summary>
    private static string Query(OpenIddictRequest request, string? withoutPrompt = null)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in request.GetParameters())
        {
            var text = name == Parameters.Prompt && withoutPrompt is not null ? string.Join(' ', request.GetPromptValues().Remove(withoutPrompt)) : (string?)value;
            if (!string.IsNullOrEmpty(text)) query.Add(name, text);
        }
        return query.ToString();
    }
}
