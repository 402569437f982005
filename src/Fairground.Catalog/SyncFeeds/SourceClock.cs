using System.Collections.Concurrent;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>
/// Looks at every source that is due, some at once and each by one node at a time. What is due stands in the rows, so a crash loses nothing;
/// a slow source keeps no other one waiting.
/// </summary>
internal sealed class SourceClock(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<SourceClock> logger)
    : LeasedWorker("catalog.sources", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int AtOnce = 4;

    // A hook that waits longer was heard before a pause, or its store is away; what is done is kept only to know it again.
    private static readonly TimeSpan HookLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan Sweeping = TimeSpan.FromHours(1);

    private readonly TimeProvider clock = time;
    private readonly Leases holds = leases;
    private readonly ConcurrentDictionary<Guid, Task> running = [];
    private readonly CancellationTokenSource stopping = new();
    private DateTimeOffset sweepAt;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(running.Values);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await Begin(ct);
        return false;
    }

    /// <summary>Looks at what is due now and waits for the end of it; returns how many.</summary>
    internal async Task<int> Turn(CancellationToken ct)
    {
        var begun = await Begin(ct);
        await Task.WhenAll(running.Values);
        return begun;
    }

    private async Task<int> Begin(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        if (now >= sweepAt)
        {
            await Sweep(catalog, now - HookLife, ct);
            sweepAt = now + Sweeping;
        }
        var busy = running.Keys.ToList();
        var due = await catalog.Sources.Where(s => (s.DueAt <= now || (s.HooksAt <= now && !s.Paused)) && !busy.Contains(s.Id)).OrderBy(s => s.DueAt).Select(s => s.Id).Take(AtOnce - busy.Count).ToListAsync(ct);
        foreach (var id in due)
        {
            // Not before it is noted: a task that ends at once would stay noted for ever.
            var noted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            running[id] = Work(id, noted.Task);
            noted.SetResult();
        }
        return due.Count;
    }

    private async Task Work(Guid id, Task noted)
    {
        await noted;
        try
        {
            await using var hold = await LeaseHold.Take(holds, clock, logger, $"catalog.source.{id}", stopping.Token);
            if (hold is null) return;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, hold.Lost);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<SourceRun>().Run(id, over.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped; what is due is still due.
        }
#pragma warning disable CA1031 // One source that cannot be run must not stop the others; it is still due.
        catch (Exception error)
        {
            logger.LogError(error, "Source {Source} could not be run and will be tried again", id);
        }
#pragma warning restore CA1031
        finally
        {
            running.TryRemove(id, out _);
        }
    }

    private static async Task Sweep(CatalogContext catalog, DateTimeOffset before, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.SourceHooks.Where(h => h.ReceivedAt < before).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
