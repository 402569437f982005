using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.GiveSignIn;

/// <summary>Says to an application who somebody is: no more than the scopes that the person allowed.</summary>
internal sealed class Claimants(IdentityContext context)
{
    /// <summary>The account's security stamp when the application was let in. A new password, and a recovery, end what applications hold.</summary>
    public const string Stamp = "fairground:stamp";

    private const string Scheme = "openid";

    /// <summary>The person where the account is there, is not blocked, and its ways in are those of when the token began; else null.</summary>
    public async Task<FairgroundUser?> Find(string? subject, string? stamp, CancellationToken ct)
    {
        if (!Guid.TryParse(subject, out var id)) return null;
        var user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id && u.BlockedAt == null && u.JoinedTo == null, ct);
        return user is null || user.SecurityStamp != stamp ? null : user;
    }

    public static ClaimsPrincipal Of(FairgroundUser user, IEnumerable<string> scopes, DateTimeOffset authenticatedAt)
    {
        var identity = new ClaimsIdentity(Scheme, Claims.Name, Claims.Role);
        identity.SetScopes(scopes);
        identity.SetClaim(Claims.AuthenticationTime, authenticatedAt.ToUnixTimeSeconds());
        return Fill(identity, user);
    }

    /// <summary>The same grant with what is known of the person now.</summary>
    public static ClaimsPrincipal Renew(ClaimsPrincipal before, FairgroundUser user) => Fill(new ClaimsIdentity(before.Claims, Scheme, Claims.Name, Claims.Role), user);

    /// <summary>A program that acts for its organisation.</summary>
    public static ClaimsPrincipal OfProgram(string clientId, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity(Scheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, clientId);
        identity.SetScopes(scopes);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>What the scopes show of the person.</summary>
    public static Dictionary<string, object> Shown(FairgroundUser user, Func<string, bool> hasScope)
    {
        var shown = new Dictionary<string, object>(StringComparer.Ordinal) { [Claims.Subject] = user.Id.ToString() };
        if (hasScope(Scopes.Profile)) shown[Claims.Name] = user.DisplayName;
        // A contact here was proved by a code before it became one.
        if (hasScope(Scopes.Email) && user.Channel == ContactChannel.Email && user.Contact.Length > 0) (shown[Claims.Email], shown[Claims.EmailVerified]) = (user.Contact, true);
        if (hasScope(Scopes.Phone) && user.Channel == ContactChannel.Sms && user.Contact.Length > 0) (shown[Claims.PhoneNumber], shown[Claims.PhoneNumberVerified]) = (user.Contact, true);
        return shown;
    }

    private static ClaimsPrincipal Fill(ClaimsIdentity identity, FairgroundUser user)
    {
        var shown = Shown(user, identity.HasScope);
        foreach (var name in new[] { Claims.Name, Claims.Email, Claims.EmailVerified, Claims.PhoneNumber, Claims.PhoneNumberVerified }) identity.RemoveClaims(name);
        foreach (var (name, value) in shown)
        {
            if (value is bool flag) identity.SetClaim(name, flag);
            else identity.SetClaim(name, (string)value);
        }
        identity.SetClaim(Stamp, user.SecurityStamp);
        identity.SetDestinations(static claim => claim.Type switch
        {
            Stamp => [Destinations.AccessToken],
            Claims.Name or Claims.Email or Claims.EmailVerified or Claims.PhoneNumber or Claims.PhoneNumberVerified or Claims.AuthenticationTime => [Destinations.IdentityToken],
            _ => [Destinations.AccessToken, Destinations.IdentityToken],
        });
        return new ClaimsPrincipal(identity);
    }
}
