using Fairground.Catalog.AskPrice;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.SyncStores;

/// <summary>
/// Reads a store: what has changed since the last time, and once a day the whole, so that what was deleted unheard leaves the shelf.
/// </summary>
internal sealed class StoreWalk(CatalogContext catalog, StoreCalls calls, IFileStore files, IOptions<OutsideOptions> outside, TimeProvider time)
{
    private static readonly TimeSpan WholeEvery = TimeSpan.FromHours(24);

    // The store's clock and its cache may be behind; what is read twice is found unchanged.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    public static ImportWishes Wishes { get; } = new("json", "utf-8", null, Full: false);

    public IStore Open(Source source, SourceSecret secret) => source.Kind == SourceKind.Shopify ? new ShopifyStore(calls, secret) : new WooCommerceStore(calls, secret);

    /// <summary>Refuses as <see cref="StoreCalls.Get"/>, and with <c>source.currency_other</c>, <c>file.too_large</c>.</summary>
    public async Task<Result<SourceCatch>> Look(Source source, SourceSecret secret, CancellationToken ct)
    {
        var store = Open(source, secret);
        if (await OtherCurrency(source, store, ct) is { } other) return other;
        var began = time.GetUtcNow();
        var lastFailed = await catalog.Imports.Where(i => i.SourceId == source.Id).OrderByDescending(i => i.Id).Select(i => i.State).FirstOrDefaultAsync(ct) == ImportState.Failed;
        var whole = source.Mark is null || source.FullAt is null || source.FullAt < began - WholeEvery || lastFailed;
        var known = await catalog.SourceItems.AsNoTracking().Where(i => i.SourceId == source.Id).ToDictionaryAsync(i => i.RemoteId, ct);
        var reading = new Reading(source.Id, known, whole, began.ToUnixTimeMilliseconds());
        var saved = await WrittenFile.Save(files, outside.Value.LongestFeedBytes, (text, stop) => reading.Walk(store, whole ? null : source.Mark, text, stop), ct);
        if (saved.Refused) return saved.Refusal!;
        var clock = reading.StoreClock is { } theirs && theirs < began ? theirs : began;
        return new SourceCatch(saved.Value, $"{source.Kind}.json", Wishes) { Items = reading.Items, Mark = clock - Overlap, Whole = whole };
    }

    /// <summary>What the store says of one thing at this moment; refuses as <see cref="StoreCalls.Get"/>, and with <c>source.currency_other</c>.</summary>
    public async Task<Result<AskedGoods>> Ask(Source source, SourceSecret secret, string key, CancellationToken ct)
    {
        var item = await catalog.SourceItems.AsNoTracking().Where(i => i.SourceId == source.Id && i.ProductKey == key).OrderByDescending(i => i.ModifiedAt).FirstOrDefaultAsync(ct);
        if (item is null) return AskedGoods.NoLonger(key, $"{source.Kind}.json");
        var store = Open(source, secret);
        if (await OtherCurrency(source, store, ct) is { } other) return other;
        var found = await store.Find(item.RemoteId, ct);
        if (found.Refused) return found.Refusal!;
        var goods = found.Value?.Goods ?? StoreGoods.Gone;
        var now = new SourceItem { SourceId = source.Id, RemoteId = item.RemoteId, ProductKey = key, ModifiedAt = found.Value?.ModifiedAt ?? item.ModifiedAt, GoneAt = found.Value is null ? time.GetUtcNow() : null, Walk = item.Walk, StockIds = Known(found.Value, item) };
        return new AskedGoods(goods.Deleted == true || goods.Active == false, [.. goods.Prices.Select(p => new FeedPrice(p, "price", "", goods.Currency ?? ""))], goods.Line(key), $"{source.Kind}.json", Wishes) { Items = [now] };
    }

    /// <summary>What the store counts the product's pieces under, as it stands in <see cref="SourceItem.StockIds"/>.</summary>
    public static string Known(StoreProduct? product, SourceItem? before) => product is null ? before?.StockIds ?? "" : string.Join(' ', product.StockIds);

    private async Task<Refusal?> OtherCurrency(Source source, IStore store, CancellationToken ct)
    {
        var sells = await catalog.Shops.Where(s => s.Id == source.ShopId).Select(s => s.Currency).FirstAsync(ct);
        var said = await store.Currency(ct);
        if (said.Refused) return said.Refusal;
        return said.Value is null || said.Value == sells ? null : SourceRefusals.OtherCurrency.Saying(T["The store sells in {0} and the shop in {1}.", said.Value, sells], ("currency", sells));
    }

    // One reading of a store, page by page into the feed.
    private sealed class Reading(Guid sourceId, Dictionary<string, SourceItem> known, bool whole, long walk)
    {
        private readonly StoreKeys keys = new(known.Values);
        private readonly HashSet<string> seen = new(StringComparer.Ordinal);

        public List<SourceItem> Items { get; } = [];

        public DateTimeOffset? StoreClock { get; private set; }

        public async Task<Refusal?> Walk(IStore store, DateTimeOffset? since, TextWriter text, CancellationToken ct)
        {
            string? next = null;
            long? total = null;
            do
            {
                var page = await store.Page(next, since, ct);
                if (page.Refused) return page.Refusal;
                (total, StoreClock) = (page.Value.Total, StoreClock ?? page.Value.At);
                foreach (var product in page.Value.Products) await Take(product, text, ct);
                next = page.Value.Next == next ? null : page.Value.Next;
            }
            while (next is not null);
            // Where products came or went meanwhile, the pages may have skipped some; those are not gone.
            if (whole && (total is null || seen.Count >= total)) await TakeGone(text, ct);
            return null;
        }

        private async Task Take(StoreProduct product, TextWriter text, CancellationToken ct)
        {
            if (!seen.Add(product.RemoteId)) return;
            var before = known.GetValueOrDefault(product.RemoteId);
            // Between two whole readings what has not changed is not read again.
            if (!whole && before is { GoneAt: null } && product.ModifiedAt <= before.ModifiedAt) return;
            var key = keys.Of(product);
            if (product.Goods is { } goods) await text.WriteAsync(goods.Line(key).AsMemory(), ct);
            Items.Add(new SourceItem { SourceId = sourceId, RemoteId = product.RemoteId, ProductKey = key, ModifiedAt = product.ModifiedAt, Walk = walk, StockIds = Known(product, before) });
        }

        private async Task TakeGone(TextWriter text, CancellationToken ct)
        {
            foreach (var item in known.Values.Where(i => i.GoneAt is null && !seen.Contains(i.RemoteId)).OrderBy(i => i.RemoteId, StringComparer.Ordinal))
            {
                await text.WriteAsync(StoreGoods.Gone.Line(item.ProductKey).AsMemory(), ct);
                Items.Add(new SourceItem { SourceId = sourceId, RemoteId = item.RemoteId, ProductKey = item.ProductKey, ModifiedAt = item.ModifiedAt, GoneAt = DateTimeOffset.FromUnixTimeMilliseconds(walk), Walk = walk, StockIds = item.StockIds });
            }
        }
    }
}
