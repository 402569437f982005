using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepGoods;
using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Catalog.Tests.ToldFeed;

namespace Fairground.Catalog.Tests;

/// <summary>What a feed does not speak of stays as it is.</summary>
[Requirement("C-06")]
public sealed class FeedPartsTests
{
    private const string WooHead = "ID,Type,SKU,Name,Published,\"In stock?\",Stock,\"Regular price\",Parent,\"Attribute 1 name\",\"Attribute 1 value(s)\"\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_variation_finds_a_parent_that_an_earlier_import_brought(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, WooHead + "44,variable,tee,Tee,1,1,,,,Size,\"S, M\"\n45,variation,tee-s,Tee - S,1,1,3,20,tee,Size,S\n");
        var feed = WooHead + "46,variation,tee-m,Tee - M,1,1,5,15,id:44,Size,M\n45,variation,tee-s,Tee - S,1,1,7,21,tee,Size,S\n47,variation,lost,Lost,1,1,,9,nowhere,Size,S\n";
        var report = await market.Import(shop, feed);
        Assert.Equal(["variant.parent_missing 4"], report.Problems.Select(p => $"{p.Code} {p.Line}"));
        Assert.Equal((0L, 1L, 1L), (report.Created, report.Updated, report.Rejected));
        var tee = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "tee"));
        Assert.Equal((1500L, "Tee"), (tee.PriceMinor, tee.Name));
        Assert.Equal(["tee-s 2100 7", "tee-m 1500 5"], await Variants(market, tee));
        var again = await market.Import(shop, feed);
        Assert.Equal((0L, 0L), (again.Created, again.Updated));
        Assert.Equal(["tee-s 2100 7", "tee-m 1500 5"], await Variants(market, tee));
        // Other tests may import at this moment.
        var imports = await market.Ask(c => c.Imports.Select(i => i.Id).ToListAsync(Stop));
        Assert.Equal(3, imports.Count);
        Assert.DoesNotContain(Directory.GetFiles(market.Services.GetRequiredService<ScratchFolder>().Path), file => imports.Exists(id => file.Contains($"import-{id:n}", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Goods_without_a_price_wait_and_are_on_sale_when_a_change_brings_one(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        const FeedParts WithoutPrice = FeedParts.All & ~FeedParts.Price & ~FeedParts.Stock;
        var kettle = Goods("k", "", "Kettle", Offer("k#s", size: "S"), Offer("k#l", size: "L")) with { Parts = WithoutPrice };
        var lamp = Goods("l", "", "Lamp") with { Parts = WithoutPrice };
        var first = await market.Tell(shop, kettle, lamp);
        Assert.Equal((2L, 0L), (first.Created, first.Rejected));
        Assert.All(await market.Ask(c => c.Products.ToListAsync(Stop)), p => Assert.Equal((0L, false, true), (p.PriceMinor, p.Active, p.WaitsForPrice)));
        var waiting = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "l", Stop));
        var shown = await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(waiting.Id, new ProductChanges(null, null, null, true), Stop));
        Assert.Equal("product.no_price", shown.Refusal!.Code);
        var prices = new FeedRecord[] { new FeedPatch(1, "k", Offer("k#l", "300"), FeedParts.Price), new FeedPatch(2, "k", Offer("k#s", "200", "4"), FeedParts.Price | FeedParts.Stock), new FeedPatch(3, "none", Offer("", "5"), FeedParts.Price) };
        var priced = await market.Tell(shop, prices);
        Assert.Equal((1L, 1L, "product.unknown"), (priced.Updated, priced.Rejected, priced.Problems.Single().Code));
        var sold = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "k", Stop));
        Assert.Equal((20000L, true, "Kettle"), (sold.PriceMinor, sold.Active, sold.Name));
        Assert.Equal(["k#s 20000 4", "k#l 30000 "], await Variants(market, sold, v => v.SourceKey));
        Assert.Equal((0L, 1L), await Figures(market.Tell(shop, prices)));
        // The description again, without prices, leaves the prices as they are.
        Assert.Equal((0L, 2L), await Figures(market.Tell(shop, kettle, lamp)));
        Assert.Equal(["k#s 20000 4", "k#l 30000 "], await Variants(market, sold, v => v.SourceKey));
        var priceByHand = await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(waiting.Id, new ProductChanges(null, new Money(700, Currency.Of("KZT")), null, null), Stop));
        Assert.True(priceByHand.Value.Active);
        Assert.All(await Audit(market), finding => Assert.True(finding.Holds, finding.Text));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Goods_stay_in_their_category_when_figures_come_by_themselves(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, "Type,SKU,Name,Published,Regular price,Categories\nsimple,k,Kettle,1,10,Home > Kitchen\nsimple,p,Pan,1,11,Home > Kitchen\n");
        var kitchen = await market.Ask(c => c.Categories.Where(x => x.Path == "home/kitchen").Select(x => (Guid?)x.Id).SingleAsync(Stop));
        foreach (var figures in new[] { "sku,price\nk,12\n", "sku,stock\nk,3\n" })
        {
            Assert.Equal(1, (await market.Import(shop, figures)).Updated);
            // The main category stands with the goods themselves too: cards and related goods go by it.
            Assert.All(await market.Ask(c => c.Products.Select(p => p.CategoryId).ToListAsync(Stop)), id => Assert.Equal(kitchen, id));
        }
        // Goods that lost it by such figures before get it back.
        await market.Ask(c => c.Products.Where(p => p.SourceKey == "k").ExecuteUpdateAsync(p => p.SetProperty(x => x.CategoryId, (Guid?)null), Stop));
        using var sql = new StreamReader(typeof(CatalogModule).Assembly.GetManifestResourceStream($"Fairground.Catalog.Migrations.{kind}.0016_main_category.sql")!);
        var text = await sql.ReadToEndAsync(Stop);
        Assert.Equal(1, await market.Ask(c => c.Database.ExecuteSqlRawAsync(text, Stop)));
        Assert.All(await market.Ask(c => c.Products.Select(p => p.CategoryId).ToListAsync(Stop)), id => Assert.Equal(kitchen, id));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_stock_list_changes_stock_only_and_takes_nothing_off_the_shelf(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a", "10", "A", Offer("", "10", "1")) with { Html = "Fine", Pictures = [new FeedPicture(1, "https://pictures.example/a.jpg", "picture")] }, Goods("b", "20", "B"));
        var stock = new FeedProduct(1, 1, "a") { Parts = FeedParts.Stock, Variants = [Offer("", "", "-3")] };
        var report = await market.Tell(shop, new ImportWishes(Full: true), new ToldFormat([stock, new FeedProduct(2, 1, "new") { Parts = FeedParts.Stock, Variants = [Offer("", "", "1")] }]));
        Assert.Equal((1L, 1L, 0L), (report.Updated, report.Rejected, report.Deactivated));
        Assert.Equal(("product.unknown", "import.not_full"), (report.Problems.Single().Code, report.Notes.Single().Code));
        var a = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "a", Stop));
        Assert.Equal(("A", 1000L, "<p>Fine</p>", true), (a.Name, a.PriceMinor, a.Html, a.Active));
        Assert.Equal(-3, (await market.Ask(c => c.Variants.SingleAsync(v => v.ProductId == a.Id, Stop))).Stock);
        Assert.Equal(1, await market.Ask(c => c.Pictures.CountAsync(Stop)));
        Assert.True((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "b", Stop))).Active);
        // Stock of many variants must say of which; a stock for goods that count nothing begins to count.
        await market.Tell(shop, Goods("c", "", "C", Offer("1", "5"), Offer("2", "6")));
        var unclear = await market.Tell(shop, new FeedPatch(1, "c", Offer("", "", "9"), FeedParts.Stock), new FeedPatch(2, "b", Offer("", "", "9"), FeedParts.Stock));
        Assert.Equal(("variant.unknown", 1L, 1L), (unclear.Problems.Single().Code, unclear.Updated, unclear.Unchanged));
        Assert.Equal(2000, (await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "b", Stop))).PriceMinor);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_file_that_says_it_is_full_is_one_unless_the_sender_says_otherwise(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a"), Goods("b"), Goods("c"));
        var full = new ToldFormat([new FeedFacts(1, true), Goods("a"), Goods("bad", "free")]);
        Assert.Equal(0, (await market.Tell(shop, new ImportWishes(Full: false), full)).Deactivated);
        var report = await market.Tell(shop, new ImportWishes(), full);
        Assert.Equal((2L, true), (report.Deactivated, report.Full));
        Assert.Equal(["a"], await market.Ask(c => c.Products.Where(p => p.Active).Select(p => p.SourceKey).ToListAsync(Stop)));
        Assert.Equal(0, (await market.Tell(shop, new ImportWishes(), full)).Deactivated);
        Assert.Equal(1, (await market.Tell(shop, Goods("b"))).Updated);
        Assert.True((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "b", Stop))).Active);
        var gone = await market.Tell(shop, Goods("b") with { Deleted = true }, Goods("never") with { Deleted = true });
        Assert.Equal((1L, 1L, 1L), (gone.Updated, gone.Unchanged, gone.Deactivated));
        Assert.False((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "b", Stop))).Active);
        // Only what changed: a file that says so takes nothing off the shelf.
        Assert.Equal(0, (await market.Tell(shop, new FeedFacts(1, false), Goods("c"))).Deactivated);
    }

    [Fact]
    public async Task Goods_hidden_by_hand_stay_hidden_until_the_feed_says_something_new_about_it()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a", "10"));
        var id = await market.Ask(c => c.Products.Select(p => p.Id).SingleAsync(Stop));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(id, new ProductChanges(null, null, null, false), Stop));
        Assert.Equal(1, (await market.Tell(shop, Goods("a", "11"))).Updated);
        Assert.False((await market.Ask(c => c.Products.SingleAsync(Stop))).Active);
        await market.Tell(shop, Goods("a", "11") with { Active = false });
        await market.Tell(shop, Goods("a", "11"));
        Assert.True((await market.Ask(c => c.Products.SingleAsync(Stop))).Active);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_currency_is_taken_from_the_price_then_the_file_then_the_sender_and_what_is_assumed_is_said(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var other = await market.Tell(shop, new FeedFacts(1, null, "USD"), Goods("a", "10"), Goods("b", "10 KZT"));
        Assert.Equal((1L, 1L, "product.currency_other", 0), (other.Created, other.Rejected, other.Problems.Single().Code, other.Notes.Count));
        Assert.Empty((await market.Tell(shop, new FeedFacts(1, null, "KZT"), Goods("c", "10"))).Notes);
        Assert.Equal("import.currency_assumed", (await market.Tell(shop, Goods("d", "10"))).Notes.Single().Code);
        Assert.Empty((await market.Tell(shop, new ImportWishes(Currency: "kzt"), new ToldFormat([Goods("e", "10")]))).Notes);
        Assert.Empty((await market.Tell(shop, Goods("f", "10"))).Notes);
        foreach (var (wish, code) in new[] { ("USD", "import.currency_other"), ("XXQ", "import.currency_unknown") })
        {
            var refused = await market.With<StartImport, Result<Import>>(s => s.FromFile(shop, null, "x", new MemoryStream([1]), [], new ImportWishes(Currency: wish), Stop));
            Assert.Equal(code, refused.Refusal!.Code);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Properties_are_kept_and_shown_and_rows_of_one_group_repeat_their_goods_without_fault(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var group = Goods("g", "", "Lamp") with { VariantsElsewhere = true, MayRepeat = true, Attributes = [new("Power", "40", "W"), new("Colour", "Red"), new("Empty", " ")] };
        FeedRecord[] feed = [group, new FeedVariant(2, "g", Offer("g1", "10", size: "S")), group with { Line = 3 }, new FeedVariant(3, "g", Offer("g2", "9", size: "L"))];
        var report = await market.Tell(shop, feed);
        Assert.Equal((4L, 1L, 1L, 0), (report.Rows, report.Read, report.Created, report.Problems.Count));
        Assert.Equal((0L, 1L), await Figures(market.Tell(shop, feed)));
        var lamp = await market.Ask(c => c.Products.SingleAsync(Stop));
        Assert.Equal(["Power 40 W", "Colour Red "], await market.Ask(c => c.Attributes.OrderBy(a => a.Position).Select(a => a.Name + " " + a.Value + " " + a.Unit).ToListAsync(Stop)));
        var view = await market.With<BrowseGoods.ShowProduct, BrowseGoods.ProductView?>(s => s.Find(lamp.Id, Stop));
        Assert.Equal(new BrowseGoods.AttributeView("Power", "40", "W"), view!.Attributes[0]);
        // A price that comes in the same file as goods without one is theirs at once.
        var late = await market.Tell(shop, new FeedPatch(1, "late", Offer("", "77"), FeedParts.Price), Goods("late", "", "Late") with { Parts = FeedParts.All & ~FeedParts.Price });
        Assert.Equal((1L, 1L), (late.Read, late.Created));
        Assert.Equal((7700L, true), await market.Ask(c => c.Products.Where(p => p.SourceKey == "late").Select(p => new ValueTuple<long, bool>(p.PriceMinor, p.Active)).SingleAsync(Stop)));
    }

    [Fact]
    public async Task A_file_that_is_not_well_formed_imports_nothing_and_says_where()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var report = await market.Tell(await market.OpenShop(), new ImportWishes(), new ToldFormat([Goods("a")], new FeedFault(12, 7, "The tag 'offer' is not closed.")));
        Assert.Equal(("failed", "import.malformed", 0L), (report.State, report.ErrorCode, report.Read));
        Assert.Contains("line 12, column 7", report.ErrorText, StringComparison.Ordinal);
        Assert.Equal(0, await market.Ask(c => c.Products.CountAsync(Stop)));
    }

    [Fact]
    public async Task What_a_killed_import_left_behind_is_removed_at_the_next_start()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var folder = market.Services.GetRequiredService<ScratchFolder>();
        var left = Path.Combine(folder.Path, $"import-{Guid.CreateVersion7():n}.db");
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(left, "half done", Stop);
        await market.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ImportWorker>().Single().StartAsync(Stop);
        await market.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ImportWorker>().Single().StopAsync(Stop);
        Assert.False(File.Exists(left));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Thousands_of_bare_changes_before_and_after_their_goods_reach_them(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        const FeedParts WithoutPrice = FeedParts.All & ~FeedParts.Price;
        var goods = Enumerable.Range(0, 2300).Select(i => Goods($"g{i}", "", $"Thing {i}") with { Parts = WithoutPrice }).ToList();
        var prices = goods.ConvertAll(g => new FeedPatch(1, g.Key, Offer("", g.Key[1..] + ".50"), FeedParts.Price));
        var first = await market.Tell(shop, [.. prices.Take(1000), .. goods, .. prices.Skip(1000)]);
        Assert.Equal((2300L, 2300L, 4600L), (first.Read, first.Created, first.Rows));
        Assert.Equal(2300, await market.Ask(c => c.Products.CountAsync(p => p.Active && p.PriceMinor > 0, Stop)));
        Assert.Equal((0L, 2300L), await Figures(market.Tell(shop, [.. prices.Take(1000), .. goods, .. prices.Skip(1000)])));
        Assert.Equal((0L, 2300L), await Figures(market.Tell(shop, [.. prices])));
        Assert.Equal((1L, 2299L), await Figures(market.Tell(shop, [.. prices.Skip(1), new FeedPatch(1, "g0", Offer("", "7"), FeedParts.Price)])));
    }

    private static async Task<List<string>> Variants(Market market, Product goods, Func<Variant, string>? name = null) =>
        [.. (await market.Ask(c => c.Variants.Where(v => v.ProductId == goods.Id).OrderBy(v => v.Position).ToListAsync(Stop))).Select(v => $"{(name ?? (x => x.Sku))(v)} {v.PriceMinor} {v.Stock}")];

    private static async Task<(long Changed, long Unchanged)> Figures(Task<ImportReport> told)
    {
        var report = await told;
        return (report.Created + report.Updated, report.Unchanged);
    }

    private static Task<IReadOnlyList<AuditFinding>> Audit(Market market) => market.Services.GetServices<IAuditCheck>().Single(c => c.GetType().Assembly == typeof(CatalogModule).Assembly).Run(Stop);
}
