using System.Globalization;
using System.Text.Json;
using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;

namespace Fairground.Catalog.ImportFeed;

/// <summary>One thing that differs between goods before and after.</summary>
/// <param name="Field">In words: price, variant Size: L stock.</param>
internal sealed record Difference(string Field, string Before, string After);

/// <summary>Says what differs between two states of goods, in words a person reads.</summary>
internal sealed class Differences(Currency currency, Func<Guid, string> categoryName)
{
    private const int LongestText = 300;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>All differences; none where nothing that counts has changed.</summary>
    public IEnumerable<Difference> Between(GoodsState old, GoodsState next)
    {
        if (old.Name != next.Name) yield return new("name", old.Name, next.Name);
        if (old.Sku != next.Sku) yield return new("SKU", old.Sku, next.Sku);
        if (old.Vendor != next.Vendor) yield return new("maker", old.Vendor, next.Vendor);
        if (old.Html != next.Html) yield return new("description", Short(old.Plain), Short(next.Plain));
        if (old.PriceMinor != next.PriceMinor) yield return new("price", Price(old.PriceMinor), Price(next.PriceMinor));
        if (old.CompareAtMinor != next.CompareAtMinor) yield return new("former price", Price(old.CompareAtMinor), Price(next.CompareAtMinor));
        if (old.PendingPriceMinor != next.PendingPriceMinor) yield return new("waiting price", Price(old.PendingPriceMinor), Price(next.PendingPriceMinor));
        if (old.Active != next.Active) yield return new("on the shelf", YesNo(old.Active), YesNo(next.Active));
        else if (old.Listed != next.Listed) yield return new("in the feed", YesNo(old.Listed), YesNo(next.Listed));
        if (old.Essential != next.Essential) yield return new("essential", YesNo(old.Essential), YesNo(next.Essential));
        if (!old.Categories.SequenceEqual(next.Categories)) yield return new("categories", Categories(old), Categories(next));
        foreach (var difference in Variants(old, next)) yield return difference;
        if (!Shown(old.Pictures).SequenceEqual(Shown(next.Pictures))) yield return new("pictures", Pictures(old), Pictures(next));
        if (!old.Attributes.SequenceEqual(next.Attributes)) yield return new("properties", Attributes(old), Attributes(next));
    }

    /// <summary>What new goods are, in one line.</summary>
    public Difference Created(GoodsState goods) => new("", "", goods.Variants.Count > 1 ? Fill(Key("{0}, {1} variants"), Price(goods.PriceMinor), goods.Variants.Count) : Price(goods.PriceMinor));

    private IEnumerable<Difference> Variants(GoodsState old, GoodsState next)
    {
        if (old.Variants.SequenceEqual(next.Variants)) yield break;
        var before = old.Variants.ToDictionary(v => v.Id);
        var found = false;
        foreach (var variant in next.Variants)
        {
            var name = $"variant {Words(variant)}".TrimEnd();
            if (!before.Remove(variant.Id, out var was)) yield return new(name, "", Price(variant.PriceMinor));
            else
            {
                if (was == variant) continue;
                if (was.PriceMinor != variant.PriceMinor) yield return new($"{name}: price", Price(was.PriceMinor), Price(variant.PriceMinor));
                if (was.CompareAtMinor != variant.CompareAtMinor) yield return new($"{name}: former price", Price(was.CompareAtMinor), Price(variant.CompareAtMinor));
                if (was.Stock != variant.Stock) yield return new($"{name}: stock", Pieces(was.Stock), Pieces(variant.Stock));
                if (was.Sku != variant.Sku) yield return new($"{name}: SKU", was.Sku, variant.Sku);
                if (was.Options != variant.Options) yield return new($"{name}: options", Words(was), Words(variant));
                if (was.Barcode != variant.Barcode) yield return new($"{name}: barcode", was.Barcode, variant.Barcode);
                if (was.Key != variant.Key) yield return new($"{name}: key", was.Key, variant.Key);
            }
            found = true;
        }
        foreach (var gone in before.Values) yield return new($"variant {Words(gone)}".TrimEnd(), Price(gone.PriceMinor), "");
        if (!found && before.Count == 0) yield return new("order of the variants", "", "");
    }

    private static IEnumerable<(string, string, Guid?)> Shown(IEnumerable<PictureState> pictures) => pictures.Select(p => (p.Source, p.Alt, p.FileId));

    private static string Words(VariantState variant)
    {
        var options = variant.Options == "[]" ? [] : JsonSerializer.Deserialize<List<OptionView>>(variant.Options, Json) ?? [];
        if (options.Count > 0) return string.Join(", ", options.Select(o => o.Name.Length > 0 ? $"{o.Name}: {o.Value}" : o.Value));
        return variant.Sku.Length > 0 ? variant.Sku : variant.Key;
    }

    private string Price(long? minor) => minor is null or 0 ? "" : new Money(minor.Value, currency).ToString();

    private static string Pieces(long? stock) => stock?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string YesNo(bool value) => value ? "yes" : "no";

    private string Categories(GoodsState goods) => string.Join(" | ", goods.Categories.Select(categoryName));

    private static string Pictures(GoodsState goods) => Short(string.Join(" ", goods.Pictures.Select(p => p.Source)));

    private static string Attributes(GoodsState goods) => Short(string.Join("; ", goods.Attributes.Select(a => $"{a.Name}: {a.Value} {a.Unit}".TrimEnd())));

    private static string Short(string text) => text.Length > LongestText ? text[..LongestText] + "…" : text;
}
