using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds.Tables;

/// <summary>
/// Reads one sheet of a workbook row by row. Only the words that cells share are held in memory, up to a limit; parts that unpack to far
/// more than they are packed are refused.
/// </summary>
internal sealed class XlsxBook : IAsyncDisposable
{
    private const int MostWords = 2_000_000;
    private const int MostWordCharacters = 64 * 1024 * 1024;
    private const int MostColumns = 1000;
    private const int MostStyles = 65_000;

    private readonly ZipArchive? archive;
    private readonly FeedEncoding utf8 = FeedEncoding.Named("utf-8")!;
    private readonly List<string> words = [];
    private readonly HashSet<string> dates = [];
    private readonly Dictionary<string, int> codes = [];
    private ZipArchiveEntry? sheet;

    private XlsxBook(ZipArchive? archive) => this.archive = archive;

    /// <summary>Why the workbook cannot be read, or cannot be read on; or null.</summary>
    public FeedFault? Fault { get; private set; }

    /// <summary>Opens the workbook as far as the beginning of its rows.</summary>
    /// <param name="sheetName">The sheet to read; empty for the first that can be seen.</param>
    public static async Task<XlsxBook> Open(FeedFile file, string sheetName, CancellationToken ct)
    {
        ZipArchive? archive = null;
        try
        {
            archive = await ZipArchive.CreateAsync(await OnDisk.Of(file.Open(), ct), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, ct);
            // The list of parts is read only now.
            _ = archive.Entries.Count;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            return new XlsxBook(archive) { Fault = new FeedFault(1, 0, Key("The file is no workbook: it cannot be unpacked.")) };
        }
        var book = new XlsxBook(archive);
        if (await book.FindSheet(sheetName, ct)) await book.LoadWords(ct);
        if (book.Fault is null) await book.LoadDates(ct);
        return book;
    }

    /// <summary>Rows with anything in them, each cell at its place.</summary>
    public async IAsyncEnumerable<CsvRecord> Rows([EnumeratorCancellation] CancellationToken ct)
    {
        if (Fault is not null || sheet is null) yield break;
        using var feed = XmlFeed.Open(Part(sheet), isChecked: false);
        long number = 0;
        await foreach (var piece in feed.Walk(static (name, _) => name == "row", ct))
        {
            if (piece.Name != "row") continue;
            number = long.TryParse(piece.Element.Attr("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? said : number + 1;
            var cells = Cells(piece.Element);
            if (cells.Exists(c => !string.IsNullOrWhiteSpace(c))) yield return new CsvRecord(number, cells, Broken: false);
        }
        // A fault's line in the part means nothing to a person; the row does.
        if (feed.Fault is { } fault) Fault = fault with { Line = number + 1, Column = 0 };
    }

    public async ValueTask DisposeAsync()
    {
        if (archive is not null) await archive.DisposeAsync();
    }

    private FeedFile Part(ZipArchiveEntry entry) => new(() => new UnpackedPart(entry.Open, entry.CompressedLength), utf8);

    private ZipArchiveEntry? Entry(string path) => archive!.Entries.FirstOrDefault(e => e.FullName.TrimStart('/').Equals(path, StringComparison.OrdinalIgnoreCase));

    private async Task<bool> FindSheet(string name, CancellationToken ct)
    {
        if (Entry("xl/workbook.xml") is not { } workbook)
        {
            Fault = new FeedFault(1, 0, Key("The file is no workbook: it has no list of sheets."));
            return false;
        }
        var sheets = await Elements(workbook, "sheet", ct);
        var chosen = name.Length > 0 ? sheets.Find(s => s.Attr("name").Equals(name, StringComparison.OrdinalIgnoreCase)) : sheets.Find(s => s.Attr("state").Length == 0 || s.Attr("state") == "visible") ?? sheets.FirstOrDefault();
        var relations = Entry("xl/_rels/workbook.xml.rels") is { } part ? await Elements(part, "Relationship", ct) : [];
        var id = chosen?.Attributes().FirstOrDefault(a => a.Name.LocalName == "id")?.Value;
        var target = relations.Find(r => r.Attr("Id") == id)?.Attr("Target") ?? "worksheets/sheet1.xml";
        sheet = chosen is null ? null : Entry(target.StartsWith('/') ? target.TrimStart('/') : $"xl/{target}");
        if (Fault is null && sheet is null) Fault = new FeedFault(1, 0, name.Length > 0 ? Fill(Key("The workbook has no sheet '{0}'."), name) : Key("The workbook has no sheet that can be read."));
        return Fault is null;
    }

    private async Task<List<XElement>> Elements(ZipArchiveEntry entry, string name, CancellationToken ct)
    {
        var found = new List<XElement>();
        using var feed = XmlFeed.Open(Part(entry), isChecked: false);
        await foreach (var piece in feed.Walk(static (_, _) => false, ct))
        {
            if (piece.Name == name && found.Count < 10_000) found.Add(piece.Element);
        }
        Fault ??= feed.Fault;
        return found;
    }

    private async Task LoadWords(CancellationToken ct)
    {
        if (Entry("xl/sharedStrings.xml") is not { } part) return;
        using var feed = XmlFeed.Open(Part(part), isChecked: false);
        var characters = 0;
        await foreach (var piece in feed.Walk(static (name, _) => name == "si", ct))
        {
            if (piece.Name != "si") continue;
            words.Add(Words(piece.Element));
            characters += words[^1].Length;
            if (words.Count <= MostWords && characters <= MostWordCharacters) continue;
            Fault = new FeedFault(1, 0, Key("The workbook has more text than can be held at once; save it as CSV."));
            return;
        }
        Fault = feed.Fault;
    }

    // Which styles show a number as a date: it was typed as one, or a spreadsheet took a code like 10-12 for one. And which with zeros before it: that is a code.
    private async Task LoadDates(CancellationToken ct)
    {
        if (Entry("xl/styles.xml") is not { } part) return;
        var (own, padded) = (new HashSet<string>(), new Dictionary<string, int>());
        using var feed = XmlFeed.Open(Part(part), isChecked: false);
        var style = 0;
        await foreach (var piece in feed.Walk(static (name, parents) => name == "xf" && parents.Count > 0 && parents[^1] == "cellXfs", ct))
        {
            if (piece.Name == "numFmt" && IsDate(piece.Element.Attr("formatCode"))) own.Add(piece.Element.Attr("numFmtId"));
            else if (piece.Name == "numFmt" && piece.Element.Attr("formatCode") is { Length: > 1 and <= 20 } zeros && zeros.All(c => c == '0')) padded[piece.Element.Attr("numFmtId")] = zeros.Length;
            else if (piece.Whole)
            {
                var format = piece.Element.Attr("numFmtId");
                if (own.Contains(format) || (int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var known) && known is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58))) dates.Add(style.ToString(CultureInfo.InvariantCulture));
                else if (padded.TryGetValue(format, out var width)) codes[style.ToString(CultureInfo.InvariantCulture)] = width;
                if (++style > MostStyles) return;
            }
        }
        // Looks are no reason to refuse a workbook.
    }

    // Letters of days and years that are neither quoted nor a colour.
    private static bool IsDate(string format) => string.Concat(format.Split('"').Where((_, i) => i % 2 == 0)).Split('[', ']').Where((_, i) => i % 2 == 0).Any(plain => plain.AsSpan().IndexOfAny("yYdD") >= 0);

    private static string Date(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && days is >= 1 and < 2_958_466
            ? new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : value;

    // Text in one piece, or in several of different looks; hints of pronunciation are none of it.
    private static string Words(XElement item) => string.Concat(item.Descendants().Where(e => e.Is("t") && e.Parent?.Is("rPh") != true).Select(t => t.Value));

    private List<string> Cells(XElement row)
    {
        var cells = new List<string>();
        foreach (var cell in row.Children("c"))
        {
            var at = Column(cell.Attr("r")) ?? cells.Count;
            if (at >= MostColumns) continue;
            while (cells.Count <= at) cells.Add("");
            cells[at] = Text(cell);
        }
        return cells;
    }

    private string Text(XElement cell)
    {
        var value = cell.Child("v")?.Value.Trim() ?? "";
        return cell.Attr("t") switch
        {
            "s" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < words.Count ? words[index] : "",
            "inlineStr" => Words(cell),
            "str" => value,
            "b" => value == "1" ? "true" : "false",
            "e" => "",
            _ => dates.Count > 0 && dates.Contains(cell.Attr("s")) ? Date(value) : codes.TryGetValue(cell.Attr("s"), out var width) ? Number(value).PadLeft(width, '0') : Number(value),
        };
    }

    // Workbooks keep numbers as floating ones: 12.300000000000001 was written 12.3, and a barcode may be 4.87E+12.
    private static string Number(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e15
            ? ((decimal)number).ToString("0.##########", CultureInfo.InvariantCulture)
            : value;

    // "BC12" is column 54.
    private static int? Column(string reference)
    {
        var column = 0;
        foreach (var c in reference)
        {
            if (!char.IsAsciiLetter(c)) break;
            if (column > MostColumns) return MostColumns;
            column = (column * 26) + (char.ToUpperInvariant(c) - 'A' + 1);
        }
        return column == 0 ? null : column - 1;
    }
}
