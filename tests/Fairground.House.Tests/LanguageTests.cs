using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Each reader is spoken to in their language, on pages and in refusals; what programs read is the same for all.</summary>
public sealed class LanguageTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines)), Requirement("C-34")]
    public async Task A_person_s_choice_comes_before_the_browser_s_which_comes_before_what_it_accepts(DatabaseKind kind)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(kind);
        await using var app = await TestMarket.Start(test, ct);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
        var people = new People(client);
        await people.SignIn(TestMarket.OperatorContact, "operator", ct);

        Assert.Equal("en", await Spoken(client, "/how-it-works"));
        Assert.Equal("ru", await Spoken(client, "/how-it-works", "ru-KZ,ru;q=0.9,en;q=0.8"));
        Assert.Equal("kk", await Spoken(client, "/how-it-works", "ru", "fg_language=kk"));
        Assert.Equal("kk", await Spoken(client, "/account", "ru", "fg_language=kk", people, "operator"));

        // The switch of a page: kept on the browser, and with whoever is signed in.
        using var chosen = await Send(client, HttpMethod.Post, "/language", "ru", "fg_language=kk", people, "operator", new FormUrlEncodedContent([new("language", "ko"), new("back", "/how-it-works?x=1")]));
        Assert.Equal((HttpStatusCode.Found, "/how-it-works?x=1"), (chosen.StatusCode, chosen.Headers.Location!.OriginalString));
        Assert.StartsWith("fg_language=ko; max-age=31536000; path=/; samesite=lax; httponly", chosen.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal("ko", await Spoken(client, "/account", "ru", "fg_language=kk", people, "operator"));
        Assert.Equal("kk", await Spoken(client, "/how-it-works", "ru", "fg_language=kk"));
        Assert.Equal("zh-Hans", await Spoken(client, "/how-it-works?language=zh-Hans", "ru", "fg_language=kk", people, "operator"));
        Assert.Equal("ko", (string)(await people.Get("operator", "/api/v1/me", ct))["language"]!);

        // Over REST; other modules read the same.
        using var edited = await Send(client, HttpMethod.Patch, "/api/v1/me", null, null, people, "operator", JsonContent.Create(new { language = "ru" }));
        var me = JsonNode.Parse(await edited.Content.ReadAsStringAsync(ct))!;
        Assert.Equal("ru", (string)me["language"]!);
        Assert.Equal("ru", await Spoken(client, "/account", "en", null, people, "operator"));
        Assert.Equal("ru", (await app.Services.GetRequiredService<IPeople>().Find(Guid.Parse((string)me["userId"]!), ct))!.Language);
        using var unknown = await Send(client, HttpMethod.Patch, "/api/v1/me", null, null, people, "operator", JsonContent.Create(new { language = "xx" }));
        Assert.Equal((422, "people.language_unknown"), ((int)unknown.StatusCode, (string)JsonNode.Parse(await unknown.Content.ReadAsStringAsync(ct))!["code"]!));
        await app.StopAsync(ct);
    }

    [Fact]
    public async Task The_switch_takes_what_we_speak_and_leads_back_to_this_site_alone()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };

        using var unknown = await Send(client, HttpMethod.Post, "/language", content: new FormUrlEncodedContent([new("language", "tlh")]));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, false), (unknown.StatusCode, unknown.Headers.Contains("Set-Cookie")));
        foreach (var back in new[] { "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "" })
        {
            using var chosen = await Send(client, HttpMethod.Post, "/language", content: new FormUrlEncodedContent([new("language", "ru"), new("back", back)]));
            Assert.Equal("/", chosen.Headers.Location!.OriginalString);
        }
        using var fromElsewhere = new HttpRequestMessage(HttpMethod.Post, "/language") { Content = new FormUrlEncodedContent([new("language", "ru")]) };
        fromElsewhere.Headers.Add("Origin", "https://elsewhere.example");
        using var refused = await client.SendAsync(fromElsewhere, ct);
        Assert.Equal((HttpStatusCode.Forbidden, false), (refused.StatusCode, refused.Headers.Contains("Set-Cookie")));

        var page = await client.GetStringAsync("/how-it-works", ct);
        foreach (var language in Language.All) Assert.Contains($"name=\"language\" value=\"{language.Code}\" lang=\"{language.Code}\"", page, StringComparison.Ordinal);
        await app.StopAsync(ct);
    }

    [Fact]
    public async Task Refusals_are_said_in_the_language_that_is_asked_for_and_no_cache_mixes_readers()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };

        foreach (var (asked, said) in new[] { (null, "Sign in first."), ("de", "Sign in first."), ("ru-RU", "Сначала войдите."), ("zh-CN", "请先登录。") })
        {
            using var answer = await Send(client, HttpMethod.Get, "/api/v1/me", asked);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!;
            Assert.Equal((401, "access.not_signed_in", said, said), ((int)answer.StatusCode, (string)problem["code"]!, (string)problem["title"]!, (string)problem["detail"]!));
            Assert.Equal(["Accept-Language", "Cookie"], answer.Headers.Vary);
        }
        using var nothing = new HttpRequestMessage(HttpMethod.Get, "/nothing-here");
        nothing.Headers.Add("Accept", "text/html");
        nothing.Headers.Add("Accept-Language", "ru");
        using var page = await client.SendAsync(nothing, ct);
        var html = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(ct));
        Assert.Equal((404, "ru"), ((int)page.StatusCode, page.Content.Headers.ContentLanguage.Single()));
        Assert.Contains("<html lang=\"ru\">", html, StringComparison.Ordinal);
        Assert.Contains("Здесь ничего нет", html, StringComparison.Ordinal);
        await app.StopAsync(ct);
    }

    [Fact]
    public async Task Whatever_the_reader_speaks_programs_read_the_same()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
        var people = new People(client);
        await people.Register(ct);
        var paths = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", ct))!["paths"]!.AsObject()
            .Where(p => p.Value!["get"] is not null)
            .Select(p => Filled(p.Key, people)).Append("/sitemap.xml").Append("/robots.txt").Append("/wallet/statement.csv").ToList();
        var (wrong, read) = (new List<string>(), 0);

        foreach (var path in paths)
        {
            var (plain, russian) = (await Answer(client, people, path, null), await Answer(client, people, path, "ru"));
            if (plain.Status == 200) read++;
            if (plain == russian || (plain.Status >= 400 && plain.Status == russian.Status && Code(plain.Body) == Code(russian.Body))) continue;
            // What changes from one look to the next, such as a time, tells nothing.
            if (await Answer(client, people, path, null) == plain) wrong.Add(path);
        }

        await app.StopAsync(ct);
        None.Of(wrong);
        Assert.True(read >= 40, $"only {read} of {paths.Count} calls answered");
    }

    private static string? Code(string problem) => (string?)JsonNode.Parse(problem)!["code"];

    private static string Filled(string path, People people) => string.Join('/', path.Split('/').Select((part, at) => part switch
    {
        "{shopId}" or "{organisationId}" => people.Shop,
        ['{', ..] => people.Belongings.GetValueOrDefault(path.Split('/')[at - 1]) ?? $"{Guid.Empty}",
        _ => part,
    }));

    private static async Task<(int Status, string Body)> Answer(HttpClient client, People people, string path, string? accepts)
    {
        using var answer = await Send(client, HttpMethod.Get, path, accepts, null, people, "operator");
        // A stream of events has no end to wait for.
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream") return ((int)answer.StatusCode, "");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string?> Spoken(HttpClient client, string path, string? accepts = null, string? cookie = null, People? people = null, string? role = null)
    {
        using var answer = await Send(client, HttpMethod.Get, path, accepts, cookie, people, role);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var code = answer.Content.Headers.ContentLanguage.Single();
        Assert.Contains($"<html lang=\"{code}\">", page, StringComparison.Ordinal);
        return code;
    }

    private static Task<HttpResponseMessage> Send(HttpClient client, HttpMethod method, string path, string? accepts = null, string? cookie = null, People? people = null, string? role = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (accepts is not null) request.Headers.Add("Accept-Language", accepts);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (role is not null) people!.Sign(request, role);
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
