using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>A table's rows with their header; what most tables need besides <see cref="CsvReader"/>.</summary>
internal static class CsvRows
{
    /// <summary>The rows behind the first, which is given with each.</summary>
    public static async IAsyncEnumerable<CsvRecord> Of(FeedFile file, FeedReadOptions options, Action<CsvRecord> header, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var reader = new CsvReader(text, options.Separator);
        if (await reader.Read(ct) is not { } first) yield break;
        header(first);
        while (await reader.Read(ct) is { } row) yield return row;
    }

    /// <summary>What to say of a row that cannot be read.</summary>
    public static FeedProblem Broken(CsvRecord row) => new(row.Line, 1, "", FeedCodes.QuoteOpen, Key("A quote is opened on this line and never closed."));

    /// <summary>Items of a list in a cell, trimmed, none empty and none twice.</summary>
    public static List<string> List(string cell, params char[] separators) => [.. cell.Split(separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
