using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Catalog.Tests;

public sealed class CatalogHttpTests
{
    private const string Feed = "Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,k1,199,kettle.png,\nlamp,Lamp,l1,50,,\nbad,Bad,b1,x,,\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-06")]
    public async Task A_feed_with_pictures_is_sent_imported_and_seen_on_the_shelf(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var shop = await OpenShop(market);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(Feed)), "file", "feed.csv" }, { new ByteArrayContent(Pictures.Png), "pictures", "kettle.png" } };
        using var started = await market.Http.PostAsync($"/api/v1/shops/{shop}/imports", form, Stop);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var report = await Finished(market, started.Headers.Location!.ToString());
        Assert.Equal("done 3 2 1", $"{report.GetProperty("state").GetString()} {report.GetProperty("read")} {report.GetProperty("created")} {report.GetProperty("rejected")}");
        Assert.Equal("4 Variant Price product.price_invalid", string.Join(' ', report.GetProperty("problems")[0].EnumerateObject().Take(3).Select(p => p.Value.ToString())));
        var items = (await market.Http.GetFromJsonAsync<JsonElement>("/api/v1/products?query=kettle", Stop)).GetProperty("items");
        var kettle = await market.Http.GetFromJsonAsync<JsonElement>($"/api/v1/products/{items[0].GetProperty("productId").GetString()}", Stop);
        Assert.Equal("19900 KZT", $"{kettle.GetProperty("price").GetProperty("amount").GetString()} {kettle.GetProperty("price").GetProperty("currency").GetString()}");
        Assert.Equal(Pictures.Png, await market.Http.GetByteArrayAsync(kettle.GetProperty("pictures")[0].GetProperty("url").GetString(), Stop));
    }

    [Fact]
    [Requirement("C-06")]
    public async Task An_address_is_no_way_into_the_private_network_and_with_leave_it_is_fetched()
    {
        await using var feeds = await FeedServer.Start(Feed);
        await using var closed = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await OpenShop(closed);
        foreach (var url in new[] { feeds.Url, "http://localhost/feed.csv", "http://[::1]/x", "http://169.254.169.254/latest/meta-data", "http://2130706433/", "file:///etc/passwd", "ftp://example.com/x", "http://user:secret@127.0.0.1/" })
        {
            using var refused = await closed.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { url }, Stop);
            Assert.Equal("422 import.address_refused", $"{(int)refused.StatusCode} {(await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()}");
        }
        await using var open = await Market.Open(DatabaseKind.Sqlite, listening: true, allowPrivate: true);
        shop = await OpenShop(open);
        using var started = await open.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { url = feeds.Url, format = "shopify" }, Stop);
        Assert.Equal(2, (await Finished(open, started.Headers.Location!.ToString())).GetProperty("created").GetInt32());
    }

    [Fact]
    [Requirement("C-06")]
    public async Task Pictures_are_fetched_in_the_background_and_a_missing_one_harms_nothing()
    {
        await using var pictures = await FeedServer.Start("", Pictures.Png);
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        await market.Import(await market.OpenShop(), $"Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,k1,199,{pictures.Url}/picture,\nkettle,,,,{pictures.Url}/gone,\nkettle,,,,{pictures.Url}/feed,\n");
        var fetcher = (FetchPictures.PictureFetcher)market.Services.GetService(typeof(FetchPictures.PictureFetcher))!;
        Assert.Equal(3, await fetcher.FetchDue(Stop));
        var found = await market.Ask(c => c.Pictures.OrderBy(p => p.Position).ToListAsync(Stop));
        Assert.Equal([true, false, false], found.Select(p => p.FileId is not null));
        // What is not there, or is no picture, is not asked for again.
        Assert.All(found, p => Assert.Null(p.FetchAt));
        Assert.All(found.Skip(1), p => Assert.NotNull(p.Error));
        Assert.Equal(0, await fetcher.FetchDue(Stop));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-08")]
    public async Task Goods_made_by_hand_are_marked_essential_priced_and_pictured(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var shop = await OpenShop(market);
        using var made = await market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/products", new { name = "Bread", sku = "b1", html = "<p onclick=x()>Fresh<script>x</script></p>", price = new { amount = "25000", currency = "KZT" }, categories = new[] { "Food > Bread" } }, Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var product = await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var url = $"/api/v1/products/{product.GetProperty("productId").GetString()}";
        Assert.Equal("<p>Fresh</p>", product.GetProperty("html").GetString());
        using var changed = await market.Http.PatchAsJsonAsync(url, new { essential = true, price = new { amount = "26000", currency = "KZT" } }, Stop);
        Assert.True((await changed.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("essential").GetBoolean());
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Gif), "pictures", "evil.svg" } };
        using var pictured = await market.Http.PostAsync($"{url}/pictures", form, Stop);
        Assert.Equal(HttpStatusCode.Created, pictured.StatusCode);
        using var svg = new MultipartFormDataContent { { new ByteArrayContent("<svg onload=alert(1)>"u8.ToArray()), "pictures", "fine.png" } };
        Assert.Equal("file.type_refused", await Code(market.Http.PostAsync($"{url}/pictures", svg, Stop)));
        Assert.Equal("product.sku_taken", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/products", new { name = "Bread", sku = "b1", price = new { amount = "1", currency = "KZT" } }, Stop)));
        Assert.Equal("product.price_invalid", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/products", new { name = "Bread", price = new { amount = "1", currency = "USD" } }, Stop)));
        Assert.Equal("product.price_invalid", await Code(market.Http.PatchAsJsonAsync(url, new { price = new { amount = "0", currency = "KZT" } }, Stop)));
        Assert.Equal("product.invalid", await Code(market.Http.PatchAsJsonAsync(url, new { name = " " }, Stop)));
        Assert.Equal("shop.currency_invalid", await Code(market.Http.PostAsJsonAsync("/api/v1/shops", new { name = "X", currency = "XXQ" }, Stop)));
        Assert.Equal("shop.name_invalid", await Code(market.Http.PostAsJsonAsync("/api/v1/shops", new { name = "", currency = "KZT" }, Stop)));
        Assert.Equal("import.nothing_sent", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { }, Stop)));
        Assert.Equal("import.format_unknown", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { url = "https://example.com/", format = "nonsense" }, Stop)));
        Assert.Equal("shop.not_found", await Code(market.Http.GetAsync($"/api/v1/shops/{Guid.CreateVersion7()}", Stop)));
        Assert.Equal("product.not_found", await Code(market.Http.GetAsync($"/api/v1/products/{Guid.CreateVersion7()}", Stop)));
        Assert.Equal("import.not_found", await Code(market.Http.GetAsync($"/api/v1/imports/{Guid.CreateVersion7()}", Stop)));
    }

    [Fact]
    public async Task Each_shop_is_kept_by_its_own_people_only()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var (shop, other) = (await OpenShop(market), await OpenShop(market));
        var price = new { amount = "100", currency = "KZT" };
        var made = await (await market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/products", new { name = "A", price }, Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        var product = $"/api/v1/products/{made.GetProperty("productId").GetString()}";
        foreach (var (user, staff, owner) in new[] { ($"staff:{shop}", 200, 403), ($"owner:{shop}", 200, 200), ($"owner:{other}", 403, 403), ("buyer", 403, 403), ("operator", 200, 200) })
        {
            market.Http.DefaultRequestHeaders.Remove("X-Test-User");
            market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
            Assert.Equal((user, staff), (user, (int)(await market.Http.PatchAsJsonAsync(product, new { name = "B" }, Stop)).StatusCode));
            Assert.Equal((user, staff), (user, (int)(await market.Http.GetAsync($"/api/v1/shops/{shop}/imports", Stop)).StatusCode));
            Assert.Equal((user, owner), (user, (int)(await market.Http.PatchAsJsonAsync($"/api/v1/shops/{shop}", new { about = "x" }, Stop)).StatusCode));
            Assert.Equal((user, user == "operator" ? 201 : 403), (user, (int)(await market.Http.PostAsJsonAsync("/api/v1/shops", new { name = "N", currency = "KZT" }, Stop)).StatusCode));
        }
        market.Http.DefaultRequestHeaders.Remove("X-Test-User");
        Assert.Equal(HttpStatusCode.Unauthorized, (await market.Http.PatchAsJsonAsync(product, new { name = "B" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await market.Http.GetAsync("/api/v1/categories", Stop)).StatusCode);
    }

    private static async Task<string?> Code(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }

    private static async Task<string> OpenShop(Market market)
    {
        using var opened = await market.Http.PostAsJsonAsync("/api/v1/shops", new { name = "The Kettle House", currency = "KZT" }, Stop);
        return (await opened.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("shopId").GetString()!;
    }

    private static async Task<JsonElement> Finished(Market market, string job)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            var report = await market.Http.GetFromJsonAsync<JsonElement>(job, Stop);
            if (report.GetProperty("state").GetString() is "done" or "failed") return report;
            await Task.Delay(100, Stop);
        }
        throw new TimeoutException("The import did not end.");
    }
}
