using System.Text;
using System.Text.Json;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SyncFeeds;
using Fairground.Catalog.SyncStores;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.HearStores;

/// <summary>
/// Turns what a store has told us into one import. News may come late, twice or in the wrong order: what is older than what is known is
/// left, and where that cannot be told the store is asked how it is now.
/// </summary>
internal sealed class HookWork(CatalogContext catalog, StoreWalk stores, SourceSecrets secrets, StartImport start, IFileStore files, TimeProvider time, ILogger<HookWork> logger)
{
    private const int AtOnce = 200;
    private static readonly TimeSpan UntilImported = TimeSpan.FromSeconds(2);

    /// <summary>Works through some of what waits; where the store must be asked and does not answer, all of it waits on.</summary>
    public async Task Work(Source source, CancellationToken ct)
    {
        // One import at a time: what is heard meanwhile becomes the next one.
        if (await catalog.Imports.AnyAsync(i => i.SourceId == source.Id && (i.State == ImportState.Queued || i.State == ImportState.Running), ct))
        {
            await Later(source, time.GetUtcNow() + UntilImported, source.HookFailures, ct);
            return;
        }
        var hooks = await catalog.SourceHooks.AsNoTracking().Where(h => h.SourceId == source.Id && h.State == SourceHook.Waiting).OrderBy(h => h.Id).Take(AtOnce).ToListAsync(ct);
        if (hooks.Count == 0)
        {
            await Later(source, null, 0, ct);
            return;
        }
        var sorted = await Sort(source, hooks, ct);
        var refusal = sorted.Refusal ?? await Keep(source, sorted.Value, hooks.Count, ct);
        if (refusal is null) return;
        logger.LogWarning("Webhooks of source {Source} could not be worked ({Code}) and are tried again", source.Id, refusal.Code);
        await Later(source, time.GetUtcNow() + BackOff.After(source.HookFailures + 1, TimeSpan.FromHours(1), null), source.HookFailures + 1, ct);
    }

    private sealed record Sorted(Dictionary<Guid, string> States, List<SourceItem> Items, StringBuilder Feed);

    private async Task<Result<Sorted>> Sort(Source source, List<SourceHook> hooks, CancellationToken ct)
    {
        var store = stores.Open(source, secrets.Read(source));
        // Prices name their currency only once the store has said it.
        var currency = await store.Currency(ct);
        if (currency.Refused) return currency.Refusal!;
        var sorted = new Sorted([], [], new StringBuilder());
        var known = await catalog.SourceItems.AsNoTracking().Where(i => i.SourceId == source.Id).ToDictionaryAsync(i => i.RemoteId, ct);
        var counted = new Lazy<Dictionary<string, string>>(() => Counted(known.Values));
        var news = new List<(SourceHook Hook, StoreNews News)>();
        foreach (var hook in hooks)
        {
            var read = await Read(store, hook, ct);
            if (read.Refused) return read.Refusal!;
            if (read.Value is not { } told) sorted.States[hook.Id] = SourceHook.Failed;
            else if (told.StockId is not { } stock) news.Add((hook, told));
            else if (counted.Value.TryGetValue(stock, out var remoteId)) news.Add((hook, told with { RemoteId = remoteId }));
            // Pieces of a product that we have never heard of: it is read with its stock when the store is.
            else sorted.States[hook.Id] = SourceHook.Stale;
        }
        var keys = new StoreKeys(known.Values);
        foreach (var group in news.GroupBy(n => n.News.RemoteId))
        {
            var settled = await Settle(store, group.Key, [.. group], known.GetValueOrDefault(group.Key), ct);
            if (settled.Refused) return settled.Refusal!;
            foreach (var (hook, _) in group) sorted.States[hook.Id] = settled.Value is null ? SourceHook.Stale : SourceHook.Done;
            if (settled.Value is { } change) Take(source, group.Key, change, known.GetValueOrDefault(group.Key), keys, sorted);
        }
        return sorted;
    }

    // Which product each stock is of.
    private static Dictionary<string, string> Counted(IEnumerable<SourceItem> known)
    {
        var counted = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in known.Where(i => i.GoneAt is null))
        {
            foreach (var id in item.StockIds.Split(' ', StringSplitOptions.RemoveEmptyEntries)) counted[id] = item.RemoteId;
        }
        return counted;
    }

    private sealed record Change(StoreProduct? Product, DateTimeOffset At);

    // What the product is now; null where all of it is known already.
    private async Task<Result<Change?>> Settle(IStore store, string remoteId, List<(SourceHook Hook, StoreNews News)> told, SourceItem? known, CancellationToken ct)
    {
        var deletion = told.Where(t => t.News.Deleted).Select(t => (DateTimeOffset?)t.Hook.SentAt).Max();
        var product = told.Select(t => t.News.Product).OfType<StoreProduct>().OrderBy(p => p.ModifiedAt).LastOrDefault();
        // A product that was told after its stock changed has that stock in it.
        var ask = told.Exists(t => t.News.Ask && !(t.News.StockId is not null && product?.ModifiedAt >= t.News.At));
        if (deletion is { } at && product is null && !ask)
        {
            if (known is null or { GoneAt: not null }) return Result<Change?>.Accepted(null);
            if (at >= known.ModifiedAt) return new Change(null, at);
        }
        else if (deletion is null && product is not null && !ask && known?.GoneAt is null)
        {
            return Result<Change?>.Accepted(product.ModifiedAt < known?.ModifiedAt ? null : new Change(product, product.ModifiedAt));
        }
        // Deleted and changed, changed after it was deleted, or not told in full: only the store knows.
        var now = await store.Find(remoteId, ct);
        if (now.Refused) return now.Refusal!;
        if (now.Value is null && known is null or { GoneAt: not null }) return Result<Change?>.Accepted(null);
        return new Change(now.Value, now.Value?.ModifiedAt ?? time.GetUtcNow());
    }

    private static void Take(Source source, string remoteId, Change change, SourceItem? known, StoreKeys keys, Sorted sorted)
    {
        var key = change.Product is { } product ? keys.Of(product) : known!.ProductKey;
        var goods = change.Product is null ? StoreGoods.Gone : change.Product.Goods;
        if (goods is not null) sorted.Feed.Append(goods.Line(key));
        sorted.Items.Add(new SourceItem { SourceId = source.Id, RemoteId = remoteId, ProductKey = key, ModifiedAt = change.Product?.ModifiedAt ?? known!.ModifiedAt, GoneAt = change.Product is null ? change.At : null, Walk = known?.Walk ?? 0, StockIds = StoreWalk.Known(change.Product, known) });
    }

    private static async Task<Result<StoreNews?>> Read(IStore store, SourceHook hook, CancellationToken ct)
    {
        try
        {
            using var document = JsonDocument.Parse(hook.Body);
            return await store.Read(hook.Topic, document.RootElement, ct);
        }
        catch (JsonException)
        {
            return Result<StoreNews?>.Accepted(null);
        }
    }

    // The import, what is known of the store and the marks of the news are one transaction.
    private async Task<Refusal?> Keep(Source source, Sorted sorted, int count, CancellationToken ct)
    {
        Import? import = null;
        if (sorted.Feed.Length > 0)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(sorted.Feed.ToString()));
            var saved = await files.Save(content, new FileRules(content.Length, PicturesOnly: false, IsPublic: false), ct);
            if (saved.Refused) return saved.Refusal;
            var made = await start.OfSource(source, "webhooks.json", saved.Value, StoreWalk.Wishes, ct);
            if (made.Refused) return made.Refusal;
            import = made.Value;
        }
        await using (var transaction = await catalog.BeginWriteAsync(ct))
        {
            // The row is ours from here: news that comes now waits, and then asks to be worked.
            await catalog.Sources.Where(s => s.Id == source.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.HookFailures, 0), ct);
            if (import is not null) catalog.Imports.Add(import);
            await catalog.SaveChangesAsync(ct);
            await SourceItems.Write(catalog, sorted.Items, ct);
            foreach (var state in sorted.States.GroupBy(s => s.Value))
            {
                var ids = state.Select(s => s.Key).ToList();
                var importId = state.Key == SourceHook.Done ? import?.Id : null;
                await catalog.SourceHooks.Where(h => ids.Contains(h.Id)).ExecuteUpdateAsync(h => h.SetProperty(x => x.State, state.Key).SetProperty(x => x.Body, "").SetProperty(x => x.ImportId, importId), ct);
            }
            DateTimeOffset? next = count == AtOnce || await catalog.SourceHooks.AnyAsync(h => h.SourceId == source.Id && h.State == SourceHook.Waiting, ct) ? time.GetUtcNow() : null;
            await catalog.Sources.Where(s => s.Id == source.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, next), ct);
            await transaction.CommitAsync(ct);
        }
        if (import is not null) start.Ring();
        return null;
    }

    private async Task Later(Source source, DateTimeOffset? at, int failures, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.Sources.Where(s => s.Id == source.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.HookFailures, failures), ct);
        // What came in while this was looked at must not be forgotten.
        if (at is null && await catalog.SourceHooks.AnyAsync(h => h.SourceId == source.Id && h.State == SourceHook.Waiting, ct)) at = time.GetUtcNow();
        await catalog.Sources.Where(s => s.Id == source.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, at), ct);
        await transaction.CommitAsync(ct);
    }
}
