using Fairground.Catalog.ImportFeed;

namespace Fairground.Catalog.KeepHistory;

/// <summary>
/// What a price and a stock were until an instant. What they are now stands with the goods, so that bringing goods in writes no history and
/// the first row appears with the first change.
/// </summary>
internal sealed class GoodsHistory
{
    /// <summary>How long history is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>Changed by a person on a page or over the API.</summary>
    public const string ByHand = "hand";

    /// <summary>A waiting price that was let in.</summary>
    public const string ByRelease = "release";

    public Guid Id { get; init; }

    public Guid ProductId { get; init; }

    /// <summary>Null for the goods as a whole: their lowest price and the stock of all variants together.</summary>
    public Guid? VariantId { get; init; }

    public DateTimeOffset Until { get; init; }

    public long PriceMinor { get; init; }

    /// <summary>Pieces; null where nobody counts.</summary>
    public long? Stock { get; init; }

    /// <summary>The import's or edit's id, or <see cref="ByHand"/>, <see cref="ByRelease"/>.</summary>
    public required string EndedBy { get; init; }

    /// <summary>What ends where goods go from one state to another: of the goods, and of each variant where there are several.</summary>
    public static IEnumerable<(Guid? VariantId, long PriceMinor, long? Stock)> Ended(GoodsState old, GoodsState next)
    {
        var (before, after) = (Total(old.Variants.Select(v => v.Stock)), Total(next.Variants.Select(v => v.Stock)));
        if (old.PriceMinor != next.PriceMinor || before != after) yield return (null, old.PriceMinor, before);
        if (old.Variants.Count < 2 || ReferenceEquals(old.Variants, next.Variants)) yield break;
        var left = next.Variants.ToDictionary(v => v.Id);
        foreach (var variant in old.Variants)
        {
            if (!left.TryGetValue(variant.Id, out var now) || now.PriceMinor != variant.PriceMinor || now.Stock != variant.Stock) yield return (variant.Id, variant.PriceMinor, variant.Stock);
        }
    }

    /// <summary>Pieces of all together; null where one of them is not counted, or there is none.</summary>
    public static long? Total(IEnumerable<long?> stocks)
    {
        long? sum = null;
        foreach (var stock in stocks)
        {
            if (stock is not { } pieces) return null;
            sum = (sum ?? 0) + pieces;
        }
        return sum;
    }
}
