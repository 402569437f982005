using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Takes waiting imports in turn, and those that a crash interrupted. The queue is the table, so nothing is lost.</summary>
internal sealed class ImportWorker(ImportDesk desk, IServiceScopeFactory scopes, ScratchFolder scratch, TimeProvider time, ILogger<ImportWorker> logger) : BackgroundService
{
    // Two shops at once: one long import does not keep all others waiting, and the store's pages stay fast.
    private const int AtOnce = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        scratch.Sweep();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Loop(stoppingToken)));

    private async Task Loop(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (!await RunNext(ct)) await desk.Wait(Pause, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "An import could not be run and will be tried again");
                await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> RunNext(CancellationToken ct)
    {
        List<(Guid Id, Guid ShopId)> open;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            var rows = await catalog.Imports.Where(i => i.State == ImportState.Queued || i.State == ImportState.Running).OrderBy(i => i.Id).Select(i => new { i.Id, i.ShopId }).Take(200).ToListAsync(ct);
            open = [.. rows.Select(r => (r.Id, r.ShopId))];
        }
        foreach (var (id, shopId) in open.DistinctBy(o => o.ShopId))
        {
            await using var hold = await desk.Take(shopId, ct);
            if (hold is null) continue;
            await desk.Run(id, null, null, ct);
            return true;
        }
        return false;
    }
}
