using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Shows how imports stand.</summary>
internal static class ShowImport
{
    /// <summary>Problems shown at once; the rest is counted.</summary>
    public const int MostShown = 1000;

    public static async Task<ImportReport> Report(CatalogContext catalog, Import import, CancellationToken ct)
    {
        var problems = await catalog.ImportProblems.AsNoTracking().Where(p => p.ImportId == import.Id).OrderBy(p => p.N).Take(MostShown).ToListAsync(ct);
        return Summary(import) with { Problems = [.. problems.Select(p => new ImportProblemLine(p.Line, p.Field, p.Code, p.Said))] };
    }

    public static ImportReport Summary(Import import) => new(
        import.Id, import.State, import.Format, import.Encoding, import.Separator, import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Deactivated,
        import.Problems, [], import.ErrorCode, import.ErrorText, import.IsDryRun, import.IsFull, import.Differences, Notes(import),
        import.UndoState is { } undo ? new ImportUndo(undo, import.Undone, import.UndoLeft, import.UndoneAt) : null);

    public static IReadOnlyList<ImportNote> Notes(Import import) => import.Notes == "[]" ? [] : JsonSerializer.Deserialize<List<ImportNote>>(import.Notes, ImportTally.Json) ?? [];
}
