namespace Fairground.Kernel.Contracts;

/// <summary>What an organisation is in the market (S-10, S-39).</summary>
public enum OrganisationKind
{
    /// <summary>Sells here; the same id as the shop's.</summary>
    Shop = 1,

    /// <summary>Gives what coupons are for.</summary>
    Supplier = 2,

    /// <summary>Makes a service that others sell.</summary>
    Vendor = 3,

    /// <summary>Sells vendors' services to resellers.</summary>
    Distributor = 4,

    /// <summary>Sells services to those who use them.</summary>
    Reseller = 5,

    /// <summary>Runs the market. There is one.</summary>
    Operator = 6,
}

/// <summary>An organisation as other modules may know it.</summary>
/// <param name="OrganisationId">Its id; a shop's is the shop's.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called; a shop's is the shop's.</param>
public sealed record OrganisationInfo(Guid OrganisationId, OrganisationKind Kind, string Name)
{
    /// <summary>The operator's own organisation. Whoever is in it is an operator.</summary>
    public static Guid OperatorId { get; } = Ids.Derive("organisation", "operator");
}

/// <summary>Questions about organisations and who is in them, answered by Identity.</summary>
public interface IOrganisations
{
    /// <summary>The organisation, or null.</summary>
    Task<OrganisationInfo?> Find(Guid organisationId, CancellationToken ct);

    /// <summary>The role of this person in this organisation, or null.</summary>
    Task<ShopRole?> RoleIn(Guid userId, Guid organisationId, CancellationToken ct);

    /// <summary>Everybody in this organisation, of whatever kind, with the role.</summary>
    Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleIn(Guid organisationId, CancellationToken ct);

    /// <summary>The organisations that this person is in, of every kind, with the role.</summary>
    Task<IReadOnlyDictionary<Guid, ShopRole>> OrganisationsOf(Guid userId, CancellationToken ct);
}
