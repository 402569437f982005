using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using static Fairground.Catalog.Tests.LiveFeeds.Wares;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>Webhooks of stores, signed and sent as the two systems do it, to the server over HTTP.</summary>
[Requirement("C-06")]
public sealed class HookTests
{
    private const string Secret = "shpss_0123456789abcdef";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Published test vector: RFC 4231, test case 2, as base64.
    [Theory]
    [InlineData("W9zBRr+9YIlQYUFwXH9kNPvFrOoHCKzAobYVQtRnOEM=", false)]
    [InlineData("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=", true)]
    [InlineData("", false)]
    [InlineData("no base64", false)]
    [InlineData("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOA==", false)]
    public void A_signature_is_the_HMAC_of_the_raw_body(string signature, bool right) =>
        Assert.Equal(right, HearStores.HookSignature.IsRight("Jefe", "what do ya want for nothing?"u8, signature));

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_Shopify_tells_is_on_the_shelf_soon_once_and_in_the_right_order(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = Shopify(1, "kettle", "100.00");
        await using var market = await Market.Open(kind, listening: true, allowPrivate: true);
        var (shop, source) = await Opened(market, ShopifyWishes(store), "kettle 10000 on");
        Assert.Equal("404 hook.unknown", await SendShopify(market, source, "products/update", "d0", Wares.Shopify(1, "kettle", "110.00")));
        await SetSecret(market, shop, source);

        Assert.Equal("401 hook.signature_wrong", await SendShopify(market, source, "products/update", "d1", Wares.Shopify(1, "kettle", "110.00"), secret: "another-secret-0123"));
        Assert.Equal("400 hook.invalid", await SendShopify(market, source, "", "d1", Wares.Shopify(1, "kettle", "110.00")));
        Assert.Equal("200", await SendShopify(market, source, "products/update", "d2", Wares.Shopify(1, "kettle", "130.00", updated: "2026-03-01T13:00:00Z")));
        await Eventually.Holds(async () => await market.Shelf() == "kettle 13000 on", TimeSpan.FromSeconds(20), "the update is on the shelf");
        // The same delivery again, and an older one that was late: neither is news.
        Assert.Equal("200", await SendShopify(market, source, "products/update", "d2", Wares.Shopify(1, "kettle", "130.00", updated: "2026-03-01T13:00:00Z")));
        Assert.Equal("200", await SendShopify(market, source, "products/update", "d3", Wares.Shopify(1, "kettle", "120.00", updated: "2026-03-01T12:00:00Z")));
        Assert.Equal("200", await SendShopify(market, source, "products/create", "d4", Wares.Shopify(2, "lamp", "50.00", updated: "2026-03-01T13:00:00Z")));
        Assert.Equal("200", await SendShopify(market, source, "orders/create", "d5", new JsonObject { ["id"] = 9 }));
        await Eventually.Holds(async () => await market.Shelf() == "kettle 13000 on, lamp 5000 on", TimeSpan.FromSeconds(20), "the new goods are on the shelf");
        Assert.Equal("d2 done, d3 stale, d4 done", await Hooks(market));

        store.Products.Remove(1);
        Assert.Equal("200", await SendShopify(market, source, "products/delete", "d6", new JsonObject { ["id"] = 1 }, triggered: DateTimeOffset.UtcNow));
        await Eventually.Holds(async () => await market.Shelf() == "kettle 13000 off, lamp 5000 on", TimeSpan.FromSeconds(20), "deleted goods leave the shelf");
        // A change from before the deletion comes last: the store is asked, and it is gone there.
        Assert.Equal("200", await SendShopify(market, source, "products/update", "d7", Wares.Shopify(1, "kettle", "140.00", updated: "2026-03-01T14:00:00Z")));
        await Eventually.Holds(async () => (await Hooks(market)).EndsWith("d7 stale", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "late news is told from new");
        Assert.Equal("kettle 13000 off, lamp 5000 on", await market.Shelf());
        Assert.Equal(0, await market.Ask(c => c.SourceHooks.CountAsync(h => h.Body != "", Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_stock_that_Shopify_tells_by_itself_is_asked_for_in_all_places_together(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = Shopify(1, "kettle", "100.00").WithStock(3);
        store.Products[2] = Shopify(2, "lamp", "50.00").WithStock(4);
        await using var market = await Market.Open(kind, listening: true, allowPrivate: true);
        var (shop, source) = await Opened(market, ShopifyWishes(store), "kettle 10000 on, lamp 5000 on");
        await SetSecret(market, shop, source);
        async Task<string> Stock() => string.Join(", ", await market.Ask(c => c.Variants.OrderBy(v => v.Sku).Select(v => $"{v.Sku} {v.Stock}").ToListAsync(Stop)));
        Assert.Equal("kettle-1 3, lamp-1 4", await Stock());

        // Two pieces in the place that is told of, and nine in all.
        store.Products[1].WithStock(9);
        Assert.Equal("200", await SendShopify(market, source, "inventory_levels/update", "i1", Level(1000, 2, "2026-03-02T10:00:00+05:00")));
        await Eventually.Holds(async () => await Stock() == "kettle-1 9, lamp-1 4", TimeSpan.FromSeconds(20), "the stock of all places is on the shelf");
        Assert.Equal("200", await SendShopify(market, source, "inventory_levels/update", "i2", Level(77, 2, "2026-03-02T10:00:00+05:00")));
        await Eventually.Holds(async () => await Hooks(market) == "i1 done, i2 stale", TimeSpan.FromSeconds(20), "stock of what is not ours is left");
        // A product that was told since has its stock in it: nothing is asked.
        var calls = store.Asked.Count(a => a.Contains("/products/", StringComparison.Ordinal));
        await market.Ask(c => c.Sources.ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, DateTimeOffset.MaxValue.AddDays(-1)).SetProperty(x => x.HookFailures, 1), Stop));
        Assert.Equal("200", await SendShopify(market, source, "inventory_levels/update", "i3", Level(2000, 1, "2026-03-02T10:00:00Z")));
        Assert.Equal("200", await SendShopify(market, source, "products/update", "i4", Shopify(2, "lamp", "50.00", updated: "2026-03-02T10:00:01Z").WithStock(1)));
        await market.Ask(c => c.Sources.ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, DateTimeOffset.UnixEpoch), Stop));
        await Eventually.Holds(async () => await Stock() == "kettle-1 9, lamp-1 1", TimeSpan.FromSeconds(20), "both are one change");
        Assert.Equal(calls, store.Asked.Count(a => a.Contains("/products/", StringComparison.Ordinal)));
        Assert.Equal("i1 done, i2 stale, i3 done, i4 done", await Hooks(market));
        Assert.Equal("200", await SendShopify(market, source, "inventory_levels/update", "i5", new JsonObject { ["available"] = 1 }));
        await Eventually.Holds(async () => (await Hooks(market)).EndsWith("i5 failed", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "a stock of nothing is no news");
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_WooCommerce_tells_is_worked_also_where_it_tells_it_in_part(DatabaseKind kind)
    {
        await using var store = await StoreServer.Start();
        store.Products[101] = Woo(101, "tee", "Tee", "30.00", type: "variable");
        store.Variations[101] = [WooVariation(201, "tee-s", "30.00", "S")];
        await using var market = await Market.Open(kind, listening: true, allowPrivate: true);
        var (shop, source) = await Opened(market, WooWishes(store), "tee 3000 on");
        await SetSecret(market, shop, source);

        // How WooCommerce tries a new address.
        using (var ping = await market.Http.PostAsync($"/hooks/{source}", new StringContent("webhook_id=12", Encoding.UTF8, "application/x-www-form-urlencoded"), Stop)) Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
        Assert.Equal("401 hook.signature_wrong", await SendWoo(market, source, "product.updated", "w0", store.Products[101], secret: ""));
        // News of a variation: its parent is asked for as a whole.
        store.Variations[101] = [WooVariation(201, "tee-s", "35.00", "S"), WooVariation(202, "tee-m", "40.00", "M")];
        var variation = WooVariation(201, "tee-s", "35.00", "S");
        (variation["type"], variation["parent_id"]) = ("variation", 101);
        Assert.Equal("200", await SendWoo(market, source, "product.updated", "w1", variation));
        await Eventually.Holds(async () => await market.Shelf() == "tee 3500 on", TimeSpan.FromSeconds(20), "the variation's price is the goods'");
        Assert.Equal(2, await market.Ask(c => c.Variants.CountAsync(Stop)));

        store.Products[101]["status"] = "trash";
        Assert.Equal("200", await SendWoo(market, source, "product.deleted", "w2", new JsonObject { ["id"] = 101 }));
        await Eventually.Holds(async () => await market.Shelf() == "tee 3500 off", TimeSpan.FromSeconds(20), "deleted goods leave the shelf");
        store.Products[101]["status"] = "publish";
        Assert.Equal("200", await SendWoo(market, source, "product.restored", "w3", store.Products[101]));
        await Eventually.Holds(async () => await market.Shelf() == "tee 3500 on", TimeSpan.FromSeconds(20), "restored goods are back");
        Assert.Equal("w1 done, w2 done, w3 done", await Hooks(market));
    }

    [Fact]
    public async Task News_that_cannot_be_worked_now_waits_for_its_store_and_broken_news_does_not_stop_the_rest()
    {
        await using var store = await StoreServer.Start();
        store.Products[1] = Shopify(1, "kettle", "100.00");
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true, allowPrivate: true);
        var (shop, source) = await Opened(market, ShopifyWishes(store), "kettle 10000 on");
        await SetSecret(market, shop, source);
        store.Faults.Enqueue((401, null));
        Assert.Equal("200", await SendShopify(market, source, "products/update", "b1", "{broken"));
        Assert.Equal("200", await SendShopify(market, source, "products/update", "b2", Wares.Shopify(1, "kettle", "120.00", updated: "2026-03-01T12:00:00Z")));
        await Eventually.Holds(async () => await market.Ask(c => c.Sources.AnyAsync(s => s.HookFailures == 1 || s.HooksAt == null, Stop)), TimeSpan.FromSeconds(20), "the store was asked in vain");
        await market.Ask(c => c.Sources.Where(s => s.HooksAt != null).ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, DateTimeOffset.UnixEpoch), Stop));
        await Eventually.Holds(async () => await market.Shelf() == "kettle 12000 on", TimeSpan.FromSeconds(20), "it is worked when the store is back");
        Assert.Equal("b1 failed, b2 done", await Hooks(market));
    }

    [Fact]
    public async Task A_webhook_that_is_too_long_is_not_kept()
    {
        await using var store = await StoreServer.Start();
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true, allowPrivate: true);
        var (shop, source) = await Opened(market, ShopifyWishes(store), "");
        await SetSecret(market, shop, source);
        Assert.StartsWith("413", await SendShopify(market, source, "products/update", "l1", new string(' ', 6 * 1024 * 1024)), StringComparison.Ordinal);
        Assert.Equal(0, await market.Ask(c => c.SourceHooks.CountAsync(Stop)));
    }

    private static async Task<(Guid Shop, Guid Source)> Opened(Market market, SyncFeeds.SourceWishes wishes, string shelf)
    {
        var shop = await market.OpenShop();
        var source = await market.Add(shop, wishes);
        await Eventually.Holds(async () => await market.Shelf() == shelf && await market.Ask(c => c.Sources.AnyAsync(s => s.State == "imported" || s.State == "unchanged", Stop)), TimeSpan.FromSeconds(20), "the store is read");
        return (shop, source.Id);
    }

    private static async Task SetSecret(Market market, Guid shop, Guid source)
    {
        using var set = await market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/sources/{source}/hook-secret", new { secret = Secret }, Stop);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
    }

    private static async Task<string> Hooks(Market market) => string.Join(", ", await market.Ask(c => c.SourceHooks.OrderBy(h => h.Id).Select(h => $"{h.DeliveryId} {h.State}").ToListAsync(Stop)));

    private static Task<string> SendShopify(Market market, Guid source, string topic, string delivery, JsonObject body, string secret = Secret, DateTimeOffset? triggered = null) => SendShopify(market, source, topic, delivery, body.ToJsonString(), secret, triggered);

    private static Task<string> SendShopify(Market market, Guid source, string topic, string delivery, string body, string secret = Secret, DateTimeOffset? triggered = null) =>
        Send(market, source, body, secret, ("X-Shopify-Topic", topic), ("X-Shopify-Webhook-Id", delivery), ("X-Shopify-Triggered-At", triggered?.ToString("O") ?? ""), ("X-Shopify-Hmac-Sha256", Sign(secret, body)));

    private static Task<string> SendWoo(Market market, Guid source, string topic, string delivery, JsonObject body, string secret = Secret) =>
        Send(market, source, body.ToJsonString(), secret, ("X-WC-Webhook-Topic", topic), ("X-WC-Webhook-Delivery-ID", delivery), ("X-WC-Webhook-Signature", secret.Length == 0 ? "" : Sign(secret, body.ToJsonString())));

    private static async Task<string> Send(Market market, Guid source, string body, string secret, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/{source}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        // Who is turned away for its length says so before it sends it all.
        request.Headers.ExpectContinue = body.Length > 1024 * 1024;
        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0)) request.Headers.Add(name, value);
        using var response = await market.Http.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        return text.Length == 0 ? $"{(int)response.StatusCode}" : $"{(int)response.StatusCode} {JsonDocument.Parse(text).RootElement.GetProperty("code").GetString()}";
    }

    private static string Sign(string secret, string body) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
