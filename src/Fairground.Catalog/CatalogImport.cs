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
public sealed record ImportReport(
    Guid ImportId, string State, string Format, string Encoding, string Separator, long Rows, long Read, long Created, long Updated, long Unchanged, long Rejected, long Deactivated,
    long ProblemsTotal, IReadOnlyList<ImportProblemLine> Problems, string? ErrorCode, string? ErrorText);

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
    /// Refuses with <c>shop.not_found</c>, <c>import.format_unknown</c>, <c>file.empty</c>; what goes wrong later stands in the report.
    /// </summary>
    /// <param name="picturesFolder">Where pictures that the feed names without an address are found by their file name; or null.</param>
    public async Task<Result<ImportReport>> RunFromFile(Guid shopId, string path, string? format, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        await using var hold = await Hold(shopId, ct);
        await using var scope = scopes.CreateAsyncScope();
        Result<Import> started;
        await using (var content = File.OpenRead(path))
        {
            started = await scope.ServiceProvider.GetRequiredService<StartImport>().FromFile(shopId, null, path, content, [], new ImportWishes(format, null, null, Full: false), ct);
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
