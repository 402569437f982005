using Fairground.Catalog.KeepHistory;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.ReleasePrices;

/// <summary>Lets waiting prices in once no certificates for the goods are open any more (C-06).</summary>
internal sealed class PriceReleaser(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<PriceReleaser> logger)
    : LeasedWorker("catalog.prices", TimeSpan.FromSeconds(20), leases, time, logger)
{
    private const int Batch = 500;

    private readonly TimeProvider clock = time;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await Release(ct);
        return false;
    }

    /// <summary>Applies the waiting prices that may be applied; returns how many.</summary>
    public async Task<int> Release(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        var freeze = scope.ServiceProvider.GetRequiredService<IPriceFreeze>();
        var released = 0;
        for (var after = Guid.Empty; ;)
        {
            var waiting = await catalog.Products.Where(p => p.PendingPriceMinor != null && p.Id.CompareTo(after) > 0).OrderBy(p => p.Id).Take(Batch).ToListAsync(ct);
            if (waiting.Count == 0) return released;
            var frozen = await freeze.Frozen([.. waiting.Select(p => p.Id)], ct);
            foreach (var product in waiting.Where(p => !frozen.Contains(p.Id)))
            {
                catalog.History.Add(new GoodsHistory
                {
                    Id = Ids.New(), ProductId = product.Id, Until = clock.GetUtcNow(), PriceMinor = product.PriceMinor, EndedBy = GoodsHistory.ByRelease,
                    Stock = GoodsHistory.Total(await catalog.Variants.Where(v => v.ProductId == product.Id).Select(v => v.Stock).ToListAsync(ct)),
                });
                (product.PriceMinor, product.PendingPriceMinor, product.PendingSince, product.UpdatedAt) = (product.PendingPriceMinor!.Value, null, null, clock.GetUtcNow());
                if (product.CompareAtMinor <= product.PriceMinor) product.CompareAtMinor = null;
                released++;
            }
            await catalog.SaveChangesAsync(ct);
            catalog.ChangeTracker.Clear();
            after = waiting[^1].Id;
        }
    }
}
