using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What an import did to goods.</summary>
internal static class ChangeKind
{
    public const string Changed = "changed";
    public const string Created = "created";
}

/// <summary>Goods as they were before an import changed them, so that it can be undone; null where a part was not changed.</summary>
internal sealed record FormerGoods
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string? Name { get; init; }

    public string? Sku { get; init; }

    public string? Vendor { get; init; }

    public string? Html { get; init; }

    public string? Plain { get; init; }

    public long PriceMinor { get; init; }

    public long? CompareAtMinor { get; init; }

    public long? PendingPriceMinor { get; init; }

    public bool Active { get; init; }

    public bool Listed { get; init; }

    /// <summary>Null where it was not changed.</summary>
    public bool? Essential { get; init; }

    public string Hash { get; init; } = "";

    public Guid? ChangedBy { get; init; }

    public IReadOnlyList<Guid>? Categories { get; init; }

    public IReadOnlyList<VariantState>? Variants { get; init; }

    public IReadOnlyList<PictureState>? Pictures { get; init; }

    public IReadOnlyList<FeedAttribute>? Attributes { get; init; }

    /// <summary>What <paramref name="old"/> was where <paramref name="next"/> differs.</summary>
    public static string Json(GoodsState old, GoodsState next) => JsonSerializer.Serialize(
        new FormerGoods
        {
            Name = Unless(old.Name, next.Name),
            Sku = Unless(old.Sku, next.Sku),
            Vendor = Unless(old.Vendor, next.Vendor),
            Html = Unless(old.Html, next.Html),
            Plain = Unless(old.Plain, next.Plain),
            PriceMinor = old.PriceMinor,
            CompareAtMinor = old.CompareAtMinor,
            PendingPriceMinor = old.PendingPriceMinor,
            Active = old.Active,
            Listed = old.Listed,
            Essential = old.Essential == next.Essential ? null : old.Essential,
            Hash = old.Hash,
            ChangedBy = old.ChangedBy,
            Categories = Unless(old.Categories, next.Categories),
            Variants = Unless(old.Variants, next.Variants),
            Pictures = Unless(old.Pictures, next.Pictures),
            Attributes = Unless(old.Attributes, next.Attributes),
        },
        Options);

    public static FormerGoods Read(string json) => JsonSerializer.Deserialize<FormerGoods>(json, Options)!;

    /// <summary>The goods as they were.</summary>
    public GoodsState Over(GoodsState goods) => goods with
    {
        Name = Name ?? goods.Name,
        Sku = Sku ?? goods.Sku,
        Vendor = Vendor ?? goods.Vendor,
        Html = Html ?? goods.Html,
        Plain = Plain ?? goods.Plain,
        PriceMinor = PriceMinor,
        CompareAtMinor = CompareAtMinor,
        PendingPriceMinor = PendingPriceMinor,
        Active = Active,
        Listed = Listed,
        Essential = Essential ?? goods.Essential,
        Hash = Hash,
        ChangedBy = ChangedBy,
        Categories = Categories ?? goods.Categories,
        Variants = Variants ?? goods.Variants,
        Pictures = Pictures ?? goods.Pictures,
        Attributes = Attributes ?? goods.Attributes,
    };

    private static string? Unless(string old, string next) => old == next ? null : old;

    private static IReadOnlyList<T>? Unless<T>(IReadOnlyList<T> old, IReadOnlyList<T> next) => ReferenceEquals(old, next) || old.SequenceEqual(next) ? null : old;
}
