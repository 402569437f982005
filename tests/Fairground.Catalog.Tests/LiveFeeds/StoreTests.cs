using System.Globalization;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using static Fairground.Catalog.Tests.LiveFeeds.Wares;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>Stores are read over the wire as their systems document it.</summary>
[Requirement("C-06")]
public sealed class StoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_WooCommerce_store_is_read_page_by_page_with_its_variations_and_categories(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.PageSize = 2;
        foreach (var category in WooCategories()) store.Categories.Add(category!.DeepClone());
        store.Products[101] = Woo(101, "kettle", "Kettle", "19900.00");
        store.Products[102] = Woo(102, "tee", "Tee", "3000.00", type: "variable");
        store.Variations[102] = [WooVariation(201, "tee-s", "3000.00", "S"), WooVariation(202, "tee-m", "3500.00", "M", "outofstock"), WooVariation(203, "tee-l", "4000.00", "L")];
        store.Products[103] = Woo(103, "", "No SKU", "10.00");
        store.Products[104] = Woo(104, "set", "Set", "100.00", type: "grouped");
        store.Products[105] = Woo(105, "draft", "Draft", "5.00", status: "draft");
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), WooWishes(store)));

        Assert.Equal(("imported", null), (source.State, source.Said));
        Assert.Equal("draft 500 off, id:103 1000 on, kettle 1990000 on, tee 300000 on", await market.Shelf());
        Assert.Equal([1, 2, 3], store.Asked.Where(a => a.StartsWith("/wp-json/wc/v3/products?", StringComparison.Ordinal)).Select(a => int.Parse(System.Web.HttpUtility.ParseQueryString(a.Split('?')[1])["page"]!, CultureInfo.InvariantCulture)));
        Assert.Equal(2, store.Asked.Count(a => a.StartsWith("/wp-json/wc/v3/products/102/variations?", StringComparison.Ordinal)));
        var tee = await market.Goods("tee");
        Assert.Equal(["""[{"name":"Size","value":"S"}] tee-s 300000 ""","""[{"name":"Size","value":"M"}] tee-m 350000 0""", """[{"name":"Size","value":"L"}] tee-l 400000 """], await market.Ask(c => c.Variants.Where(v => v.ProductId == tee.Id).OrderBy(v => v.Position).Select(v => $"{v.Options} {v.Sku} {v.PriceMinor} {v.Stock}").ToListAsync(Stop)));
        var kettle = await market.Goods("kettle");
        Assert.Equal("<p>Kettle</p><p>Kettle, long</p>", kettle.Html);
        Assert.Equal("Home & Kitchen > Kettles", await market.Ask(c => c.Categories.Where(x => x.Id == kettle.CategoryId).Select(x => x.FullName).SingleAsync(Stop)));
        Assert.Equal(["Material Brass", "Material Steel"], await market.Ask(c => c.Attributes.Where(a => a.ProductId == kettle.Id).OrderBy(a => a.Value).Select(a => a.Name + " " + a.Value).ToListAsync(Stop)));
        Assert.Equal(7, await market.Ask(c => c.Variants.Where(v => v.ProductId == kettle.Id).Select(v => v.Stock).SingleAsync(Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task After_the_first_time_only_what_changed_is_read_and_once_a_day_what_is_gone_is_found(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.Products[101] = Woo(101, "kettle", "Kettle", "199.00");
        store.Products[102] = Woo(102, "lamp", "Lamp", "50.00");
        await using var market = await Market.Open(kind, allowPrivate: true);
        var shop = await market.OpenShop();
        await market.Import(shop, "key;name;price\nbyhand;By hand;7\n");
        var source = await market.Turn(await market.Add(shop, WooWishes(store)));
        Assert.NotNull(source.Mark);

        source = await market.Look(source);
        Assert.Equal("unchanged", source.State);
        Assert.Contains(store.Asked, a => a.Contains("modified_after=20", StringComparison.Ordinal) && a.Contains("dates_are_gmt=true", StringComparison.Ordinal));
        // Renamed and dearer: it keeps the key that it came with.
        store.Products[101] = Woo(101, "kettle-2", "Kettle", "249.00", modified: DateTime.UtcNow.ToString("s"));
        store.Products.Remove(102);
        source = await market.Look(source);
        Assert.Equal("byhand 700 on, kettle 24900 on, lamp 5000 on", await market.Shelf());
        Assert.Equal("done 1", $"{(await market.Imports())[^1].State} {(await market.Imports())[^1].Read}");

        var yesterday = DateTimeOffset.UtcNow.AddHours(-25);
        await market.Ask(c => c.Sources.ExecuteUpdateAsync(s => s.SetProperty(x => x.FullAt, yesterday), Stop));
        await market.Look(source);
        Assert.Equal("byhand 700 on, kettle 24900 on, lamp 5000 off", await market.Shelf());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_Shopify_store_is_read_by_the_links_of_its_pages_and_as_slowly_as_it_asks(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.PageSize = 2;
        store.Products[1] = Shopify(1, "kettle", "19900.00");
        store.Products[2] = Shopify(2, "tee", "0").WithSizes((21, "S", "3000.00"), (22, "M", "3500.00"));
        store.Products[3] = Shopify(3, "lamp", "50.00", status: "draft");
        await using var market = await Market.Open(kind, allowPrivate: true);
        store.Faults.Enqueue((429, "1.0"));
        store.Faults.Enqueue((502, null));
        store.Calls = 39;
        var source = await market.Turn(await market.Add(await market.OpenShop(), ShopifyWishes(store)));
        Assert.Equal(("imported", null), (source.State, source.Said));
        Assert.Equal("kettle 1990000 on, lamp 5000 off, tee 300000 on", await market.Shelf());
        var pages = store.Asked.Where(a => a.Contains("/products.json", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, pages.Count);
        Assert.Contains("page_info=", pages[1], StringComparison.Ordinal);
        // Two faults, each asked again after the wait it named.
        Assert.Equal(3, store.Asked.Count(a => a.Contains("/shop.json", StringComparison.Ordinal)));
        var kettle = await market.Goods("kettle");
        Assert.Equal(("The kettle", "Tula", "kettle-1"), (kettle.Name, kettle.Vendor, kettle.Sku));
        Assert.Equal(["https://pictures.example/a.jpg Front", "https://pictures.example/b.jpg "], await market.Ask(c => c.Pictures.Where(p => p.ProductId == kettle.Id).OrderBy(p => p.Position).Select(p => p.SourceUrl + " " + p.Alt).ToListAsync(Stop)));
        Assert.Equal("3 4870001", await market.Ask(c => c.Variants.Where(v => v.ProductId == kettle.Id).Select(v => $"{v.Stock} {v.Barcode}").SingleAsync(Stop)));
        var tee = await market.Goods("tee");
        Assert.Equal((300000L, (long?)9999900L), (tee.PriceMinor, tee.CompareAtMinor));

        store.Calls = 0;
        store.Products[3] = Shopify(3, "lamp", "60.00", updated: DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        await market.Look(source);
        Assert.Contains(store.Asked, a => a.Contains("updated_at_min=", StringComparison.Ordinal));
        Assert.Equal("kettle 1990000 on, lamp 6000 on, tee 300000 on", await market.Shelf());
        Assert.Equal(1, (await market.Imports())[^1].Read);
    }

    [Fact]
    public async Task Goods_that_came_by_a_file_of_the_same_store_are_met_again()
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = Shopify(1, "kettle", "249.00", sku: "k1");
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var shop = await market.OpenShop();
        await market.Import(shop, "Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,k1,199,,\n");
        var id = (await market.Goods("kettle")).Id;
        var source = await market.Turn(await market.Add(shop, ShopifyWishes(store)));
        var kettle = await market.Goods("kettle");
        Assert.Equal((id, 24900L, (Guid?)source.Id), (kettle.Id, kettle.PriceMinor, kettle.SourceId));
        Assert.Equal(1, await market.Ask(c => c.Variants.CountAsync(Stop)));
    }

    [Theory]
    [InlineData("woocommerce")]
    [InlineData("shopify")]
    public async Task A_store_that_lets_nobody_in_sells_otherwise_or_is_none_is_refused_with_its_reason(string system)
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = system == "shopify" ? Shopify(1, "kettle", "1.00") : Woo(1, "kettle", "Kettle", "1.00");
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var shop = await market.OpenShop();
        var wishes = system == "shopify" ? ShopifyWishes(store) : WooWishes(store);
        var source = await market.Turn(await market.Add(shop, wishes with { Password = "wrong-wrong" }));
        Assert.Equal(("failed", "source.denied"), (source.State, source.Code));
        store.Currency = "USD";
        await market.Change(source, new SyncFeeds.SourceWishes(Password: wishes.Password));
        Assert.Equal("source.currency_other", (await market.Turn(source)).Code);
        store.Currency = "KZT";
        await using var other = await ChangingFeed.Start();
        other.Feed = "<html>a page</html>";
        await market.Change(source, new SyncFeeds.SourceWishes(Address: other.Url, User: "u", Password: wishes.Password));
        Assert.Equal("source.unexpected", (await market.Turn(source)).Code);
        Assert.Empty(await market.Imports());
        // Nobody was shown keys that were given for another address.
        await market.Change(source, new SyncFeeds.SourceWishes(Address: store.Url, User: wishes.User, Password: wishes.Password));
        Assert.Equal("imported", (await market.Turn(source)).State);
        Assert.Equal("source.secret_missing", (await market.Change(source, new SyncFeeds.SourceWishes(Address: other.Url))).Refusal?.Code);
    }

    [Fact]
    public async Task A_store_that_asks_for_a_long_rest_is_looked_at_again_when_that_is_over()
    {
        await using var store = await StoreServer.Start();
        store.Faults.Enqueue((503, "600"));
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), WooWishes(store)));
        Assert.Equal(("source.busy", 10), (source.Code, (int)(source.DueAt!.Value - source.TriedAt!.Value).TotalMinutes));
    }
}
