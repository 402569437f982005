using System.Collections.Immutable;
using System.Globalization;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.AllowApplications;

/// <summary>An application that I let in.</summary>
/// <param name="AllowedAt">When I said yes.</param>
/// <param name="May">What it may, in words.</param>
public sealed record AllowedApplication(Guid AllowanceId, string Name, string Organisation, DateTimeOffset AllowedAt, IReadOnlyList<PermissionInfo> May);

/// <summary>The applications that I let in, newest first.</summary>
public sealed record AllowedApplications(IReadOnlyList<AllowedApplication> Items);

/// <summary>What an application asks for, in words.</summary>
internal sealed record Asked(OidcApplication Application, string Organisation, IReadOnlyList<PermissionInfo> ForMe, IReadOnlyList<PermissionInfo> ForShops);

/// <summary>What people allow applications. The words are those that the modules declare for their permissions.</summary>
internal sealed class Consents(
    IdentityContext context,
    OpenIddictApplicationManager<OidcApplication> applications,
    OpenIddictAuthorizationManager<OidcAuthorization> authorizations,
    OpenIddictTokenManager<OidcToken> tokens,
    PermissionBook permissions,
    CheckRequest.RoleBook roles,
    TimeProvider time)
{
    /// <summary>The consent that covers this, or null.</summary>
    public async Task<string?> Find(Guid userId, string clientId, ImmutableArray<string> scopes, CancellationToken ct)
    {
        if (await applications.FindByClientIdAsync(clientId, ct) is not { } application) return null;
        await foreach (var given in authorizations.FindAsync(userId.ToString(), application.Id.ToString(), Statuses.Valid, AuthorizationTypes.Permanent, scopes, ct)) return given.Id.ToString();
        return null;
    }

    /// <summary>What the application asks for, or null where there is no such application, or it asks for what it was not registered for.</summary>
    public async Task<Asked?> Describe(string? clientId, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(clientId) || await applications.FindByClientIdAsync(clientId, ct) is not { } application) return null;
        foreach (var scope in scopes)
        {
            if (scope is not (Scopes.OpenId or Scopes.OfflineAccess) && !await applications.HasPermissionAsync(application, Permissions.Prefixes.Scope + scope, ct)) return null;
        }
        var words = scopes.Select(Words).OfType<PermissionInfo>().ToList();
        var organisation = await roles.Find(application.OrganisationId, ct);
        return new Asked(application, organisation?.Name ?? "", [.. words.Where(w => OidcServer.PersonScopes.ContainsKey(w.Code))], [.. words.Where(w => !OidcServer.PersonScopes.ContainsKey(w.Code))]);
    }

    /// <summary>The person says yes, until it is taken back.</summary>
    public async Task Allow(Guid userId, OidcApplication application, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        var descriptor = new OpenIddictAuthorizationDescriptor { ApplicationId = application.Id.ToString(), Subject = userId.ToString(), Status = Statuses.Valid, Type = AuthorizationTypes.Permanent, CreationDate = time.GetUtcNow() };
        descriptor.Scopes.UnionWith(scopes);
        await authorizations.CreateAsync(descriptor, ct);
    }

    public async Task<AllowedApplications> Of(Guid userId, CancellationToken ct)
    {
        var subject = userId.ToString();
        var rows = await context.Set<OidcAuthorization>().AsNoTracking().Include(a => a.Application)
            .Where(a => a.Subject == subject && a.Status == Statuses.Valid && a.Type == AuthorizationTypes.Permanent).ToListAsync(ct);
        var found = new List<AllowedApplication>(rows.Count);
        foreach (var row in rows.OrderByDescending(r => r.CreationDate).ThenByDescending(r => r.Id))
        {
            var scopes = await authorizations.GetScopesAsync(row, ct);
            var organisation = await roles.Find(row.Application!.OrganisationId, ct);
            found.Add(new AllowedApplication(row.Id, row.Application.DisplayName ?? row.Application.ClientId!, organisation?.Name ?? "", new DateTimeOffset(row.CreationDate ?? default, TimeSpan.Zero), [.. scopes.Select(Words).OfType<PermissionInfo>()]));
        }
        return new AllowedApplications(found);
    }

    /// <summary>Takes it back: every token that hangs on it is dead at once. Refuses with <c>application.allowance_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> TakeBack(Guid userId, Guid allowanceId, CancellationToken ct)
    {
        var id = allowanceId.ToString("D", CultureInfo.InvariantCulture);
        if (await authorizations.FindByIdAsync(id, ct) is not { } given || given.Subject != userId.ToString() || given.Status != Statuses.Valid) return SignInRefusals.AllowanceNotFound;
        await authorizations.TryRevokeAsync(given, ct);
        await tokens.RevokeByAuthorizationIdAsync(id, ct);
        return null;
    }

    private PermissionInfo? Words(string scope) => OidcServer.PersonScopes.TryGetValue(scope, out var words)
        ? new PermissionInfo(scope, words)
        : permissions.ForPrograms.FirstOrDefault(p => p.Code == scope) is { } permission ? new PermissionInfo(scope, permission.Wording) : null;
}
