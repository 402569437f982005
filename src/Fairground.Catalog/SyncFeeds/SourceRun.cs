using Fairground.Catalog.HearStores;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.SyncStores;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>One turn of one source: works what its store has told us, looks at it where that is due, and notes what came of it.</summary>
internal sealed class SourceRun(
    CatalogContext catalog, SourceSecrets secrets, FeedAddress addresses, DatabaseSource databases, StoreWalk stores, HookWork hooks, StartImport start, TimeProvider time, ILogger<SourceRun> logger)
{
    private static readonly TimeSpan UntilImported = TimeSpan.FromMinutes(1);

    /// <summary>Runs the source, whose lease is held.</summary>
    public async Task Run(Guid sourceId, CancellationToken ct)
    {
        var source = await catalog.Sources.AsNoTracking().FirstOrDefaultAsync(s => s.Id == sourceId, ct);
        if (source is null) return;
        if (source.HooksAt is { } told && told <= time.GetUtcNow() && !source.Paused) await hooks.Work(source, ct);
        if (source.DueAt is not { } due || due > time.GetUtcNow()) return;
        var last = await catalog.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == source.ImportId, ct);
        if (last is { State: ImportState.Queued or ImportState.Running })
        {
            // What it brought last is not on the shelf yet.
            var later = time.GetUtcNow() + UntilImported;
            await using var transaction = await catalog.BeginWriteAsync(ct);
            await catalog.Sources.Where(s => s.Id == sourceId && s.Version == source.Version).ExecuteUpdateAsync(s => s.SetProperty(x => x.DueAt, later), ct);
            await transaction.CommitAsync(ct);
            return;
        }
        var found = await Look(source, last is { State: ImportState.Failed, ErrorCode: "import.broken" }, ct);
        if (!found.Refused) found = await Keep(source, last, found.Value, ct);
        if (found.Refused) await Failed(source, found.Refusal!, ct);
    }

    private async Task<Result<SourceCatch>> Look(Source source, bool again, CancellationToken ct)
    {
        try
        {
            var secret = secrets.Read(source);
            return source.Kind switch
            {
                SourceKind.Address => await addresses.Look(source, secret, again, ct),
                SourceKind.Postgres or SourceKind.Sqlite => await databases.Look(source, secret, ct),
                _ => await stores.Look(source, secret, ct),
            };
        }
#pragma warning disable CA1031 // A source that breaks in a way nobody foresaw must not be asked every second.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            logger.LogError("Source {Source} broke: {Error} {Where}", source.Id, error.GetType().Name, error.StackTrace);
            return CatalogRefusals.ImportBroken;
        }
#pragma warning restore CA1031
    }

    // The import, what is known of the store and the source's own marks are one transaction.
    private async Task<Result<SourceCatch>> Keep(Source source, Import? last, SourceCatch found, CancellationToken ct)
    {
        var same = found.File is { } file && file.Sha256 == source.FileHash && last is not { State: ImportState.Failed, ErrorCode: "import.broken" };
        Import? import = null;
        if (found.File is not null && !same)
        {
            var made = await start.OfSource(source, found.FileName, found.File, found.Wishes, ct);
            if (made.Refused) return made.Refusal!;
            import = made.Value;
        }
        var now = time.GetUtcNow();
        await using (var transaction = await catalog.BeginWriteAsync(ct))
        {
            var noted = await catalog.Sources.Where(s => s.Id == source.Id && s.Version == source.Version).ExecuteUpdateAsync(
                s => s.SetProperty(x => x.State, import is null ? SourceState.Unchanged : SourceState.Imported).SetProperty(x => x.Code, (string?)null).SetProperty(x => x.Said, (string?)null)
                    .SetProperty(x => x.Failures, 0).SetProperty(x => x.TriedAt, now).SetProperty(x => x.HeardAt, now)
                    .SetProperty(x => x.DueAt, source.Paused ? null : now.AddMinutes(source.IntervalMinutes))
                    .SetProperty(x => x.ImportId, import == null ? source.ImportId : import.Id)
                    .SetProperty(x => x.Etag, found.File == null ? source.Etag : found.Etag).SetProperty(x => x.LastModified, found.File == null ? source.LastModified : found.LastModified)
                    .SetProperty(x => x.FileHash, found.File == null ? source.FileHash : found.File.Sha256)
                    .SetProperty(x => x.Mark, found.Mark ?? source.Mark).SetProperty(x => x.FullAt, found.Whole ? now : source.FullAt),
                ct);
            // A person changed the source meanwhile: what was read by its old settings is no longer wanted.
            if (noted == 0) return SourceCatch.Nothing;
            if (import is not null) catalog.Imports.Add(import);
            await catalog.SaveChangesAsync(ct);
            await SourceItems.Write(catalog, found.Items, ct);
            await transaction.CommitAsync(ct);
        }
        if (import is not null) start.Ring();
        return found;
    }

    private async Task Failed(Source source, Refusal refusal, CancellationToken ct)
    {
        var (now, failures) = (time.GetUtcNow(), source.Failures + 1);
        var asked = refusal.Details.FirstOrDefault(d => d.Name == FeedAddress.RetryAfter).Value is long seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        DateTimeOffset? due = source.Paused ? null : now + BackOff.After(failures, TimeSpan.FromMinutes(source.IntervalMinutes), asked);
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.Sources.Where(s => s.Id == source.Id && s.Version == source.Version).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.State, SourceState.Failed).SetProperty(x => x.Code, refusal.Code).SetProperty(x => x.Said, refusal.Sentence).SetProperty(x => x.Failures, failures)
                .SetProperty(x => x.TriedAt, now).SetProperty(x => x.DueAt, due),
            ct);
        await transaction.CommitAsync(ct);
        logger.LogWarning("Source {Source} could not be read ({Code}) and is tried again at {Due}", source.Id, refusal.Code, due);
    }
}
