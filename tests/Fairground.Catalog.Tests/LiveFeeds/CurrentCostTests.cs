using Fairground.Catalog.ReleasePrices;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using static Fairground.Catalog.Tests.LiveFeeds.Wares;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>Element 8: what goods cost is asked for when a lot opens, and a price that may not change is seen waiting.</summary>
[Requirement("C-06")]
public sealed class CurrentCostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_store_is_asked_for_the_one_thing_and_a_changed_price_is_applied_first(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = Shopify(1, "kettle", "100.00");
        store.Products[2] = Shopify(2, "lamp", "50.00");
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), ShopifyWishes(store)));
        Assert.Equal(CostOrigin.Source, (await market.Cost("kettle")).Value.Origin);
        Assert.Single(await market.Imports());
        store.Products[1] = Shopify(1, "kettle", "120.00");
        Assert.Equal(CostOrigin.Source, (await market.Cost("kettle")).Value.Origin);
        Assert.Equal("kettle 12000 on, lamp 5000 on", await market.Shelf());
        var import = (await market.Imports())[^1];
        Assert.Equal(("current-price-shopify.json", "done", 1L, source.Id), (import.FileName, import.State, import.Updated, import.SourceId));
        // What the store says later is compared with what it said last, and not with what came before.
        store.Products[1] = Shopify(1, "kettle", "100.00", updated: DateTimeOffset.UtcNow.ToString("O"));
        await market.Look(source);
        Assert.Equal("kettle 10000 on, lamp 5000 on", await market.Shelf());
        store.Products.Remove(2);
        Assert.False((await market.Cost("lamp")).Refused);
        Assert.Equal("kettle 10000 on, lamp 5000 off", await market.Shelf());
        store.Products[1] = Shopify(1, "kettle", "0.00");
        Assert.Equal("goods.price_unusable", (await market.Cost("kettle")).Refusal?.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_database_is_read_again_for_the_one_thing(DatabaseKind kind)
    {
        await using var store = await StoreDatabase.Create(kind);
        await using var market = await store.OpenMarket(kind);
        await market.Turn(await market.Add(await market.OpenShop(), store.Wishes("select ref as sku, title, retail as price from wares", null)));
        await store.Do("update wares set retail = 21000.25 where ref = 'k-1'");
        Assert.Equal(CostOrigin.Source, (await market.Cost("k-1")).Value.Origin);
        Assert.Equal("k-1 2100025 on, l-2 500000 on, x-3 100 on", await market.Shelf());
        await store.Do("delete from wares where ref = 'l-2'");
        Assert.False((await market.Cost("l-2")).Refused);
        Assert.Equal("k-1 2100025 on, l-2 500000 off, x-3 100 on", await market.Shelf());
    }

    [Fact]
    public async Task A_source_that_does_not_answer_in_time_is_followed_as_the_shop_has_said()
    {
        await using var store = await StoreServer.Start();
        store.Products[101] = Woo(101, "kettle", "Kettle", "100.00");
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), WooWishes(store)));
        store.Silence = new TaskCompletionSource();
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal("goods.source_silent", (await market.Cost("kettle")).Refusal?.Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 4, 15);
        Assert.False((await market.Change(source, new SourceWishes(WhenSilent: "last-known"))).Refused);
        var cost = await market.Cost("kettle");
        Assert.Equal((CostOrigin.LastKnown, source.HeardAt), (cost.Value.Origin, cost.Value.AsOf));
        Assert.False((await market.Change(source, new SourceWishes(Paused: true))).Refused);
        Assert.Equal(CostOrigin.Shelf, (await market.Cost("kettle")).Value.Origin);
    }

    [Fact]
    public async Task Of_a_feed_the_age_of_its_last_answer_counts()
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = "key;name;price\nkettle;Kettle;199\n";
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var shop = await market.OpenShop();
        await market.Import(shop, "key;name;price\nbyhand;By hand;7\n");
        Assert.Equal(CostOrigin.Shelf, (await market.Cost("byhand")).Value.Origin);
        var source = await market.Turn(await market.Add(shop, new SourceWishes("address", Address: feed.Url, IntervalMinutes: 30)));
        Assert.Equal((CostOrigin.Source, source.HeardAt), ((await market.Cost("kettle")).Value.Origin, (await market.Cost("kettle")).Value.AsOf));
        await Heard(34);
        Assert.False((await market.Cost("kettle")).Refused);
        await Heard(36);
        Assert.Equal("goods.source_silent", (await market.Cost("kettle")).Refusal?.Code);

        async Task Heard(int minutesAgo)
        {
            var at = DateTimeOffset.UtcNow.AddMinutes(-minutesAgo);
            await market.Ask(c => c.Sources.ExecuteUpdateAsync(s => s.SetProperty(x => x.HeardAt, at), Stop));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_new_price_waits_while_certificates_are_out_and_the_shop_sees_for_what(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, "key;name;price\nkettle;Kettle;199\nlamp;Lamp;50\n");
        var kettle = await market.Goods("kettle");
        market.Frozen.Ids.Add(kettle.Id);
        await market.Import(shop, "key;name;price\nkettle;Kettle;249\nlamp;Lamp;60\n");
        var since = (await market.Goods("kettle")).PendingSince;
        Assert.InRange(since!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        var waiting = (await market.With((WaitingPrices p) => p.Find(shop, null, 10, Stop))).Value;
        var line = Assert.Single(waiting.Items);
        Assert.Equal(("Kettle", 19900L, 24900L, since, "A lot", "open"), (line.Name, line.Price.Minor, line.Waiting.Minor, line.Since, line.HeldBy[0].Title, line.HeldBy[0].State));
        Assert.Equal("goods.price_waits", (await market.Cost("kettle")).Refusal?.Code);
        // The same price again waits on from when it began; another one begins anew.
        await market.Import(shop, "key;name;price;sku\nkettle;Kettle;249;k\n");
        Assert.Equal(since, (await market.Goods("kettle")).PendingSince);
        await market.Import(shop, "key;name;price;sku\nkettle;Kettle;259;k\n");
        Assert.True((await market.Goods("kettle")).PendingSince > since);

        market.Frozen.Ids.Clear();
        // The opening of a lot does not wait for the clock that lets prices in.
        Assert.False((await market.Cost("kettle")).Refused);
        kettle = await market.Goods("kettle");
        Assert.Equal((25900L, null, null), (kettle.PriceMinor, kettle.PendingPriceMinor, kettle.PendingSince));
        Assert.Empty((await market.With((WaitingPrices p) => p.Find(shop, null, 10, Stop))).Value.Items);
        Assert.Equal("request.cursor_invalid", (await market.With((WaitingPrices p) => p.Find(shop, "nonsense", 10, Stop))).Refusal?.Code);
    }
}
