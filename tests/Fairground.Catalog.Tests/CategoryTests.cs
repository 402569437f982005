using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Keep = Fairground.Catalog.KeepCategories.KeepCategories;

namespace Fairground.Catalog.Tests;

/// <summary>An operator's work on the tree: it holds against the feeds that come after it, and old addresses lead to the new places.</summary>
[Requirement("C-07")]
public sealed class CategoryTests
{
    private const string Feed = "Type,SKU,Name,Published,Regular price,Categories\nsimple,k,Kettle,1,10,Home > Kitchen > Kettles\nsimple,m,Mug,1,5,Home > Kitchen\nsimple,l,Lamp,1,20,Lights\nsimple,c,Cup,1,4,Cups\n";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_renamed_moved_and_merged_stays_so_when_the_feed_comes_again(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        await Do(market, async keep => await keep.Place(await Id(market, "home/kitchen"), "Cooking & eating", null, Stop));
        await Do(market, async keep => await keep.Place(await Id(market, "cooking-eating/kettles"), "Kettles", await Id(market, "home"), Stop));
        await Do(market, async keep => await keep.Merge(await Id(market, "cups"), await Id(market, "cooking-eating"), Stop));
        string[] tree = ["Cooking & eating: Cup, Mug", "Home: ", "Home > Kettles: Kettle", "Lights: Lamp"];
        Assert.Equal(tree, await Tree(market));
        // Nothing is new to the feed, and what it adds below a former place goes where that is now.
        var again = await market.Import(shop, Feed.Replace("Mug,1,5", "Mug,1,6", StringComparison.Ordinal) + "simple,p,Plate,1,7,Home > Kitchen > Plates\nsimple,g,Glass,1,3,Cups\n");
        Assert.Equal((2, 1, 3, 0), (again.Created, again.Updated, again.Unchanged, again.Rejected));
        Assert.Equal(["Cooking & eating: Cup, Glass, Mug", "Cooking & eating > Plates: Plate", "Home: ", "Home > Kettles: Kettle", "Lights: Lamp"], await Tree(market));
        Assert.Equal("cooking-eating", await market.With<BrowseGoods.Shelf, string?>(s => s.Moved("cups", Stop)));
        Assert.Equal("home/kettles", await market.With<BrowseGoods.Shelf, string?>(s => s.Moved("home/kitchen/kettles", Stop)));
        // The name that went away may be given again, and is then what it says.
        await Do(market, keep => keep.Add("Cups", null, Stop));
        Assert.Null(await market.With<BrowseGoods.Shelf, string?>(s => s.Moved("cups", Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Categories_merge_with_all_below_them_and_words_of_the_new_place_find_the_goods(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, "Type,SKU,Name,Published,Regular price,Categories\nsimple,a,One,1,1,Old > Red\nsimple,b,Two,1,1,New > Red\nsimple,c,Three,1,1,\"Old > Red, New > Red\"\nsimple,d,Four,1,1,Old > Blue\n");
        await Do(market, async keep => await keep.Merge(await Id(market, "old"), await Id(market, "new"), Stop));
        Assert.Equal(["New: ", "New > Blue: Four", "New > Red: One, Three, Two"], await Tree(market));
        var found = (await market.Http.GetFromJsonAsync<JsonNode>("api/v1/products?category=new/blue", Stop))!;
        Assert.Equal("Four", (string?)found["items"]![0]!["name"]);
        await market.With<SearchGoods.SearchKeeper, int>(s => s.CatchUp(Stop));
        Assert.Equal("Four", (string?)(await market.Http.GetFromJsonAsync<JsonNode>("api/v1/products?query=new+blue", Stop))!["items"]![0]!["name"]);
        Assert.Empty((await market.Http.GetFromJsonAsync<JsonNode>("api/v1/products?query=old+blue", Stop))!["items"]!.AsArray());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_tree_has_the_operators_order_and_not_what_is_hidden(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        await market.Import(await market.OpenShop(), Feed);
        var home = await Id(market, "home");
        async Task<string[]> Names() => [.. (await market.Http.GetFromJsonAsync<JsonArray>("api/v1/categories", Stop))!.Select(c => (string)c!["name"]!)];
        Assert.Equal(["Cups", "Home", "Lights"], await Names());
        await Patch(market, home, new { moveBy = -1 });
        Assert.Equal(["Home", "Cups", "Lights"], await Names());
        await Patch(market, home, new { moveBy = 5 });
        Assert.Equal(["Cups", "Lights", "Home"], await Names());
        await Patch(market, home, new { hidden = true });
        Assert.Equal(["Cups", "Lights"], await Names());
        var sitemap = XDocument.Parse(await market.Http.GetStringAsync("sitemap/0.xml", Stop)).Descendants().Where(e => e.Name.LocalName == "loc").Select(e => e.Value).ToList();
        Assert.Contains($"{market.Http.BaseAddress}catalogue/lights", sitemap);
        // Nor anything below it.
        Assert.DoesNotContain(sitemap, a => a.StartsWith($"{market.Http.BaseAddress}catalogue/home", StringComparison.Ordinal));
        Assert.Null(await market.With<BrowseGoods.Shelf, BrowseGoods.CategoryView?>(s => s.Category("home/kitchen", Stop)));
        Assert.Equal("Cups", (await market.With<BrowseGoods.Shelf, BrowseGoods.CategoryView?>(s => s.Category("cups", Stop)))!.Name);
        Assert.Equal(["Cups", "Lights"], (await market.With<IGoodsIndex, IReadOnlyList<CategoryInfo>>(g => g.Categories(Stop))).Select(c => c.FullName));
        await Patch(market, home, new { hidden = false, name = "House" });
        Assert.Equal("House > Kitchen", (await market.With<BrowseGoods.Shelf, BrowseGoods.CategoryView?>(s => s.Category("house/kitchen", Stop)))!.FullName);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_name_is_one_line_whoever_gives_it(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        await market.Import(await market.OpenShop(), "Type,SKU,Name,Published,Regular price,Categories\nsimple,p,Pan,1,10,\"Home > Pots\n and pans\"\n");
        await Do(market, async keep => await keep.Add(" Lids\r\nand\u2028handles ", await Id(market, "home"), Stop));
        Assert.Equal(["Home: ", "Home > Lids and handles: ", "Home > Pots and pans: Pan"], await Tree(market));
        Assert.Equal("category.name_invalid", (await market.With<Keep, Result<Category>>(k => k.Add("\n", null, Stop))).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_cannot_be_is_refused_by_its_code_and_changes_nothing(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        await market.Import(await market.OpenShop(), Feed);
        var before = await Tree(market);
        var (home, kitchen, cups) = (await Id(market, "home"), await Id(market, "home/kitchen"), await Id(market, "cups"));
        var deep = home;
        foreach (var (code, act) in new (string, Func<Keep, Task<Result<Category>>>)[]
        {
            ("category.under_itself", k => k.Place(home, "Home", kitchen, Stop)), ("category.under_itself", k => k.Place(home, "Home", home, Stop)), ("category.under_itself", k => k.Merge(home, kitchen, Stop)),
            ("category.under_itself", k => k.Merge(home, home, Stop)), ("category.name_taken", k => k.Place(cups, "Home", null, Stop)), ("category.name_taken", k => k.Add("kitchen", home, Stop)),
            ("category.name_invalid", k => k.Add("  ", null, Stop)), ("category.name_invalid", k => k.Place(cups, "A > B", null, Stop)), ("category.name_invalid", k => k.Add(new string('x', 121), null, Stop)),
            ("category.not_found", k => k.Place(Guid.CreateVersion7(), "X", null, Stop)), ("category.not_found", k => k.Merge(home, Guid.CreateVersion7(), Stop)), ("category.not_found", k => k.Hide(Guid.CreateVersion7(), true, Stop)),
            ("category.not_found", k => k.Order(Guid.CreateVersion7(), 1, Stop)), ("category.not_found", k => k.Add("X", Guid.CreateVersion7(), Stop)),
        })
        {
            Assert.Equal(code, (await market.With(act)).Refusal?.Code);
        }
        // Goods that are being written would be left in what is gone.
        await market.Import(await market.OpenShop(name: "Other"), "Type,SKU,Name,Published,Regular price\nsimple,z,Zither,1,1\n");
        await market.Ask(c => c.Imports.OrderByDescending(i => i.Id).Take(1).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Running), Stop));
        Assert.Equal("import.running", (await market.With<Keep, Result<Category>>(k => k.Merge(cups, home, Stop))).Refusal?.Code);
        await market.Ask(c => c.Imports.ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Done), Stop));
        Assert.Equal(before, await Tree(market));
        for (var level = 2; level <= Keep.Deepest; level++) deep = (await Do(market, k => k.Add($"Level {level}", deep, Stop))).Id;
        Assert.Equal("category.too_deep", (await market.With<Keep, Result<Category>>(k => k.Add("One more", deep, Stop))).Refusal?.Code);
        Assert.Equal("category.too_deep", (await market.With<Keep, Result<Category>>(k => k.Place(kitchen, "Kitchen", deep, Stop))).Refusal?.Code);
    }

    [Fact]
    public async Task Only_an_operator_changes_the_tree()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        var (cups, lights) = (await Id(market, "cups"), await Id(market, "lights"));
        foreach (var (user, status) in new[] { ("", HttpStatusCode.Unauthorized), ("buyer", HttpStatusCode.Forbidden), ($"staff:{shop}", HttpStatusCode.Forbidden), ($"owner:{shop}", HttpStatusCode.Forbidden) })
        {
            market.Http.DefaultRequestHeaders.Remove("X-Test-User");
            if (user.Length > 0) market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
            using var made = await market.Http.PostAsJsonAsync("api/v1/categories", new { name = "Mine" }, Stop);
            using var changed = await market.Http.PatchAsJsonAsync($"api/v1/categories/{cups}", new { name = "Mine" }, Stop);
            using var merged = await market.Http.PostAsJsonAsync($"api/v1/categories/{cups}/merge", new { into = lights }, Stop);
            using var form = await market.Http.PostAsync($"office/categories/{cups}/change", new FormUrlEncodedContent([new("do", "hide")]), Stop);
            Assert.Equal((user, status, status, status, status), (user, made.StatusCode, changed.StatusCode, merged.StatusCode, form.StatusCode));
        }
    }

    private static async Task Patch(Market market, Guid id, object body)
    {
        using var done = await market.Http.PatchAsJsonAsync($"api/v1/categories/{id}", body, Stop);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
    }

    private static async Task<Category> Do(Market market, Func<Keep, Task<Result<Category>>> act)
    {
        var done = await market.With(act);
        Assert.False(done.Refused, done.Refusal?.Code);
        return done.Value;
    }

    private static Task<Guid> Id(Market market, string path) => market.Ask(c => Task.FromResult(c.Categories.Single(x => x.Path == path).Id));

    private static Task<string[]> Tree(Market market) => market.Ask(c => Task.FromResult(c.Categories.ToList().OrderBy(x => x.FullName, StringComparer.Ordinal)
        .Select(x => $"{x.FullName}: {string.Join(", ", c.ProductCategories.Where(p => p.CategoryId == x.Id).Join(c.Products, p => p.ProductId, p => p.Id, (_, p) => p.Name).ToList().Order(StringComparer.Ordinal))}").ToArray()));
}
