using Fairground.Identity.CheckRequest;
using Fairground.Identity.IssueKeys;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using OpenIddict.Validation;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.GiveSignIn;

/// <summary>The server as OpenID Connect provider (S-38): what is allowed, how long things live, and which keys sign. The protocol is OpenIddict's.</summary>
internal static class OidcServer
{
    public static readonly TimeSpan AccessTokenLife = TimeSpan.FromHours(1);
    public static readonly TimeSpan RefreshTokenLife = TimeSpan.FromDays(30);

    /// <summary>The scopes that show something of the person, with what is shown in words.</summary>
    public static readonly IReadOnlyDictionary<string, string> PersonScopes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Scopes.OpenId] = Key("Know that it is you, by a number that stands for your account."),
        [Scopes.Profile] = Key("See your name."),
        [Scopes.Email] = Key("See your e-mail address, if you sign in with one."),
        [Scopes.Phone] = Key("See your mobile number, if you sign in with one."),
        [Scopes.OfflineAccess] = Key("Do this also while you are away, until you take it back."),
    };

    public static void Add(IServiceCollection services)
    {
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityContext>().ReplaceDefaultEntities<OidcApplication, OidcAuthorization, OidcScope, OidcToken, Guid>())
            .AddServer(Configure)
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                // A token that was revoked, or whose consent was, is no good from that moment.
                validation.EnableTokenEntryValidation();
                validation.EnableAuthorizationEntryValidation();
            });
        services.AddSingleton<OidcKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<OidcKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(provider => provider.GetRequiredService<OidcKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictValidationOptions>>(provider => provider.GetRequiredService<OidcKeys>());
        services.AddHttpContextAccessor();
        services.Replace(ServiceDescriptor.Singleton<IAuthenticationSchemeProvider, SchemesByPath>());
        // It notes every refused request with its parameters' names; ours say what matters.
        services.AddLogging(logging => logging.AddFilter("OpenIddict", LogLevel.Warning));
    }

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris(OidcPaths.Authorize).SetTokenEndpointUris("/connect/token").SetUserInfoEndpointUris(OidcPaths.UserInfo).SetEndSessionEndpointUris(OidcPaths.Logout)
            .SetRevocationEndpointUris("/connect/revoke").SetIntrospectionEndpointUris("/connect/introspect").SetJsonWebKeySetEndpointUris("/connect/jwks").SetConfigurationEndpointUris("/.well-known/openid-configuration");
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
        server.Configure(options =>
        {
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.ResponseModes.Remove(ResponseModes.Fragment);
        });
        server.UseReferenceAccessTokens().UseReferenceRefreshTokens();
        server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(5)).SetAccessTokenLifetime(AccessTokenLife).SetIdentityTokenLifetime(TimeSpan.FromHours(1)).SetRefreshTokenLifetime(RefreshTokenLife);
        // A refresh token works once: whoever brings it again, a thief or the robbed, ends what hangs on it.
        server.SetRefreshTokenReuseLeeway(TimeSpan.Zero);
        server.RegisterScopes([.. PersonScopes.Keys]);
        server.RegisterClaims(Claims.Subject, Claims.Name, Claims.Email, Claims.EmailVerified, Claims.PhoneNumber, Claims.PhoneNumberVerified, Claims.AuthenticationTime);
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().EnableUserInfoEndpointPassthrough().EnableEndSessionEndpointPassthrough().EnableErrorPassthrough()
            // As for every other page, whether it is https is the proxy's and the operator's matter; on loopback it is not.
            .DisableTransportSecurityRequirement();
    }
}

/// <summary>Where the provider's own pages and calls stand.</summary>
internal static class OidcPaths
{
    public const string Authorize = "/connect/authorize";
    public const string UserInfo = "/connect/userinfo";
    public const string Logout = "/connect/logout";
    public const string Consent = "/connect/consent";
    public const string Leave = "/connect/leave";
    public const string Refused = "/connect/refused";
    public const string Continue = "/connect/continue";
}

/// <summary>
/// Puts keys and scopes into the provider's options: a secret key for what only we read, and the sign-in keys for identity tokens. Where another node
/// rotated the keys, the options are made anew at the next look.
/// </summary>
internal sealed class OidcKeys(SignInKeys keys, ServerSecrets secrets, PermissionBook permissions, PublicAddress address)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictValidationOptions>, IDisposable
{
    private CancellationTokenSource changed = new();
    private string? version;

    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    string? IOptionsChangeTokenSource<OpenIddictValidationOptions>.Name => Options.DefaultName;

    public void Configure(OpenIddictServerOptions options)
    {
        // A secret key stands first, so everything that only we read is signed with it, and rotation leaves that alone.
        options.EncryptionCredentials.Add(new EncryptingCredentials(new SymmetricSecurityKey(secrets.Of("identity.oidc-encryption")), SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        options.SigningCredentials.Add(new SigningCredentials(new SymmetricSecurityKey(secrets.Of("identity.oidc-signing")), SecurityAlgorithms.HmacSha256));
        foreach (var key in keys.Read())
        {
            var rsa = System.Security.Cryptography.RSA.Create();
            rsa.ImportPkcs8PrivateKey(key.PrivateKey, out _);
            options.SigningCredentials.Add(new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = key.Kid }, SecurityAlgorithms.RsaSha256));
        }
        version = keys.Version();
        foreach (var permission in permissions.ForPrograms) options.Scopes.Add(permission.Code);
        if (address.IsSet) options.Issuer = new Uri(address.Of() + "/", UriKind.Absolute);
    }

    /// <summary>Makes the options anew where the keys are not those that they were made with.</summary>
    public void Refresh()
    {
        if (version is null || keys.Version() == version) return;
        Interlocked.Exchange(ref changed, new CancellationTokenSource()).Cancel();
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(changed.Token);

    public void Dispose() => changed.Dispose();
}

/// <summary>Lets protocols look at the requests that may be theirs, and at no other: buying costs nothing more for them.</summary>
internal sealed class SchemesByPath(IOptions<AuthenticationOptions> options, IHttpContextAccessor http) : AuthenticationSchemeProvider(options)
{
    private static readonly Task<IEnumerable<AuthenticationScheme>> Nothing = Task.FromResult(Enumerable.Empty<AuthenticationScheme>());

    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync()
    {
        var path = http.HttpContext?.Request.Path ?? default;
        return path.StartsWithSegments("/connect", StringComparison.Ordinal) || path.StartsWithSegments("/.well-known", StringComparison.Ordinal) || path.StartsWithSegments("/sign-in/outside", StringComparison.Ordinal)
            ? base.GetRequestHandlerSchemesAsync()
            : Nothing;
    }
}
