using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Catalog;

/// <summary>One thing in a feed that could not be used as it stands.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Field">The column or element, as the file calls it.</param>
/// <param name="Code">Stable: <c>product.price_missing</c>, <c>product.price_frozen</c> …</param>
/// <param name="Text">A sentence for a person.</param>
public sealed record ImportProblemLine(long Line, string Field, string Code, string Text);

/// <summary>What an import came to.</summary>
/// <param name="State"><c>done</c> or <c>failed</c>.</param>
/// <param name="Read">Goods: created + updated + unchanged + rejected.</param>
/// <param name="Problems">Those that are kept; <paramref name="ProblemsTotal"/> counts all.</param>
/// <param name="Deactivated">Goods taken off the shelf: because the whole range does not have them, or the feed says that they are gone.</param>
/// <param name="DryRun">True where nothing was changed.</param>
/// <param name="Full">True where the file was taken for the whole range.</param>
/// <param name="Differences">What a dry run found that would change; <c>imports/{id}/differences</c> lists it.</param>
/// <param name="Notes">What the sender should know about the import as a whole.</param>
public sealed record ImportReport(
    Guid ImportId, string State, string Format, string Encoding, string Separator, long Rows, long Read, long Created, long Updated, long Unchanged, long Rejected, long Deactivated,
    long ProblemsTotal, IReadOnlyList<ImportProblemLine> Problems, string? ErrorCode, string? ErrorText, bool DryRun, bool Full, long Differences, IReadOnlyList<ImportNote> Notes, ImportUndo? Undo);

/// <summary>The undoing of an import.</summary>
/// <param name="State"><c>undone</c>; <c>undoing</c> where it was interrupted and can be begun again; <c>expired</c> where the import is too old for it.</param>
/// <param name="Undone">Goods that are again as they were.</param>
/// <param name="Left">Goods that stayed, because they were changed since; they stand among the problems.</param>
public sealed record ImportUndo(string State, long Undone, long Left, DateTimeOffset? At);

/// <summary>What may be said about a feed beside the file; what is left out the file decides.</summary>
/// <param name="Full">The file is the whole range: other goods are taken off the shelf.</param>
/// <param name="Currency">What prices are in that name no currency.</param>
/// <param name="DryRun">Compare only, and change nothing.</param>
/// <param name="Mapping">A plain table's columns: our fields to their names.</param>
public sealed record ImportOptions(string? Format = null, string? Encoding = null, string? Separator = null, bool? Full = null, string? Currency = null, bool DryRun = false, IReadOnlyDictionary<string, string?>? Mapping = null);

/// <summary>Imports a feed from a file on this machine (C-06): the same job as over the API, run here and now.</summary>
public sealed class CatalogImport
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    private readonly IServiceScopeFactory scopes;
    private readonly ImportDesk desk;
    private readonly TimeProvider time;

    internal CatalogImport(IServiceScopeFactory scopes, ImportDesk desk, TimeProvider time) => (this.scopes, this.desk, this.time) = (scopes, desk, time);

    /// <summary>Names of the formats that can be read.</summary>
    public static IReadOnlyList<string> Formats => [.. Feeds.FeedFormats.All.Select(f => f.Name)];

    /// <summary>
    /// Imports the file into the shop and waits for the end; waits before that where another import of the shop is running.
    /// Refuses with <c>shop.not_found</c>, <c>import.format_unknown</c>, <c>import.currency_other</c>, <c>file.empty</c>; what goes wrong later stands in the report.
    /// </summary>
    /// <param name="picturesFolder">Where pictures that the feed names without an address are found by their file name; or null.</param>
    public async Task<Result<ImportReport>> RunFromFile(Guid shopId, string path, ImportOptions options, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var mapping = options.Mapping is { } said ? FeedMapping.Checked(said) : (Result<IReadOnlyDictionary<string, string>>?)null;
        if (mapping is { Refused: true }) return mapping.Value.Refusal!;
        await using var hold = await Hold(shopId, ct);
        await using var scope = scopes.CreateAsyncScope();
        Result<Import> started;
        await using (var content = File.OpenRead(path))
        {
            started = await scope.ServiceProvider.GetRequiredService<StartImport>().FromFile(shopId, null, path, content, [], new ImportWishes(options.Format, options.Encoding, options.Separator, options.Full, options.Currency, options.DryRun, mapping?.Value), ct);
        }
        if (started.Refused) return started.Refusal!;
        await desk.Run(started.Value.Id, picturesFolder, progress, ct);
        return await Report(scope.ServiceProvider.GetRequiredService<CatalogContext>(), started.Value.Id, ct);
    }

    private async Task<IAsyncDisposable> Hold(Guid shopId, CancellationToken ct)
    {
        while (true)
        {
            if (await desk.Take(shopId, ct) is { } hold) return hold;
            await Task.Delay(Turn, time, ct);
        }
    }

    private static async Task<ImportReport> Report(CatalogContext catalog, Guid importId, CancellationToken ct)
    {
        catalog.ChangeTracker.Clear();
        var import = await catalog.Imports.AsNoTracking().FirstAsync(i => i.Id == importId, ct);
        return await ShowImport.Report(catalog, import, ct);
    }
}
