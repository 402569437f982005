using System.Globalization;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>One thing that a dry run found would change.</summary>
/// <param name="Product">The goods' key in the shop's system.</param>
/// <param name="What"><c>new</c>, <c>changed</c> or <c>off the shelf</c>.</param>
/// <param name="Field">In words; empty for new goods.</param>
public sealed record ImportDifferenceLine(string Product, string Name, string What, string Field, string Before, string After);

/// <summary>An import's problems and differences: in pages, or all of them as a table to download.</summary>
internal static class ImportTables
{
    private const int Chunk = 2000;

    public static async Task<Result<Page<ImportProblemLine>>> Problems(CatalogContext catalog, Guid importId, string? cursor, int limit, CancellationToken ct)
    {
        if (After(cursor) is not { } after) return CommonRefusals.CursorInvalid;
        var found = await catalog.ImportProblems.AsNoTracking().Where(p => p.ImportId == importId && p.N > after).OrderBy(p => p.N).Take(limit + 1).ToListAsync(ct);
        return new Page<ImportProblemLine>([.. found.Take(limit).Select(p => new ImportProblemLine(p.Line, p.Field, p.Code, p.Said))], found.Count > limit ? Next(found[limit - 1].N) : null);
    }

    public static async Task<Result<Page<ImportDifferenceLine>>> Differences(CatalogContext catalog, Guid importId, string? cursor, int limit, CancellationToken ct)
    {
        if (After(cursor) is not { } after) return CommonRefusals.CursorInvalid;
        var found = await catalog.ImportDifferences.AsNoTracking().Where(d => d.ImportId == importId && d.N > after).OrderBy(d => d.N).Take(limit + 1).ToListAsync(ct);
        return new Page<ImportDifferenceLine>([.. found.Take(limit).Select(Line)], found.Count > limit ? Next(found[limit - 1].N) : null);
    }

    /// <summary>All kept problems as CSV.</summary>
    /// <param name="forPeople">As the page says them, in the reader's language; programs read the same whoever asks.</param>
    public static PushStreamHttpResult ProblemsFile(CatalogContext catalog, Guid importId, bool forPeople, CancellationToken ct) =>
        File("problems", importId, forPeople ? [T["Line"], T["Field"], T["Code"], T["What"]] : ["line", "field", "code", "text"], async write =>
        {
            for (var after = 0; ;)
            {
                var some = await catalog.ImportProblems.AsNoTracking().Where(p => p.ImportId == importId && p.N > after).OrderBy(p => p.N).Take(Chunk).ToListAsync(ct);
                if (some.Count == 0) return;
                foreach (var p in some) await write([p.Line.ToString(CultureInfo.InvariantCulture), p.Field, p.Code, forPeople ? T.Again(p.Said) : p.Said]);
                after = some[^1].N;
            }
        });

    /// <summary>All differences as CSV.</summary>
    /// <param name="forPeople">As above.</param>
    public static PushStreamHttpResult DifferencesFile(CatalogContext catalog, Guid importId, bool forPeople, CancellationToken ct) =>
        File("differences", importId, forPeople ? [T["Key"], T["Name"], T["What"], T["Field"], T["Before"], T["After"]] : ["product", "name", "what", "field", "before", "after"], async write =>
        {
            for (var after = 0; ;)
            {
                var some = await catalog.ImportDifferences.AsNoTracking().Where(d => d.ImportId == importId && d.N > after).OrderBy(d => d.N).Take(Chunk).ToListAsync(ct);
                if (some.Count == 0) return;
                foreach (var d in some) await write(forPeople ? Said(d) : [d.ProductKey, d.Name, d.What, d.Field, d.Before, d.After]);
                after = some[^1].N;
            }
        });

    private static string[] Said(ImportDifference d) =>
        [d.ProductKey, d.Name, ReadDifference.What(d.What) is { Length: > 0 } what ? what : T["Changed"], ReadDifference.Field(d.Field), ReadDifference.Value(d.Field, d.Before), ReadDifference.Value(d.Field, d.After)];

    public static ImportDifferenceLine Line(ImportDifference d) => new(d.ProductKey, d.Name, d.What, d.Field, d.Before, d.After);

    private static PushStreamHttpResult File(string name, Guid importId, string[] head, Func<Func<string[], Task>, Task> rows) => TypedResults.Stream(
        async body =>
        {
            // With its mark, so that spreadsheets read the file as UTF-8.
            await using var text = new StreamWriter(body, new UTF8Encoding(true), leaveOpen: true);
            Task Write(string[] cells) => text.WriteLineAsync(string.Join(',', cells.Select(Cell)));
            await Write(head);
            await rows(Write);
        },
        "text/csv; charset=utf-8",
        $"{name}-{importId}.csv");

    // A spreadsheet takes what begins like a formula for one; it must see a text.
    private static string Cell(string text)
    {
        if (text.Length > 0 && (text[0] is '=' or '@' or '\t' or '\r' || (text[0] is '+' or '-' && !decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _)))) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Next(int n) => Cursor.Write(n.ToString(CultureInfo.InvariantCulture));

    private static int? After(string? cursor)
    {
        var read = Cursor.Read(cursor);
        if (read.Refused) return null;
        return read.Value is null ? 0 : int.TryParse(read.Value, CultureInfo.InvariantCulture, out var n) ? n : null;
    }
}
