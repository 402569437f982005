using System.Text.RegularExpressions;

namespace Fairground.Catalog.Feeds.Builders;

/// <summary>Wix: a row says whether it is goods or a variant; variants have the goods' handle, what is chosen, and often a surcharge.</summary>
internal sealed class Wix : BuilderDialect
{
    private const int MostOptions = 6;

    public override string Name => "wix-csv";

    public override string[][] Marks => [["handleid", "handle"], ["fieldtype"], ["productoptionname1", "productimageurl", "media"]];

    public override string[] Key => ["handleid", "handle"];

    public override string[] Text => ["description", "plaindescription"];

    public override string[] Stock => ["inventory"];

    public override string[] Visible => ["visible"];

    public override string[] Barcode => ["barcode"];

    public override string[] Categories => ["collection", "collections"];

    public override string[] Pictures => ["productimageurl", "media"];

    public override string PictureBase => "https://static.wixstatic.com/media/";

    public override BuilderRow KindOf(BuilderCells row, bool open) => row["fieldtype"].ToLowerInvariant() switch { "variant" => BuilderRow.Variant, "product" => BuilderRow.Goods, "media" => BuilderRow.Picture, _ => BuilderRow.Aside };

    public override IEnumerable<FeedOption> Options(BuilderCells row, BuilderCells goods)
    {
        for (var i = 1; i <= MostOptions; i++)
        {
            var (name, value) = (goods[$"productoptionname{i}"], row[$"productoptiondescription{i}", $"productoptionchoices{i}"]);
            // "#ff0000:Red"
            if (value.StartsWith('#') && value.Contains(':', StringComparison.Ordinal)) value = value[(value.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (name.Length > 0 && value.Length > 0) yield return new FeedOption(name, value);
        }
    }

    // Of the older kind a reduction is a share or an amount off the price.
    public override FeedPrice PriceOf(BuilderCells row) => row["strikethroughprice"] is { Length: > 0 } before
        ? new FeedPrice(row["price"], "price", before)
        : new FeedPrice(Reduced(row), "price", Reduced(row) == row["price"] ? "" : row["price"]);

    public override string Surcharge(BuilderCells row) => row["price"].Length == 0 ? row["surcharge"] is { Length: > 0 } more ? more : "0" : "";

    public override string StockOf(BuilderCells row, BuilderCells goods)
    {
        var said = row["inventory"].Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        return said is "instock" or "preorder" ? "" : said is "outofstock" ? "0" : said;
    }

    private static string Reduced(BuilderCells row)
    {
        var (price, value) = (row["price"], row["discountvalue"]);
        if (!decimal.TryParse(price, System.Globalization.CultureInfo.InvariantCulture, out var full) || !decimal.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var less) || less <= 0) return price;
        var reduced = row["discountmode"].Equals("PERCENT", StringComparison.OrdinalIgnoreCase) ? full - (full * less / 100) : full - less;
        return reduced > 0 ? decimal.Round(reduced, 2, MidpointRounding.AwayFromZero).ToString(System.Globalization.CultureInfo.InvariantCulture) : price;
    }
}

/// <summary>Squarespace: the first row of goods has their text and their first variant; rows without a title are further variants.</summary>
internal sealed class Squarespace : BuilderDialect
{
    public override string Name => "squarespace-csv";

    public override bool GoodsAreVariant => true;

    public override string[][] Marks => [["product id non editable", "product page"], ["title"], ["option name 1", "variant id non editable"], ["hosted image urls", "on sale"]];

    public override string[] Key => ["product id non editable", "product url"];

    public override string[] Title => ["title"];

    public override string[] Stock => ["stock"];

    public override string[] Visible => ["visible"];

    public override string[] Pictures => ["hosted image urls"];

    public override BuilderRow KindOf(BuilderCells row, bool open) => row["title"].Length > 0 || !open ? BuilderRow.Goods : BuilderRow.Variant;

    public override IEnumerable<FeedOption> Options(BuilderCells row, BuilderCells goods)
    {
        for (var i = 1; i <= 6; i++)
        {
            var (name, value) = (row[$"option name {i}"] is { Length: > 0 } own ? own : goods[$"option name {i}"], row[$"option value {i}"]);
            if (name.Length > 0 && value.Length > 0) yield return new FeedOption(name, value);
        }
    }

    public override FeedPrice PriceOf(BuilderCells row) => row["on sale"].Equals("yes", StringComparison.OrdinalIgnoreCase) && row["sale price"].Length > 0
        ? new FeedPrice(row["sale price"], "Sale Price", row["price"])
        : new FeedPrice(row["price"], "Price");

    public override string StockOf(BuilderCells row, BuilderCells goods) => row["stock"].Equals("unlimited", StringComparison.OrdinalIgnoreCase) ? "" : row["stock"];

    public override IEnumerable<string> CategoriesOf(BuilderCells row) => row["categories"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(c => c.Trim('/')).Where(c => c.Length > 0).Select(c => string.Join(" > ", c.Split('/').Select(FeedText.Level)));
}

/// <summary>BigCommerce, its older and its newer export: rows say whether they are goods, a variant (SKU), a rule or a picture.</summary>
internal sealed partial class BigCommerce : BuilderDialect
{
    public override string Name => "bigcommerce-csv";

    public override string[][] Marks => [["item type", "item"], ["product name", "name"], ["product code/sku", "inventory tracking"], ["product visible", "is visible"]];

    public override string[] Key => ["product id", "id"];

    public override string[] Title => ["product name", "name"];

    public override string[] Text => ["product description", "description"];

    public override string[] Vendor => ["brand name"];

    public override string[] Sku => ["product code/sku", "sku"];

    public override string[] Stock => ["current stock level", "current stock"];

    public override string[] Visible => ["product visible", "is visible"];

    public override string[] Barcode => ["product upc/ean", "upc/ean", "global trade number"];

    public override string[] Categories => ["category", "categories"];

    // "Image URL (Import)" and "Internal Image URL (Export)" lose what is in brackets.
    public override string[] Pictures => ["image url", "internal image url", "product image url 1", "product image file 1"];

    public override BuilderRow KindOf(BuilderCells row, bool open) => row["item type", "item"].ToLowerInvariant() switch
    {
        "product" => BuilderRow.Goods,
        "sku" or "variant" => BuilderRow.Variant,
        "image" => BuilderRow.Picture,
        _ => BuilderRow.Aside,
    };

    // "[RB]Colour=Red:#ff0000,[S]Size=L", or "Type=Dropdown|Name=Size|Value=L".
    public override IEnumerable<FeedOption> Options(BuilderCells row, BuilderCells goods)
    {
        foreach (Match newer in Newer().Matches(row["options"])) yield return new FeedOption(newer.Groups[1].Value.Trim(), newer.Groups[2].Value.Trim());
        foreach (Match older in Older().Matches(row["product name"])) yield return new FeedOption(older.Groups[1].Value.Trim(), older.Groups[2].Value.Trim());
    }

    public override FeedPrice PriceOf(BuilderCells row)
    {
        var (price, sale, retail) = (row["price"], row["sale price"], row["retail price"]);
        return IsSome(sale) ? new FeedPrice(sale, row.NameOf(["sale price"]), price) : new FeedPrice(price, row.NameOf(["price"]), IsSome(retail) ? retail : "");
    }

    public override string Surcharge(BuilderCells row) => IsSome(row["price"]) ? "" : "0";

    public override string StockOf(BuilderCells row, BuilderCells goods) => goods["track inventory", "inventory tracking"].ToLowerInvariant() is "none" or "" ? "" : row[Stock];

    // The newer export has only their numbers.
    public override IEnumerable<string> CategoriesOf(BuilderCells row) => row[Categories].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(c => !c.All(char.IsDigit)).Select(c => string.Join(" > ", c.Trim('/').Split('/').Select(FeedText.Level)));

    private static bool IsSome(string price) => price.Length > 0 && price.Any(c => c is >= '1' and <= '9');

    [GeneratedRegex(@"Name=([^|]{1,200})\|Value=([^|\[]{1,400}?)(?=\[|,?Type=|\||$)")]
    private static partial Regex Newer();

    [GeneratedRegex(@"\[\w{1,4}\]([^=,\]]{1,200})=([^,\[:]{1,400})")]
    private static partial Regex Older();
}

/// <summary>Ecwid: rows say what they are; variations and options stand behind their goods.</summary>
internal sealed class Ecwid : BuilderDialect
{
    private const string Chosen = "product_variation_option_";

    public override string Name => "ecwid-csv";

    public override string[][] Marks => [["product name"], ["product internal id", "product is available", "product is inventory tracked"], ["product price"]];

    public override string[] Key => ["product internal id", "product sku"];

    public override string[] Title => ["product name"];

    public override string[] Text => ["product description"];

    public override string[] Vendor => ["product brand"];

    public override string[] Sku => ["product variation sku", "product sku"];

    public override string[] Price => ["product variation price", "product price"];

    public override string[] Stock => ["product quantity"];

    public override string[] Visible => ["product is available"];

    public override string[] Barcode => ["product upc"];

    public override string[] Pictures => ["product media main image url"];

    public override BuilderRow KindOf(BuilderCells row, bool open) => row["type"].ToLowerInvariant() switch { "product" or "" => BuilderRow.Goods, "product_variation" => BuilderRow.Variant, _ => BuilderRow.Aside };

    public override IEnumerable<FeedOption> Options(BuilderCells row, BuilderCells goods) => row.Beginning(Chosen).Select(o => new FeedOption(o.Tail.Trim('{', '}', ' '), o.Text));

    public override FeedPrice PriceOf(BuilderCells row) => new(row[Price], row.NameOf(["product price"]), row["product compare at price"]);

    public override string Surcharge(BuilderCells row) => row[Price].Length == 0 ? "0" : "";

    public override string StockOf(BuilderCells row, BuilderCells goods) => FeedText.IsNo(row["product is inventory tracked"] is { Length: > 0 } own ? own : goods["product is inventory tracked"]) ? "" : row[Stock];

    public override IEnumerable<string> CategoriesOf(BuilderCells row) => row.Beginning("product_category_").Where(c => c.Tail.All(char.IsDigit)).Select(c => string.Join(" > ", c.Text.Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(FeedText.Level)));
}
