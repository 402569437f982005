using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.FetchPictures;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-06")]
public sealed class PictureFetchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_may_pass_is_tried_again_later_and_what_may_not_is_said_to_the_shop_which_can_ask_again(DatabaseKind kind)
    {
        var healthy = false;
        await using var site = await Site.Start(http =>
        {
            if (healthy) return http.Response.Body.WriteAsync(Pictures.Png).AsTask();
            http.Response.StatusCode = http.Request.Path == "/busy" ? 500 : http.Request.Path == "/gone" ? 404 : 200;
            return http.Response.WriteAsync("<html>");
        });
        await using var market = await Market.Open(kind, allowPrivate: true);
        Hurry(market);
        var shop = await Import(market, $"{site.Url}busy", $"{site.Url}gone", $"{site.Url}page");
        var fetcher = market.Services.GetRequiredService<PictureFetcher>();
        Assert.Equal(3, await fetcher.FetchDue(Stop));
        Assert.Equal(["busy True 1 The address answered 500.", "gone False 1 The address answered 404.", "page False 1 This is not a picture we take: send a PNG, JPEG, GIF, WebP or AVIF file."], await Told(market, shop));
        // When it is due next stands in its row: eight times later with each try, and after four it is left at that.
        foreach (var (tries, minutes) in new (int, double?)[] { (2, 8), (3, 64), (4, null) })
        {
            await market.Ask(c => c.Pictures.Where(p => p.FetchAt != null).ExecuteUpdateAsync(p => p.SetProperty(x => x.FetchAt, DateTimeOffset.UtcNow.AddSeconds(-1)), Stop));
            Assert.Equal(1, await fetcher.FetchDue(Stop));
            var busy = await market.Ask(c => c.Pictures.SingleAsync(p => p.SourceUrl!.EndsWith("busy"), Stop));
            Assert.Equal(tries, busy.Tries);
            Assert.Equal(minutes, busy.FetchAt is { } at ? Math.Round((at - DateTimeOffset.UtcNow).TotalMinutes) : null);
        }
        Assert.Equal(0, await fetcher.FetchDue(Stop));
        healthy = true;
        Assert.Equal(3, await market.With<FailedPictures, int>(f => f.Retry(shop, Stop)));
        Assert.Equal(3, await fetcher.FetchDue(Stop));
        Assert.Empty(await Told(market, shop));
        Assert.Equal(3, await market.Ask(c => c.Pictures.CountAsync(p => p.FileId != null, Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_host_that_says_when_to_come_again_is_left_alone_until_then_with_all_its_pictures(DatabaseKind kind)
    {
        await using var site = await Site.Start(http =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "7200";
            return Task.CompletedTask;
        });
        await using var other = await Site.Start(http => http.Response.Body.WriteAsync(Pictures.Png).AsTask());
        await using var market = await Market.Open(kind, allowPrivate: true);
        Hurry(market);
        // The same machine under another name is another host.
        await Import(market, $"{site.Url}1", $"{site.Url}2", $"{site.Url}3", $"http://localhost:{other.Port}/4");
        var fetcher = market.Services.GetRequiredService<PictureFetcher>();
        Assert.Equal(2, await fetcher.FetchDue(Stop));
        Assert.Equal((1, 1), (site.Asked, other.Asked));
        Assert.Equal(0, await fetcher.FetchDue(Stop));
        var waiting = await market.Ask(c => c.Pictures.Where(p => p.FetchAt != null).ToListAsync(Stop));
        Assert.Equal(3, waiting.Count);
        Assert.All(waiting, p => Assert.InRange((p.FetchAt!.Value - DateTimeOffset.UtcNow).TotalMinutes, 110, 120));
    }

    [Fact]
    public async Task A_host_is_asked_for_one_picture_at_a_time_with_a_pause_and_hosts_do_not_wait_for_each_other()
    {
        var (now, most, times) = (0, 0, new List<long>());
        async Task Answer(HttpContext http)
        {
            lock (times)
            {
                most = Math.Max(most, ++now);
                times.Add(Environment.TickCount64);
            }
            await http.Response.Body.WriteAsync(Pictures.Png);
            lock (times) now--;
        }
        await using var site = await Site.Start(Answer);
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        market.Services.GetRequiredService<IOptions<OutsideOptions>>().Value.PauseBetweenPictures = TimeSpan.FromMilliseconds(60);
        await Import(market, [.. Enumerable.Range(0, 5).Select(i => $"{site.Url}{i}")]);
        var start = Environment.TickCount64;
        Assert.Equal(5, await market.Services.GetRequiredService<PictureFetcher>().FetchDue(Stop));
        Assert.Equal((5, 1), (site.Asked, most));
        // However late a request arrives here, it was not sent before its turn; the clock counts in steps of some milliseconds.
        Assert.All(times.Select((at, i) => (After: at - start, Turn: i * 60)), t => Assert.True(t.After >= t.Turn - 20, $"{t.After} ms, not {t.Turn}"));
    }

    [Fact]
    public async Task The_shop_s_people_hear_over_HTTP_what_failed_and_others_do_not()
    {
        await using var site = await Site.Start(http =>
        {
            http.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true, allowPrivate: true);
        var shop = await Import(market, $"{site.Url}secret");
        await Eventually.Holds(async () => (await market.Ask(c => c.Pictures.SingleAsync(Stop))).Error is not null, TimeSpan.FromSeconds(30), "the picture failed");
        async Task<HttpResponseMessage> As(string user, HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, $"/api/v1/shops/{shop}/pictures/{path}");
            request.Headers.Add("X-Test-User", user);
            using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
            return await http.SendAsync(request, Stop);
        }
        foreach (var user in new[] { "buyer", $"staff:{Guid.CreateVersion7()}" }) Assert.Equal(403, (int)(await As(user, HttpMethod.Get, "failures")).StatusCode);
        var told = (await (await As($"staff:{shop}", HttpMethod.Get, "failures")).Content.ReadFromJsonAsync<JsonElement>(Stop))[0];
        Assert.Equal($"Kettle {site.Url}secret The address answered 403. 1", $"{told.GetProperty("product")} {told.GetProperty("sourceUrl")} {told.GetProperty("error")} {told.GetProperty("tries")}");
        Assert.Equal(1, (await (await As($"owner:{shop}", HttpMethod.Post, "retry")).Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("count").GetInt32());
    }

    private static void Hurry(Market market) => market.Services.GetRequiredService<IOptions<OutsideOptions>>().Value.PauseBetweenPictures = TimeSpan.Zero;

    private static async Task<Guid> Import(Market market, params string[] pictures)
    {
        var shop = await market.OpenShop();
        await market.Import(shop, "Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\n" + string.Concat(pictures.Select((p, i) => i == 0 ? $"kettle,Kettle,k1,199,{p},\n" : $"kettle,,,,{p},\n")));
        return shop;
    }

    private static async Task<List<string>> Told(Market market, Guid shop) =>
        [.. (await market.With<FailedPictures, IReadOnlyList<FailedPicture>>(f => f.List(shop, 100, Stop))).Select(f => $"{f.SourceUrl.Split('/')[^1]} {f.NextTryAt is not null} {f.Tries} {f.Error}").Order(StringComparer.Ordinal)];
}
