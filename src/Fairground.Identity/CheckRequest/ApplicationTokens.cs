using System.Security.Claims;
using Fairground.Identity.GiveSignIn;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Validation;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.CheckRequest;

/// <summary>
/// Knows who calls with a token that an application got by OpenID Connect: for a person who allowed it, or for its organisation. It is looked up at each call, so it
/// ends the moment it is revoked; and it opens only what declares a permission that was allowed.
/// </summary>
internal static class ApplicationTokens
{
    // 256 random bits in base64url: what the provider's tokens look like, and no token of ours.
    private const int Length = 43;

    public static bool LooksLikeOne(ReadOnlySpan<char> token) => token.Length == Length;

    /// <summary>The claims of whoever the token stands for, or null where it is no good.</summary>
    public static async Task<List<Claim>?> Read(HttpContext http, string token, RoleBook roles)
    {
        if (await Open(http, token) is not { } principal || principal.GetClaim(Claims.Subject) is not { } subject || principal.GetClaim(Claims.ClientId) is not { } clientId) return null;
        var claims = subject == clientId
            ? await OfProgram(http, roles, clientId)
            : await http.RequestServices.GetRequiredService<Claimants>().Find(subject, principal.GetClaim(Claimants.Stamp), http.RequestAborted) is { } user
                ? [new(ClaimTypes.NameIdentifier, user.Id.ToString()), new(FairgroundClaims.Application, clientId)]
                : null;
        claims?.AddRange(principal.GetScopes().Select(scope => new Claim(FairgroundClaims.Scope, scope)));
        return claims;
    }

    private static async Task<ClaimsPrincipal?> Open(HttpContext http, string token)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<OpenIddictValidationService>().ValidateAccessTokenAsync(token, http.RequestAborted);
        }
        catch (OpenIddictExceptions.ProtocolException)
        {
            return null;
        }
    }

    // As a key: its maker, for one shop, as long as the maker may make such things there.
    private static async Task<List<Claim>?> OfProgram(HttpContext http, RoleBook roles, string clientId)
    {
        var context = http.RequestServices.GetRequiredService<IdentityContext>();
        var application = await context.Set<OidcApplication>().AsNoTracking().FirstOrDefaultAsync(a => a.ClientId == clientId, http.RequestAborted);
        if (application is null) return null;
        var owns = await roles.RoleIn(application.MadeBy, application.OrganisationId, http.RequestAborted) == ShopRole.Owner;
        if (!owns && !(await roles.Current(http.RequestAborted)).Operators.Contains(application.MadeBy)) return null;
        return [new(ClaimTypes.NameIdentifier, application.MadeBy.ToString()), new(FairgroundClaims.Key, application.Id.ToString()), new(FairgroundClaims.KeyShop, application.OrganisationId.ToString())];
    }
}
