using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Shopify's product export: rows with one handle, one after another, are one product; the first has its text, each may have a variant,
/// a picture, or both. Old and new header wordings. The file names no currency and its SKUs are no keys.
/// </summary>
internal sealed class ShopifyCsv : IFeedFormat
{
    public string Name => "shopify-csv";

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        var score = 0;
        if (header.Count("handle", "url handle") > 0) score += 35;
        if (header.Count("variant price", "variant sku", "variant inventory qty", "variant grams") > 0) score += 35;
        if (header.Count("option1 value", "option1 name") > 0) score += 20;
        if (header.Count("image src", "product image url", "body", "title") > 1) score += 10;
        // A list of stocks by place has no prices.
        if (score >= 35 && header.Count("location") > 0 && header.Count("available", "on hand") > 0) return 90;
        return score;
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var reader = new CsvReader(text, options.Separator);
        if (await reader.Read(ct) is not { } first) yield break;
        var columns = new Columns(new CsvHeader(first.Cells));
        Group? group = null;
        if (columns.HasStockOnly) yield return new FeedFacts(first.Line, false);
        while (await reader.Read(ct) is { } row)
        {
            if (row.Broken)
            {
                yield return new FeedProblem(row.Line, 1, "", FeedCodes.QuoteOpen, Key("A quote is opened on this line and never closed."));
                continue;
            }
            if (group is not null && group.Continues(row))
            {
                group.Add(row);
                continue;
            }
            if (group is not null) yield return group.Finish();
            group = new Group(columns, row);
            group.Add(row);
        }
        if (group is not null) yield return group.Finish();
    }

    private sealed class Columns(CsvHeader header)
    {
        public readonly CsvColumn Handle = header.Column("handle", "url handle");
        public readonly CsvColumn Title = header.Column("title", "product title");
        public readonly CsvColumn Body = header.Column("body", "body html", "description");
        public readonly CsvColumn Vendor = header.Column("vendor");
        public readonly CsvColumn Category = header.Column("product category", "standard product type", "google shopping / google product category");
        public readonly CsvColumn Type = header.Column("type", "custom product type", "product type");
        public readonly CsvColumn Published = header.Column("published", "published on online store");
        public readonly CsvColumn Status = header.Column("status");
        public readonly CsvColumn Sku = header.Column("variant sku", "sku");
        public readonly CsvColumn Price = header.Column("variant price", "price");
        public readonly CsvColumn CompareAt = header.Column("variant compare at price", "compare at price");
        public readonly CsvColumn Stock = header.Column("variant inventory qty", "variant inventory quantity", "inventory quantity");
        public readonly CsvColumn Tracker = header.Column("variant inventory tracker", "inventory tracker");
        public readonly CsvColumn Barcode = header.Column("variant barcode", "barcode");
        public readonly CsvColumn Place = header.Column("location");
        public readonly CsvColumn AtPlace = header.Column("available", "on hand");
        public readonly CsvColumn Image = header.Column("image src", "product image url");
        public readonly CsvColumn ImageAlt = header.Column("image alt text");
        public readonly CsvColumn ImagePosition = header.Column("image position");

        // "Fabric (product.metafields.custom.fabric)"
        public readonly IReadOnlyList<(string Name, CsvColumn Column)> Fields =
            [.. header.Cells.Select((cell, i) => (Cell: cell.Trim(), Index: i, Mark: cell.Trim().IndexOf("(product.metafields.", StringComparison.OrdinalIgnoreCase))).Where(c => c.Mark > 0).Select(c => (c.Cell[..c.Mark].Trim(), new CsvColumn(c.Index, c.Cell)))];

        public bool HasStockOnly => Place.Exists && AtPlace.Exists && !Price.Exists;

        public readonly (CsvColumn Name, CsvColumn Value)[] Options =
            [.. Enumerable.Range(1, 3).Select(i => (header.Column($"option{i} name"), header.Column($"option{i} value")))];
    }

    // The rows of one product.
    private sealed class Group(Columns columns, CsvRecord first)
    {
        private readonly string handle = columns.Handle.Of(first);
        private readonly string[] optionNames = [.. columns.Options.Select(o => o.Name.Of(first))];
        private readonly List<FeedOffer> offers = [];
        private readonly List<(long Order, FeedPicture Picture)> pictures = [];
        private int rows;

        private string Key => handle.Length > 0 ? handle : Slug.Of(columns.Title.Of(first), "");

        public bool Continues(CsvRecord row)
        {
            var other = columns.Handle.Of(row);
            return other.Length == 0 ? columns.Title.Of(row).Length == 0 : other.Equals(handle, StringComparison.OrdinalIgnoreCase);
        }

        public void Add(CsvRecord row)
        {
            rows++;
            AddPicture(row);
            var options = new List<FeedOption>();
            for (var i = 0; i < columns.Options.Length; i++)
            {
                var value = columns.Options[i].Value.Of(row);
                var name = columns.Options[i].Name.Of(row) is { Length: > 0 } own ? own : optionNames[i];
                // Shopify's word for goods that have no variants.
                if (value.Length > 0 && !value.Equals("Default Title", StringComparison.OrdinalIgnoreCase)) options.Add(new FeedOption(name, value));
            }
            if (columns.HasStockOnly)
            {
                AddStock(row, options);
                return;
            }
            var price = columns.Price.Of(row);
            // A row without price and options only brings a picture.
            if (price.Length == 0 && options.Count == 0 && row != first) return;
            if (price.Length == 0 && columns.Sku.Of(row).Length == 0 && row != first) return;
            offers.Add(new FeedOffer(row.Line)
            {
                Options = options,
                Sku = columns.Sku.CodeOf(row),
                Price = new FeedPrice(price, columns.Price.Name, columns.CompareAt.Of(row)),
                Stock = columns.Tracker.Exists && columns.Tracker.Of(row).Length == 0 ? "" : columns.Stock.Of(row),
                Barcode = columns.Barcode.CodeOf(row),
            });
        }

        public FeedRecord Finish()
        {
            var name = columns.Title.Of(first);
            if (Key.Length == 0) return new FeedProblem(first.Line, rows, columns.Handle.Name, FeedCodes.KeyMissing, Kernel.Languages.Words.Key("The row has neither a handle nor a title."));
            if (columns.HasStockOnly) return new FeedProduct(first.Line, rows, Key) { Parts = FeedParts.Stock, Variants = offers };
            var published = columns.Published.Of(first);
            var status = columns.Status.Of(first);
            return new FeedProduct(first.Line, rows, Key)
            {
                Name = name,
                Sku = offers.Count > 0 ? offers[0].Sku : "",
                Vendor = columns.Vendor.Of(first),
                Html = columns.Body.Of(first),
                Categories = Category() is { Length: > 0 } category ? [category] : [],
                Attributes = [.. columns.Fields.Select(f => new FeedAttribute(f.Name, f.Column.Of(first))).Where(a => a.Value.Length > 0)],
                Active = !FeedText.IsNo(published) && (status.Length == 0 || status.Equals("active", StringComparison.OrdinalIgnoreCase)),
                Variants = offers,
                Pictures = [.. pictures.OrderBy(p => p.Order).Select(p => p.Picture)],
            };
        }

        // A variant has a row for each place; what can be sold is there in all of them together.
        private void AddStock(CsvRecord row, List<FeedOption> options)
        {
            var (sku, stock) = (columns.Sku.CodeOf(row), FeedText.Stock(columns.AtPlace.Of(row)) is not null ? columns.AtPlace.Of(row) : "0");
            var at = offers.FindIndex(o => o.Sku == sku && o.Options.SequenceEqual(options));
            if (at < 0) offers.Add(new FeedOffer(row.Line) { Options = options, Sku = sku, Stock = stock });
            else offers[at] = offers[at] with { Stock = YmlOffer.Sum([offers[at].Stock, stock]) };
        }

        private string Category()
        {
            var category = columns.Category.Of(first);
            return category.Length > 0 && !category.Equals("Uncategorized", StringComparison.OrdinalIgnoreCase) && !category.All(char.IsDigit) ? category : columns.Type.Of(first);
        }

        private void AddPicture(CsvRecord row)
        {
            var source = columns.Image.Of(row);
            if (source.Length == 0 || pictures.Any(p => p.Picture.Source == source)) return;
            var order = long.TryParse(columns.ImagePosition.Of(row), System.Globalization.CultureInfo.InvariantCulture, out var position) ? position : row == first ? 0 : 1000 + pictures.Count;
            pictures.Add((order, new FeedPicture(row.Line, source, columns.Image.Name, columns.ImageAlt.Of(row))));
        }
    }
}
