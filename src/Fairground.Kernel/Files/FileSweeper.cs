using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Files;

/// <summary>Once an hour removes pieces of files that never became whole.</summary>
internal sealed class FileSweeper(ChunkStore store, Leases leases, TimeProvider time, ILogger<FileSweeper> logger)
    : LeasedWorker("kernel.files", TimeSpan.FromHours(1), leases, time, logger)
{
    private readonly TimeProvider time = time;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        // A day is longer than any upload.
        await store.Sweep(time.GetUtcNow().AddDays(-1), ct);
        return false;
    }
}
