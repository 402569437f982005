using System.Net;
using System.Net.Http.Headers;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-36")]
public sealed class FileHttpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_picture_is_shown_whole_in_parts_or_not_again_and_can_never_run(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var file = (await market.Services.GetRequiredService<IFileStore>().Save(new MemoryStream(Pictures.Png), FileRules.Picture, Stop)).Value;
        using var whole = await market.Http.GetAsync(file.Url, Stop);
        Assert.Equal(Pictures.Png, await whole.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("image/png", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"\"{file.Sha256}\"", whole.Headers.ETag!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", whole.Headers.GetValues("Cache-Control")));
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; sandbox", whole.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("inline", whole.Content.Headers.ContentDisposition!.DispositionType);

        using var again = await Get(market, file, r => r.Headers.IfNoneMatch.Add(whole.Headers.ETag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var part = await Get(market, file, r => r.Headers.Range = new RangeHeaderValue(1, 3));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("PNG"u8.ToArray(), await part.Content.ReadAsByteArrayAsync(Stop));
        using var end = await Get(market, file, r => r.Headers.Range = new RangeHeaderValue(null, 4));
        Assert.Equal(Pictures.Png[^4..], await end.Content.ReadAsByteArrayAsync(Stop));
        using var beyond = await Get(market, file, r => r.Headers.Range = new RangeHeaderValue(100_000, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task Anything_but_a_picture_is_only_ever_a_download_and_feeds_are_not_shown_at_all()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var files = market.Services.GetRequiredService<IFileStore>();
        var html = (await files.Save(new MemoryStream("<html><script>alert(1)</script>"u8.ToArray()), new FileRules(1000, false, IsPublic: true), Stop)).Value;
        using var shown = await market.Http.GetAsync(html.Url, Stop);
        Assert.Equal("application/octet-stream", shown.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", shown.Content.Headers.ContentDisposition!.DispositionType);
        var feed = (await files.Save(new MemoryStream("Handle,Title"u8.ToArray()), new FileRules(1000, false, IsPublic: false), Stop)).Value;
        Assert.Equal(HttpStatusCode.NotFound, (await market.Http.GetAsync(feed.Url, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await market.Http.GetAsync($"/files/{Guid.CreateVersion7()}", Stop)).StatusCode);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_picture_comes_in_the_width_that_is_asked_for_and_as_it_is_until_that_is_made(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        using var wide = NetVips.Image.Black(700, 500, bands: 3) + 200;
        var bytes = wide.Cast(NetVips.Enums.BandFormat.Uchar).JpegsaveBuffer();
        var files = market.Services.GetRequiredService<IFileStore>();
        var file = (await files.Save(new MemoryStream(bytes), FileRules.Picture, Stop)).Value;
        await Eventually.Holds(async () =>
        {
            using var shown = await market.Http.GetAsync($"{file.Url}/320.webp", Stop);
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
            // Whoever gets the original may keep it for seconds only.
            if (shown.Content.Headers.ContentType!.MediaType == "image/jpeg") Assert.Equal("public, max-age=10", shown.Headers.CacheControl!.ToString());
            return shown.Content.Headers.ContentType.MediaType == "image/webp";
        }, TimeSpan.FromSeconds(30), "the sizes were made");
        foreach (var (asked, width) in new[] { (160, 160), (320, 320), (640, 640), (960, 700), (1600, 700) })
        {
            using var size = await market.Http.GetAsync($"{file.Url}/{asked}.webp", Stop);
            Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", size.Headers.GetValues("Cache-Control")));
            Assert.Equal("default-src 'none'; sandbox", size.Headers.GetValues("Content-Security-Policy").Single());
            var webp = await size.Content.ReadAsByteArrayAsync(Stop);
            Assert.Equal(width, PictureHead.Read(webp, "image/webp")!.Width);
            using var again = await Get(market, file, r =>
            {
                r.RequestUri = new Uri($"{file.Url}/{asked}.webp", UriKind.Relative);
                r.Headers.IfNoneMatch.Add(size.Headers.ETag!);
            });
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        }
        foreach (var path in new[] { $"{file.Url}/321.webp", $"{file.Url}/0.webp", $"/files/{Guid.CreateVersion7()}/320.webp" }) Assert.Equal(HttpStatusCode.NotFound, (await market.Http.GetAsync(path, Stop)).StatusCode);
        var secret = (await files.Save(new MemoryStream(Pictures.Gif), FileRules.Picture with { IsPublic = false }, Stop)).Value;
        Assert.Equal(HttpStatusCode.NotFound, (await market.Http.GetAsync($"{secret.Url}/320.webp", Stop)).StatusCode);
    }

    private static async Task<HttpResponseMessage> Get(Market market, StoredFile file, Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
        with(request);
        return await market.Http.SendAsync(request, Stop);
    }
}
