using System.Buffers.Text;
using System.Security.Cryptography;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fairground.Identity.RegisterApplications;

/// <summary>An application, without its secret.</summary>
/// <param name="Kind"><c>web</c>: on a server, with a secret; <c>device</c>: on people's devices, without one; <c>service</c>: acts for the organisation, without a person.</param>
public sealed record ApplicationInfo(Guid ApplicationId, string ClientId, string Name, string Kind, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> LogoutUris, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt);

/// <summary>An application that was just registered, or got a new secret. The secret is never shown again.</summary>
/// <param name="ClientSecret">Missing for a <c>device</c>.</param>
public sealed record ApplicationMade(ApplicationInfo Application, string? ClientSecret);

/// <summary>The organisation's applications, newest first.</summary>
public sealed record ApplicationList(IReadOnlyList<ApplicationInfo> Items);

/// <summary>What is registered.</summary>
/// <param name="Name">People see it when they are asked.</param>
/// <param name="Kind"><c>web</c>, <c>device</c> or <c>service</c>.</param>
/// <param name="RedirectUris">Whole addresses; an answer goes to no other, compared letter by letter.</param>
/// <param name="LogoutUris">Where people may be sent after signing out.</param>
/// <param name="Scopes">The most that it may ever ask for, besides <c>openid</c> and <c>offline_access</c>.</param>
public sealed record RegisterApplicationRequest(string? Name, string? Kind, IReadOnlyList<string>? RedirectUris = null, IReadOnlyList<string>? LogoutUris = null, IReadOnlyList<string>? Scopes = null);

/// <summary>Registers the applications of an organisation. Secrets are kept as hashes.</summary>
internal sealed class Applications(IdentityContext context, OpenIddictApplicationManager<OidcApplication> manager, PermissionBook permissions, RoleBook roles, TimeProvider time)
{
    private const int Most = 50;
    private const int MostAddresses = 10;
    private const int LongestName = 60;
    private const int LongestAddress = 500;
    private const string SecretPrefix = "fgs_";

    private static readonly string[] OfPerson = [Scopes.Profile, Scopes.Email, Scopes.Phone];

    /// <summary>Refuses with <c>organisation.not_found</c>, <c>application.name_invalid</c>, <c>kind_invalid</c>, <c>redirect_invalid</c>, <c>scope_invalid</c>, <c>capped</c>.</summary>
    public async Task<Result<ApplicationMade>> Register(Guid organisationId, Guid by, RegisterApplicationRequest request, CancellationToken ct)
    {
        if (await roles.Find(organisationId, ct) is not { } organisation) return OrganisationRefusals.NotFound;
        if (Decide(request, organisation.Kind) is { } refusal) return refusal;
        if (await context.Set<OidcApplication>().CountAsync(a => a.OrganisationId == organisationId, ct) >= Most) return SignInRefusals.Capped;
        var secret = request.Kind == "device" ? null : NewSecret();
        var application = new OidcApplication { Id = Ids.New(), OrganisationId = organisationId, MadeBy = by, CreatedAt = time.GetUtcNow() };
        await manager.PopulateAsync(application, Describe(request), ct);
        await manager.CreateAsync(application, secret, ct);
        return new ApplicationMade(await Describe(application, ct), secret);
    }

    /// <summary>Pure: what may be registered.</summary>
    public Refusal? Decide(RegisterApplicationRequest request, OrganisationKind organisation)
    {
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) return SignInRefusals.NameInvalid;
        if (request.Kind is not ("web" or "device" or "service")) return SignInRefusals.KindInvalid;
        var (back, after) = (request.RedirectUris ?? [], request.LogoutUris ?? []);
        if (request.Kind == "service" ? back.Count + after.Count > 0 : back.Count == 0) return SignInRefusals.RedirectInvalid;
        if (back.Count > MostAddresses || after.Count > MostAddresses) return SignInRefusals.RedirectInvalid;
        if (back.Concat(after).FirstOrDefault(a => !IsAddress(a, request.Kind == "device")) is { } wrong) return SignInRefusals.RedirectInvalid.With(("address", wrong));
        var scopes = request.Scopes ?? [];
        if (scopes.FirstOrDefault(s => !permissions.Knows(s) && (request.Kind == "service" || !OfPerson.Contains(s))) is { } unknown) return SignInRefusals.ScopeInvalid.With(("scope", unknown));
        if (request.Kind == "service" && organisation != OrganisationKind.Shop) return SignInRefusals.ScopeInvalid;
        return null;
    }

    /// <summary>Refuses with <c>organisation.not_found</c>.</summary>
    public async Task<Result<ApplicationList>> List(Guid organisationId, CancellationToken ct)
    {
        if (await roles.Find(organisationId, ct) is null) return OrganisationRefusals.NotFound;
        var found = new List<ApplicationInfo>();
        foreach (var row in await context.Set<OidcApplication>().AsNoTracking().Where(a => a.OrganisationId == organisationId).OrderByDescending(a => a.CreatedAt).ThenByDescending(a => a.Id).ToListAsync(ct)) found.Add(await Describe(row, ct));
        return new ApplicationList(found);
    }

    /// <summary>A new secret in place of the old one, at once. Refuses with <c>application.not_found</c>, <c>application.has_no_secret</c>.</summary>
    public async Task<Result<ApplicationMade>> NewSecret(Guid organisationId, Guid applicationId, CancellationToken ct)
    {
        if (await Find(organisationId, applicationId, ct) is not { } application) return SignInRefusals.ApplicationNotFound;
        if (application.ClientType == ClientTypes.Public) return SignInRefusals.HasNoSecret;
        var secret = NewSecret();
        await manager.UpdateAsync(application, secret, ct);
        return new ApplicationMade(await Describe(application, ct), secret);
    }

    /// <summary>Removes it with everything that people allowed it. Refuses with <c>application.not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Remove(Guid organisationId, Guid applicationId, CancellationToken ct)
    {
        if (await Find(organisationId, applicationId, ct) is not { } application) return SignInRefusals.ApplicationNotFound;
        await manager.DeleteAsync(application, ct);
        return null;
    }

    private async Task<OidcApplication?> Find(Guid organisationId, Guid applicationId, CancellationToken ct) =>
        await manager.FindByIdAsync(applicationId.ToString(), ct) is { } found && found.OrganisationId == organisationId ? found : null;

    private static string NewSecret() => SecretPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static bool IsAddress(string text, bool ofDevice)
    {
        if (text.Length > LongestAddress || text.Contains('*', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0) return false;
        if (uri.Scheme == Uri.UriSchemeHttps) return uri.Host.Length > 0;
        if (uri.Scheme == Uri.UriSchemeHttp) return uri.IsLoopback;
        // RFC 8252: a scheme of its own is a domain name turned round, so that two applications do not meet by chance.
        return ofDevice && uri.Scheme.Contains('.', StringComparison.Ordinal);
    }

    private static OpenIddictApplicationDescriptor Describe(RegisterApplicationRequest request)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = $"fga_{RandomNumberGenerator.GetHexString(24, true)}",
            DisplayName = request.Name!.Trim(),
            ClientType = request.Kind == "device" ? ClientTypes.Public : ClientTypes.Confidential,
            ConsentType = ConsentTypes.Explicit,
            ApplicationType = ApplicationTypes.Web,
        };
        descriptor.Permissions.UnionWith(request.Kind == "service"
            ? [Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.Endpoints.Introspection, Permissions.GrantTypes.ClientCredentials]
            : [Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession, Permissions.Endpoints.Revocation, Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code]);
        if (request.Kind == "web") descriptor.Permissions.Add(Permissions.Endpoints.Introspection);
        descriptor.Permissions.UnionWith((request.Scopes ?? []).Select(s => Permissions.Prefixes.Scope + s));
        foreach (var uri in request.RedirectUris ?? []) descriptor.RedirectUris.Add(new Uri(uri, UriKind.Absolute));
        foreach (var uri in request.LogoutUris ?? []) descriptor.PostLogoutRedirectUris.Add(new Uri(uri, UriKind.Absolute));
        if (request.Kind != "service") descriptor.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        return descriptor;
    }

    private async Task<ApplicationInfo> Describe(OidcApplication application, CancellationToken ct)
    {
        var granted = await manager.GetPermissionsAsync(application, ct);
        var kind = application.ClientType == ClientTypes.Public ? "device" : granted.Contains(Permissions.GrantTypes.ClientCredentials) ? "service" : "web";
        return new ApplicationInfo(
            application.Id, application.ClientId!, application.DisplayName ?? "", kind,
            await manager.GetRedirectUrisAsync(application, ct), await manager.GetPostLogoutRedirectUrisAsync(application, ct),
            [.. granted.Where(p => p.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal)).Select(p => p[Permissions.Prefixes.Scope.Length..]).Order(StringComparer.Ordinal)], application.CreatedAt);
    }
}
