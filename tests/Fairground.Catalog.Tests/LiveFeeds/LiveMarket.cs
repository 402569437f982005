using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>What is done again and again with a market whose goods come from elsewhere.</summary>
internal static class LiveMarket
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Source> Add(this Market market, Guid shop, SourceWishes wishes)
    {
        var added = await market.With((KeepSources keep) => keep.Add(shop, wishes, null, Stop));
        Assert.False(added.Refused, added.Refusal?.Sentence);
        return added.Value;
    }

    public static Task<Result<Source>> TryAdd(this Market market, Guid shop, SourceWishes wishes) => market.With((KeepSources keep) => keep.Add(shop, wishes, null, Stop));

    public static Task<Result<Source>> Change(this Market market, Source source, SourceWishes wishes) => market.With((KeepSources keep) => keep.Change(source.ShopId, source.Id, wishes, Stop));

    /// <summary>Looks at the source now, and runs what it brought; returns how the source stands.</summary>
    public static async Task<Source> Look(this Market market, Source source)
    {
        await market.With((KeepSources keep) => keep.Now(source.ShopId, source.Id, Stop));
        return await market.Turn(source);
    }

    /// <summary>One turn of the clock, and the imports that come of it.</summary>
    public static async Task<Source> Turn(this Market market, Source source)
    {
        await market.With((SourceClock clock) => clock.Turn(Stop));
        await market.RunImports();
        return await market.Ask(c => c.Sources.AsNoTracking().SingleAsync(s => s.Id == source.Id, Stop));
    }

    public static async Task RunImports(this Market market)
    {
        foreach (var import in await market.Ask(c => c.Imports.AsNoTracking().Where(i => i.State == ImportState.Queued).OrderBy(i => i.Id).ToListAsync(Stop)))
        {
            await market.With(async (ImportDesk desk) =>
            {
                await using var hold = await desk.Take(import.ShopId, Stop);
                Assert.NotNull(hold);
                await desk.Run(import.Id, null, null, Stop);
                return true;
            });
        }
    }

    public static Task<List<Import>> Imports(this Market market) => market.Ask(c => c.Imports.AsNoTracking().OrderBy(i => i.Id).ToListAsync(Stop));

    /// <summary>The shop's goods by key: price in minor units, and whether they are on the shelf.</summary>
    public static async Task<string> Shelf(this Market market) => string.Join(", ", await market.Ask(c => c.Products.AsNoTracking().OrderBy(p => p.SourceKey).Select(p => $"{p.SourceKey} {p.PriceMinor} {(p.Active ? "on" : "off")}").ToListAsync(Stop)));

    public static Task<Product> Goods(this Market market, string key) => market.Ask(c => c.Products.AsNoTracking().SingleAsync(p => p.SourceKey == key, Stop));

    public static async Task<Result<CurrentCost>> Cost(this Market market, string key)
    {
        var goods = await market.Goods(key);
        return await market.With((ICurrentCost costs) => costs.Fetch(goods.Id, Stop));
    }

    public static SourceSecret Secret(this Market market, Source source) => ((SourceSecrets)market.Services.GetService(typeof(SourceSecrets))!).Read(source);
}
