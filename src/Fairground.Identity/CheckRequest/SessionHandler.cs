using System.Security.Claims;
using System.Text.Encodings.Web;
using Fairground.Identity.ActAs;
using Fairground.Identity.IssueKeys;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.CheckRequest;

/// <summary>
/// Knows who calls: by the bearer header (a session's token or a key), else by the browser's cookie. Both carry the same session id and are checked the same way, in
/// memory. Roles are read at each request, so a change of roles needs no new token.
/// </summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    SessionTokens tokens,
    EndedSessions ended,
    RoleBook roles,
    BrowserCookie cookie,
    ActingCookie acting,
    KeyBook keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "fairground";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            if (header.AsSpan(Bearer.Length).Trim().StartsWith(ApiKey.Prefix)) return await AcceptKey(header[Bearer.Length..].Trim());
            if (ApplicationTokens.LooksLikeOne(header.AsSpan(Bearer.Length).Trim())) return await ApplicationTokens.Read(Context, header[Bearer.Length..].Trim(), roles) is { } program ? Known(program) : AuthenticateResult.Fail("not a living token of an application");
            var token = tokens.Read(TokenKind.Access, header.AsSpan(Bearer.Length).Trim());
            return token is null || TimeProvider.GetUtcNow() >= token.ExpiresAt ? AuthenticateResult.Fail("not a living access token") : await Accept(token);
        }
        if (!Request.Cookies.TryGetValue(BrowserCookie.Name, out var value)) return AuthenticateResult.NoResult();
        if (await cookie.Read(Context, value) is not { } browser) return AuthenticateResult.NoResult();
        return await ActsAs(browser) ?? await Accept(browser);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (IsApi())
        {
            Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Of(CommonRefusals.NotSignedIn).ExecuteAsync(Context);
            return;
        }
        // After a form was posted, its page is the place to come back to.
        var back = HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString.Value : Request.Path.Value;
        Response.Redirect($"{Request.PathBase}/sign-in?returnUrl={Uri.EscapeDataString(back ?? "/")}");
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.User.IsProgram()) await Problems.Of(CommonRefusals.KeyScope).ExecuteAsync(Context);
        else if (IsApi()) await Problems.Of(CommonRefusals.Forbidden).ExecuteAsync(Context);
        else Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    private static AuthenticateResult Known(List<Claim> claims) => AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));

    private bool IsApi() => Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    // A key is its maker, for one shop and within its scopes; it is never an operator and has no session.
    private async Task<AuthenticateResult> AcceptKey(string secret)
    {
        if (await keys.Find(secret, Context.RequestAborted) is not { } key) return AuthenticateResult.Fail("not a living key");
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, key.MadeBy.ToString()),
            new(FairgroundClaims.Key, key.Id.ToString()),
            new(FairgroundClaims.KeyShop, key.ShopId.ToString()),
        };
        claims.AddRange(key.Scopes.Split(' ').Select(scope => new Claim(FairgroundClaims.Scope, scope)));
        return Known(claims);
    }

    // An operator who acts as somebody is that person, without the operator's powers; null for everybody else. Whoever stops being an operator stops acting.
    private async Task<AuthenticateResult?> ActsAs(AccessToken browser)
    {
        if (acting.Read(Context, browser.SessionId) is not { } person || ended.Contains(browser.SessionId)) return null;
        var now = await roles.Current(Context.RequestAborted);
        if (!now.Operators.Contains(browser.UserId) || now.Operators.Contains(person.UserId)) return null;
        var claims = new List<Claim>(5)
        {
            new(ClaimTypes.NameIdentifier, person.UserId.ToString()),
            new(FairgroundClaims.Session, browser.SessionId.ToString()),
            new(FairgroundClaims.Acting, browser.UserId.ToString()),
            new(ClaimTypes.Name, person.Name),
        };
        if (now.ShopsByPerson.ContainsKey(person.UserId)) claims.Add(new Claim(FairgroundClaims.Shop, "1"));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }

    private async Task<AuthenticateResult> Accept(AccessToken token)
    {
        if (ended.Contains(token.SessionId)) return AuthenticateResult.Fail("the session has ended");
        var now = await roles.Current(Context.RequestAborted);
        var claims = new List<Claim>(5)
        {
            new(ClaimTypes.NameIdentifier, token.UserId.ToString()),
            new(FairgroundClaims.Session, token.SessionId.ToString()),
        };
        if (token.Name.Length > 0) claims.Add(new Claim(ClaimTypes.Name, token.Name));
        if (now.Operators.Contains(token.UserId)) claims.Add(new Claim(FairgroundClaims.Operator, "1"));
        if (now.ShopsByPerson.ContainsKey(token.UserId)) claims.Add(new Claim(FairgroundClaims.Shop, "1"));
        return Known(claims);
    }
}
