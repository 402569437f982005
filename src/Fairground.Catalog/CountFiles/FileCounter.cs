using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.CountFiles;

/// <summary>Once a day counts again what shops use: pictures that an import replaced count no longer, those that came beside a feed do.</summary>
internal sealed class FileCounter(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<FileCounter> logger) : LeasedWorker("catalog.files", TimeSpan.FromDays(1), leases, time, logger)
{
    private const int Batch = 300;

    private readonly TimeProvider clock = time;

    /// <summary>Counts all shops.</summary>
    public async Task CountAll(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        foreach (var shop in await scope.ServiceProvider.GetRequiredService<CatalogContext>().Shops.Select(s => s.Id).ToListAsync(ct))
        {
            await Add(shop, ct);
            await Drop(shop, ct);
        }
    }

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await CountAll(ct);
        return false;
    }

    private async Task Add(Guid shop, CancellationToken ct)
    {
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            var missing = await catalog.Pictures.Where(p => p.FileId != null && catalog.Products.Any(g => g.Id == p.ProductId && g.ShopId == shop) && !catalog.ShopFiles.Any(f => f.ShopId == shop && f.FileId == p.FileId))
                .Select(p => p.FileId!.Value).Distinct().OrderBy(id => id).Take(Batch).ToListAsync(ct);
            var found = 0;
            foreach (var id in missing)
            {
                if (await scope.ServiceProvider.GetRequiredService<IFileStore>().Find(id, ct) is not { } file) continue;
                await scope.ServiceProvider.GetRequiredService<ShopFiles>().Charge(shop, file, ct, beyond: true);
                found++;
            }
            if (found == 0) return;
        }
    }

    private async Task Drop(Guid shop, CancellationToken ct)
    {
        // What was counted today may be referred to in a moment: an upload is counted before it is written down.
        var before = clock.GetUtcNow().AddDays(-1);
        for (var after = Guid.Empty; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            var some = await catalog.ShopFiles.Where(f => f.ShopId == shop && f.FileId.CompareTo(after) > 0).OrderBy(f => f.FileId).Select(f => new { f.FileId, f.ChargedAt }).Take(Batch).ToListAsync(ct);
            if (some.Count == 0) return;
            var old = some.Where(f => f.ChargedAt < before).Select(f => f.FileId).ToList();
            var used = await catalog.Pictures.Where(p => p.FileId != null && old.Contains(p.FileId.Value) && catalog.Products.Any(g => g.Id == p.ProductId && g.ShopId == shop)).Select(p => p.FileId!.Value).Distinct().ToListAsync(ct);
            used.AddRange(await catalog.Documents.Where(d => d.ShopId == shop && old.Contains(d.FileId)).Select(d => d.FileId).ToListAsync(ct));
            // Other modules' papers (a lot's) are counted for the shop too; whose they are only they know, so any reference of theirs counts.
            var left = old.Except(used).ToList();
            foreach (var module in scope.ServiceProvider.GetServices<IFileReferences>().Where(m => !m.Columns.Any(c => c.StartsWith("catalog_", StringComparison.Ordinal)))) left = [.. left.Except(await module.Used(left, ct))];
            if (left.Count > 0)
            {
                await using var transaction = await catalog.BeginWriteAsync(ct);
                await scope.ServiceProvider.GetRequiredService<ShopFiles>().Uncharge(shop, left, ct);
                await transaction.CommitAsync(ct);
            }
            after = some[^1].FileId;
        }
    }
}
