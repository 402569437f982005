using System.Net;
using System.Net.Http.Headers;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>The office and the shops find their lots by name, state and shop, and take the same list away as a file.</summary>
public sealed class FindingLots
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Lots_are_found_by_words_of_their_name_in_any_case_and_script(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var kettle = await shop.Opens("Чайник МЕДНЫЙ 100%");
        var lamp = await shop.Opens("Table lamp_1");
        async Task<string[]> Found(string query) => [.. (await fair.Operator.Get($"lots?query={Uri.EscapeDataString(query)}"))["items"]!.AsArray().Select(l => (string)l!["lotId"]!)];
        Assert.Equal([kettle.Id], await Found("медный чайник"));
        Assert.Equal([kettle.Id], await Found("100%"));
        Assert.Equal([lamp.Id], await Found("LAMP_1"));
        Assert.Empty(await Found("l%mp"));
        Assert.Equal(2, (await Found(" ")).Length);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_office_filters_by_state_shop_and_name_and_exports_what_it_shows(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var (bazaar, market) = (await fair.Shop("Bazaar"), await fair.Shop("Market"));
        var (open, other) = (await bazaar.Opens("Kettle, red"), await market.Opens("Kettle, blue"));
        var (draft, gone) = (await bazaar.Drafts("Kettle draft"), await bazaar.Opens("=Lamp"));
        await fair.Operator.Post($"lots/{gone.Id}/cancellation", new { reason = "It \"broke\"" }, 200);
        async Task<string> On(Person who, string path)
        {
            var page = await WhatPagesSay.Page(fair, who, path);
            return string.Join(' ', new[] { (open, "red"), (other, "blue"), (draft, "draft"), (gone, "gone") }.Where(l => page.Contains(l.Item1.Id, StringComparison.Ordinal)).Select(l => l.Item2));
        }
        Assert.Equal("red blue draft gone", await On(fair.Operator, "office/lots"));
        Assert.Equal("red", await On(fair.Operator, $"office/lots?state=open&shop={bazaar.Id}&query=kettle"));
        Assert.Equal("blue", await On(fair.Operator, $"office/lots?shop={market.Id}"));
        Assert.Equal("red draft gone", await On(bazaar.Owner, "shop/lots"));
        Assert.Equal("draft", await On(bazaar.Owner, "shop/lots?state=draft&query=KETTLE"));
        Assert.Contains("No lot fits these filters", await WhatPagesSay.Page(fair, fair.Operator, "office/lots?query=samovar"), StringComparison.Ordinal);
        Assert.Contains($"/office/lots.csv?query=kettle&amp;state=open&amp;shop={bazaar.Id}", await WhatPagesSay.Page(fair, fair.Operator, $"office/lots?state=open&shop={bazaar.Id}&query=kettle"), StringComparison.Ordinal);

        Assert.Equal("red blue draft gone", await On(fair.Operator, "office/lots.csv?state=&shop=&query="));
        Assert.Equal("red", await On(fair.Operator, $"office/lots.csv?state=open&shop={bazaar.Id}&query=kettle"));
        var file = await WhatPagesSay.Page(fair, bazaar.Owner, $"shop/{bazaar.Id}/lots.csv");
        Assert.Equal(4, file.TrimEnd().Split("\r\n").Length);
        Assert.Contains("\"Kettle, red\"", file, StringComparison.Ordinal);
        Assert.Contains("\"'=Lamp\"", file, StringComparison.Ordinal);
        Assert.Contains("stopped,\"It \"\"broke\"\"\"", file, StringComparison.Ordinal);
        Assert.Equal("request.invalid", (string)System.Text.Json.Nodes.JsonNode.Parse(await WhatPagesSay.Page(fair, fair.Operator, "office/lots.csv?state=nonsense", 422))!["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_long_list_comes_page_by_page_and_whole_in_the_file(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        for (var i = 0; i < 103; i++) await shop.Drafts($"Kettle {i}");
        var first = await WhatPagesSay.Page(fair, fair.Operator, "office/lots?query=kettle");
        Assert.Contains("query=kettle&amp;cursor=", first, StringComparison.Ordinal);
        Assert.DoesNotContain("Kettle 3<", first, StringComparison.Ordinal);
        Assert.Equal(104, (await WhatPagesSay.Page(fair, fair.Operator, "office/lots.csv?query=kettle")).TrimEnd().Split("\r\n").Length);
    }

    [Fact]
    public async Task Only_those_who_may_see_the_list_get_the_file()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (shop, other) = (await fair.Shop("Bazaar"), await fair.Shop("Market"));
        var (staff, buyer) = (await shop.Staff("Dana"), await fair.Buyer("a", 0));
        foreach (var (who, path, expected) in new (Person?, string, HttpStatusCode)[]
        {
            (fair.Operator, "office/lots.csv", HttpStatusCode.OK), (shop.Owner, "office/lots.csv", HttpStatusCode.Forbidden), (buyer, "office/lots.csv", HttpStatusCode.Forbidden), (null, "office/lots.csv", HttpStatusCode.Redirect),
            (fair.Operator, $"shop/{shop.Id}/lots.csv", HttpStatusCode.OK), (staff, $"shop/{shop.Id}/lots.csv", HttpStatusCode.OK), (other.Owner, $"shop/{shop.Id}/lots.csv", HttpStatusCode.Forbidden),
            (buyer, $"shop/{shop.Id}/lots.csv", HttpStatusCode.Forbidden), (null, $"shop/{shop.Id}/lots.csv", HttpStatusCode.Redirect),
        })
        {
            using var handler = new HttpClientHandler { AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { BaseAddress = fair.Address };
            if (who is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.True(expected == answer.StatusCode, $"{who?.Contact ?? "nobody"} {path}: {answer.StatusCode}");
        }
    }
}
