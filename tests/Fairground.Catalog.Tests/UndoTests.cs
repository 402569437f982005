using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepGoods;
using Fairground.Catalog.ReleasePrices;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Catalog.Tests.ToldFeed;

namespace Fairground.Catalog.Tests;

/// <summary>An import can be seen before it happens and taken back after it.</summary>
[Requirement("C-06")]
public sealed class UndoTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_undone_import_leaves_the_shelf_as_it_was(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var kettle = Goods("k", "", "Kettle", Offer("s", "20", "4", "S"), Offer("l", "30", "5", "L")) with
        {
            Html = "<p>Boils</p>", Categories = ["Home > Kitchen"], Pictures = [new FeedPicture(1, "https://pictures.example/k.jpg", "picture")], Attributes = [new("Power", "2", "kW")],
        };
        await market.Tell(shop, kettle, Goods("b", "5", "Bowl"), Goods("same", "6", "Same"));
        var before = await Shelf(market);
        var changed = kettle with { Name = "Samovar", Html = "Hums", Categories = ["Tea"], Pictures = [], Attributes = [], Variants = [Offer("s", "25", "1", "S"), Offer("xl", "40", "", "XL")] };
        var report = await market.Tell(shop, new ImportWishes(Full: true), new ToldFormat([changed, Goods("new", "7", "New"), Goods("same", "6", "Same"), new FeedPatch(9, "new", Offer("", "8"), FeedParts.Price)]));
        Assert.Equal((3L, 1L, 1L, 1L, 1L), (report.Read, report.Created, report.Updated, report.Unchanged, report.Deactivated));
        Assert.Equal(800, await market.Ask(c => c.Products.Where(p => p.SourceKey == "new").Select(p => p.PriceMinor).SingleAsync(Stop)));
        var undone = await Undo(market, report.ImportId);
        Assert.False(undone.Refused, undone.Refusal?.Sentence);
        Assert.Equal((UndoState.Done, 3L, 0L), (undone.Value.UndoState, undone.Value.Undone, undone.Value.UndoLeft));
        Assert.Equal(before, (await Shelf(market)).Where(g => !g.StartsWith("new ", StringComparison.Ordinal)));
        Assert.False((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "new", Stop))).Active);
        Assert.Equal("import.already_undone", (await Undo(market, report.ImportId)).Refusal!.Code);
        // The feed before is found unchanged, and the undone one can come again.
        Assert.Equal((0L, 0L, 3L), await Counts(market.Tell(shop, kettle, Goods("b", "5", "Bowl"), Goods("same", "6", "Same"))));
        await market.Tell(shop, changed, Goods("new", "7", "New"));
        Assert.True((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "new", Stop))).Active);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_was_changed_since_stays_and_is_reported(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a", "10"), Goods("b", "10"), Goods("c", "10"));
        var second = await market.Tell(shop, Goods("a", "11"), Goods("b", "11"), Goods("c", "11"), Goods("d", "11"), Goods("e", "11"));
        var ids = await market.Ask(c => c.Products.ToDictionaryAsync(p => p.SourceKey, p => p.Id, Stop));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(ids["b"], new ProductChanges("By hand", null, null, null), Stop));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(ids["e"], new ProductChanges("By hand", null, null, null), Stop));
        var third = await market.Tell(shop, Goods("c", "12"));
        var undone = (await Undo(market, second.ImportId)).Value;
        Assert.Equal((2L, 3L), (undone.Undone, undone.UndoLeft));
        Assert.Equal(["a 1000 True", "b 1100 True", "c 1200 True", "d 1100 False", "e 1100 True"], await Prices(market));
        var said = await market.Ask(c => c.ImportProblems.Where(p => p.ImportId == second.ImportId).OrderBy(p => p.Field).Select(p => p.Field + " " + p.Code).ToListAsync(Stop));
        Assert.Equal(["b import.changed_since", "c import.changed_since", "e import.changed_since"], said);
        // The last import is undone alone; then nothing of an earlier one stands in its way any more.
        Assert.Equal(1, (await Undo(market, third.ImportId)).Value.Undone);
        Assert.Contains("c 1100 True", await Prices(market));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_former_price_waits_while_certificates_are_open(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a", "10", "Old"));
        var report = await market.Tell(shop, Goods("a", "11", "New"));
        var id = await market.Ask(c => c.Products.Select(p => p.Id).SingleAsync(Stop));
        market.Frozen.Ids.Add(id);
        var undone = (await Undo(market, report.ImportId)).Value;
        Assert.Equal((1L, 0L), (undone.Undone, undone.UndoLeft));
        Assert.Equal(("Old", 1100L, (long?)1000L), await market.Ask(c => c.Products.Select(p => new ValueTuple<string, long, long?>(p.Name, p.PriceMinor, p.PendingPriceMinor)).SingleAsync(Stop)));
        Assert.Equal("product.price_frozen", await market.Ask(c => c.ImportProblems.Where(p => p.ImportId == report.ImportId).Select(p => p.Code).SingleAsync(Stop)));
        market.Frozen.Ids.Clear();
        Assert.Equal(1, await market.Services.GetRequiredService<PriceReleaser>().Release(Stop));
        Assert.Equal(["a 1000 True"], await Prices(market));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_import_is_undone_once_and_only_where_there_is_something_to_undo(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var first = await market.Tell(shop, [.. Enumerable.Range(0, 1203).Select(i => Goods($"g{i}", "10"))]);
        var again = await market.Tell(shop, Goods("g1", "10"));
        Assert.Equal("import.nothing_to_undo", (await Undo(market, again.ImportId)).Refusal!.Code);
        var dry = await market.Tell(shop, new ImportWishes(DryRun: true), new ToldFormat([Goods("g1", "11")]));
        Assert.Equal("import.dry_run", (await Undo(market, dry.ImportId)).Refusal!.Code);
        var many = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Undo(market, first.ImportId), Stop)));
        Assert.Equal(1203, many.Single(r => !r.Refused).Value.Undone);
        Assert.All(many.Where(r => r.Refused), r => Assert.Contains(r.Refusal!.Code, (string[])["import.running", "import.already_undone"]));
        Assert.Equal(0, await market.Ask(c => c.Products.CountAsync(p => p.Active, Stop)));
        // One that was interrupted half-way goes on, and counts what it had done already.
        await market.Ask(c => c.Imports.Where(i => i.Id == first.ImportId).ExecuteUpdateAsync(i => i.SetProperty(x => x.UndoState, UndoState.Running).SetProperty(x => x.Undone, 0), Stop));
        Assert.Equal(1203, (await Undo(market, first.ImportId)).Value.Undone);
        var running = await market.Tell(shop, Goods("h", "1"));
        await market.Ask(c => c.Imports.Where(i => i.Id == running.ImportId).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Running), Stop));
        Assert.Equal("import.not_finished", (await Undo(market, running.ImportId)).Refusal!.Code);
        await market.Ask(c => c.Imports.Where(i => i.Id == running.ImportId).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Done), Stop));
        var h = await market.Ask(c => c.Products.Where(p => p.SourceKey == "h").Select(p => p.Id).SingleAsync(Stop));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(h, new ProductChanges("By hand", null, null, null), Stop));
        Assert.Equal("import.changed_since", (await Undo(market, running.ImportId)).Refusal!.Code);
        await using var hold = await market.Services.GetRequiredService<ImportDesk>().Take(shop, Stop);
        Assert.Equal("import.running", (await Undo(market, running.ImportId)).Refusal!.Code);
    }

    [Fact]
    public async Task Only_the_newest_imports_of_a_shop_can_be_undone()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        var first = await market.Tell(shop, Goods("a", "1"));
        for (var i = 0; i < ImportRun.Undoable; i++) await market.Tell(shop, Goods("a", $"{i + 2}"));
        Assert.Equal("import.undo_too_old", (await Undo(market, first.ImportId)).Refusal!.Code);
        Assert.Equal(ImportRun.Undoable, await market.Ask(c => c.ImportChanges.CountAsync(Stop)));
        await market.Tell(shop, Goods("a", "99"));
        Assert.Equal(ImportRun.Undoable, await market.Ask(c => c.ImportChanges.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_sources_and_dry_runs_bring_does_not_take_the_way_back_of_imports_by_hand(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("mine", "1"));
        var mine = await market.Tell(shop, Goods("mine", "2"));
        // As many as a store tells of on a busy day.
        var source = Guid.CreateVersion7();
        var theirs = new List<Guid>();
        for (var i = 0; i < ImportRun.Undoable + 2; i++)
        {
            theirs.Add((await market.Tell(shop, new ImportWishes(), new ToldFormat([Goods("theirs", $"{i + 1}")]), source)).ImportId);
            await market.Tell(shop, new ImportWishes(DryRun: true), new ToldFormat([Goods("mine", $"{i + 9}")]));
        }
        Assert.Equal("import.undo_too_old", (await Undo(market, theirs[0])).Refusal!.Code);
        Assert.False((await Undo(market, theirs[^1])).Refused);
        Assert.False((await Undo(market, mine.ImportId)).Refused);
        Assert.Equal(100, await market.Ask(c => c.Products.Where(p => p.SourceKey == "mine").Select(p => p.PriceMinor).SingleAsync(Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_dry_run_shows_the_difference_and_changes_nothing(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("a", "", "Kettle", Offer("s", "20", "4", "S")), Goods("b", "5", "Bowl"));
        var before = await Shelf(market);
        var feed = new ToldFormat([Goods("a", "", "Samovar", Offer("s", "25", "0", "S")) with { Categories = ["Tea"] }, Goods("c", "7", "Cup"), Goods("bad", "free")]);
        var dry = await market.Tell(shop, new ImportWishes(Full: true, DryRun: true), feed);
        Assert.Equal((true, 1L, 1L, 1L, 1L), (dry.DryRun, dry.Created, dry.Updated, dry.Rejected, dry.Deactivated));
        Assert.Equal(before, await Shelf(market));
        Assert.Equal(0, await market.Ask(c => c.Categories.CountAsync(Stop)));
        var found = await market.Ask(c => c.ImportDifferences.Where(d => d.ImportId == dry.ImportId).OrderBy(d => d.N).ToListAsync(Stop));
        Assert.Equal(
            [
                "a changed name: Kettle > Samovar", "a changed price: 20.00 KZT > 25.00 KZT", "a changed categories:  > Tea", "a changed variant Size: S: price: 20.00 KZT > 25.00 KZT", "a changed variant Size: S: stock: 4 > 0",
                "c new :  > 7.00 KZT", "b off the shelf on the shelf: yes > no",
            ],
            found.Select(d => $"{d.ProductKey} {d.What} {d.Field}: {d.Before} > {d.After}"));
        Assert.Equal(dry.Differences, found.Count);
        var real = await market.Tell(shop, new ImportWishes(Full: true), feed);
        Assert.Equal((dry.Read, dry.Created, dry.Updated, dry.Unchanged, dry.Rejected, dry.Deactivated), (real.Read, real.Created, real.Updated, real.Unchanged, real.Rejected, real.Deactivated));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Goods_whose_former_category_was_merged_away_stay_where_they_are(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Tell(shop, Goods("cup", "1") with { Categories = ["Cups"] }, Goods("pan", "2") with { Categories = ["Kitchen"] });
        var moved = await market.Tell(shop, Goods("cup", "3") with { Categories = ["Mugs"] });
        var ids = await market.Ask(c => c.Categories.ToDictionaryAsync(x => x.Path, x => x.Id, Stop));
        Assert.False((await market.With<KeepCategories.KeepCategories, Result<Category>>(k => k.Merge(ids["cups"], ids["kitchen"], Stop))).Refused);
        Assert.False((await Undo(market, moved.ImportId)).Refused);
        var cup = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "cup", Stop));
        Assert.Equal((100L, (Guid?)ids["mugs"]), (cup.PriceMinor, cup.CategoryId));
        Assert.Equal([ids["mugs"]], await market.Ask(c => c.ProductCategories.Where(p => p.ProductId == cup.Id).Select(p => p.CategoryId).ToListAsync(Stop)));
    }

    private static Task<Result<Import>> Undo(Market market, Guid import) => market.With<UndoImport.UndoImport, Result<Import>>(u => u.Undo(import, null, Stop));

    private static Task<List<string>> Prices(Market market) => market.Ask(c => c.Products.OrderBy(p => p.SourceKey).Select(p => p.SourceKey + " " + p.PriceMinor + " " + (p.Active ? "True" : "False")).ToListAsync(Stop));

    private static async Task<(long, long, long)> Counts(Task<ImportReport> told)
    {
        var report = await told;
        return (report.Created, report.Updated, report.Unchanged);
    }

    // Everything on the shelf in one line for each product.
    private static async Task<List<string>> Shelf(Market market)
    {
        var lines = new List<string>();
        foreach (var p in await market.Ask(c => c.Products.AsNoTracking().OrderBy(p => p.SourceKey).ToListAsync(Stop)))
        {
            var variants = await market.Ask(c => c.Variants.Where(v => v.ProductId == p.Id).OrderBy(v => v.Position).ToListAsync(Stop));
            var pictures = await market.Ask(c => c.Pictures.Where(v => v.ProductId == p.Id).OrderBy(v => v.Position).Select(v => v.SourceUrl).ToListAsync(Stop));
            var categories = await market.Ask(c => c.ProductCategories.Where(v => v.ProductId == p.Id).OrderBy(v => v.Position).Select(v => v.CategoryId).ToListAsync(Stop));
            var attributes = await market.Ask(c => c.Attributes.Where(v => v.ProductId == p.Id).OrderBy(v => v.Position).Select(v => v.Name + v.Value + v.Unit).ToListAsync(Stop));
            lines.Add(string.Join(' ', [p.SourceKey, p.Name, p.Slug, p.Html, p.PriceMinor, p.CompareAtMinor, p.PendingPriceMinor, p.Active, p.Listed, p.ContentHash, p.CategoryId,
                .. variants.Select(v => $"{v.Id} {v.SourceKey} {v.Options} {v.PriceMinor} {v.Stock}"), .. pictures, .. categories, .. attributes]));
        }
        return lines;
    }
}
