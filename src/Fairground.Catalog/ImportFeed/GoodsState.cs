using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Goods as they stand on the shelf, or as they are to stand there. A price of 0 is none: such goods wait for one and are not on sale.</summary>
/// <param name="Key">What the shop's system knows the goods by.</param>
internal sealed record GoodsState(Guid Id, string Key)
{
    public string Name { get; init; } = "";

    public string Sku { get; init; } = "";

    public string Vendor { get; init; } = "";

    public string Html { get; init; } = "";

    public string Plain { get; init; } = "";

    public IReadOnlyList<Guid> Categories { get; init; } = [];

    public long PriceMinor { get; init; }

    public long? CompareAtMinor { get; init; }

    public long? PendingPriceMinor { get; init; }

    public DateTimeOffset? PendingSince { get; init; }

    public bool Active { get; init; }

    /// <summary>True where the feed has the goods on sale; <see cref="Active"/> differs from it where staff hid or showed them by hand, or no price is known.</summary>
    public bool Listed { get; init; }

    /// <summary>Never offered for draws (C-08); only people say so, never a feed.</summary>
    public bool Essential { get; init; }

    public string Hash { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public Guid? CreatedImport { get; init; }

    /// <summary>The import that changed the goods last; another id where a person did.</summary>
    public Guid? ChangedBy { get; init; }

    public IReadOnlyList<VariantState> Variants { get; init; } = [];

    /// <summary>Those that came from the feed; pictures that staff added are none of an import's business.</summary>
    public IReadOnlyList<PictureState> Pictures { get; init; } = [];

    public IReadOnlyList<FeedAttribute> Attributes { get; init; } = [];
}

/// <summary>A variant on the shelf; a price of 0 is none.</summary>
internal sealed record VariantState(Guid Id, string Key, string Options, string Sku, long PriceMinor, long? CompareAtMinor, long? Stock, string Barcode);

/// <summary>A picture from a feed, and how far its fetching is.</summary>
internal sealed record PictureState(Guid Id, string Source, Guid? FileId, string Alt, int Tries, DateTimeOffset? FetchAt, string? Error);
