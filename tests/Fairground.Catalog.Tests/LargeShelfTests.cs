using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepCategories;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>What keeps a large catalogue quick must not change what people see.</summary>
public sealed class LargeShelfTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-26")]
    public async Task A_search_sees_prices_and_shelf_as_they_are_now(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        const string Feed = "ID,Type,SKU,Name,Published,Regular price,Categories\n1,simple,K1,Kettle one,1,10,Home > Kitchen\n2,simple,K2,Kettle two,1,20,Home > Kitchen\n";
        await market.Import(shop, Feed);
        Assert.Equal(["K1"], await Skus(market, new("kettle", null, null, null, 1_500, null, null, 10)));
        await market.Import(shop, Feed.Replace("1,10,", "1,30,", StringComparison.Ordinal).Replace("Kettle two,1", "Kettle two,0", StringComparison.Ordinal));
        Assert.Equal(["K1"], await Skus(market, new("kettle", null, null, 2_500, 3_500, null, null, 10)));
        Assert.Empty(await Skus(market, new("kettle", null, null, null, 1_500, null, null, 10)));
        Assert.Equal(["K1"], await Skus(market, new("kettle", null, null, null, null, null, null, 10)));
        Assert.Equal(["K1", "K2"], (await Skus(market, new("kettle", null, shop, null, null, null, null, 10, WithHidden: true))).Order());
        // Hidden by hand, without an import.
        await market.Ask(c => c.Products.Where(p => p.Sku == "K1").ExecuteUpdateAsync(p => p.SetProperty(x => x.Active, false), Stop));
        Assert.Empty(await Skus(market, new("kettle", null, null, null, null, null, null, 10)));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-07")]
    public async Task A_search_stays_in_its_shop_and_its_category_also_where_that_has_moved(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var (one, other) = (await market.OpenShop(), await market.OpenShop(name: "The Other"));
        const string Feed = "ID,Type,SKU,Name,Published,Regular price,Categories\n1,simple,{0}1,Kettle,1,10,Home > Kitchen\n2,simple,{0}2,Kettle of tin,1,20,Home > Camping\n";
        await market.Import(one, Feed.Replace("{0}", "A", StringComparison.Ordinal));
        await market.Import(other, Feed.Replace("{0}", "B", StringComparison.Ordinal));
        Assert.Equal(["A1", "A2"], (await Skus(market, new("kettle", null, one, null, null, null, null, 10))).Order());
        Assert.Equal(["A1", "B1"], (await Skus(market, new("kettle", "home/kitchen", null, null, null, null, null, 10))).Order());
        Assert.Equal(["B2"], await Skus(market, new("kettle", "home/camping", other, null, null, null, null, 10)));
        Assert.Equal(4, (await Skus(market, new("kettle", "home", null, null, null, null, null, 10))).Length);
        Assert.Empty(await Skus(market, new("kettle", "garden", null, null, null, null, null, 10)));
        var kitchen = await market.Ask(c => c.Categories.Where(x => x.Path == "home/kitchen").Select(x => x.Id).FirstAsync(Stop));
        Assert.False((await market.With<KeepCategories.KeepCategories, Result<Category>>(k => k.Place(kitchen, "Cooking", null, Stop))).Refused);
        await market.Services.GetRequiredService<SearchKeeper>().CatchUp(Stop);
        Assert.Equal(["A1", "B1"], (await Skus(market, new("kettle", "cooking", null, null, null, null, null, 10))).Order());
        Assert.Equal(["A2", "B2"], (await Skus(market, new("kettle", "home", null, null, null, null, null, 10))).Order());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task All_that_fit_words_are_more_than_a_list_shows(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, "ID,Type,SKU,Name,Published,Regular price\n" + string.Concat(Enumerable.Range(1, 1_200).Select(i => $"{i},simple,L{i},{(i % 4 == 0 ? "Table" : $"Lamp {i}")},1,10\n")));
        Task<List<Guid>> All(string query, int most) => market.With<Shelf, List<Guid>>(s => s.All(new ShelfQuery(query, null, shop, null, null, null, null, 1, WithHidden: true), most, Stop));
        Assert.Equal((900, 50, 900), ((await All("lamps", 10_001)).Count, (await All("lamp", 50)).Count, (await All("lanp", 10_001)).Distinct().Count()));
        // The beginning of a word is found by the words that begin so, of a code by the index itself: 110, 1100 … 1109.
        Assert.Equal((900, 300, 11), ((await All("lam", 10_001)).Count, (await All("tab", 10_001)).Count, (await All("l110", 10_001)).Count));
        Assert.Single(await All("l1", 10_001));
    }

    [Fact]
    public async Task Counts_of_many_goods_are_kept_for_a_minute_and_counted_again_behind_the_reader()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        const string Head = "ID,Type,SKU,Name,Published,Regular price,Categories\n";
        await market.Import(shop, Head + "1,simple,A,Kettle,1,10,Home\n2,simple,B,Lamp,1,10,Home\n");
        var clock = new SettableTime(DateTimeOffset.UtcNow);
        var (scopes, logs) = (new Scopes(market.Services.GetRequiredService<IServiceScopeFactory>()), new LiveFeeds.FeedAddressTests.Logs());
        using var logging = LoggerFactory.Create(b => b.AddProvider(logs));
        var counts = new CategoryCounts(scopes, clock, logging.CreateLogger<CategoryCounts>()) { Many = 2 };
        async Task<int> Now() => (await counts.Of(null, Stop)).Values.Sum();
        Assert.Equal(2, await Now());
        await market.Import(shop, Head + "3,simple,C,Chair,1,10,Home\n");
        Assert.Equal(2, await Now());
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, await Now());
        for (var tries = 0; tries < 500 && await Now() == 2; tries++) await Task.Delay(10, Stop);
        Assert.Equal(3, await Now());
        Assert.Empty(logs.Lines);
        // Where it cannot be counted the last count answers, and the log says why.
        scopes.Broken = true;
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, await Now());
        for (var tries = 0; tries < 500 && logs.Lines.IsEmpty; tries++) await Task.Delay(10, Stop);
        Assert.Contains("The shelf is away", logs.Lines.First(), StringComparison.Ordinal);
    }

    private sealed class Scopes(IServiceScopeFactory real) : IServiceScopeFactory
    {
        public bool Broken { get; set; }

        public IServiceScope CreateScope() => Broken ? throw new InvalidOperationException("The shelf is away") : real.CreateScope();
    }

    [Fact]
    public void A_million_keys_are_remembered_in_a_few_bytes_each()
    {
        var keys = new KeySet();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 1; i <= 200_000; i++) Assert.True(keys.Add(unchecked(i * 0x9E3779B97F4A7C15)));
        // Nothing of it is let go again: only the lists of where the keys are grow.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 200_000 * 8, 200_000 * 20);
        for (ulong i = 1; i <= 200_000; i += 999) Assert.False(keys.Add(unchecked(i * 0x9E3779B97F4A7C15)));
        Assert.Equal(200_000, keys.Count);
        Assert.True(keys.Add("a key") && !keys.Add("a key") && keys.Contains(KeySet.Mark("a key")) && !keys.Contains(KeySet.Mark("another")));
    }

    // Somebody may look for keys whose hashes begin alike.
    [Fact]
    public void Keys_that_look_alike_at_their_beginning_need_no_more_memory()
    {
        var keys = new KeySet();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 0; i < 2_000; i++) Assert.True(keys.Add(i));
        for (ulong i = 0; i < 2_000; i++) Assert.True(keys.Add(ulong.MaxValue - i));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4_000 * 8, 4 * 1024 * 1024);
        for (ulong i = 0; i < 2_000; i++) Assert.True(keys.Contains(i) && !keys.Add(ulong.MaxValue - i) && !keys.Contains(i + 2_000));
        Assert.Equal(4_000, keys.Count);
    }

    [Fact]
    public void Keys_beyond_those_in_memory_are_remembered_in_the_file()
    {
        var folder = new ScratchFolder(Path.Combine(Path.GetTempPath(), $"fairground-keys-{Guid.NewGuid():n}"));
        using (var scratch = new ImportScratch(folder, Guid.NewGuid(), mostInMemory: 3))
        {
            foreach (var key in (string[])["a", "b", "c", "d", "e"]) Assert.True(scratch.See(key));
            foreach (var key in (string[])["a", "c", "d", "e"]) Assert.False(scratch.See(key));
            Assert.True(scratch.HasSeen("b") && scratch.HasSeen("e") && !scratch.HasSeen("f"));
        }
        Assert.Empty(Directory.GetFiles(folder.Path));
        Directory.Delete(folder.Path);
    }

    private static async Task<string[]> Skus(Market market, ShelfQuery query) => [.. (await market.With<Shelf, Result<ShelfPage>>(s => s.Find(query, Stop))).Value.Items.Select(i => i.Sku)];
}
