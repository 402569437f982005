using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Keep = Fairground.Catalog.KeepCategories.KeepCategories;

namespace Fairground.Catalog.Tests;

/// <summary>Goods are found in their category whatever it is called, also where it is renamed at the very moment in which their words are written.</summary>
[Requirement("C-07")]
public sealed class RenamingTests
{
    private const string Head = "Type,SKU,Name,Published,Regular price,Categories\n";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // SQLite has one writer and knows no such moment.
    [Fact]
    public async Task Who_renames_waits_for_the_words_that_are_being_written()
    {
        await using var market = await Market.Open(DatabaseKind.Postgres);
        await market.Import(await market.OpenShop(), Head + "simple,c,Cup,1,4,Cups\n");
        await Note(market);
        await using var connection = await market.Database.OpenAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        Task rename;
        await using (var store = new SearchStore(DatabaseKind.Postgres, connection, transaction))
        {
            var taken = await store.Take([], 10, Stop);
            var texts = await store.Read(taken, Stop);
            Assert.Single(texts);
            rename = Rename(market, "cups", "Mugs");
            for (var tries = 0; tries < 500 && !rename.IsCompleted && await Waiting(market) == 0; tries++) await Task.Delay(10, Stop);
            await store.Write([.. texts.Select(t => (t.Id, t.Text.Words()))], Stop);
        }
        await transaction.CommitAsync(Stop);
        await rename;
        await market.With<SearchKeeper, int>(s => s.CatchUp(Stop));
        Assert.Equal(1, await Count(market, "cup", "mugs"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_an_import_makes_after_a_rename_is_found_by_the_new_name(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Head + "simple,k,Kettle,1,10,Home > Kitchen\n");
        // The new price of the kettle, in the last batch, is when the import asks whether it may change: batches before have the former name, this one's words were worked out by it.
        const int Before = (FeedReading.BatchSize * 6) + 50;
        market.Frozen.Meanwhile = () => Rename(market, "home/kitchen", "Cooking");
        var report = await market.Import(shop, Head + string.Concat(Enumerable.Range(0, Before).Select(i => $"simple,m{i},Mug {i},1,5,Home > Kitchen\n")) + "simple,k,Kettle,1,12,Home > Kitchen\nsimple,p,Plate,1,7,Home > Kitchen\n");
        Assert.Equal((Before + 1, 1), (report.Created, report.Updated));
        Assert.Null(market.Frozen.Meanwhile);
        Assert.Equal((Before, 1, 1), (await Count(market, "mug", "home/cooking"), await Count(market, "plate", "home/cooking"), await Count(market, "kettle", "home/cooking")));
        Assert.Equal((1, 0), (await Count(market, "cooking plate", null), await Count(market, "kitchen plate", null)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_category_that_is_merged_away_before_goods_are_written_leads_them_to_where_it_went(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Head + "simple,k,Kettle,1,10,Home > Kitchen\nsimple,c,Cup,1,4,Cups\n");
        // Whoever merges looks for running imports first; this one began just after that look.
        market.Frozen.Meanwhile = async () =>
        {
            await State(market, ImportState.Queued);
            var (cups, kitchen) = (await Named(market, "cups"), await Named(market, "home/kitchen"));
            Assert.False((await market.With<Keep, Result<Category>>(k => k.Merge(cups.Id, kitchen.Id, Stop))).Refused);
            await State(market, ImportState.Running);
        };
        var report = await market.Import(shop, Head + "simple,k,Kettle,1,12,Home > Kitchen\nsimple,c,Cup,1,5,Cups\nsimple,m,Mug,1,5,\"Cups, Home > Kitchen\"\nsimple,g,Glass,1,3,Cups\n");
        Assert.Equal((2, 2, "done"), (report.Created, report.Updated, report.State));
        Assert.Equal((1, 1, 1, 1), (await Count(market, "kettle", "home/kitchen"), await Count(market, "cup", "home/kitchen"), await Count(market, "mug", "home/kitchen"), await Count(market, "kitchen glass", null)));
        // Nothing is left in what is gone.
        Assert.Equal((0, 0), (await market.Ask(c => c.ProductCategories.CountAsync(p => !c.Categories.Any(x => x.Id == p.CategoryId), Stop)), await market.Ask(c => c.Products.CountAsync(p => !c.Categories.Any(x => x.Id == p.CategoryId), Stop))));
        Assert.Equal(4, (await market.Import(shop, Head + "simple,k,Kettle,1,12,Home > Kitchen\nsimple,c,Cup,1,5,Cups\nsimple,m,Mug,1,5,\"Cups, Home > Kitchen\"\nsimple,g,Glass,1,3,Cups\n")).Unchanged);
    }

    // Whoever renames holds the tree and then notes goods: an import that notes some too and holds the tree only after would wait for him as he waits for it.
    [Theory]
    [InlineData(Head + "simple,c,Cup,1,5,Cups\n")]
    [InlineData("sku,stock\nc,7\n")]
    public async Task Who_changes_goods_waits_for_the_tree_before_holding_any(string feed)
    {
        await using var market = await Market.Open(DatabaseKind.Postgres);
        var shop = await market.OpenShop();
        await market.Import(shop, Head + "simple,c,Cup,1,4,Cups\n");
        await using var connection = await market.Database.OpenAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await Run("lock table catalog_category in share row exclusive mode");
        var import = market.Import(shop, feed);
        for (var tries = 0; tries < 1000 && !import.IsCompleted && await Waiting(market) == 0; tries++) await Task.Delay(10, Stop);
        Assert.False(import.IsCompleted);
        await Run("select id from catalog_product for update nowait");
        await transaction.CommitAsync(Stop);
        Assert.Equal(1, (await import).Updated);

        async Task Run(string sql)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Two constants.
            (command.CommandText, command.Transaction) = (sql, transaction);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_name_of_two_lines_from_before_is_found_in_whole(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        await market.Import(await market.OpenShop(), Head + "simple,p,Pan,1,10,\"Pots and pans, Iron\"\n");
        await market.Ask(c => c.Categories.Where(x => x.Path == "pots-and-pans").ExecuteUpdateAsync(x => x.SetProperty(y => y.Name, "Pots\nand pans").SetProperty(y => y.FullName, "Pots\nand pans"), Stop));
        await Note(market);
        Assert.Equal(1, await market.With<SearchKeeper, int>(s => s.CatchUp(Stop)));
        Assert.Equal((1, 1, 1), (await Count(market, "pan", "pots-and-pans"), await Count(market, "pan", "iron"), await Count(market, "pots iron", null)));
    }

    private static Task<int> Note(Market market) => market.Ask(c => c.Database.ExecuteSqlAsync($"insert into catalog_search_stale (product_id) select id from catalog_product", Stop));

    private static async Task Rename(Market market, string path, string name)
    {
        var category = await Named(market, path);
        Assert.False((await market.With<Keep, Result<Category>>(k => k.Place(category.Id, name, category.ParentId, Stop))).Refused);
    }

    private static Task<Category> Named(Market market, string path) => market.Ask(c => c.Categories.AsNoTracking().SingleAsync(x => x.Path == path, Stop));

    private static Task<int> State(Market market, string state) => market.Ask(c => c.Imports.Where(i => i.State == ImportState.Running || i.State == ImportState.Queued).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, state), Stop));

    private static Task<int> Waiting(Market market) =>
        market.Ask(async c => (await c.Database.SqlQuery<int>($"select cast(count(*) as integer) as \"Value\" from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").ToListAsync(Stop))[0]);

    private static async Task<int> Count(Market market, string query, string? category) =>
        (await market.With<Shelf, List<Guid>>(s => s.All(new ShelfQuery(query, category, null, null, null, null, null, 1), 10_000, Stop))).Count;
}
