using Fairground.Identity.IssueKeys;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;

namespace Fairground.Identity.KeepMembers;

/// <summary>A role in an organisation and what it may do there.</summary>
/// <param name="Role"><c>staff</c> or <c>owner</c>.</param>
/// <param name="Of"><c>shop</c>, <c>operator</c>, or <c>other</c> for suppliers, vendors, distributors and resellers.</param>
/// <param name="May">In words, one a permission, as the modules declare them.</param>
public sealed record RoleInfo(string Role, string Of, IReadOnlyList<PermissionInfo> May);

/// <summary>Every role.</summary>
public sealed record RoleList(IReadOnlyList<RoleInfo> Items);

/// <summary>Says in words what each role may do: from what the modules declare, and from nothing else.</summary>
internal sealed class RoleWords(PermissionBook permissions)
{
    private static readonly PermissionInfo Everything = new("operator", Key("Everything in the market: open shops, see every shop's office, and do there what an owner may."));

    public RoleList All { get; } = new([.. new[] { OrganisationKind.Shop, OrganisationKind.Operator, OrganisationKind.Vendor }
        .SelectMany(kind => new[] { ShopRole.Staff, ShopRole.Owner }.Select(role => new RoleInfo(OrganisationNames.Of(role), Group(kind), May(permissions, kind, role))))]);

    /// <summary>What the role may do in an organisation of this kind.</summary>
    public IReadOnlyList<PermissionInfo> Of(OrganisationKind kind, ShopRole role) => All.Items.First(r => r.Of == Group(kind) && r.Role == OrganisationNames.Of(role)).May;

    private static string Group(OrganisationKind kind) => kind is OrganisationKind.Shop or OrganisationKind.Operator ? OrganisationNames.Of(kind) : "other";

    private static IReadOnlyList<PermissionInfo> May(PermissionBook permissions, OrganisationKind kind, ShopRole role)
    {
        var held = permissions.Declared.Where(p => p.Least switch
        {
            Access.ShopStaff => kind == OrganisationKind.Shop,
            Access.ShopOwner => kind == OrganisationKind.Shop && role == ShopRole.Owner,
            Access.Member => true,
            _ => role == ShopRole.Owner,
        }).Select(p => new PermissionInfo(p.Code, p.Wording));
        return kind == OrganisationKind.Operator ? [Everything, .. held] : [.. held];
    }
}
