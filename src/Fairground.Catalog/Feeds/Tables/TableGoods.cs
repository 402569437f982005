namespace Fairground.Catalog.Feeds.Tables;

/// <summary>
/// Turns rows of a plain table into goods. The header may stand some rows below the top; a row with one cell only is a heading, and the
/// goods under it belong to that category. Key: the key column, else the SKU, else the barcode, else the name.
/// </summary>
internal sealed class TableGoods(IReadOnlyDictionary<string, string>? mapping)
{
    /// <summary>A header further down than this is none.</summary>
    public const int MostRowsBeforeHeader = 30;

    private const int LongestProperty = 300;

    // What a row is called that adds up those above it.
    private static readonly HashSet<string> Totals = new(StringComparer.OrdinalIgnoreCase)
    {
        "итого", "всего", "итог", "общий итог", "total", "totals", "grand total", "subtotal", "sub total", "барлығы", "жиыны", "разом", "усього", "summe", "gesamt", "gesamtsumme", "suma", "totale", "合计", "总计", "小计", "합계", "총계", "소계",
    };

    private readonly FeedGroups groups = new();
    private readonly RepeatedRows repeated = new();
    private TableColumns? columns;
    private int looked;
    private bool begun;
    private string heading = "";
    private string above = "";

    /// <summary>What the row gives; the header and what stands above it give nothing.</summary>
    public IEnumerable<FeedRecord> Row(CsvRecord row) => Read(row).SelectMany(repeated.Add);

    private IEnumerable<FeedRecord> Read(CsvRecord row)
    {
        if (row.Broken) return [CsvRows.Broken(row)];
        if (columns is null)
        {
            FindHeader(row);
            return looked == MostRowsBeforeHeader && columns is null ? [new FeedProblem(row.Line, 0, "", FeedCodes.HeaderMissing, Key("No row of headers with a name and a price was found at the top of the table."))] : [];
        }
        // Templates of markets have a row for people and under it one for programs; the lower one counts.
        if (!begun && new TableColumns(row.Cells, mapping) is { Sureness: > 1 } lower && lower.Sureness >= columns.Sureness)
        {
            columns = lower;
            return [];
        }
        if (IsTotal(row, columns)) return [];
        if (row.Cells.Count(c => c.Trim().Length > 0) == 1 && columns["name"].Of(row).Length + row.Cells[0].Trim().Length > 0)
        {
            heading = row.Cells.First(c => c.Trim().Length > 0).Trim();
            return [];
        }
        var records = Records(row, columns);
        var first = !begun;
        begun = true;
        // Without names the table can only change what is there.
        return first && !columns.HasName ? records.Prepend(new FeedFacts(row.Line, false)) : records;
    }

    public IEnumerable<FeedRecord> Finish()
    {
        if (columns is null && looked is > 0 and < MostRowsBeforeHeader) return [new FeedProblem(1, 0, "", FeedCodes.HeaderMissing, Key("No row of headers with a name and a price was found at the top of the table."))];
        return [.. repeated.Finish(), .. groups.Finish()];
    }

    private void FindHeader(CsvRecord row)
    {
        looked++;
        if (looked > MostRowsBeforeHeader) return;
        var found = new TableColumns(row.Cells, mapping);
        if (found.Sureness > 0) columns = found;
    }

    // "Итого:", "Итого по складу", "Всего наименований 12": where anything else has a code of its own it is goods after all.
    private static bool IsTotal(CsvRecord row, TableColumns c)
    {
        var said = row.Cells.FirstOrDefault(cell => cell.Trim().Length > 0)?.Trim().TrimEnd(':', ' ') ?? "";
        if (Totals.Contains(said)) return true;
        var begins = said.StartsWith("итого ", StringComparison.OrdinalIgnoreCase) || said.StartsWith("итого:", StringComparison.OrdinalIgnoreCase) || said.StartsWith("всего ", StringComparison.OrdinalIgnoreCase);
        return begins && Array.TrueForAll(["key", "sku", "barcode"], field => c[field].Of(row) is var code && (code.Length == 0 || code.StartsWith(said, StringComparison.Ordinal)));
    }

    private IEnumerable<FeedRecord> Records(CsvRecord row, TableColumns c)
    {
        var (sku, barcode, name) = (c["sku"].CodeOf(row), c["barcode"].CodeOf(row), c["name"].Of(row));
        var key = Array.Find([c["key"].CodeOf(row), c["uid"].CodeOf(row), sku, barcode, Slug.Of(name, "")], k => k.Length > 0) ?? "";
        // A variation under its goods may have no code of its own.
        if (key.Length == 0 && above.Length > 0 && c["editions"].Of(row).Length > 0) key = Slug.Of(c["editions"].Of(row));
        if (key.Length == 0) return [.. groups.Finish(), new FeedProblem(row.Line, 1, c["sku"].Name, FeedCodes.KeyMissing, Key("The row has neither a code nor a name."))];
        var offer = new FeedOffer(row.Line) { Sku = sku, Price = Price(row, c), Stock = Stock(row, c), Barcode = barcode };
        if (!c.HasName) return [new FeedPatch(row.Line, key, offer with { Key = key }, (c["price"].Of(row).Length > 0 ? FeedParts.Price : FeedParts.None) | (offer.Stock.Length > 0 ? FeedParts.Stock : FeedParts.None))];
        var goods = Goods(row, c, key, name);
        var relation = c["relation"].Of(row).ToLowerInvariant();
        // A parent by itself is not for sale, and its children say all that it does.
        if (relation == "parent") return groups.Finish();
        if (relation == "variation" && above.Length > 0) return [.. groups.Finish(), new FeedVariant(row.Line, above, offer with { Key = key, Options = Editions(c["editions"].Of(row)) })];
        if (c["relation"].Exists && c["editions"].Exists)
        {
            above = key;
            return [.. groups.Finish(), Parent(row, c, goods, offer)];
        }
        var parent = c["parent"].CodeOf(row);
        if (parent.Length > 0) return [.. groups.Finish(), new FeedVariant(row.Line, parent, offer with { Key = key, Options = Editions(c["editions"].Of(row)) })];
        if (c["parent"].Exists) return [.. groups.Finish(), Parent(row, c, goods, offer)];
        var (group, variant) = (c["group"].CodeOf(row), c["variant"].CodeOf(row));
        // A row a variant, all with the goods' own key.
        if (group.Length == 0 && variant.Length > 0) (group, key) = (key, variant);
        if (group.Length > 0 && group == key && barcode.Length > 0) key = barcode;
        if (group.Length > 0) return groups.Add(new FeedMember(group, goods, offer with { Key = key }, Properties(row, c)));
        return [.. groups.Finish(), goods with { Price = offer.Price, Variants = [offer], Attributes = Properties(row, c) }];
    }

    // Goods have a row of their own, before their variants or behind them.
    private static FeedProduct Parent(CsvRecord row, TableColumns c, FeedProduct goods, FeedOffer offer)
    {
        var alone = offer.Price is { Text.Length: > 0 };
        return goods with { Price = offer.Price, Variants = alone ? [offer] : [], VariantsElsewhere = !alone, Attributes = Properties(row, c), Aliases = c["uid"].CodeOf(row) is { Length: > 0 } uid ? [uid] : [] };
    }

    // "Size:S;Colour:Red", "Size=S|Colour=Red"
    private static List<FeedOption> Editions(string cell) =>
        [.. CsvRows.List(cell, ';', '|', '\n').Select(e => e.Split(e.Contains('=', StringComparison.Ordinal) ? '=' : ':', 2, StringSplitOptions.TrimEntries)).Where(e => e.Length == 2 && e[0].Length > 0 && e[1].Length > 0).Select(e => new FeedOption(e[0], e[1]))];

    private FeedProduct Goods(CsvRecord row, TableColumns c, string key, string name) => new(row.Line, 1, key)
    {
        Name = name,
        Sku = c["sku"].CodeOf(row),
        Vendor = c["vendor"].Of(row),
        Html = XmlWords.Unescaped(c["full"].Of(row) is { Length: > 0 } full ? full : c["description"].Of(row)),
        CategoryList = Category(row, c),
        Categories = c.Levels.Count > 0 ? Levels(row, c) : !c["category"].Exists && heading.Length > 0 ? [heading] : [],
        Active = !FeedText.IsNo(c["active"].Of(row)) && c["active"].Of(row).ToLowerInvariant() is not ("скрыт" or "hidden" or "draft" or "черновик" or "disabled" or "inactive" or "archived" or "неактивен" or "снят с продажи") && !IsYes(c["archived"].Of(row)),
        Pictures = [.. c.MorePictures.Prepend(c["pictures"]).SelectMany(column => Addresses(column.Of(row)).Select(p => new FeedPicture(row.Line, p, column.Name))).DistinctBy(p => p.Source)],
        Parts = Parts(c),
    };

    // Trading programs write the way from the top with slashes.
    private static string Category(CsvRecord row, TableColumns c)
    {
        if (c.Levels.Count > 0) return "";
        var cell = c["category"].Of(row);
        // Numbers that only the shop's own program can read.
        if (cell.All(ch => char.IsDigit(ch) || ch is ',' or ';' or ' ' or '|')) return "";
        // Some writers part several with semicolons.
        if (cell.Contains(';', StringComparison.Ordinal) && !cell.Contains(',', StringComparison.Ordinal)) cell = cell.Replace(';', ',');
        return CsvHeader.Normal(c["category"].Name) == "группы" && !cell.Contains('>', StringComparison.Ordinal) ? cell.Replace("/", " > ", StringComparison.Ordinal) : cell;
    }

    // What all goods stand under says nothing.
    private static List<string> Levels(CsvRecord row, TableColumns c)
    {
        var levels = c.Levels.Select(l => l.Of(row)).Where(l => l.Length > 0).Select(FeedText.Level).ToList();
        if (levels is ["Каталог" or "Catalog" or "Склад", _, ..]) levels.RemoveAt(0);
        return levels.Count == 0 ? [] : [string.Join(" > ", levels)];
    }

    private static bool IsYes(string text) => text.ToLowerInvariant() is "1" or "да" or "yes" or "true" or "y" or "иә";

    // What the table has no column for stays as it is on the shelf.
    private FeedParts Parts(TableColumns c) => FeedParts.Name
        | (c["description"].Exists || c["full"].Exists ? FeedParts.Text : FeedParts.None)
        | (c["category"].Exists || c.Levels.Count > 0 || heading.Length > 0 ? FeedParts.Categories : FeedParts.None)
        | (c["pictures"].Exists || c.MorePictures.Count > 0 ? FeedParts.Pictures : FeedParts.None)
        | (c["price"].Exists ? FeedParts.Price : FeedParts.None)
        | (c["stock"].Exists || c["presence"].Exists || c.Points.Count > 0 ? FeedParts.Stock : FeedParts.None)
        | (c.Others.Count + c.Properties.Count > 0 ? FeedParts.Attributes : FeedParts.None);

    private static FeedPrice Price(CsvRecord row, TableColumns c)
    {
        var currency = FeedText.CurrencyCode(c["currency"].Of(row));
        return new FeedPrice(c["price"].Of(row), c["price"].Name, c["compare_at"].Of(row), currency.Length > 0 ? currency : CurrencyOf(c["price"].Name));
    }

    // "Цена, тенге"; "Price (KZT)". Roubles are Russia's or Belarus's: the shop's own currency decides.
    private static string CurrencyOf(string header)
    {
        if (FeedText.CurrencyIn(header) is { Length: > 0 } code) return code;
        return header.Split([' ', ',', '(', ')', '/', '.', ':', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant()).Where(word => word is "тенге" or "теңге" or "тг" or "тнг" or "грн" or "долл" or "евро").Select(FeedText.CurrencyCode).FirstOrDefault("");
    }

    // In pieces, in a word beside them where no pieces are said, or by the places that have any.
    private static string Stock(CsvRecord row, TableColumns c)
    {
        if (c["stock"].Of(row) is { Length: > 0 } pieces) return Stock(pieces);
        if (c["presence"].Of(row) is { Length: > 0 } word) return Stock(word);
        var points = c.Points.Select(p => p.Of(row)).Where(p => p.Length > 0).ToList();
        if (points.Count == 0) return "";
        if (points.TrueForAll(p => FeedText.IsNo(p))) return "0";
        return points.TrueForAll(p => FeedText.IsNo(p) || FeedText.Stock(p) is not null) ? YmlOffer.Sum(points) : "";
    }

    private static string Stock(string cell)
    {
        if (cell is "+" or "!" or "-") return cell == "-" ? "0" : "";
        var compact = string.Concat(cell.Where(ch => !char.IsWhiteSpace(ch)));
        if (FeedText.Stock(compact) is not null) return compact;
        // "10 шт", ">100", "более 10"
        var digits = new string([.. compact.SkipWhile(ch => !char.IsDigit(ch)).TakeWhile(char.IsDigit)]);
        return digits.Length > 0 && cell.Length < 20 && !FeedText.IsNo(cell) ? digits : FeedText.StockInWords(cell);
    }

    private static List<string> Addresses(string cell) => cell.Contains("://", StringComparison.Ordinal) ? CsvRows.List(cell, ' ', ';', '|', '\n', ',') : CsvRows.List(cell, ';', '|', '\n', ',');

    private static List<FeedAttribute> Properties(CsvRecord row, TableColumns c) =>
        [.. c.Properties.Select(p => new FeedAttribute(p.Name.Of(row), p.Value.Of(row), p.Unit?.Of(row) ?? "")).Concat(c.Others.Where(o => CsvHeader.Normal(o.Name) is not ("" or "n" or "no" or "action")).Select(o => new FeedAttribute(Property(o.Name), o.Of(row)))).Where(a => a.Value.Length is > 0 and <= LongestProperty)];

    // "Свойство: Размер", "Characteristics:Material"
    private static string Property(string header)
    {
        foreach (var mark in (string[])["Свойство:", "Параметр:", "Характеристика:", "Characteristics:", "Attribute:", "Доп. поле:"])
        {
            if (header.StartsWith(mark, StringComparison.OrdinalIgnoreCase) && header.Length > mark.Length) return header[mark.Length..].Trim();
        }
        return header;
    }
}
