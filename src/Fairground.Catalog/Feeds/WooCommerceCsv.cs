using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// WooCommerce's product export: one row a product; variations are rows of their own that name their parent by SKU or <c>id:44</c> and
/// may stand before it. Lists have commas inside and between their items; line breaks are the two characters <c>\n</c>.
/// </summary>
internal sealed class WooCommerceCsv : IFeedFormat
{
    public string Name => "woocommerce-csv";

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        var columns = new WooCommerceColumns(header);
        // Name, SKU and price stand in many tables; only what no other writes makes it this one.
        if (!columns.Name.Exists || !(columns.Type.Exists || columns.Published.Exists)) return 0;
        var own = (columns.RegularOnly.Exists ? 1 : 0) + (columns.Visibility.Exists ? 1 : 0) + (columns.Attributes.Count > 0 ? 1 : 0)
            + Math.Min(2, header.Count("tax status", "is featured", "in stock", "backorders allowed", "sold individually", "grouped products", "cross sells", "allow customer reviews"));
        // Shopify's and Magento's columns are nothing that WooCommerce writes.
        if (own == 0 || header.Count("handle", "variant price", "additional attributes", "attribute set code") > 0) return 0;
        return Math.Min(30 + (own * 20), 100);
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var reader = new CsvReader(text, options.Separator);
        if (await reader.Read(ct) is not { } first) yield break;
        var rows = new Rows(new WooCommerceColumns(new CsvHeader(first.Cells)), options.Now);
        while (await reader.Read(ct) is { } row)
        {
            yield return row.Broken
                ? new FeedProblem(row.Line, 1, "", FeedCodes.QuoteOpen, Key("A quote is opened on this line and never closed."))
                : rows.Read(row);
        }
    }

    // Items of a list: a comma parts them unless a backslash stands before it.
    internal static IEnumerable<string> List(string text)
    {
        const char Kept = '\u0001';
        return text.Replace("\\,", Kept.ToString(), StringComparison.Ordinal)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Replace(Kept, ','));
    }

    private sealed class Rows(WooCommerceColumns columns, DateTimeOffset now)
    {
        public FeedRecord Read(CsvRecord row)
        {
            var types = List(columns.Type.Of(row).ToLowerInvariant()).ToList();
            if (types.Contains("variation") || types.Contains("вариация")) return Variation(row);
            if (types.Contains("grouped")) return new FeedProblem(row.Line, 1, columns.Type.Name, FeedCodes.Grouped, Key("Grouped goods have no price of their own; their parts are imported each for itself."));
            return Product(row, types);
        }

        private FeedRecord Product(CsvRecord row, List<string> types)
        {
            var (sku, id, name) = (columns.Sku.CodeOf(row), columns.Id.Of(row), columns.Name.Of(row));
            var key = sku.Length > 0 ? sku : id.Length > 0 ? $"id:{id}" : Slug.Of(name, "");
            if (key.Length == 0) return new FeedProblem(row.Line, 1, columns.Sku.Name, FeedCodes.KeyMissing, Key("The row has neither an SKU, an id nor a name."));
            var variable = types.Exists(t => t.StartsWith("variable", StringComparison.Ordinal));
            return new FeedProduct(row.Line, 1, key)
            {
                Name = Plain(name),
                Sku = sku,
                Vendor = columns.Brand.Of(row),
                Html = Html(row),
                CategoryList = columns.Categories.Of(row),
                Price = Price(row),
                Active = Active(row),
                Pictures = Pictures(row),
                Aliases = id.Length > 0 ? [$"id:{id}", key] : [key],
                // Of variable goods they are what the variations are chosen by.
                Attributes = variable ? [] : [.. Options(row).Select(o => new FeedAttribute(o.Name, o.Value))],
                VariantsElsewhere = variable,
                Variants = variable ? [] : [Offer(row, withOptions: false)],
            };
        }

        private FeedRecord Variation(CsvRecord row)
        {
            var parent = columns.Parent.CodeOf(row);
            if (parent.Length == 0) return new FeedProblem(row.Line, 1, columns.Parent.Name, FeedCodes.ParentMissing, Key("A variation must name its parent."));
            // A variation that is switched off is not for sale; it is no fault either.
            if (FeedText.IsNo(columns.Published.Of(row))) return new FeedVariant(row.Line, parent, Offer(row, withOptions: true) with { Stock = "0" });
            return new FeedVariant(row.Line, parent, Offer(row, withOptions: true));
        }

        private FeedOffer Offer(CsvRecord row, bool withOptions) => new(row.Line)
        {
            Options = withOptions ? [.. Options(row)] : [],
            Sku = columns.Sku.CodeOf(row),
            Price = Price(row),
            Stock = Stock(row),
            Barcode = columns.Barcode.CodeOf(row),
        };

        private IEnumerable<FeedOption> Options(CsvRecord row)
        {
            foreach (var (name, value) in columns.Attributes)
            {
                var (title, chosen) = (name.Of(row), value.Of(row).Replace("\\,", ",", StringComparison.Ordinal));
                // No value: any will do.
                if (title.Length > 0 && chosen.Length > 0) yield return new FeedOption(title, chosen);
            }
        }

        // The reduced price where it holds today; the regular one is then what it is compared with.
        private FeedPrice Price(CsvRecord row)
        {
            var (regular, sale) = (columns.Regular.Of(row), columns.Sale.Of(row));
            if (sale.Length == 0 || !SaleHolds(row)) return new FeedPrice(regular, columns.Regular.Name);
            return new FeedPrice(sale, columns.Sale.Name, regular);
        }

        private bool SaleHolds(CsvRecord row)
        {
            var (from, to) = (FeedDates.Read(columns.SaleFrom.Of(row)), FeedDates.Read(columns.SaleTo.Of(row)));
            return (from is null || from <= now) && (to is null || now < to.Value.AddDays(1));
        }

        private bool Active(CsvRecord row) =>
            !FeedText.IsNo(columns.Published.Of(row)) && !columns.Visibility.Of(row).Equals("hidden", StringComparison.OrdinalIgnoreCase);

        // No number but "in stock": nobody counts. No number and not in stock: none.
        private string Stock(CsvRecord row)
        {
            var stock = columns.Stock.Of(row);
            return stock.Length == 0 && FeedText.IsNo(columns.InStock.Of(row)) ? "0" : stock;
        }

        private string Html(CsvRecord row)
        {
            var (description, brief) = (Plain(columns.Description.Of(row)), Plain(columns.Short.Of(row)));
            if (description.Length == 0) return brief;
            return brief.Length == 0 || brief == description ? description : $"{brief}\n\n{description}";
        }

        private List<FeedPicture> Pictures(CsvRecord row) =>
            [.. List(columns.Images.Of(row)).Distinct().Select(source => new FeedPicture(row.Line, source, columns.Images.Name))];

        private static string Plain(string text) =>
            text.Contains('\\', StringComparison.Ordinal) ? text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "", StringComparison.Ordinal).Replace("\\,", ",", StringComparison.Ordinal) : text;
    }
}
