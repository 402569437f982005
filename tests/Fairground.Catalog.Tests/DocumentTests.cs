using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fairground.Catalog.CountFiles;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-36")]
public sealed class DocumentTests
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj << /Type /Catalog >>\n%%EOF");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_shop_keeps_papers_for_everyone_and_for_itself(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var shop = await market.OpenShop();
        var path = $"/api/v1/shops/{shop}/documents";
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pdf), "file", "C:\\papers\\Гарантия.html" }, { new StringContent("1"), "forEveryone" } };
        var rules = await Json(await Send(market, $"staff:{shop}", HttpMethod.Post, path, form), HttpStatusCode.Created);
        Assert.Equal($"Гарантия application/pdf {Pdf.Length} True", $"{rules.GetProperty("name")} {rules.GetProperty("mediaType")} {rules.GetProperty("length")} {rules.GetProperty("forEveryone")}");
        using var bare = new ByteArrayContent([.. Pdf, 10]) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        var licence = await Json(await Send(market, $"owner:{shop}", HttpMethod.Post, path + "?name=Licence%20%22A%22", bare), HttpStatusCode.Created);

        Assert.Equal(2, (await Json(await Send(market, $"staff:{shop}", HttpMethod.Get, path))).GetArrayLength());
        foreach (var user in new[] { "", "buyer", $"staff:{Guid.CreateVersion7()}" })
        {
            Assert.Equal("Гарантия", (await Json(await Send(market, user, HttpMethod.Get, path)))[0].GetProperty("name").GetString());
            Assert.Equal(1, (await Json(await Send(market, user, HttpMethod.Get, path))).GetArrayLength());
            Assert.Equal("document.not_found", await Code(await Send(market, user, HttpMethod.Get, $"{licence.GetProperty("url")}")));
        }
        using var download = await Send(market, "", HttpMethod.Get, $"{rules.GetProperty("url")}");
        Assert.Equal(Pdf, await download.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("application/pdf attachment Гарантия.pdf", $"{download.Content.Headers.ContentType} {download.Content.Headers.ContentDisposition!.DispositionType} {download.Content.Headers.ContentDisposition.FileNameStar}");
        Assert.Equal("nosniff default-src 'none'; sandbox", string.Join(' ', new[] { "X-Content-Type-Options", "Content-Security-Policy" }.Select(h => download.Headers.GetValues(h).Single())));
        Assert.Equal((true, true, false), (download.Headers.CacheControl!.Private, download.Headers.CacheControl.NoCache, download.Headers.CacheControl.Public));
        using var part = await Send(market, $"owner:{shop}", HttpMethod.Get, $"{licence.GetProperty("url")}", configure: r => r.Headers.Range = new RangeHeaderValue(0, 3));
        Assert.Equal("206 %PDF", $"{(int)part.StatusCode} {await part.Content.ReadAsStringAsync(Stop)}");
        Assert.Equal("Licence -A-.pdf", Unquoted(part.Content.Headers.ContentDisposition!.FileNameStar ?? part.Content.Headers.ContentDisposition.FileName!));
        // A private file has no public address, whatever its id.
        var file = await market.Ask(c => c.Documents.Where(d => !d.ForEveryone).Select(d => d.FileId).SingleAsync(Stop));
        Assert.Equal(HttpStatusCode.NotFound, (await Send(market, "operator", HttpMethod.Get, $"/files/{file}")).StatusCode);

        var id = licence.GetProperty("documentId").GetString();
        foreach (var user in new[] { "buyer", $"staff:{Guid.CreateVersion7()}" }) Assert.Equal("access.forbidden", await Code(await Send(market, user, HttpMethod.Delete, $"{path}/{id}")));
        Assert.Equal(HttpStatusCode.NoContent, (await Send(market, $"staff:{shop}", HttpMethod.Delete, $"{path}/{id}")).StatusCode);
        Assert.Equal("document.not_found", await Code(await Send(market, $"staff:{shop}", HttpMethod.Delete, $"{path}/{id}")));
        Assert.Equal(Pdf.Length, (await market.With<IShopFiles, ShopRoom>(f => f.Room(shop, Stop))).UsedBytes);
    }

    [Fact]
    public async Task What_is_no_paper_is_refused_with_a_reason()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        var path = $"/api/v1/shops/{shop}/documents";
        async Task<string> Post(string query, byte[] content) => await Code(await Send(market, $"staff:{shop}", HttpMethod.Post, path + query, new ByteArrayContent(content)));
        Assert.Equal("document.name_invalid", await Post("", Pdf));
        Assert.Equal("document.name_invalid", await Post("?name=" + new string('n', 121), Pdf));
        Assert.Equal("document.name_invalid", await Post("?name=a%0Ab", Pdf));
        Assert.Equal("file.empty", await Post("?name=a", []));
        Assert.Equal("file.type_refused", await Post("?name=a.pdf", "<html>%PDF-</html>"u8.ToArray()));
        Assert.Equal("file.type_refused", await Post("?name=a.doc", [0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]));
        Assert.Equal("file.empty", await Code(await Send(market, $"staff:{shop}", HttpMethod.Post, path, new MultipartFormDataContent { { new StringContent("x"), "name" } })));
        Assert.Equal("access.forbidden", await Code(await Send(market, "buyer", HttpMethod.Post, path + "?name=a", new ByteArrayContent(Pdf))));
        for (var i = 0; i < Documents.Most; i++) await market.Ask(async c =>
        {
            c.Documents.Add(new KeepDocuments.ShopDocument { Id = Kernel.Ids.New(), ShopId = shop, FileId = Guid.Empty, Name = "n" });
            return await c.SaveChangesAsync(Stop);
        });
        Assert.Equal("document.too_many", await Post("?name=a", Pdf));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_shop_uses_no_more_than_the_operator_allows_and_the_same_content_counts_once(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var (shop, other) = (await market.OpenShop(), await market.OpenShop(name: "Another"));
        var files = $"/api/v1/shops/{shop}/files";
        Assert.Equal("0 5368709120", await Room(market, shop));
        Assert.Equal("access.forbidden", await Code(await Send(market, $"owner:{shop}", HttpMethod.Put, files + "/quota", JsonContent.Create(new { bytes = 1 }))));
        Assert.Equal("access.forbidden", await Code(await Send(market, "buyer", HttpMethod.Get, files)));
        Assert.Equal("request.invalid", await Code(await Send(market, "operator", HttpMethod.Put, files + "/quota", JsonContent.Create(new { bytes = -1 }))));
        Assert.Equal("shop.not_found", await Code(await Send(market, "operator", HttpMethod.Put, $"/api/v1/shops/{Guid.CreateVersion7()}/files/quota", JsonContent.Create(new { bytes = 1 }))));
        await Json(await Send(market, "operator", HttpMethod.Put, files + "/quota", JsonContent.Create(new { bytes = Pdf.Length + Pictures.Png.Length })));

        async Task<HttpResponseMessage> Paper(byte[] content, string name) => await Send(market, $"staff:{shop}", HttpMethod.Post, $"/api/v1/shops/{shop}/documents?name={name}", new ByteArrayContent(content));
        var first = await Json(await Paper(Pdf, "a"), HttpStatusCode.Created);
        var again = await Json(await Paper(Pdf, "b"), HttpStatusCode.Created);
        Assert.Equal($"{Pdf.Length} {Pdf.Length + Pictures.Png.Length}", await Room(market, shop));
        var product = (await Json(await Send(market, $"staff:{shop}", HttpMethod.Post, $"/api/v1/shops/{shop}/products", JsonContent.Create(new { name = "Lamp", price = new { amount = "100", currency = "KZT" } })), HttpStatusCode.Created)).GetProperty("productId").GetString();
        async Task<HttpResponseMessage> Picture(byte[] content) => await Send(market, $"staff:{shop}", HttpMethod.Post, $"/api/v1/products/{product}/pictures", new MultipartFormDataContent { { new ByteArrayContent(content), "file", "p.png" } });
        await Json(await Picture(Pictures.Png), HttpStatusCode.Created);
        var refused = await Json(await Picture(Pictures.Gif), HttpStatusCode.Conflict);
        Assert.Equal($"file.quota_exceeded {Pdf.Length + Pictures.Png.Length} {Pictures.Gif.Length}", $"{refused.GetProperty("code")} {refused.GetProperty("quotaBytes")} {refused.GetProperty("length")}");
        await Json(await Picture(Pictures.Png), HttpStatusCode.Created);
        // Another shop has its own room, also for the same content.
        await Json(await Send(market, $"staff:{other}", HttpMethod.Post, $"/api/v1/shops/{other}/documents?name=a", new ByteArrayContent(Pdf)), HttpStatusCode.Created);
        // The first of two papers with one content frees nothing, the second does.
        await Send(market, $"staff:{shop}", HttpMethod.Delete, $"/api/v1/shops/{shop}/documents/{first.GetProperty("documentId")}");
        Assert.Equal("file.quota_exceeded", await Code(await Picture(Pictures.Gif)));
        await Send(market, $"staff:{shop}", HttpMethod.Delete, $"/api/v1/shops/{shop}/documents/{again.GetProperty("documentId")}");
        await Json(await Picture(Pictures.Gif), HttpStatusCode.Created);
        Assert.Equal($"{Pictures.Png.Length + Pictures.Gif.Length} {Pdf.Length + Pictures.Png.Length}", await Room(market, shop));
        await Json(await Send(market, "operator", HttpMethod.Put, files + "/quota", JsonContent.Create(new { bytes = (long?)null })));
        Assert.Equal($"{Pictures.Png.Length + Pictures.Gif.Length} 5368709120", await Room(market, shop));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Uploads_at_the_same_time_do_not_pass_the_quota_together(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.With<ShopFiles, Kernel.Result<ShopRoom>>(f => f.SetQuota(shop, 350, Stop));
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => market.With<IShopFiles, Kernel.Result<StoredFile>>(f => f.Save(shop, new MemoryStream([.. Pdf, .. new byte[100 - Pdf.Length - 1], (byte)i]), FileRules.Document, Stop))));
        Assert.Equal(3, results.Count(r => !r.Refused));
        Assert.All(results.Where(r => r.Refused), r => Assert.Equal("file.quota_exceeded", r.Refusal!.Code));
        Assert.Equal(300, (await market.With<IShopFiles, ShopRoom>(f => f.Room(shop, Stop))).UsedBytes);
        Assert.Equal(3, await market.Ask(c => c.ShopFiles.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Once_a_day_the_count_is_made_anew(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var folder = Directory.CreateTempSubdirectory("fairground-pictures-");
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "kettle.png"), Pictures.Png, Stop);
        const string Feed = "Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,k1,199,{0},\n";
        await market.Import(shop, Encoding.UTF8.GetBytes(Feed.Replace("{0}", "kettle.png", StringComparison.Ordinal)), pictures: folder.FullName);
        folder.Delete(true);
        var gone = (await market.With<IShopFiles, Kernel.Result<StoredFile>>(f => f.Save(shop, new MemoryStream(Pdf), FileRules.Document, Stop))).Value;
        var counter = market.Services.GetRequiredService<FileCounter>();
        await counter.CountAll(Stop);
        // What came beside the feed counts now; what was counted today is left, for it may be about to be written down.
        Assert.Equal(Pictures.Png.Length + Pdf.Length, (await market.With<IShopFiles, ShopRoom>(f => f.Room(shop, Stop))).UsedBytes);
        await market.Ask(c => c.ShopFiles.ExecuteUpdateAsync(f => f.SetProperty(x => x.ChargedAt, DateTimeOffset.UtcNow.AddDays(-2)), Stop));
        await counter.CountAll(Stop);
        Assert.Equal(Pictures.Png.Length, (await market.With<IShopFiles, ShopRoom>(f => f.Room(shop, Stop))).UsedBytes);
        Assert.False(await market.Ask(c => c.ShopFiles.AnyAsync(f => f.FileId == gone.Id, Stop)));
    }

    private static async Task<string> Room(Market market, Guid shop)
    {
        var room = await Json(await Send(market, $"staff:{shop}", HttpMethod.Get, $"/api/v1/shops/{shop}/files"));
        return $"{room.GetProperty("usedBytes")} {room.GetProperty("quotaBytes")}";
    }

    private static async Task<HttpResponseMessage> Send(Market market, string user, HttpMethod method, string path, HttpContent? content = null, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (user.Length > 0) request.Headers.Add("X-Test-User", user);
        configure?.Invoke(request);
        using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
        return await http.SendAsync(request, Stop);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<string> Code(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;

    private static string Unquoted(string name) => name.Trim('"');
}
