using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds.Builders;

/// <summary>Exports of shop builders: goods, and behind them their variants and pictures in rows of their own. How a builder writes them is its <see cref="BuilderDialect"/>.</summary>
internal sealed class BuilderCsv(BuilderDialect dialect) : IFeedFormat
{
    // Rows of one product that are held; no shop has more.
    private const int MostRows = 5_000;

    public string Name => dialect.Name;

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        return Array.TrueForAll(dialect.Marks, names => header.Count(names) > 0) ? 95 : 0;
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var reader = new CsvReader(text, options.Separator);
        if (await reader.Read(ct) is not { } first) yield break;
        var header = new CsvHeader(first.Cells);
        Group? group = null;
        while (await reader.Read(ct) is { } record)
        {
            if (record.Broken)
            {
                yield return CsvRows.Broken(record);
                continue;
            }
            var row = new BuilderCells(header, record);
            var kind = dialect.KindOf(row, group is not null);
            if (kind == BuilderRow.Aside) continue;
            if (kind != BuilderRow.Goods && group is not null) group.Add(row, kind);
            else if (kind != BuilderRow.Goods) yield return new FeedProblem(record.Line, 1, "", FeedCodes.ParentMissing, Key("The row belongs to goods that should stand above it, and there are none."));
            else
            {
                if (group is not null) yield return group.Finish();
                group = new Group(dialect, row);
            }
        }
        if (group is not null) yield return group.Finish();
    }

    // The rows of one product.
    private sealed class Group(BuilderDialect dialect, BuilderCells goods)
    {
        private readonly List<BuilderCells> variants = [];
        private readonly List<BuilderCells> pictures = [goods];
        private int rows = 1;

        public void Add(BuilderCells row, BuilderRow kind)
        {
            rows++;
            if (rows > MostRows) return;
            if (kind == BuilderRow.Variant) variants.Add(row);
            else pictures.Add(row);
        }

        public FeedRecord Finish()
        {
            var (title, line) = (goods[dialect.Title], goods.Record.Line);
            var key = Array.Find([goods.Code(dialect.Key), goods.Code(dialect.Sku), Slug.Of(title, "")], k => k.Length > 0);
            if (key is null) return new FeedProblem(line, rows, goods.NameOf(dialect.Title), FeedCodes.KeyMissing, Key("The row has neither an id, an SKU nor a name."));
            var own = variants.Count == 0 || dialect.GoodsAreVariant ? variants.Prepend(goods) : variants;
            var price = dialect.PriceOf(goods);
            return new FeedProduct(line, rows, key)
            {
                Name = title,
                Sku = goods.Code(dialect.Sku),
                Vendor = goods[dialect.Vendor],
                Html = goods[dialect.Text],
                Categories = [.. dialect.CategoriesOf(goods).Where(c => c.Length > 0).Distinct()],
                Price = price,
                Active = dialect.IsVisible(goods),
                Variants = [.. own.Select(row => Offer(row, price))],
                Pictures = [.. pictures.SelectMany(Addresses).DistinctBy(p => p.Source)],
            };
        }

        private FeedOffer Offer(BuilderCells row, FeedPrice goodsPrice)
        {
            var more = row == goods ? "" : dialect.Surcharge(row);
            return new FeedOffer(row.Record.Line)
            {
                Options = row == goods && variants.Count == 0 ? [] : [.. dialect.Options(row, goods)],
                Sku = row.Code(dialect.Sku),
                Price = more.Length > 0 ? goodsPrice with { Text = "" } : dialect.PriceOf(row),
                PriceChange = more is "0" or "0.00" ? "" : more,
                // Goods that are shown and a variant that is not: it cannot be bought.
                Stock = row != goods && !dialect.IsVisible(row) ? "0" : dialect.StockOf(row, goods),
                Barcode = row.Code(dialect.Barcode),
            };
        }

        private IEnumerable<FeedPicture> Addresses(BuilderCells row)
        {
            var found = CsvRows.List(row[dialect.Pictures], ';', '\n', ' ');
            // "Product Image URL - 2", "product_media_gallery_image_url_1"
            found.AddRange(((string[])["Product Image URL - ", "product_media_gallery_image_url_"]).SelectMany(row.Beginning).Where(p => p.Tail.All(char.IsDigit)).Select(p => p.Text));
            return found.Where(p => p.Contains("://", StringComparison.Ordinal) || dialect.PictureBase.Length > 0)
                .Select(p => new FeedPicture(row.Record.Line, p.Contains("://", StringComparison.Ordinal) ? p : dialect.PictureBase + p, row.NameOf(dialect.Pictures)));
        }
    }
}
