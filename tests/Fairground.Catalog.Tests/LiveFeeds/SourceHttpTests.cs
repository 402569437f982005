using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>A shop's sources over the API, by whom they may be kept.</summary>
[Requirement("C-06")]
public sealed class SourceHttpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_shop_sets_its_feed_up_sees_it_work_and_takes_it_away(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        (feed.Feed, feed.Etag) = ("key;name;price\nkettle;Kettle;199\nbad;;1\n", "\"v1\"");
        await using var market = await Market.Open(kind, listening: true, allowPrivate: true);
        var shop = await market.OpenShop();
        var sources = $"/api/v1/shops/{shop}/sources";
        using var added = await market.Http.PostAsJsonAsync(sources, new { kind = "address", name = "Nightly", address = feed.Url + "/goods.csv?token=topsecret", intervalMinutes = 15, range = "whole" }, Stop);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var text = await added.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain("topsecret", text, StringComparison.Ordinal);
        var own = added.Headers.Location!.ToString();
        JsonElement view = default;
        await Eventually.Holds(async () => (view = await market.Http.GetFromJsonAsync<JsonElement>(own, Stop)).GetProperty("importState").GetString() == "done", TimeSpan.FromSeconds(20), "the feed is imported");
        Assert.Equal("Nightly address whole 15 imported 1", $"{view.GetProperty("name")} {view.GetProperty("kind")} {view.GetProperty("range")} {view.GetProperty("intervalMinutes")} {view.GetProperty("state")} {view.GetProperty("importProblems")}");
        var problems = await market.Http.GetFromJsonAsync<JsonElement>($"/api/v1/imports/{view.GetProperty("importId").GetString()}", Stop);
        Assert.Equal("product.name_missing", problems.GetProperty("problems")[0].GetProperty("code").GetString());

        using var looked = await market.Http.PostAsync($"{own}/look", null, Stop);
        Assert.Equal(HttpStatusCode.Accepted, looked.StatusCode);
        await Eventually.Holds(async () => (await market.Http.GetFromJsonAsync<JsonElement>(own, Stop)).GetProperty("state").GetString() == "unchanged", TimeSpan.FromSeconds(20), "it is looked at again");
        using var paused = await market.Http.PatchAsJsonAsync(own, new { paused = true, whenSilent = "last-known", name = "Rests" }, Stop);
        view = await paused.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("True last-known Rests ", $"{view.GetProperty("paused").GetBoolean()} {view.GetProperty("whenSilent")} {view.GetProperty("name")} {view.GetProperty("dueAt")}");
        Assert.Equal("409 source.no_database", await Code(market.Http.GetAsync($"{own}/columns", Stop)));
        Assert.Equal("409 source.no_hooks", await Code(market.Http.PostAsJsonAsync($"{own}/hook-secret", new { }, Stop)));
        Assert.Equal("422 source.interval_invalid", await Code(market.Http.PatchAsJsonAsync(own, new { intervalMinutes = 1 }, Stop)));
        Assert.Equal(1, (await market.Http.GetFromJsonAsync<JsonElement>(sources, Stop)).GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await market.Http.DeleteAsync(own, Stop)).StatusCode);
        Assert.Equal("404 source.not_found", await Code(market.Http.GetAsync(own, Stop)));
        Assert.Equal("404 source.not_found", await Code(market.Http.PatchAsJsonAsync(own, new { paused = true }, Stop)));
        Assert.Equal("404 source.not_found", await Code(market.Http.PostAsync($"{own}/look", null, Stop)));
    }

    [Fact]
    public async Task A_webhook_secret_is_made_here_or_given_and_shown_once()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true, allowPrivate: true);
        var shop = await market.OpenShop();
        using var added = await market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/sources", new { kind = "woocommerce", address = "http://127.0.0.1:9", user = "ck", password = "cs-topsecret", paused = true }, Stop);
        var own = added.Headers.Location!.ToString();
        using var set = await market.Http.PostAsJsonAsync($"{own}/hook-secret", new { }, Stop);
        var made = await set.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(32, made.GetProperty("secret").GetString()!.Length);
        Assert.EndsWith($"/hooks/{own.Split('/')[^1]}", made.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal("no-store", set.Headers.CacheControl!.ToString());
        Assert.Equal("422 source.hook_secret_invalid", await Code(market.Http.PostAsJsonAsync($"{own}/hook-secret", new { secret = "short" }, Stop)));
        var view = await market.Http.GetStringAsync(own, Stop);
        Assert.Contains("\"hasSecret\":true", view, StringComparison.Ordinal);
        Assert.DoesNotContain(made.GetProperty("secret").GetString()!, view, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_kept_by_the_owner_and_looked_at_by_staff()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var (shop, other) = (await market.OpenShop(), await market.OpenShop());
        var own = $"/api/v1/shops/{shop}/sources";
        using var added = await market.Http.PostAsJsonAsync(own, new { kind = "address", address = "https://example.com/feed.csv", paused = true }, Stop);
        var one = added.Headers.Location!.ToString();
        foreach (var (user, staff, owner) in new[] { ($"staff:{shop}", 200, 403), ($"owner:{shop}", 200, 200), ($"owner:{other}", 403, 403), ("buyer", 403, 403), ("operator", 200, 200) })
        {
            market.Http.DefaultRequestHeaders.Remove("X-Test-User");
            market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
            foreach (var page in new[] { own, one, $"/api/v1/shops/{shop}/waiting-prices" }) Assert.Equal((user, page, staff), (user, page, (int)(await market.Http.GetAsync(page, Stop)).StatusCode));
            Assert.Equal((user, owner), (user, (int)(await market.Http.PatchAsJsonAsync(one, new { name = "B" }, Stop)).StatusCode));
            Assert.Equal((user, owner == 403 ? 403 : 422), (user, (int)(await market.Http.PostAsJsonAsync(own, new { kind = "none" }, Stop)).StatusCode));
            Assert.Equal((user, owner == 403 ? 403 : 409), (user, (int)(await market.Http.GetAsync($"{one}/columns", Stop)).StatusCode));
        }
        // A shop's address does not open another shop's source.
        market.Http.DefaultRequestHeaders.Remove("X-Test-User");
        market.Http.DefaultRequestHeaders.Add("X-Test-User", $"owner:{other}");
        Assert.Equal(HttpStatusCode.NotFound, (await market.Http.GetAsync(one.Replace(shop.ToString(), other.ToString(), StringComparison.Ordinal), Stop)).StatusCode);
    }

    private static async Task<string> Code(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return $"{(int)response.StatusCode} {(await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()}";
    }
}
