namespace Fairground.Documents.KeepTaxProfile;

/// <summary>How an organisation is named and taxed on its documents. Rows are only added: the last version holds, and documents keep what held when they were issued.</summary>
internal sealed class TaxProfile
{
    public Guid OrganisationId { get; init; }

    /// <summary>Counts from 1.</summary>
    public int Version { get; init; }

    public required string LegalName { get; init; }

    public required string Street { get; init; }

    public required string City { get; init; }

    public string? Postcode { get; init; }

    /// <summary>ISO 3166; <c>ZZ</c> for the demo's rules.</summary>
    public required string Country { get; init; }

    /// <summary>ISO 3166-2, where the tax differs by region.</summary>
    public string? Region { get; init; }

    public string? TaxId { get; init; }

    /// <summary>The number in the trade register, where it is another one.</summary>
    public string? RegistrationId { get; init; }

    /// <summary>True where the organisation is registered for the tax.</summary>
    public bool Registered { get; init; }

    /// <summary>The rate's code of goods that have none of their own; null for that of the rules.</summary>
    public string? Category { get; init; }

    public Guid ChangedBy { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Goods with a rate of their own.</summary>
internal sealed class GoodsRate
{
    public Guid ProductId { get; init; }

    public Guid ShopId { get; init; }

    public required string Rate { get; set; }

    public Guid ChangedBy { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}
