namespace Fairground.Catalog.Feeds;

/// <summary>One thing that a format finds in a feed.</summary>
/// <param name="Line">Line of the file where it begins, from 1.</param>
/// <param name="Rows">How many rows of data it took.</param>
internal abstract record FeedRecord(long Line, int Rows);

/// <summary>What a file says of itself, before its goods; formats that say nothing leave it out.</summary>
/// <param name="IsFull">True where the file has everything the shop sells, false where it has changes only, null where it does not say.</param>
/// <param name="Currency">ISO 4217 of prices that name none, or empty.</param>
internal sealed record FeedFacts(long Line, bool? IsFull, string Currency = "") : FeedRecord(Line, 0);

/// <summary>A category that a feed declares; its goods may stand in another file and name it by its key.</summary>
/// <param name="Key">What the shop's system knows the category by.</param>
/// <param name="Path">Levels parted by <c>&gt;</c>.</param>
internal sealed record FeedCategory(long Line, string Key, string Path) : FeedRecord(Line, 0);

/// <summary>What a feed speaks of. What it does not speak of stays as it is on the shelf.</summary>
[Flags]
internal enum FeedParts
{
    None = 0,
    Name = 1,
    Text = 2,
    Categories = 4,
    Pictures = 8,
    Price = 16,
    Stock = 32,
    Attributes = 64,
    All = Name | Text | Categories | Pictures | Price | Stock | Attributes,
}

/// <summary>Goods as the feed has them; prices and numbers are still the feed's text.</summary>
/// <param name="Key">What the shop's system knows the goods by.</param>
internal sealed record FeedProduct(long Line, int Rows, string Key) : FeedRecord(Line, Rows)
{
    public string Name { get; init; } = "";

    public string Sku { get; init; } = "";

    public string Vendor { get; init; } = "";

    /// <summary>The description: HTML, or plain text where there is no tag in it.</summary>
    public string Html { get; init; } = "";

    /// <summary>Category paths, levels parted by <c>&gt;</c>; the first is the main one.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Keys of categories that were declared in another file (<see cref="FeedCategory"/>), the main one first.</summary>
    public IReadOnlyList<string> CategoryKeys { get; init; } = [];

    /// <summary>A list of category paths parted by commas, where names may have commas in them.</summary>
    public string CategoryList { get; init; } = "";

    /// <summary>The price where there are no variants, or where theirs are missing.</summary>
    public FeedPrice? Price { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>True where the feed says that the goods are no longer there.</summary>
    public bool Deleted { get; init; }

    /// <summary>What the feed speaks of.</summary>
    public FeedParts Parts { get; init; } = FeedParts.All;

    /// <summary>Properties that do not choose between variants: material, author, power.</summary>
    public IReadOnlyList<FeedAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<FeedOffer> Variants { get; init; } = [];

    public IReadOnlyList<FeedPicture> Pictures { get; init; } = [];

    /// <summary>Other names that later variants may know their parent by (<c>id:44</c>).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True where the variants stand elsewhere in the file, before or after: the goods are put together at its end.</summary>
    public bool VariantsElsewhere { get; init; }

    /// <summary>True where variants come in a file of their own: those on the shelf stay, and what stands here is the goods by themselves.</summary>
    public bool VariantsApart { get; init; }

    /// <summary>True where every row of a group brings the group's goods again: the first one counts and the others are no fault.</summary>
    public bool MayRepeat { get; init; }
}

/// <summary>A variant that stands apart from its goods, maybe before them.</summary>
internal sealed record FeedVariant(long Line, string Parent, FeedOffer Offer) : FeedRecord(Line, 1);

/// <summary>A change of goods that are on the shelf already: a price or a stock by itself.</summary>
/// <param name="Key">The goods' source key.</param>
/// <param name="Offer">The variant it speaks of by <see cref="FeedOffer.Key"/>; with an empty key the goods themselves. Where both keys are one, the feed does not say which of the two it names.</param>
/// <param name="Parts">What it changes: price, stock, or both.</param>
internal sealed record FeedPatch(long Line, string Key, FeedOffer Offer, FeedParts Parts) : FeedRecord(Line, 1);

/// <summary>Something that could not be used as it stands.</summary>
/// <param name="Field">The column or element at fault, as the file calls it.</param>
/// <param name="Rejects">True where goods are lost by it; false where it is only said.</param>
internal sealed record FeedProblem(long Line, int Rows, string Field, string Code, string Text, bool Rejects = true) : FeedRecord(Line, Rows);

/// <summary>One way the goods can be had.</summary>
internal sealed record FeedOffer(long Line)
{
    /// <summary>What the shop's system knows the variant by; empty where only options and SKU tell variants apart.</summary>
    public string Key { get; init; } = "";

    public IReadOnlyList<FeedOption> Options { get; init; } = [];

    public string Sku { get; init; } = "";

    public FeedPrice? Price { get; init; }

    /// <summary>What is added to the goods' own price, as the feed writes it, where the variant has no price of its own; may be negative.</summary>
    public string PriceChange { get; init; } = "";

    /// <summary>Pieces, as the feed writes it; empty where nobody counts.</summary>
    public string Stock { get; init; } = "";

    public string Barcode { get; init; } = "";
}

/// <summary>An option's name and value: Size, L.</summary>
internal sealed record FeedOption(string Name, string Value);

/// <summary>A property of goods.</summary>
/// <param name="Unit">As the feed has it, or empty.</param>
internal sealed record FeedAttribute(string Name, string Value, string Unit = "");

/// <summary>A price as the feed writes it.</summary>
/// <param name="Field">The column it stands in.</param>
/// <param name="CompareAt">The price before a reduction, or empty.</param>
/// <param name="Currency">ISO 4217 where the feed says one, or empty: then the shop's.</param>
internal sealed record FeedPrice(string Text, string Field, string CompareAt = "", string Currency = "");

/// <summary>A picture's address or file name.</summary>
internal sealed record FeedPicture(long Line, string Source, string Field, string Alt = "");
