using System.Globalization;
using System.Text.Json;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;

namespace Fairground.Catalog.EditGoods;

/// <summary>What many goods are to become; what is left out stays.</summary>
/// <param name="PricePercent">Added to every price: 10 is ten percent dearer, -5.5 five and a half cheaper; above -100, to 1,000.</param>
/// <param name="RoundTo">Whole units of the currency that the new price is a multiple of: 1, 10, 100, 1000; null for the smallest coin.</param>
/// <param name="CategoryId">The one category they are to be in.</param>
/// <param name="Essential">Never offered for draws (C-08).</param>
/// <param name="Active">On the shelf, or hidden.</param>
public sealed record GoodsChange(decimal? PricePercent = null, int? RoundTo = null, Guid? CategoryId = null, bool? Essential = null, bool? Active = null)
{
    /// <summary>True where something is said at all, and all of it can be.</summary>
    internal bool IsValid => PricePercent is null or (> -100 and <= 1000) && RoundTo is null or 1 or 10 or 100 or 1000 && (PricePercent is not null || CategoryId is not null || Essential is not null || Active is not null);

    /// <summary>In a few words, for the list of imports.</summary>
    internal string Words() => string.Join(", ", new[]
    {
        PricePercent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"price {(percent >= 0 ? "+" : "")}{percent:0.##} %") : null,
        CategoryId is not null ? "category" : null,
        Essential switch { true => "essential", false => "not essential", _ => null },
        Active switch { true => "shown", false => "hidden", _ => null },
    }.OfType<string>());
}

/// <summary>An edit as it waits to be done: which goods, and what they become.</summary>
internal sealed record GoodsEdit(IReadOnlyList<Guid> Products, GoodsChange Change)
{
    /// <summary>Goods of one edit.</summary>
    public const int MostGoods = 10_000;

    /// <summary>What stands where an import says its format.</summary>
    public const string Format = "edit";

    public static GoodsEdit Read(string json) => JsonSerializer.Deserialize<GoodsEdit>(json, JsonSerializerOptions.Web)!;

    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>The goods as they are to be. Goods without a price are not put on the shelf.</summary>
    public static GoodsState Of(GoodsState goods, GoodsChange change, Currency currency)
    {
        if (change.PricePercent is { } percent)
        {
            long New(long minor) => minor == 0 ? 0 : Raised(minor, percent, change.RoundTo, currency);
            var price = New(goods.PriceMinor);
            goods = goods with
            {
                PriceMinor = price,
                CompareAtMinor = goods.CompareAtMinor > price ? goods.CompareAtMinor : null,
                Variants = [.. goods.Variants.Select(v => New(v.PriceMinor) is var own && v.CompareAtMinor > own ? v with { PriceMinor = own } : v with { PriceMinor = own, CompareAtMinor = null })],
            };
        }
        if (change.CategoryId is { } category) goods = goods with { Categories = [category] };
        if (change.Essential is { } essential) goods = goods with { Essential = essential };
        if (change.Active is { } active) goods = goods with { Active = active && goods.PriceMinor > 0 };
        return goods;
    }

    /// <summary>A price with a percentage added, half a coin rounded away from zero, never below the smallest coin.</summary>
    internal static long Raised(long minor, decimal percent, int? roundTo, Currency currency)
    {
        var step = roundTo is { } units ? units * (decimal)currency.MinorPerUnit : 1m;
        return Math.Max((long)step, (long)(Math.Round(minor * (100 + percent) / 100 / step, MidpointRounding.AwayFromZero) * step));
    }
}
