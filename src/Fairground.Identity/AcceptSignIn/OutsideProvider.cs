using System.Security.Claims;
using Fairground.Kernel;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Fairground.Identity.AcceptSignIn;

/// <summary>Another OpenID Connect provider whose word the operator takes for who somebody is: <c>FAIRGROUND_OIDC_AUTHORITY</c>, <c>_CLIENT_ID</c>, <c>_CLIENT_SECRET</c> and <c>_NAME</c>.</summary>
/// <param name="Authority">Its issuer; https, or http on the own machine.</param>
/// <param name="Name">What people know it as.</param>
internal sealed record OutsideProvider(Uri Authority, string ClientId, string? ClientSecret, string Name)
{
    public const string Scheme = "outside";

    /// <summary>Keeps for ten minutes what the provider said, until it opens an account or is connected to one.</summary>
    public const string Kept = "outside-kept";

    public const string CallbackPath = "/sign-in/outside/back";

    // Signed by a key that only the provider has: never none, and never a secret that we share.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly string[] Scopes = ["openid", "profile", "email"];

    private const string Setting = "FAIRGROUND_OIDC_AUTHORITY";

    /// <summary>Null where none is set. Throws <see cref="SettingException"/> where it cannot be used.</summary>
    public static OutsideProvider? From(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } authority) return null;
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            throw new SettingException($"{Setting} cannot be used: it is the issuer's address with https, such as https://id.example.com/.");
        if (configuration["FAIRGROUND_OIDC_CLIENT_ID"] is not { Length: > 0 } clientId) throw new SettingException("FAIRGROUND_OIDC_CLIENT_ID is missing: it is the name under which this market is registered at the provider.");
        return new OutsideProvider(uri, clientId, configuration["FAIRGROUND_OIDC_CLIENT_SECRET"], configuration["FAIRGROUND_OIDC_NAME"] is { Length: > 0 } name ? name : uri.Host);
    }

    /// <summary>Adds the framework's handler: code with PKCE, state, nonce, and the provider's keys by its discovery document.</summary>
    public void Add(AuthenticationBuilder authentication) => authentication
        .AddCookie(Kept, cookie =>
        {
            cookie.Cookie.Name = "fg_outside";
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.Cookie.Path = "/sign-in/outside";
            cookie.ExpireTimeSpan = TimeSpan.FromMinutes(10);
            cookie.SlidingExpiration = false;
        })
        .AddOpenIdConnect(Scheme, Name, oidc =>
        {
            oidc.Authority = Authority.AbsoluteUri;
            oidc.ClientId = ClientId;
            oidc.ClientSecret = ClientSecret;
            oidc.RequireHttpsMetadata = Authority.Scheme == Uri.UriSchemeHttps;
            oidc.CallbackPath = CallbackPath;
            oidc.SignInScheme = Kept;
            oidc.ResponseType = OpenIdConnectResponseType.Code;
            oidc.ResponseMode = OpenIdConnectResponseMode.Query;
            oidc.UsePkce = true;
            oidc.SaveTokens = false;
            oidc.MapInboundClaims = false;
            oidc.DisableTelemetry = true;
            oidc.TokenValidationParameters.ValidAlgorithms = Algorithms;
            oidc.Scope.Clear();
            foreach (var scope in Scopes) oidc.Scope.Add(scope);
            (oidc.CorrelationCookie.SameSite, oidc.NonceCookie.SameSite) = (SameSiteMode.Lax, SameSiteMode.Lax);
            (oidc.CorrelationCookie.SecurePolicy, oidc.NonceCookie.SecurePolicy) = (CookieSecurePolicy.SameAsRequest, CookieSecurePolicy.SameAsRequest);
            oidc.Events.OnRemoteFailure = context =>
            {
                // Cancelled there, too old, or somebody's trick: the person is told, and may begin again.
                context.Response.Redirect("/sign-in/outside/failed");
                context.HandleResponse();
                return Task.CompletedTask;
            };
        });
}

/// <summary>What the provider said of the person who just came from it.</summary>
/// <param name="Shown">Name or address, to be recognised by; proves nothing.</param>
internal sealed record OutsidePerson(string Issuer, string Subject, string Shown)
{
    public static async Task<OutsidePerson?> Read(HttpContext http)
    {
        var kept = (await http.AuthenticateAsync(OutsideProvider.Kept)).Principal;
        if (kept?.FindFirst("sub") is not { Value.Length: > 0 } subject) return null;
        var shown = kept.FindFirstValue("email") ?? kept.FindFirstValue("name") ?? subject.Value;
        return new OutsidePerson(subject.Issuer, subject.Value, shown.Length <= 120 ? shown : shown[..120]);
    }
}
