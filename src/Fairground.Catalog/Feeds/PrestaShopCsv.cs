using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// PrestaShop's import tables, and thirty bees': goods, or their combinations in a file of their own. The header says what parts the items
/// of a list. Key: the id, else the reference.
/// </summary>
internal sealed partial class PrestaShopCsv : IFeedFormat
{
    public string Name => "prestashop-csv";

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        if (IsCombinations(header)) return 95;
        if (header.Count("name", "nom") == 0 || header.Count("product id", "id", "reference") == 0) return 0;
        var own = header.Count("tax rules id", "price tax excl", "price tax excluded", "price tax included", "price tax incl", "price tax excluded or price tax included", "wholesale price", "on sale", "url rewritten", "supplier reference", "ecotax", "text when in stock", "id règle de taxes", "prix ht ou ttc", "prix dachat", "en solde");
        return own < 2 ? 0 : Math.Min(100, 40 + (own * 10));
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        CsvHeader? header = null;
        PrestaColumns? columns = null;
        var rows = CsvRows.Of(file, options, first => (header, columns) = (new CsvHeader(first.Cells), new PrestaColumns(new CsvHeader(first.Cells))), ct);
        var began = false;
        await foreach (var row in rows)
        {
            var combinations = IsCombinations(header!);
            if (!began)
            {
                began = true;
                if (combinations) yield return new FeedFacts(1, false);
                else if (columns!.Price.Name.Contains("excl", StringComparison.OrdinalIgnoreCase) && !columns.Price.Name.Contains("included", StringComparison.OrdinalIgnoreCase))
                {
                    yield return new FeedProblem(1, 0, columns.Price.Name, FeedCodes.PriceWithoutTax, Key("The file has prices without tax; they are taken as they stand."), Rejects: false);
                }
            }
            if (row.Broken) yield return CsvRows.Broken(row);
            else if (combinations) yield return Combination(row, columns!);
            else yield return Product(row, columns!, options.Now);
        }
    }

    private static bool IsCombinations(CsvHeader header) => header.Count("attribute") > 0 && header.Count("value") > 0 && header.Count("impact on price", "product id", "product reference") > 1;

    private static FeedRecord Combination(CsvRecord row, PrestaColumns columns)
    {
        var parent = columns.Id.Of(row) is { Length: > 0 } id ? id : columns.ParentReference.CodeOf(row);
        if (parent.Length == 0) return new FeedProblem(row.Line, 1, columns.Id.Name, FeedCodes.ParentMissing, Key("A combination must name its goods."));
        // "Color:color:0, Size:select:1" beside "Blue:0, L:1"
        var names = Lists(columns.Attribute.Of(row)).Select(FirstPart).ToList();
        var values = Lists(columns.Value.Of(row)).Select(FirstPart).ToList();
        var options = names.Zip(values, (n, v) => new FeedOption(n, v)).Where(o => o.Name.Length > 0 && o.Value.Length > 0).ToList();
        var reference = columns.Reference.CodeOf(row);
        return new FeedVariant(row.Line, parent, new FeedOffer(row.Line)
        {
            Key = $"{parent}#{(reference.Length > 0 ? reference : string.Join('/', options.Select(o => o.Value)))}",
            Options = options,
            Sku = reference,
            Stock = columns.Quantity.Of(row),
            Barcode = Barcode(row, columns),
            PriceChange = columns.Impact.Of(row) is { } impact && FeedDecimals.Read(impact) is not null ? impact : "0",
        });
    }

    private static FeedRecord Product(CsvRecord row, PrestaColumns columns, DateTimeOffset now)
    {
        var (id, reference) = (columns.Id.Of(row), columns.Reference.CodeOf(row));
        var key = id.Length > 0 ? id : reference;
        if (key.Length == 0) return new FeedProblem(row.Line, 1, columns.Id.Name, FeedCodes.KeyMissing, Key("The row has neither an id nor a reference."));
        var price = Price(row, columns, now);
        return new FeedProduct(row.Line, 1, key)
        {
            Name = columns.Name.Of(row),
            Sku = reference,
            Vendor = columns.Manufacturer.Of(row),
            Html = columns.Description.Of(row) is { Length: > 0 } text ? text : columns.Short.Of(row),
            Categories = Categories(row, columns),
            Price = price,
            Active = !FeedText.IsNo(columns.Active.Of(row)) && !columns.Visibility.Of(row).Equals("none", StringComparison.OrdinalIgnoreCase),
            Attributes = Features(row, columns),
            Pictures = [.. CsvRows.List(columns.Images.Of(row), PrestaColumns.Separator(columns.Images, row)).Select(p => new FeedPicture(row.Line, p, columns.Images.Name))],
            Aliases = reference.Length > 0 ? [reference] : [],
            VariantsApart = true,
            Variants = [new FeedOffer(row.Line) { Sku = reference, Price = price, Stock = columns.Quantity.Of(row), Barcode = Barcode(row, columns) }],
        };
    }

    // A reduction by an amount or by a share, while it holds.
    private static FeedPrice Price(CsvRecord row, PrestaColumns columns, DateTimeOffset now)
    {
        var text = columns.Price.Of(row);
        var plain = new FeedPrice(text, columns.Price.Name);
        if (FeedDecimals.Read(text) is not { } price || FeedDates.Read(columns.DiscountFrom.Of(row)) > now || FeedDates.Read(columns.DiscountTo.Of(row))?.AddDays(1) < now) return plain;
        var (amount, share) = (FeedDecimals.Read(columns.DiscountAmount.Of(row)) ?? 0, FeedDecimals.Read(columns.DiscountPercent.Of(row)) ?? 0);
        var reduced = amount > 0 ? price - amount : share is > 0 and < 100 ? Math.Round(price * (100 - share) / 100, 2) : price;
        return reduced > 0 && reduced < price ? new FeedPrice(reduced.ToString(CultureInfo.InvariantCulture), columns.Price.Name, text) : plain;
    }

    // Home is the shop itself.
    private static List<string> Categories(CsvRecord row, PrestaColumns columns)
    {
        var paths = CsvRows.List(columns.Categories.Of(row), PrestaColumns.Separator(columns.Categories, row))
            .Select(p => string.Join(" > ", p.Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SkipWhile(level => level is "Home" or "Главная" or "Accueil" or "Inicio").Select(FeedText.Level)));
        return [.. paths.Where(p => p.Length > 0).Distinct()];
    }

    private static List<FeedAttribute> Features(CsvRecord row, PrestaColumns columns)
    {
        var found = columns.Features.Select(f => new FeedAttribute(f.Name, f.Column.Of(row))).ToList();
        foreach (var feature in Lists(columns.Feature.Of(row)))
        {
            var parts = feature.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length > 1) found.Add(new FeedAttribute(parts[0], parts[1]));
        }
        return [.. found.Where(a => a.Name.Length > 0 && a.Value.Length > 0)];
    }

    private static string Barcode(CsvRecord row, PrestaColumns columns) => columns.Ean.CodeOf(row) is { Length: > 0 } ean ? ean : columns.Upc.CodeOf(row);

    private static List<string> Lists(string cell) => [.. cell.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static string FirstPart(string item) => item.Split(':')[0].Trim();

    private sealed partial class PrestaColumns(CsvHeader header)
    {
        public readonly CsvColumn Id = header.Column("product id", "id");
        public readonly CsvColumn ParentReference = header.Column("product reference");
        public readonly CsvColumn Reference = header.Column("reference", "référence n", "référence");
        public readonly CsvColumn Name = header.Column("name", "nom");
        public readonly CsvColumn Active = header.Column("active", "enabled", "actif");
        public readonly CsvColumn Visibility = header.Column("visibility");
        public readonly CsvColumn Price = header.Column("price tax excluded or price tax included", "price tax included", "price tax incl", "price tax excluded", "price tax excl", "prix ht ou ttc", "prix ttc", "price");
        public readonly CsvColumn DiscountAmount = header.Column("discount amount", "montant de la remise");
        public readonly CsvColumn DiscountPercent = header.Column("discount percent", "pourcentage de réduction");
        public readonly CsvColumn DiscountFrom = header.Column("discount from");
        public readonly CsvColumn DiscountTo = header.Column("discount to");
        public readonly CsvColumn Manufacturer = header.Column("manufacturer", "brand", "marque");
        public readonly CsvColumn Ean = header.Column("ean13", "ean", "ean 13");
        public readonly CsvColumn Upc = header.Column("upc");
        public readonly CsvColumn Quantity = header.Column("quantity", "quantité");
        public readonly CsvColumn Short = header.Column("short description", "summary", "résumé");
        public readonly CsvColumn Description = header.Column("description");
        public readonly CsvColumn Categories = header.Column("categories", "category", "catégories");
        public readonly CsvColumn Images = header.Column("image urls", "image url", "images", "url des images");
        public readonly CsvColumn Feature = header.Column("feature", "features", "caractéristique");
        public readonly CsvColumn Attribute = header.Column("attribute");
        public readonly CsvColumn Value = header.Column("value");
        public readonly CsvColumn Impact = header.Column("impact on price");

        public readonly IReadOnlyList<(string Name, CsvColumn Column)> Features =
            [.. header.Cells.Select((cell, i) => (Cell: cell.Trim(), Index: i)).Where(c => c.Cell.StartsWith("Feature:", StringComparison.OrdinalIgnoreCase)).Select(c => (c.Cell[8..].Trim(), new CsvColumn(c.Index, c.Cell)))];

        // "Categories (x,y,z,...)" says it itself; a shop may have set another sign without changing the header.
        public static char Separator(CsvColumn list, CsvRecord row)
        {
            var said = InBrackets().Match(list.Name) is { Success: true } match ? match.Groups[1].Value[0] : ',';
            var cell = list.Of(row);
            return !cell.Contains(said, StringComparison.Ordinal) && cell.Contains('|', StringComparison.Ordinal) ? '|' : said;
        }

        [GeneratedRegex("\\(x\\s*([,;|])\\s*y")]
        private static partial Regex InBrackets();
    }
}

/// <summary>Plain decimal numbers in tables.</summary>
internal static class FeedDecimals
{
    /// <summary>The number, with a point or a comma; null where it is none.</summary>
    public static decimal? Read(string text) =>
        decimal.TryParse(text.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1_000_000_000_000m ? value : null;
}
