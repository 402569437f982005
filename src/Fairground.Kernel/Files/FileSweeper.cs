using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Files;

/// <summary>
/// Once an hour removes what uploads left behind that never became a file, and files that no module has referred to for a week. A file is marked when it is first seen without a
/// reference, and goes only if a later look a week on still finds none and nobody has sent the same content meanwhile.
/// </summary>
internal sealed class FileSweeper(FileStores stores, FileRows rows, IEnumerable<IFileReferences> references, Leases leases, TimeProvider time, ILogger<FileSweeper> logger)
    : LeasedWorker("kernel.files", TimeSpan.FromHours(1), leases, time, logger)
{
    private const int Batch = 400;

    // Longer than any upload.
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    // Longer than anything that holds a file's id without having written it down yet: an import that runs, a form that is filled in.
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private readonly TimeProvider time = time;

    /// <summary>Looks through all files once; returns how many were removed.</summary>
    public async Task<int> Sweep(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var store in stores.All) await store.Sweep(now - LongestUpload, ct);
        var removed = 0;
        for (var after = Guid.Empty; ;)
        {
            var some = await rows.After(after, Batch, null, ct);
            if (some.Count == 0) break;
            var orphans = await Unused([.. some.Select(f => f.Id)], ct);
            await rows.Mark(orphans, [.. some.Select(f => f.Id).Where(id => !orphans.Contains(id))], now, ct);
            foreach (var file in some.Where(f => orphans.Contains(f.Id)))
            {
                if (!await rows.Remove(file.Id, now - Grace, now, ct)) continue;
                // From all of them: it may have been moved in this moment.
                foreach (var store in stores.All) await store.Remove(file.Id, ct);
                // A store that this server has no settings for keeps its copy, and the note of it.
                if (stores.Find(file.Store) is not null) await rows.Ended(file.Id, ct);
                removed++;
            }
            after = some[^1].Id;
        }
        if (removed > 0) logger.LogInformation("{Count} files that nobody referred to for a week were removed", removed);
        return removed;
    }

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await Sweep(ct);
        return false;
    }

    private async Task<HashSet<Guid>> Unused(HashSet<Guid> files, CancellationToken ct)
    {
        foreach (var module in references)
        {
            if (files.Count == 0) break;
            files.ExceptWith(await module.Used(files, ct));
        }
        return files;
    }
}
