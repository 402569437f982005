using System.Text;

namespace Fairground.Catalog.Feeds;

/// <summary>What was found out about a file before reading it.</summary>
internal sealed record FeedNature(IFeedFormat Format, FeedEncoding Encoding, char Separator);

/// <summary>Finds out a file's encoding, separator and format, or takes what the sender says.</summary>
internal static class FeedOpening
{
    private const int SampleCharacters = 64 * 1024;

    private const int SampleRows = 30;

    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>Refuses with <c>import.encoding_unknown</c>, <c>import.separator_unknown</c>, <c>import.format_unknown</c>.</summary>
    public static async Task<Kernel.Result<FeedNature>> Look(Func<Stream> open, string fileName, FeedWishes wishes, CancellationToken ct)
    {
        if (wishes.Encoding is { Length: > 0 } wanted && FeedEncoding.Named(wanted) is null) return CatalogRefusals.EncodingUnknown;
        if (wishes.Separator is { Length: > 0 } given && Separator(given) is null) return CatalogRefusals.SeparatorUnknown;
        if (wishes.Format is { Length: > 0 } named && FeedFormats.Named(named) is null) return CatalogRefusals.FormatUnknown.Saying(T["There is no format '{0}'. Known are: {1}.", named, string.Join(", ", FeedFormats.All.Select(f => f.Name))]);
        FeedEncoding encoding;
        await using (var whole = open())
        {
            encoding = wishes.Encoding is { Length: > 0 } name ? FeedEncoding.Named(name)! : await FeedEncoding.Detect(whole, ct);
        }
        var sample = await Sample(open, encoding, fileName, wishes.Separator is { Length: > 0 } s ? Separator(s) : null, ct);
        var format = wishes.Format is { Length: > 0 } f ? FeedFormats.Named(f, sample) : FeedFormats.Detect(sample);
        if (format is null) return Unknown(sample.Text);
        return new FeedNature(format, encoding, sample.Separator);
    }

    // What it is instead, where that can be told, so that its sender knows what to do.
    private static Kernel.Refusal Unknown(string text)
    {
        var start = text.AsSpan().TrimStart('\ufeff').TrimStart();
        if (text.StartsWith("\u00d0\u00cf\u0011\u00e0", StringComparison.Ordinal) || text.Contains("W\0o\0r\0k\0b\0o\0o\0k", StringComparison.Ordinal) || text.Contains("Workbook", StringComparison.Ordinal) && text.Contains('\0', StringComparison.Ordinal))
            return CatalogRefusals.FormatUnknown.Saying(T["The file is a workbook of an old kind (.xls). Save it as .xlsx or as CSV and send it again."]);
        if (text.StartsWith("PK\u0003\u0004", StringComparison.Ordinal)) return CatalogRefusals.FormatUnknown.Saying(T["The file is a package that is no workbook we can read. Save a table as .xlsx or as CSV and send it again."]);
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return CatalogRefusals.FormatUnknown.Saying(T["The file is a web page and no feed: maybe its address asks to sign in, or the table was saved as a page. Save it as .xlsx or as CSV and send it again."]);
        if (start.StartsWith("%PDF", StringComparison.Ordinal)) return CatalogRefusals.FormatUnknown.Saying(T["The file is a PDF. Send the table that it was made from."]);
        return CatalogRefusals.FormatUnknown.ToRefusal();
    }

    /// <summary>The text of a file; a byte order mark is left out.</summary>
    public static StreamReader Text(Stream stream, FeedEncoding encoding) => new(stream, encoding.Encoding, detectEncodingFromByteOrderMarks: true, 64 * 1024);

    /// <summary>The separator by its character or its name, or null.</summary>
    public static char? Separator(string text) => text.Trim(' ').ToLowerInvariant() switch
    {
        "," or "comma" => ',',
        ";" or "semicolon" => ';',
        "\t" or "\\t" or "tab" => '\t',
        "|" or "bar" or "pipe" => '|',
        _ => null,
    };

    private static async Task<FeedSample> Sample(Func<Stream> open, FeedEncoding encoding, string fileName, char? separator, CancellationToken ct)
    {
        await using var stream = open();
        using var reader = Text(stream, encoding);
        var characters = new char[SampleCharacters];
        var count = await reader.ReadBlockAsync(characters.AsMemory(), ct);
        var text = new string(characters, 0, count);
        var found = separator ?? Likeliest(text);
        var (table, rows) = (new CsvReader(new StringReader(text), found), new List<IReadOnlyList<string>>());
        while (rows.Count < SampleRows && await table.Read(ct) is { } row) rows.Add(row.Cells);
        return new FeedSample(fileName, text, found, rows.Count > 0 ? rows[0] : []) { Rows = rows };
    }

    // The one that splits most lines into one and the same number of columns: commas stand in titles, in headers ("Price, tenge") and in prices too.
    private static char Likeliest(string text)
    {
        var lines = Counts(text);
        var best = Separators.Select((_, at) => lines.Select(counts => counts[at]).Where(count => count > 0).GroupBy(count => count).Select(same => (long)same.Key * same.Count()).DefaultIfEmpty(0).Max()).ToList();
        return Separators[best.IndexOf(best.Max())];
    }

    // How often each separator stands in each of the first lines, outside of quotes; a line that the sample cuts off tells nothing.
    private static List<int[]> Counts(string text)
    {
        var (lines, counts) = (new List<int[]>(), new int[Separators.Length]);
        var (quoted, before) = (false, '\n');
        foreach (var c in text)
        {
            // A quote opens where a cell begins, and again where it was only half of two; elsewhere it is an inch.
            if (c == '"') quoted = !quoted && (before is '\n' or '"' || Array.IndexOf(Separators, before) >= 0);
            else if (!quoted && c == '\n')
            {
                lines.Add(counts);
                counts = new int[Separators.Length];
                if (lines.Count == SampleRows) return lines;
            }
            else if (!quoted && Array.IndexOf(Separators, c) is >= 0 and var at) counts[at]++;
            if (c is not (' ' or '\r' or '\ufeff')) before = c;
        }
        if (lines.Count == 0 || text.Length < SampleCharacters) lines.Add(counts);
        return lines;
    }
}

/// <summary>What the sender says of a file; null or empty where we are to find out.</summary>
internal sealed record FeedWishes(string? Format, string? Encoding, string? Separator);
