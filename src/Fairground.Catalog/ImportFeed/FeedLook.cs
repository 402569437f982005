using Fairground.Catalog.Feeds;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Kernel;

namespace Fairground.Catalog.ImportFeed;

/// <summary>One column of a table as its sender sees it.</summary>
/// <param name="Name">As the header writes it.</param>
/// <param name="Field">What it is taken for (<c>price</c>, <c>name</c> …), or null for a property of the goods.</param>
/// <param name="Samples">What stands in it in the first rows.</param>
public sealed record FeedColumnView(string Name, string? Field, IReadOnlyList<string> Samples);

/// <summary>What was found out about a feed before anything of it is used.</summary>
/// <param name="Format">Its name, or null where it was not recognised.</param>
/// <param name="Separator">Of columns; empty for files that are no tables.</param>
/// <param name="HeaderLine">Line of the header; 0 where there is none.</param>
/// <param name="Columns">Of a plain table; else empty.</param>
/// <param name="Lines">The first lines as they stand, for files that are no tables.</param>
/// <param name="Fields">What a column can be.</param>
public sealed record FeedSampleView(string? Format, string Encoding, string Separator, long HeaderLine, IReadOnlyList<FeedColumnView> Columns, IReadOnlyList<string> Lines, IReadOnlyList<string> Fields);

/// <summary>Looks at the beginning of a feed and says what it would be read as.</summary>
internal static class FeedLook
{
    private const int SampleRows = 5;
    private const int SampleLines = 12;
    private const int LongestCell = 120;

    /// <summary>Refuses with <c>import.encoding_unknown</c>, <c>import.separator_unknown</c>, <c>import.format_unknown</c> where the sender named a wrong one.</summary>
    public static async Task<Result<FeedSampleView>> Look(Func<Stream> open, string fileName, FeedWishes wishes, IReadOnlyDictionary<string, string>? mapping, CancellationToken ct)
    {
        var looked = await FeedOpening.Look(open, fileName, wishes, ct);
        // A table that nobody recognises is still a table, and its sender can say what the columns are.
        if (looked.Refused && wishes.Format is not { Length: > 0 } && looked.Refusal!.Kind == CatalogRefusals.FormatUnknown) looked = await FeedOpening.Look(open, fileName, wishes with { Format = "table-csv" }, ct);
        if (looked.Refused) return looked.Refusal!;
        var nature = looked.Value;
        var file = new FeedFile(open, nature.Encoding);
        if (!FeedMapping.Fits(nature.Format.Name)) return View(nature, 0, [], await Lines(file, nature, ct));
        var rows = await Rows(file, nature, mapping?.GetValueOrDefault("sheet") ?? "", TableGoods.MostRowsBeforeHeader + SampleRows, ct);
        if (rows.Count == 0) return View(nature, 0, [], await Lines(file, nature, ct));
        var at = Header(rows, mapping);
        var columns = new TableColumns(rows[at].Cells, mapping);
        var below = rows.Skip(at + 1).Take(SampleRows).ToList();
        return View(nature, rows[at].Line, [.. rows[at].Cells.Select((name, i) => new FeedColumnView(Short(name), columns.FieldOf(i), [.. below.Select(r => i < r.Cells.Count ? Short(r.Cells[i]) : "")]))], []);
    }

    /// <summary>The first rows of a table, in either of its two forms.</summary>
    public static async Task<List<CsvRecord>> Rows(FeedFile file, FeedNature nature, string sheet, int most, CancellationToken ct)
    {
        var rows = new List<CsvRecord>();
        if (nature.Format is TableXlsx)
        {
            await using var book = await XlsxBook.Open(file, sheet, ct);
            await foreach (var row in book.Rows(ct))
            {
                rows.Add(row);
                if (rows.Count >= most) break;
            }
            return rows;
        }
        using var text = file.Text();
        var reader = new CsvReader(text, nature.Separator);
        while (rows.Count < most && await reader.Read(ct) is { } row) rows.Add(row);
        return rows;
    }

    // Where words tell nothing it is the first row that is as wide as most are.
    private static int Header(List<CsvRecord> rows, IReadOnlyDictionary<string, string>? mapping)
    {
        var found = rows.FindIndex(r => new TableColumns(r.Cells, mapping).Sureness > 0);
        if (found >= 0) return found;
        int Width(CsvRecord row) => row.Cells.Count(c => c.Trim().Length > 0);
        var widest = rows.Max(Width);
        return rows.FindIndex(r => Width(r) * 2 > widest);
    }

    private static async Task<List<string>> Lines(FeedFile file, FeedNature nature, CancellationToken ct)
    {
        var lines = new List<string>();
        if (nature.Format is TableXlsx) return lines;
        using var text = file.Text();
        var buffer = new char[8 * 1024];
        var count = await text.ReadBlockAsync(buffer.AsMemory(), ct);
        return [.. new string(buffer, 0, count).ReplaceLineEndings("\n").Split('\n').Take(SampleLines).Select(l => l.Length > 300 ? l[..300] + "…" : l)];
    }

    private static FeedSampleView View(FeedNature nature, long line, IReadOnlyList<FeedColumnView> columns, IReadOnlyList<string> lines) =>
        new(nature.Format.Name, nature.Encoding.Name, nature.Format.Name.Contains("csv", StringComparison.Ordinal) || nature.Format.Name.Contains("table", StringComparison.Ordinal) ? nature.Separator.ToString() : "", line, columns, lines, [.. TableColumns.Words.Keys]);

    private static string Short(string text) => text.Length > LongestCell ? text[..LongestCell] + "…" : text;
}
