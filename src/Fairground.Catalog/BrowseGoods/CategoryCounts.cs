using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.BrowseGoods;

/// <summary>
/// How many goods on the shelf each category has. Counted for every question while they are few; where they are many the last count answers for a
/// minute, and then until the next one is there, so that no page waits for hundreds of thousands of rows.
/// </summary>
internal sealed class CategoryCounts(IServiceScopeFactory scopes, TimeProvider time, ILogger<CategoryCounts> logger)
{
    private const int MostKept = 200;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Goods in categories that are too many to be counted for every question.</summary>
    public int Many { get; init; } = 50_000;

    private readonly ConcurrentDictionary<Guid, Kept> kept = new();
    private readonly ConcurrentDictionary<Guid, Task<Kept>> counting = new();

    private sealed record Kept(IReadOnlyDictionary<Guid, int> Counts, DateTimeOffset At);

    /// <summary>Counts by category, those of goods that stand in it themselves.</summary>
    /// <param name="shopId">Only this shop's goods; null for all.</param>
    public async Task<IReadOnlyDictionary<Guid, int>> Of(Guid? shopId, CancellationToken ct)
    {
        var key = shopId ?? Guid.Empty;
        if (!kept.TryGetValue(key, out var last)) return (await Count(key).WaitAsync(ct)).Counts;
        if (time.GetUtcNow() - last.At >= Fresh) _ = Count(key);
        return last.Counts;
    }

    // One at a time of each kind; whoever comes meanwhile waits for the same.
    private Task<Kept> Count(Guid key)
    {
        var source = new TaskCompletionSource<Kept>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = counting.GetOrAdd(key, source.Task);
        if (running == source.Task) _ = Task.Run(() => Count(key, source));
        return running;
    }

    private async Task Count(Guid key, TaskCompletionSource<Kept> source)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            var at = time.GetUtcNow();
            var onShelf = catalog.Products.Where(p => p.Active && (key == Guid.Empty || p.ShopId == key));
            var pairs = catalog.ProductCategories.Join(onShelf, c => c.ProductId, p => p.Id, (c, p) => c.CategoryId);
            var result = new Kept(await pairs.GroupBy(c => c).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(x => x.Key, x => x.Count), at);
            if (result.Counts.Values.Sum() < Many) kept.TryRemove(key, out _);
            else if (kept.ContainsKey(key) || kept.Count < MostKept) kept[key] = result;
            counting.TryRemove(key, out _);
            source.SetResult(result);
        }
        catch (Exception error)
        {
            // Behind a reader nobody waits for it, and the last count goes on answering.
            logger.LogWarning(error, "Goods by category could not be counted");
            counting.TryRemove(key, out _);
            source.SetException(error);
        }
    }
}
