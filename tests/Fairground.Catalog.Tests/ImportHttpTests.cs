using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>Looking at imports over HTTP, and who may.</summary>
[Requirement("C-06")]
public sealed class ImportHttpTests
{
    private const string Feed = "Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,k1,199,,\nlamp,=1+1,l1,50,,\nbad,Bad,b1,x,,\nworse,,w1,5,,\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_dry_run_is_downloaded_then_the_import_is_made_and_undone(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, listening: true);
        var shop = await market.OpenShop();
        var dry = await Import(market, shop, Feed, ("dryRun", "true"), ("currency", "KZT"));
        Assert.Equal("done True 2 2", $"{dry.GetProperty("state").GetString()} {dry.GetProperty("dryRun")} {dry.GetProperty("created")} {dry.GetProperty("differences")}");
        Assert.Equal(0, (await market.Http.GetFromJsonAsync<JsonElement>("/api/v1/products", Stop)).GetProperty("items").GetArrayLength());
        var job = $"/api/v1/imports/{dry.GetProperty("importId").GetString()}";
        using var differences = await market.Http.GetAsync($"{job}/differences?format=csv", Stop);
        Assert.Equal("text/csv", differences.Content.Headers.ContentType!.MediaType);
        Assert.Equal("product,name,what,field,before,after\nkettle,Kettle,new,,,199.00 KZT\nlamp,'=1+1,new,,,50.00 KZT\n", (await differences.Content.ReadAsStringAsync(Stop)).TrimStart('\ufeff').ReplaceLineEndings("\n"));
        Assert.Equal("line,field,code,text\n4,Variant Price,product.price_invalid,'x' is no price in KZT.\n5,Name,product.name_missing,The goods have no name.\n", (await market.Http.GetStringAsync($"{job}/problems?format=csv", Stop)).TrimStart('\ufeff').ReplaceLineEndings("\n"));
        var first = await market.Http.GetFromJsonAsync<JsonElement>($"{job}/problems?limit=1", Stop);
        var second = await market.Http.GetFromJsonAsync<JsonElement>($"{job}/problems?limit=1&cursor={first.GetProperty("next").GetString()}", Stop);
        Assert.Equal("product.price_invalid product.name_missing", $"{first.GetProperty("items")[0].GetProperty("code").GetString()} {second.GetProperty("items")[0].GetProperty("code").GetString()}");
        Assert.Equal("request.cursor_invalid", await Code(market.Http.GetAsync($"{job}/problems?cursor=%21", Stop)));
        Assert.Equal("import.dry_run", await Code(market.Http.PostAsync($"{job}/undo", null, Stop)));
        var real = await Import(market, shop, Feed);
        Assert.Equal("False 2", $"{real.GetProperty("dryRun")} {real.GetProperty("created")}");
        job = $"/api/v1/imports/{real.GetProperty("importId").GetString()}";
        using var undone = await market.Http.PostAsync($"{job}/undo", null, Stop);
        Assert.Equal("200 undone 2 0", $"{(int)undone.StatusCode} {Undo(await undone.Content.ReadFromJsonAsync<JsonElement>(Stop))}");
        Assert.Equal("import.already_undone", await Code(market.Http.PostAsync($"{job}/undo", null, Stop)));
        Assert.Equal(0, (await market.Http.GetFromJsonAsync<JsonElement>("/api/v1/products", Stop)).GetProperty("items").GetArrayLength());
        Assert.Equal("import.currency_other", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { url = "https://example.com/", currency = "USD" }, Stop)));
        Assert.Equal("import.currency_unknown", await Code(market.Http.PostAsJsonAsync($"/api/v1/shops/{shop}/imports", new { url = "https://example.com/", currency = "XXQ" }, Stop)));
    }

    [Fact]
    public async Task What_is_downloaded_from_a_page_is_said_as_the_page_says_it_and_programs_read_the_same()
    {
        Words.T.Add(typeof(CatalogModule).Assembly);
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        await Import(market, shop, Feed);
        var import = (await Import(market, shop, Feed.Replace("199", "299", StringComparison.Ordinal), ("dryRun", "true"))).GetProperty("importId").GetString();
        async Task<string> Read(string path, string language)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, path);
            asked.Headers.Add("Accept-Language", language);
            using var answer = await market.Http.SendAsync(asked, Stop);
            return (await answer.Content.ReadAsStringAsync(Stop)).TrimStart('\ufeff').ReplaceLineEndings("\n");
        }
        var page = $"/shop/{shop}/office/imports/{import}";
        Assert.Equal("Line,Field,Code,What\n4,Variant Price,product.price_invalid,'x' is no price in KZT.\n5,Name,product.name_missing,The goods have no name.\n", await Read($"{page}/problems.csv", "en"));
        var russian = await Read($"{page}/problems.csv", "ru");
        Assert.Contains(",Поле,", russian, StringComparison.Ordinal);
        Assert.Contains("\n4,Variant Price,product.price_invalid,«x» — не цена в KZT.\n5,Name,product.name_missing,У товара нет названия.\n", russian, StringComparison.Ordinal);
        Assert.Contains("\nkettle,Kettle,Изменено,", await Read($"{page}/differences.csv", "ru"), StringComparison.Ordinal);
        foreach (var what in new[] { "problems", "differences" }) Assert.Equal(await Read($"/api/v1/imports/{import}/{what}?format=csv", "en"), await Read($"/api/v1/imports/{import}/{what}?format=csv", "ru"));
    }

    [Fact]
    public async Task An_import_is_seen_downloaded_and_undone_by_the_shops_own_people_only()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var (shop, other) = (await market.OpenShop(), await market.OpenShop(name: "Another"));
        foreach (var (user, status) in new[] { ($"staff:{shop}", 200), ($"owner:{shop}", 200), ($"staff:{other}", 403), ($"owner:{other}", 403), ("buyer", 403), ("operator", 200), ("", 401) })
        {
            As(market, "operator");
            var import = (await Import(market, shop, Feed.Replace("199", $"{status}{user.Length}", StringComparison.Ordinal))).GetProperty("importId").GetString();
            As(market, user);
            foreach (var path in new[] { $"/api/v1/imports/{import}", $"/api/v1/imports/{import}/problems", $"/api/v1/imports/{import}/problems?format=csv", $"/api/v1/imports/{import}/differences", $"/api/v1/imports/{import}/differences?format=csv", $"/shop/{shop}/office/imports/{import}/problems.csv" })
            {
                using var seen = await market.Http.GetAsync(path, Stop);
                Assert.Equal((user, path, status), (user, path, (int)seen.StatusCode));
            }
            using var undone = await market.Http.PostAsync($"/api/v1/imports/{import}/undo", null, Stop);
            Assert.Equal((user, status), (user, (int)undone.StatusCode));
        }
        As(market, $"staff:{other}");
        // Another shop's import is not found under one's own shop either.
        Assert.Equal("access.forbidden", await Code(market.Http.PostAsync($"/api/v1/imports/{Guid.CreateVersion7()}/undo", null, Stop)));
        As(market, "operator");
        Assert.Equal("import.not_found", await Code(market.Http.PostAsync($"/api/v1/imports/{Guid.CreateVersion7()}/undo", null, Stop)));
    }

    private static void As(Market market, string user)
    {
        market.Http.DefaultRequestHeaders.Remove("X-Test-User");
        if (user.Length > 0) market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
    }

    private static string Undo(JsonElement report) => $"{report.GetProperty("undo").GetProperty("state").GetString()} {report.GetProperty("undo").GetProperty("undone")} {report.GetProperty("undo").GetProperty("left")}";

    private static async Task<JsonElement> Import(Market market, Guid shop, string feed, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(feed)), "file", "feed.csv" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        using var started = await market.Http.PostAsync($"/api/v1/shops/{shop}/imports", form, Stop);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        for (var tries = 0; tries < 300; tries++)
        {
            var report = await market.Http.GetFromJsonAsync<JsonElement>(started.Headers.Location, Stop);
            if (report.GetProperty("state").GetString() is "done" or "failed") return report;
            await Task.Delay(100, Stop);
        }
        throw new TimeoutException("The import did not end.");
    }

    private static async Task<string?> Code(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}
