using System.Globalization;
using System.Text;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Who may call what is declared on every endpoint, and stands on a page that a review can see change.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Every_endpoint_declares_who_may_call_it()
    {
        var undeclared = (await Endpoints()).Where(e => e.Metadata.GetMetadata<AccessRule>() is null && !IsPage(e) && !IsOfTheFramework(e));

        None.Of(undeclared.Select(Name));
    }

    [Fact]
    public async Task What_the_declaration_says_is_what_the_framework_enforces()
    {
        var declared = (await Endpoints()).Where(e => e.Metadata.GetMetadata<AccessRule>() is not null).ToList();

        None.Of(declared.Where(e => Rule(e) == Access.Public && e.Metadata.GetMetadata<IAllowAnonymous>() is null).Select(Name));
        None.Of(declared.Where(e => Rule(e) != Access.Public && (e.Metadata.GetMetadata<IAuthorizeData>() is null || e.Metadata.GetMetadata<IAllowAnonymous>() is not null)).Select(Name));
    }

    [Fact]
    public async Task Every_call_for_an_organisation_says_in_words_what_it_lets_one_do()
    {
        var calls = (await Endpoints()).Where(e => Route(e).StartsWith("/api/v1/", StringComparison.Ordinal) && e.Metadata.GetMetadata<AccessRule>()?.Access is Access.ShopStaff or Access.ShopOwner or Access.Member or Access.OrganisationOwner).ToList();

        None.Of(calls.Where(e => e.Metadata.GetMetadata<PermissionRule>() is null).Select(Name));
        // What roles may do is told from the permission, and enforced from the access.
        None.Of(calls.Where(e => e.Metadata.GetMetadata<PermissionRule>() is { } rule && rule.Permission.Least != Rule(e)).Select(e => $"{Name(e)} is open to {Rule(e)} and its permission to {e.Metadata.GetMetadata<PermissionRule>()!.Permission.Least}"));
    }

    /// <summary>A list among the parameters is a body to the generator of endpoints unless it says that it stands in the query.</summary>
    [Fact]
    public async Task What_only_reads_takes_no_body()
    {
        var reads = (await Endpoints()).Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is ["GET"]).ToList();

        Assert.NotEmpty(reads);
        None.Of(reads.Where(e => e.Metadata.GetMetadata<IAcceptsMetadata>() is not null).Select(Name));
    }

    [Fact]
    public async Task Who_may_call_what_is_documented()
    {
        var endpoints = (await Endpoints()).Where(e => !IsOfTheFramework(e)).ToList();
        var page = new StringBuilder();
        page.Append("# Who may call what\n\nMade from the code by the tests. *ShopStaff* is staff or owner of the shop concerned; *ShopOwner* its owner; *Member* and *OrganisationOwner* the\n");
        page.Append("same of any organisation; an operator may do whatever an owner may, but the operator's own organisation is its owners' alone. *Recently*: the caller must have proved within ten minutes to be the account's owner. Pages marked *Public* show only what\nconcerns the visitor.\n");
        page.Append("\n## Calls\n\n| Call | Who |\n|---|---|\n");
        foreach (var line in endpoints.Where(e => !IsPage(e)).Select(e => (Call: Name(e), Who: $"{e.Metadata.GetMetadata<AccessRule>()?.Access}{(e.Metadata.GetMetadata<RecentSignInRule>() is null ? "" : ", recently")}{(e.Metadata.GetMetadata<PermissionRule>() is { Permission.ForPrograms: true } open ? $", keys with `{open.Permission.Code}`" : "")}")).Distinct().OrderBy(l => l.Call, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| `{line.Call}` | {line.Who} |\n");
        page.Append("\n## What roles may do\n\n| Permission | In words | Least role | Keys and applications |\n|---|---|---|---|\n");
        foreach (var permission in endpoints.Select(e => e.Metadata.GetMetadata<PermissionRule>()?.Permission).OfType<Permission>().Distinct().OrderBy(p => p.Code, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| `{permission.Code}` | {permission.Wording} | {permission.Least} | {(permission.ForPrograms ? "where allowed" : "never")} |\n");
        page.Append("\n## Pages\n\n| Page | Who |\n|---|---|\n");
        foreach (var line in endpoints.Where(IsPage).Select(e => (Page: Route(e), Who: WhoSees(e))).Distinct().OrderBy(l => l.Page, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| `{line.Page}` | {line.Who} |\n");

        Repository.MustMatchCommitted("docs/reference/access.md", page.ToString());
    }

    private static async Task<List<RouteEndpoint>> Endpoints()
    {
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = TestMarket.Build(test);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()];
    }

    private static Access Rule(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<AccessRule>()!.Access;

    private static bool IsPage(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    // Files of wwwroot (those that were added after the build come by the last route), and what Razor components add for themselves.
    private static bool IsOfTheFramework(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null || Route(endpoint) == "/{**path:file}"
        || Route(endpoint).StartsWith("/_framework/", StringComparison.Ordinal) || Route(endpoint).StartsWith("/_blazor", StringComparison.Ordinal);

    private static string Route(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText?.Trim('/')}";

    private static string Name(RouteEndpoint endpoint) =>
        $"{string.Join(',', endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())} {Route(endpoint)}".Trim();

    private static string WhoSees(RouteEndpoint endpoint)
    {
        var rules = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        if (rules.Count == 0 || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return nameof(Access.Public);
        return string.Join(" and ", rules.Select(r => r.Policy switch { null => nameof(Access.SignedIn), Policies.Operator => nameof(Access.Operator), Policies.Shop => "Shop", var other => other }).Distinct().Order(StringComparer.Ordinal));
    }
}
