using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Spree's product export: rows with one slug, one after another, are one product; the first has its text, the others are variants, each
/// with its picture. Behind them prices in other currencies may follow, row by row; those of the shop's currency count. Key: the slug.
/// </summary>
internal sealed class SpreeCsv : IFeedFormat
{
    private const int MostRows = 2000;
    private const int MostPrices = 1_000_000;

    public string Name => "spree-csv";

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        if (header.Count("slug") == 0 || header.Count("sku", "name", "price") < 2) return 0;
        return Math.Min(100, 30 + (15 * header.Count("option1 name", "inventory count", "track inventory", "available on", "discontinue on", "image1 src", "compare at price", "category1", "inventory backorderable")));
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var prices = await Prices(file, options, ct);
        Columns? columns = null;
        var rows = new List<CsvRecord>();
        string? own = null;
        var said = false;
        await foreach (var row in CsvRows.Of(file, options, first => columns = new Columns(new CsvHeader(first.Cells), prices), ct))
        {
            if (row.Broken)
            {
                yield return CsvRows.Broken(row);
                continue;
            }
            own ??= columns!.CurrencyOf(row);
            if (columns!.CurrencyOf(row) is { Length: > 0 } other && other != own)
            {
                if (!said) yield return new FeedProblem(row.Line, 0, columns.Currency.Name, FeedCodes.PriceCurrencies, Fill(Key("The file has prices in several currencies; those in {0} are taken."), (prices.Count > 0 ? options.Currency : own)), Rejects: false);
                said = true;
                continue;
            }
            var slug = columns.Slug.Of(row);
            if (rows.Count > 0 && (slug.Length == 0 || slug != columns.Slug.Of(rows[0]) || rows.Count >= MostRows))
            {
                yield return columns.Product(rows);
                rows.Clear();
            }
            if (slug.Length == 0) yield return new FeedProblem(row.Line, 1, columns.Slug.Name, FeedCodes.KeyMissing, Key("The row has no slug."));
            else rows.Add(row);
        }
        if (rows.Count > 0) yield return columns!.Product(rows);
    }

    // Prices in the shop's currency by SKU, where the file's first is another.
    private static async Task<Dictionary<string, FeedPrice>> Prices(FeedFile file, FeedReadOptions options, CancellationToken ct)
    {
        var prices = new Dictionary<string, FeedPrice>(StringComparer.Ordinal);
        if (options.Currency.Length == 0) return prices;
        Columns? columns = null;
        await foreach (var row in CsvRows.Of(file, options, first => columns = new Columns(new CsvHeader(first.Cells), prices), ct))
        {
            if (!row.Broken && columns!.CurrencyOf(row) == options.Currency && prices.Count < MostPrices) prices.TryAdd(columns.SkuOf(row), columns.WrittenPrice(row));
        }
        return prices;
    }

    private sealed class Columns(CsvHeader header, Dictionary<string, FeedPrice> prices)
    {
        public readonly CsvColumn Slug = header.Column("slug");
        public readonly CsvColumn Currency = header.Column("currency");

        private readonly CsvColumn sku = header.Column("sku");
        private readonly CsvColumn name = header.Column("name");
        private readonly CsvColumn price = header.Column("price");
        private readonly CsvColumn compareAt = header.Column("compare at price");
        private readonly CsvColumn status = header.Column("status");
        private readonly CsvColumn description = header.Column("description");
        private readonly CsvColumn count = header.Column("inventory count");
        private readonly CsvColumn tracked = header.Column("track inventory");
        private readonly CsvColumn barcode = header.Column("barcode");
        private readonly CsvColumn vendor = header.Column("brand", "vendor");
        private readonly CsvColumn[] categories = [.. Enumerable.Range(1, 5).Select(i => header.Column($"category{i}")).Where(c => c.Exists)];
        private readonly CsvColumn[] images = [.. Enumerable.Range(1, 10).Select(i => header.Column($"image{i} src")).Where(c => c.Exists)];
        private readonly (CsvColumn Name, CsvColumn Value)[] options = [.. Enumerable.Range(1, 5).Select(i => (header.Column($"option{i} name"), header.Column($"option{i} value"))).Where(o => o.Item1.Exists)];

        private readonly CsvColumn[] fields =
            [.. header.Cells.Select((cell, i) => new CsvColumn(i, cell.Trim())).Where(c => c.Name.StartsWith("custom_field.", StringComparison.OrdinalIgnoreCase) || c.Name.StartsWith("metafield.", StringComparison.OrdinalIgnoreCase))];

        public FeedProduct Product(List<CsvRecord> rows)
        {
            var first = rows[0];
            // The row of the goods themselves is for sale only where nothing is to be chosen.
            var variants = rows.Where(r => Options(r).Count > 0).ToList();
            return new FeedProduct(first.Line, rows.Count, Slug.Of(first))
            {
                Name = rows.Select(name.Of).FirstOrDefault(n => n.Length > 0, ""),
                Sku = sku.CodeOf(first),
                Vendor = vendor.Of(first),
                Html = description.Of(first),
                Categories = [.. categories.Select(c => c.Of(first)).Where(c => c.Length > 0).Select(Path).Distinct()],
                Price = Price(first),
                Active = status.Of(first).ToLowerInvariant() is "active" or "",
                Attributes = [.. fields.Select(f => new FeedAttribute(XmlWords.Label(f.Name[(f.Name.LastIndexOf('.') + 1)..]), f.Of(first))).Where(a => a.Value.Length > 0)],
                Pictures = [.. rows.SelectMany(r => images.Select(i => (Line: r.Line, Column: i, Source: i.Of(r)))).Where(p => p.Source.Length > 0).DistinctBy(p => p.Source).Select(p => new FeedPicture(p.Line, p.Source, p.Column.Name))],
                Variants = [.. (variants.Count > 0 ? variants : [first]).Select(Offer)],
            };
        }

        private FeedOffer Offer(CsvRecord row) => new(row.Line)
        {
            Options = Options(row),
            Sku = sku.CodeOf(row),
            Price = Price(row),
            Stock = FeedText.IsNo(tracked.Of(row)) ? "" : count.Of(row),
            Barcode = barcode.CodeOf(row),
        };

        private List<FeedOption> Options(CsvRecord row) =>
            [.. options.Select(o => new FeedOption(o.Name.Of(row), o.Value.Of(row))).Where(o => o.Name.Length > 0 && o.Value.Length > 0)];

        public string CurrencyOf(CsvRecord row) => FeedText.CurrencyCode(Currency.Of(row));

        public string SkuOf(CsvRecord row) => sku.CodeOf(row);

        public FeedPrice WrittenPrice(CsvRecord row) => new(price.Of(row), price.Name, compareAt.Of(row), CurrencyOf(row));

        private FeedPrice Price(CsvRecord row) => prices.GetValueOrDefault(SkuOf(row)) ?? WrittenPrice(row);

        private static string Path(string category) => string.Join(" > ", category.Split("->", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(FeedText.Level));
    }
}
