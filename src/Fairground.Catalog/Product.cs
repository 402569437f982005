using Fairground.Kernel;

namespace Fairground.Catalog;

/// <summary>Goods of one shop, known there by their source key.</summary>
internal sealed class Product
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>What the shop's own system knows it by (C-06): the same key again is the same goods.</summary>
    public required string SourceKey { get; init; }

    public required string Slug { get; set; }

    public string Sku { get; set; } = "";

    public required string Name { get; set; }

    public required string NameLower { get; set; }

    public string Vendor { get; set; } = "";

    /// <summary>Cleaned by the allow-list before it is stored.</summary>
    public string Html { get; set; } = "";

    public string Plain { get; set; } = "";

    /// <summary>Neither read nor written any more: the words of a search stand in tables of their own. The column goes in a later release.</summary>
    public string Search { get; init; } = "";

    /// <summary>True where whoever brought the goods in wrote their words into the search too; what changes later is noted for <see cref="SearchGoods.SearchKeeper"/> as ever.</summary>
    public bool WordsWritten { get; init; }

    public Guid? CategoryId { get; set; }

    public long PriceMinor { get; set; }

    public long? CompareAtMinor { get; set; }

    /// <summary>A price that waits until no certificates are open any more (C-06).</summary>
    public long? PendingPriceMinor { get; set; }

    /// <summary>Since when it waits.</summary>
    public DateTimeOffset? PendingSince { get; set; }

    /// <summary>The source that spoke of the goods last; its current price is asked for when a lot opens.</summary>
    public Guid? SourceId { get; set; }

    public required string Currency { get; init; }

    public bool Active { get; set; }

    /// <summary>True where the feed has the goods on sale, or staff put them there; <see cref="Active"/> is false all the same while they have no price.</summary>
    public bool Listed { get; set; }

    /// <summary>The import that brought the goods in.</summary>
    public Guid? CreatedImport { get; init; }

    /// <summary>The import that changed the goods last; another id where a person did.</summary>
    public Guid? ChangedBy { get; set; }

    /// <summary>Essential goods are never offered for draws (C-08).</summary>
    public bool Essential { get; set; }

    public string ContentHash { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>True where the goods would be on sale, but nobody has said their price yet.</summary>
    public bool WaitsForPrice => Listed && PriceMinor == 0;

    public Money Price => new(PriceMinor, Kernel.Currency.Of(Currency));

    public Money? CompareAt => CompareAtMinor is { } minor ? new Money(minor, Kernel.Currency.Of(Currency)) : null;
}

/// <summary>One way the goods can be had.</summary>
internal sealed class Variant
{
    public Guid Id { get; init; }

    public Guid ProductId { get; init; }

    public int Position { get; init; }

    /// <summary>The shop's own key of the variant, or empty.</summary>
    public string SourceKey { get; init; } = "";

    /// <summary>JSON: <c>[{"name":"Size","value":"L"}]</c>.</summary>
    public required string Options { get; init; }

    public string Sku { get; init; } = "";

    public long PriceMinor { get; init; }

    public long? CompareAtMinor { get; init; }

    /// <summary>Pieces; negative where the shop has sold more than it has, null where nobody counts.</summary>
    public long? Stock { get; init; }

    public string Barcode { get; init; } = "";
}

/// <summary>A picture of goods: ours already, or still to be fetched from where the shop has it.</summary>
internal sealed class Picture
{
    public Guid Id { get; init; }

    public Guid ProductId { get; init; }

    public int Position { get; set; }

    public Guid? FileId { get; set; }

    public string? SourceUrl { get; init; }

    public string Alt { get; set; } = "";

    /// <summary>How often fetching was tried.</summary>
    public int Tries { get; set; }

    /// <summary>When to fetch it next, or null where there is nothing to do.</summary>
    public DateTimeOffset? FetchAt { get; set; }

    /// <summary>Why the last try failed.</summary>
    public string? Error { get; set; }

    public string? Url => FileId is { } file ? $"/files/{file}" : null;
}

/// <summary>Goods in a category; the first one is where the goods mainly belong.</summary>
internal sealed class ProductCategory
{
    public Guid ProductId { get; init; }

    public Guid CategoryId { get; init; }

    public int Position { get; init; }
}

/// <summary>A property of goods that does not choose between variants.</summary>
internal sealed class ProductAttribute
{
    public Guid ProductId { get; init; }

    public int Position { get; init; }

    public required string Name { get; init; }

    public required string Value { get; init; }

    public string Unit { get; init; } = "";
}

/// <summary>Another name that a feed knows goods by, so that variants find their parent in a later file.</summary>
internal sealed class ProductAlias
{
    public Guid ShopId { get; init; }

    public required string Alias { get; init; }

    public Guid ProductId { get; init; }
}
