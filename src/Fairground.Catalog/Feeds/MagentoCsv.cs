using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Magento's product export, version 2, and older tables of its kind. A configurable row names the simple rows that are its variants and
/// usually stands behind them, so the file is read twice. Rows of other store views are translations and are passed over. Key: the sku.
/// </summary>
internal sealed class MagentoCsv : IFeedFormat
{
    // A million variants take about 200 MB; a feed beyond that is split by its sender.
    private const int MostVariants = 500_000;

    public string Name => "magento-csv";

    public int Likelihood(FeedSample sample)
    {
        var header = new CsvHeader(sample.Header);
        if (header.Count("sku") == 0 || header.Count("name", "price", "product type", "type") == 0) return 0;
        if (header.Count("attribute set code", "attribute set") == 0) return 0;
        return Math.Min(100, 50 + (10 * header.Count("attribute set code", "store view code", "product type", "additional attributes", "product websites", "configurable variations", "category", "qty")));
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var parents = await Parents(file, options, ct);
        MagentoColumns? columns = null;
        await foreach (var row in CsvRows.Of(file, options, first => columns = new MagentoColumns(new CsvHeader(first.Cells)), ct))
        {
            if (row.Broken) yield return CsvRows.Broken(row);
            else if (columns!.Store.Of(row) is "" or "default" or "admin" or "all" && new MagentoRow(row, columns, parents, options.Now).Record() is { } record) yield return record;
        }
    }

    // Which goods every variant belongs to, and by what it is chosen.
    private static async Task<Dictionary<string, MagentoParent>> Parents(FeedFile file, FeedReadOptions options, CancellationToken ct)
    {
        var parents = new Dictionary<string, MagentoParent>(StringComparer.OrdinalIgnoreCase);
        MagentoColumns? columns = null;
        await foreach (var row in CsvRows.Of(file, options, first => columns = new MagentoColumns(new CsvHeader(first.Cells)), ct))
        {
            if (!columns!.Variations.Exists) break;
            if (row.Broken) continue;
            var (sku, labels) = (columns.Sku.CodeOf(row), Labels(columns.VariationLabels.Of(row)));
            foreach (var variation in columns.Variations.Of(row).Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var pairs = MagentoRow.Pairs(variation);
                var own = pairs.Find(p => p.Name == "sku").Value;
                if (string.IsNullOrEmpty(own) || parents.Count >= MostVariants) continue;
                parents.TryAdd(own, new MagentoParent(sku, [.. pairs.Where(p => p.Name != "sku" && p.Value.Length > 0).Select(p => new FeedOption(labels.GetValueOrDefault(p.Name, XmlWords.Label(p.Name)), p.Value))]));
            }
        }
        return parents;
    }

    // "size_strap=Size Strap"
    private static Dictionary<string, string> Labels(string cell) => MagentoRow.Pairs(cell).DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value);
}

/// <summary>The goods that a simple row is a variant of.</summary>
internal sealed record MagentoParent(string Sku, IReadOnlyList<FeedOption> Options);

/// <summary>The columns of Magento's tables.</summary>
internal sealed class MagentoColumns
{
    // Columns that are told otherwise, or are for Magento itself.
    private static readonly HashSet<string> Internal = new(StringComparer.Ordinal)
    {
        "sku", "name", "price", "qty", "category", "categories", "description", "short description", "special price", "attribute set", "new", "sale", "erin recommends", "weight", "image", "images", "store", "type", "status",
    };

    public MagentoColumns(CsvHeader header)
    {
        Sku = header.Column("sku");
        Store = header.Column("store view code", "store");
        Type = header.Column("product type", "type");
        Name = header.Column("name", "title");
        Description = header.Column("description");
        Short = header.Column("short description");
        Price = header.Column("price");
        Special = header.Column("special price");
        SpecialFrom = header.Column("special price from date", "special from date");
        SpecialTo = header.Column("special price to date", "special to date");
        Categories = header.Column("categories", "category");
        Online = header.Column("product online", "status");
        Visibility = header.Column("visibility");
        Quantity = header.Column("qty", "quantity");
        InStock = header.Column("is in stock");
        Managed = header.Column("manage stock");
        ManagedByShop = header.Column("use config manage stock");
        Base = header.Column("base image", "image");
        More = header.Column("additional images", "media image");
        Attributes = header.Column("additional attributes");
        Variations = header.Column("configurable variations");
        VariationLabels = header.Column("configurable variation labels");
        Vendor = header.Column("manufacturer", "brand");
        if (Attributes.Exists) return;
        Own = [.. header.Cells.Select((cell, i) => (Name: CsvHeader.Normal(cell), Column: new CsvColumn(i, cell.Trim()))).Where(c => c.Name.Length > 0 && !Internal.Contains(c.Name)).Select(c => c.Column)];
    }

    public CsvColumn Sku { get; }

    public CsvColumn Store { get; }

    public CsvColumn Type { get; }

    public CsvColumn Name { get; }

    public CsvColumn Description { get; }

    public CsvColumn Short { get; }

    public CsvColumn Price { get; }

    public CsvColumn Special { get; }

    public CsvColumn SpecialFrom { get; }

    public CsvColumn SpecialTo { get; }

    public CsvColumn Categories { get; }

    public CsvColumn Online { get; }

    public CsvColumn Visibility { get; }

    public CsvColumn Quantity { get; }

    public CsvColumn InStock { get; }

    public CsvColumn Managed { get; }

    public CsvColumn ManagedByShop { get; }

    public CsvColumn Base { get; }

    public CsvColumn More { get; }

    public CsvColumn Attributes { get; }

    public CsvColumn Variations { get; }

    public CsvColumn VariationLabels { get; }

    public CsvColumn Vendor { get; }

    /// <summary>Columns of the shop's own attributes, where they do not stand together in one.</summary>
    public IReadOnlyList<CsvColumn> Own { get; } = [];
}

/// <summary>A row of Magento's table.</summary>
internal sealed class MagentoRow(CsvRecord row, MagentoColumns columns, Dictionary<string, MagentoParent> parents, DateTimeOffset now)
{
    public FeedRecord? Record()
    {
        var (sku, type) = (columns.Sku.CodeOf(row), columns.Type.Of(row).ToLowerInvariant());
        // Older tables go on with more values of the goods above.
        if (sku.Length == 0) return columns.Name.Of(row).Length > 0 ? new FeedProblem(row.Line, 1, columns.Sku.Name, FeedCodes.KeyMissing, Key("The row has no sku.")) : null;
        if (type is "grouped" or "bundle") return new FeedProblem(row.Line, 1, columns.Type.Name, FeedCodes.Grouped, Key("Sets of goods have no price of their own; their parts are imported each for itself."));
        if (parents.TryGetValue(sku, out var parent)) return new FeedVariant(row.Line, parent.Sku, Offer(sku) with { Options = parent.Options, Stock = IsOffline() ? "0" : Stock() });
        return Product(sku, type == "configurable");
    }

    /// <summary>"a=1,b=2, and more,c=3": a comma parts pairs where a name and a sign of equality follow. Values may stand in quotes of their own: <c>a="1, 2",b="3"</c>.</summary>
    public static List<(string Name, string Value)> Pairs(string cell)
    {
        var pairs = new List<(string Name, string Value)>();
        for (var at = 0; at < cell.Length;)
        {
            var comma = cell.IndexOf(',', at) is >= 0 and var next ? next : cell.Length;
            var piece = cell[at..comma];
            var sign = piece.IndexOf('=', StringComparison.Ordinal);
            var name = sign > 0 ? piece[..sign].Trim() : "";
            at = comma + 1;
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                if (pairs.Count > 0) pairs[^1] = (pairs[^1].Name, $"{pairs[^1].Value},{piece}");
                continue;
            }
            var value = piece[(sign + 1)..].Trim();
            // A quote that is closed further on holds its commas together.
            if (value.StartsWith('"') && Quoted(cell, cell.IndexOf('"', comma - piece.Length + sign), out var end) is { } quoted) (value, at) = (quoted, end);
            pairs.Add((name, value));
        }
        return pairs;
    }

    private static string? Quoted(string cell, int open, out int end)
    {
        var value = new System.Text.StringBuilder();
        for (end = open + 1; end < cell.Length; end++)
        {
            if (cell[end] != '"') value.Append(cell[end]);
            else if (end + 1 < cell.Length && cell[end + 1] == '"') value.Append(cell[end++]);
            else
            {
                end = cell.IndexOf(',', end) is >= 0 and var comma ? comma + 1 : cell.Length;
                return value.ToString().Trim();
            }
        }
        return null;
    }

    private FeedProduct Product(string sku, bool configurable)
    {
        var hidden = columns.Visibility.Of(row).StartsWith("Not Visible", StringComparison.OrdinalIgnoreCase);
        return new FeedProduct(row.Line, 1, sku)
        {
            Name = XmlWords.Plain(columns.Name.Of(row)),
            Sku = sku,
            Vendor = columns.Vendor.Of(row),
            Html = columns.Description.Of(row) is { Length: > 0 } text ? text : columns.Short.Of(row),
            Categories = Categories(),
            Price = Price(),
            Active = !IsOffline() && !hidden,
            Pictures = [.. CsvRows.List($"{columns.Base.Of(row)},{columns.More.Of(row)}", ',', ';').Where(p => p != "no_selection").Select(p => new FeedPicture(row.Line, p, columns.Base.Name))],
            Attributes = Attributes(),
            Variants = configurable ? [] : [Offer(sku)],
            VariantsElsewhere = configurable,
        };
    }

    private FeedOffer Offer(string sku) => new(row.Line) { Sku = sku, Price = Price(), Stock = Stock() };

    private FeedPrice Price()
    {
        var (price, special) = (columns.Price.Of(row), columns.Special.Of(row));
        return special.Length > 0 && SpecialHolds() ? new FeedPrice(special, columns.Special.Name, price) : new FeedPrice(price, columns.Price.Name);
    }

    private bool SpecialHolds() => !(FeedDates.Read(columns.SpecialFrom.Of(row)) > now) && !(FeedDates.Read(columns.SpecialTo.Of(row))?.AddDays(1) < now);

    // 1 is on and 2 is off, in Magento's own counting.
    private bool IsOffline() => columns.Online.Of(row).ToLowerInvariant() is "2" or "disabled" || FeedText.IsNo(columns.Online.Of(row));

    private string Stock()
    {
        if (FeedText.IsNo(columns.InStock.Of(row))) return "0";
        return FeedText.IsNo(columns.Managed.Of(row)) && FeedText.IsNo(columns.ManagedByShop.Of(row)) ? "" : columns.Quantity.Of(row);
    }

    private List<string> Categories()
    {
        var cell = columns.Categories.Of(row);
        // The older kind lists names without telling which stands in which.
        if (CsvHeader.Normal(columns.Categories.Name) == "category") return [.. CsvRows.List(cell, '\n').Select(FeedText.Level)];
        var paths = CsvRows.List(cell, ',', '|').Select(path => path.Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(FeedText.Level).ToList());
        return [.. paths.Select(p => string.Join(" > ", p.Count > 0 && p[0] is "Default Category" or "Root Catalog" ? p.Skip(1) : p)).Where(p => p.Length > 0).Distinct()];
    }

    private List<FeedAttribute> Attributes()
    {
        var found = Pairs(columns.Attributes.Of(row)).Where(p => p.Name is not ("has_options" or "required_options") && p.Value.Length > 0)
            .Select(p => new FeedAttribute(XmlWords.Label(p.Name), p.Value.Replace("|", ", ", StringComparison.Ordinal))).ToList();
        found.AddRange(columns.Own.Select(c => new FeedAttribute(XmlWords.Label(c.Name), string.Join(", ", CsvRows.List(c.Of(row), '\n', '|')))).Where(a => a.Value.Length > 0));
        return found;
    }
}

/// <summary>Dates as tables have them.</summary>
internal static class FeedDates
{
    private static readonly string[] Shapes = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "M/d/yy", "M/d/yyyy", "M/d/yy, h:mm tt", "yyyy/MM/dd"];

    /// <summary>The instant, in UTC, or null where it is none.</summary>
    public static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParseExact(text.Trim(), Shapes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var exact) ? exact
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) ? other : null;
}
