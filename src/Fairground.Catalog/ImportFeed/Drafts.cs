using Fairground.Catalog.CleanHtml;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.SearchGoods;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What a draft is about.</summary>
internal enum DraftKind
{
    /// <summary>Goods as the feed has them.</summary>
    Goods,

    /// <summary>Variants and changes for goods that are on the shelf already.</summary>
    Additions,
}

/// <summary>What a feed says of goods, in our own terms, ready to be compared with the shelf. What it does not speak of is left as it is there.</summary>
internal sealed record ProductDraft(long Line, int Rows, string Key, DraftKind Kind, FeedParts Parts)
{
    public string Name { get; init; } = "";

    public string Sku { get; init; } = "";

    public string Vendor { get; init; } = "";

    public string RawHtml { get; init; } = "";

    public IReadOnlyList<Guid> Categories { get; init; } = [];

    /// <summary>What the feed says; only heard where it speaks of the goods themselves.</summary>
    public bool Active { get; init; } = true;

    public bool Deleted { get; init; }

    /// <summary>The goods' own price where no variant has one; null where the feed says none.</summary>
    public long? PriceMinor { get; init; }

    public long? CompareAtMinor { get; init; }

    public string PriceField { get; init; } = "";

    public IReadOnlyList<VariantDraft> Variants { get; init; } = [];

    /// <summary>Bare changes, in the order of the file.</summary>
    public IReadOnlyList<PatchDraft> Patches { get; init; } = [];

    public IReadOnlyList<PictureDraft> Pictures { get; init; } = [];

    public IReadOnlyList<FeedAttribute> Attributes { get; init; } = [];

    /// <summary>True where variants come in a file of their own, so that those with options stay.</summary>
    public bool VariantsApart { get; init; }

    /// <summary>True where the goods themselves stand in the same file and were counted with it.</summary>
    public bool InFile { get; init; }

    /// <summary>Other names that later feeds may know the goods by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True where the feed says what the goods are, and not only a figure of theirs.</summary>
    public bool SpeaksOfGoods => Kind == DraftKind.Goods && Parts.HasFlag(FeedParts.Name);

    /// <summary>True where the feed lists the variants, so that those it leaves out are gone.</summary>
    public bool ListsVariants => SpeaksOfGoods && (Variants.Count > 0 || Parts.HasFlag(FeedParts.Price));

    /// <summary><see cref="RawHtml"/> cleaned ahead of its use, or null: whoever uses it then cleans it.</summary>
    public CleanText? Clean { get; init; }

    /// <summary>What new goods like these are found by, where that was worked out ahead of its use.</summary>
    public SearchEntry? Words { get; init; }

    /// <summary>What <see cref="ComputeHash"/> gave when the draft was complete.</summary>
    public string Hash { get; init; } = "";

    /// <summary>SHA-256 over all that is said, lengths included: the same hash is the same goods, and nothing needs to be written. Empty for additions.</summary>
    public string ComputeHash()
    {
        if (Kind == DraftKind.Additions) return "";
        using var text = new HashedText();
        foreach (var part in (ReadOnlySpan<string>)["2", Name, Sku, Vendor, RawHtml]) text.Add(part);
        foreach (var number in (ReadOnlySpan<long?>)[(long)Parts, PriceMinor, CompareAtMinor, Active ? 1 : 0, Deleted ? 1 : 0]) text.Number(number);
        foreach (var category in Categories) text.Id(category);
        foreach (var variant in Variants)
        {
            foreach (var part in (ReadOnlySpan<string>)[variant.Key, variant.Options, variant.Sku, variant.Barcode]) text.Add(part);
            foreach (var number in (ReadOnlySpan<long?>)[variant.PriceMinor, variant.CompareAtMinor, variant.SpeaksOfStock ? 1 : 0, variant.Stock]) text.Number(number);
        }
        foreach (var picture in Pictures)
        {
            text.Add(picture.Source);
            text.Add(picture.Alt);
            text.Id(picture.FileId);
        }
        foreach (var attribute in Attributes)
        {
            foreach (var part in (ReadOnlySpan<string>)[attribute.Name, attribute.Value, attribute.Unit]) text.Add(part);
        }
        return text.Hash();
    }
}

/// <param name="Key">The shop's own key of the variant, or empty.</param>
/// <param name="Options">JSON, or <c>[]</c>.</param>
/// <param name="PriceMinor">Null where the feed says none.</param>
/// <param name="SpeaksOfStock">False where the stock stays as it is.</param>
internal sealed record VariantDraft(long Line, string Key, string Options, string Sku, long? PriceMinor, long? CompareAtMinor, bool SpeaksOfStock, long? Stock, string Barcode)
{
    /// <summary>What the variant costs more (or less) than its goods, in minor units; null where the feed says nothing of the kind.</summary>
    public long? ChangeMinor { get; init; }
}

/// <summary>A bare change of one variant, or of the goods where <paramref name="VariantKey"/> is empty.</summary>
internal sealed record PatchDraft(long Line, string VariantKey, bool SpeaksOfPrice, long? PriceMinor, long? CompareAtMinor, bool SpeaksOfStock, long? Stock, string Field);

/// <param name="Source">As the feed has it.</param>
/// <param name="FileId">Set where the picture came beside the feed.</param>
internal sealed record PictureDraft(string Source, Guid? FileId, string Alt)
{
    public bool IsRemote => Source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
