using System.Globalization;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// An item of Google Merchant's product data, whichever file it stands in: read by Google's field names, written with spaces
/// (<c>item group id</c>). Key: the item's id, or <c>group:</c> and the group's id where items are variants.
/// </summary>
/// <param name="line">Where it begins.</param>
/// <param name="all">All values of a field, trimmed and not empty.</param>
internal sealed class GoogleItem(long line, Func<string, IEnumerable<string>> all, DateTimeOffset now)
{
    private static readonly (string Field, string Label)[] Chosen = [("color", "Color"), ("size", "Size"), ("pattern", "Pattern"), ("material", "Material"), ("gender", "Gender"), ("age group", "Age group")];

    public string Group => One("item group id");

    // Supplementary feeds have prices and availability only.
    private bool IsPatch => One("title", "structured title", "description", "image link", "link").Length == 0;

    private string Key => Code(One("id"));

    /// <summary>The item as goods of its own, or what is wrong with it.</summary>
    public FeedRecord Alone() => Key.Length == 0 ? new FeedProblem(line, 1, "id", FeedCodes.KeyMissing, Kernel.Languages.Words.Key("The item has no id."))
        : IsPatch ? new FeedPatch(line, Key, Offer(), (Price().Text.Length > 0 ? FeedParts.Price : FeedParts.None) | (Offer().Stock.Length > 0 ? FeedParts.Stock : FeedParts.None))
        : Goods() with { Price = Price(), Variants = [Offer() with { Key = "" }], Attributes = [.. Properties(), .. Other()] };

    /// <summary>The item as a variant, or null where it is none.</summary>
    public FeedMember? Member() => Key.Length == 0 || Group.Length == 0 ? null : new FeedMember(Group, Goods() with { Attributes = Other() }, Offer(), Properties());

    private FeedProduct Goods() => new(line, 1, Key)
    {
        Name = XmlWords.Plain(One("title", "structured title")),
        Sku = Key,
        Vendor = XmlWords.Plain(One("brand")),
        Html = One("description"),
        Categories = Categories(),
        Pictures = [.. all("image link").Concat(all("additional image link").SelectMany(Addresses)).Distinct().Select(p => new FeedPicture(line, p, "image_link"))],
    };

    private FeedOffer Offer() => new(line)
    {
        Key = Key,
        Sku = Key,
        Price = Price(),
        Stock = FeedText.Stock(One("quantity", "sell on google quantity", "inventory")) is not null ? One("quantity", "sell on google quantity", "inventory") : FeedText.StockInWords(One("availability")),
        Barcode = Code(One("gtin", "ean", "upc", "isbn")),
    };

    // The reduced price while it holds; the other is then what it is compared with.
    private FeedPrice Price()
    {
        var (price, sale) = (One("price"), One("sale price"));
        if (sale.Length > 0 && SaleHolds()) return new FeedPrice(sale, "sale_price", price, FeedText.CurrencyIn(sale));
        return new FeedPrice(price, "price", "", FeedText.CurrencyIn(price));
    }

    // "2026-11-01T00:00+0500/2026-11-30T23:59+0500"
    private bool SaleHolds()
    {
        var dates = One("sale price effective date").Split('/');
        if (dates.Length != 2) return true;
        return !(Instant(dates[0]) > now) && !(Instant(dates[1]) < now);
    }

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    // The shop's own categories before Google's, which may be mere numbers.
    private List<string> Categories()
    {
        var own = all("product type").Select(XmlWords.Plain).Distinct().ToList();
        if (own.Count > 0) return own;
        return [.. all("google product category").Select(XmlWords.Plain).Where(c => !c.All(char.IsDigit)).Distinct()];
    }

    private List<FeedAttribute> Properties() => [.. Chosen.Select(c => new FeedAttribute(c.Label, One(c.Field))).Where(a => a.Value.Length > 0)];

    private List<FeedAttribute> Other()
    {
        var found = new List<FeedAttribute>();
        if (One("mpn") is { Length: > 0 } mpn) found.Add(new FeedAttribute("MPN", mpn));
        if (One("condition") is { Length: > 0 } condition && !condition.Equals("new", StringComparison.OrdinalIgnoreCase)) found.Add(new FeedAttribute("Condition", condition));
        // "section:name:value" in tables; elements within in XML come here in the same shape.
        foreach (var detail in all("product detail"))
        {
            var parts = detail.Split(':', 3, StringSplitOptions.TrimEntries);
            if (parts.Length == 3 && parts[1].Length > 0 && parts[2].Length > 0) found.Add(new FeedAttribute(parts[1], parts[2]));
        }
        return found;
    }

    // Several addresses in one cell: a comma before the next scheme parts them, as addresses may have commas in them.
    private static IEnumerable<string> Addresses(string cell)
    {
        var start = 0;
        for (var at = cell.IndexOf(',', StringComparison.Ordinal); at >= 0; at = cell.IndexOf(',', at + 1))
        {
            var rest = cell.AsSpan(at + 1).TrimStart();
            if (!rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) continue;
            yield return cell[start..at].Trim();
            start = at + 1;
        }
        if (cell[start..].Trim() is { Length: > 0 } last) yield return last;
    }

    // Spreadsheets are kept from taking codes for numbers by an apostrophe.
    private static string Code(string text) => text.StartsWith('\'') ? text[1..].Trim() : text;

    private string One(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (all(field).FirstOrDefault() is { } value) return value;
        }
        return "";
    }
}
