using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Catalog.EditGoods;
using Fairground.Catalog.KeepGoods;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>Many goods changed at once, and what remains to be seen of it.</summary>
[Requirement("C-07")]
public sealed class EditTests
{
    private const string Feed = "Type,SKU,Name,Published,Regular price,Sale price,Stock,Categories,Parent,Attribute 1 name,Attribute 1 value(s)\n"
        + "simple,k,Kettle,1,199.99,,5,Home,,,\nsimple,m,Mug,1,10,9.99,,Home,,,\nvariable,s,Shirt,1,,,,Clothes,,Size,\"S, L\"\nvariation,s-s,,1,20,,3,,s,Size,S\nvariation,s-l,,1,21,,1,,s,Size,L\n";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Prices_rise_by_percent_after_a_look_and_fall_back_when_it_is_undone(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        var before = await Prices(market);
        Assert.Equal(["Kettle 19999", "Mug 999", "Shirt 2000 [2000 2100]"], before);
        var look = await Edit(market, shop, new { all = true, change = new { pricePercent = 12.5, essential = true }, dryRun = true });
        Assert.Equal("done true 3 0", $"{look["state"]} {look["dryRun"]} {look["updated"]} {look["rejected"]}");
        Assert.Equal(before, await Prices(market));
        var differences = (await market.Http.GetFromJsonAsync<JsonNode>($"api/v1/imports/{look["importId"]}/differences", Stop))!["items"]!.AsArray().Select(d => $"{d!["name"]}: {d["field"]} {d["before"]} → {d["after"]}").ToList();
        Assert.Contains("Kettle: price 199.99 KZT → 224.99 KZT", differences);
        Assert.Contains("Mug: essential no → yes", differences);
        Assert.Contains("Shirt: variant Size: L: price 21.00 KZT → 23.63 KZT", differences);
        var applied = await market.With<StartEdit, Result<Import>>(e => e.Apply(Guid.Parse((string)look["importId"]!), null, Stop));
        await Ended(market, applied.Value.Id);
        // 199.99 × 1.125 = 224.98875; 9.99 × 1.125 = 11.23875, above the former price of 10, which then is none.
        Assert.Equal(["Kettle 22499", "Mug 1124", "Shirt 2250 [2250 2363]"], await Prices(market));
        Assert.Equal(3, await market.Ask(c => Task.FromResult(c.Products.Count(p => p.Essential))));
        using var undone = await market.Http.PostAsync($"api/v1/imports/{applied.Value.Id}/undo", null, Stop);
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Equal(before, await Prices(market));
        Assert.Equal((0, 1000), await market.Ask(c => Task.FromResult((c.Products.Count(p => p.Essential), (int)c.Products.Single(p => p.Name == "Mug").CompareAtMinor!))));
        // The feed that the goods came from has nothing new to say.
        Assert.Equal(3, (await market.Import(shop, Feed)).Unchanged);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Goods_are_put_into_a_category_and_off_the_shelf_and_prices_of_open_lots_wait(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        await market.Import(shop, "[{\"key\":\"z\",\"name\":\"No price\"}]");
        var ids = await market.Ask(c => Task.FromResult(c.Products.ToDictionary(p => p.Name, p => p.Id)));
        var clothes = await market.Ask(c => Task.FromResult(c.Categories.Single(x => x.Path == "clothes").Id));
        market.Frozen.Ids.Add(ids["Kettle"]);
        var done = await Edit(market, shop, new { products = new[] { ids["Kettle"], ids["Mug"], ids["No price"] }, change = new { pricePercent = -50, roundTo = 10, categoryId = clothes, active = true } });
        Assert.Equal("done 3 2", $"{done["state"]} {done["updated"]} {done["problemsTotal"]}");
        Assert.Equal(["product.no_price", "product.price_frozen"], done["problems"]!.AsArray().Select(p => (string)p!["code"]!).Order(StringComparer.Ordinal));
        Assert.Equal(["Kettle 19999", "Mug 1000", "No price 0", "Shirt 2000 [2000 2100]"], await Prices(market));
        Assert.Equal(10000, await market.Ask(c => Task.FromResult(c.Products.Single(p => p.Name == "Kettle").PendingPriceMinor)));
        Assert.Equal(4, await market.Ask(c => Task.FromResult(c.ProductCategories.Count(p => p.CategoryId == clothes))));
        await Edit(market, shop, new { all = true, query = "mug", change = new { active = false } });
        Assert.Equal(["Mug", "No price"], await market.Ask(c => Task.FromResult(c.Products.Where(p => !p.Active).Select(p => p.Name).ToList().Order().ToArray())));
    }

    [Fact]
    public async Task An_edit_that_was_interrupted_adds_no_percentage_twice()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        var all = await market.Ask(c => Task.FromResult(c.Products.Select(p => p.Id).ToList()));
        var begun = (await market.With<StartEdit, Result<Import>>(e => e.Begin(shop, null, new EditOfGoods(all, null, null, new GoodsChange(PricePercent: 10), null), Stop))).Value;
        async Task Run() => await market.Services.GetService<ImportFeed.ImportDesk>()!.Run(begun.Id, null, null, Stop);
        await Run();
        var once = await Prices(market);
        // As if the node had died right before it said that it was done.
        await market.Ask(async c => { (await c.Imports.FindAsync([begun.Id], Stop))!.State = ImportState.Running; return await c.SaveChangesAsync(Stop); });
        await Run();
        Assert.Equal(once, await Prices(market));
        Assert.Equal("Kettle 21999", once[0]);
        Assert.Equal(3, await market.Ask(c => Task.FromResult(c.Imports.Single(i => i.Id == begun.Id).Updated)));
    }

    [Theory]
    [InlineData("{\"products\":[],\"change\":{\"essential\":true}}", "edit.nothing")]
    [InlineData("{\"all\":true}", "edit.nothing")]
    [InlineData("{\"all\":true,\"change\":{}}", "edit.nothing")]
    [InlineData("{\"all\":true,\"change\":{\"pricePercent\":-100}}", "edit.nothing")]
    [InlineData("{\"all\":true,\"change\":{\"pricePercent\":5,\"roundTo\":7}}", "edit.nothing")]
    [InlineData("{\"all\":true,\"change\":{\"categoryId\":\"01998877-0000-7000-8000-000000000000\"}}", "category.not_found")]
    public async Task What_says_nothing_is_refused(string body, string code)
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await market.Http.PostAsync($"api/v1/shops/{shop}/edits", content, Stop);
        Assert.Equal(code, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"]);
    }

    [Fact]
    public async Task An_edit_has_10_000_goods_at_most()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        async Task<string?> Code(int goods)
        {
            using var answer = await market.Http.PostAsJsonAsync($"api/v1/shops/{shop}/edits", new { products = Enumerable.Range(0, goods).Select(_ => Guid.CreateVersion7()), change = new { essential = true }, dryRun = true }, Stop);
            return (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"];
        }
        Assert.Null(await Code(10_000));
        Assert.Equal("edit.too_many", await Code(10_001));
    }

    [Fact]
    public async Task Only_the_shops_own_people_edit_its_goods_and_only_its_own()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var (shop, other) = (await market.OpenShop(), await market.OpenShop(name: "Other"));
        await market.Import(shop, Feed);
        var ids = await market.Ask(c => Task.FromResult(c.Products.Select(p => p.Id).ToList()));
        foreach (var (user, status) in new[] { ($"staff:{shop}", 202), ($"owner:{shop}", 202), ($"staff:{other}", 403), ("buyer", 403), ("", 401) })
        {
            market.Http.DefaultRequestHeaders.Remove("X-Test-User");
            if (user.Length > 0) market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
            using var answer = await market.Http.PostAsJsonAsync($"api/v1/shops/{shop}/edits", new { products = ids, change = new { essential = true }, dryRun = true }, Stop);
            using var history = await market.Http.GetAsync($"api/v1/products/{ids[0]}/history", Stop);
            Assert.Equal((user, status, status == 202 ? 200 : status), (user, (int)answer.StatusCode, (int)history.StatusCode));
        }
        market.Http.DefaultRequestHeaders.Remove("X-Test-User");
        market.Http.DefaultRequestHeaders.Add("X-Test-User", "operator");
        // Another shop's goods in the list are passed over.
        var done = await Edit(market, other, new { products = ids, change = new { essential = true } });
        Assert.Equal("done 0", $"{done["state"]} {done["read"]}");
        Assert.Equal(0, await market.Ask(c => Task.FromResult(c.Products.Count(p => p.Essential))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Price_and_stock_are_kept_as_they_went(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        var kettle = await market.Ask(c => Task.FromResult(c.Products.Single(p => p.Name == "Kettle").Id));
        Assert.Equal(["now 19999 5 –"], await History(market, kettle));
        var second = await market.Import(shop, Feed.Replace("199.99,,5", "180,,4", StringComparison.Ordinal));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(kettle, new ProductChanges(null, new Money(17500, Currency.Of("KZT")), null, null, Stock: 9), Stop));
        await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(kettle, new ProductChanges("Teapot", null, null, null), Stop));
        Assert.Equal(["now 17500 9 –", $"until 18000 4 hand", $"until 19999 5 {second.ImportId}"], await History(market, kettle));
        Assert.Equal((17500L, 9L), await market.Ask(c => Task.FromResult(c.Variants.Where(v => v.ProductId == kettle).Select(v => new ValueTuple<long, long>(v.PriceMinor, v.Stock!.Value)).Single())));
        var shirt = await market.Ask(c => Task.FromResult(c.Products.Single(p => p.Name == "Shirt").Id));
        await market.Import(shop, Feed.Replace("1,21,,1", "1,21,,7", StringComparison.Ordinal));
        Assert.Equal(["now 2000 10 –", "now 2000 3 –", "now 2100 7 –", "until 2000 4 import", "until 2100 1 import"], (await History(market, shirt)).Select(l => l.Length > 40 ? l[..l.LastIndexOf(' ')] + " import" : l).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Pictures_are_put_into_order_and_taken_off(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Feed);
        var mug = await market.Ask(c => Task.FromResult(c.Products.Single(p => p.Name == "Mug").Id));
        var pictures = new List<Guid>();
        foreach (var seed in new byte[] { 1, 2, 3 })
        {
            await using var content = new MemoryStream(Pictures.Png);
            pictures.Add((await market.With<KeepGoods.KeepGoods, Result<Picture>>(k => k.AddPicture(mug, content, $"n{seed}", Stop))).Value.Id);
        }
        await market.With<KeepGoods.KeepGoods, Result<Picture>>(k => k.MovePicture(mug, pictures[2], -1, Stop));
        await market.With<KeepGoods.KeepGoods, Result<Picture>>(k => k.RemovePicture(mug, pictures[0], Stop));
        Assert.Equal(["n3", "n2"], await market.Ask(c => Task.FromResult(c.Pictures.OrderBy(p => p.Position).Select(p => p.Alt).ToList())));
        Assert.Equal("product.picture_not_found", (await market.With<KeepGoods.KeepGoods, Result<Picture>>(k => k.RemovePicture(mug, pictures[0], Stop))).Refusal!.Code);
        Assert.Equal("product.picture_not_found", (await market.With<KeepGoods.KeepGoods, Result<Picture>>(k => k.MovePicture(Guid.CreateVersion7(), pictures[1], 1, Stop))).Refusal!.Code);
    }

    private static async Task<string[]> History(Market market, Guid product) =>
        [.. (await market.Http.GetFromJsonAsync<JsonArray>($"api/v1/products/{product}/history", Stop))!.Select(l => $"{(l!["until"] is null ? "now" : "until")} {(string?)l["price"]!["amount"]} {l["stock"]} {(string?)l["endedBy"] ?? "–"}")];

    private static async Task<JsonNode> Edit(Market market, Guid shop, object body)
    {
        using var begun = await market.Http.PostAsJsonAsync($"api/v1/shops/{shop}/edits", body, Stop);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        return await Ended(market, Guid.Parse((string)(await begun.Content.ReadFromJsonAsync<JsonNode>(Stop))!["importId"]!));
    }

    private static async Task<JsonNode> Ended(Market market, Guid import)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            var report = (await market.Http.GetFromJsonAsync<JsonNode>($"api/v1/imports/{import}", Stop))!;
            if ((string?)report["state"] is "done" or "failed") return report;
            await Task.Delay(50, Stop);
        }
        throw new TimeoutException("The edit did not end.");
    }

    private static Task<string[]> Prices(Market market) => market.Ask(c => Task.FromResult(c.Products.OrderBy(p => p.Name).ToList().Select(p =>
    {
        var own = c.Variants.Where(v => v.ProductId == p.Id).OrderBy(v => v.PriceMinor).Select(v => v.PriceMinor).ToList();
        return $"{p.Name} {p.PriceMinor}{(own.Count > 1 ? $" [{string.Join(' ', own)}]" : "")}";
    }).ToArray()));
}
