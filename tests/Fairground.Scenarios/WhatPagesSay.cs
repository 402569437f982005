using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What pages say without a browser: the same pages that a person sees, read as text.</summary>
public sealed class WhatPagesSay
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines)), Requirement("C-14")]
    public async Task A_statement_names_the_lot_and_links_it(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Copper & brass kettle");
        var buyer = await fair.Buyer("a", 5_000);
        await buyer.Buys(2, lot);
        var lines = (await buyer.Get("me/wallet/transfers"))["items"]!.AsArray();
        Assert.Equal("draws.buy", (string)lines[0]!["movement"]!);
        Assert.Equal(("Copper & brass kettle", $"/lots/{lot.Id}"), ((string)lines[0]!["about"]!["name"]!, (string)lines[0]!["about"]!["href"]!));
        // A top-up is about a payment, which has no name.
        Assert.Null(lines[1]!["about"]);
        var page = await Page(fair, buyer, "wallet");
        Assert.Contains($"<a href=\"/lots/{lot.Id}\">Copper &amp; brass kettle</a>", page, StringComparison.Ordinal);
        var file = await Page(fair, buyer, "wallet/statement.csv");
        Assert.Contains($",{lot.Id},\"Copper & brass kettle\"", file, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines)), Requirement("C-07")]
    public async Task Former_addresses_move_for_good_and_a_shared_link_shows_name_price_and_picture(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var id = await shop.Lists("Copper kettle", 4_000);
        using (var form = new MultipartFormDataContent { { new ByteArrayContent(Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")), "pictures", "kettle.png" } })
        using (var http = fair.Http())
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", shop.Owner.Token);
            await Call.Read(await http.PostAsync($"api/v1/products/{id}/pictures", form), 201);
        }
        using var direct = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = fair.Address };
        direct.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        async Task<string> Moved(string path)
        {
            using var answer = await direct.GetAsync(path);
            return $"{(int)answer.StatusCode} {answer.Headers.Location}";
        }
        Assert.Equal($"301 /products/{id}/copper-kettle", await Moved($"products/{id}"));
        Assert.Equal($"301 /products/{id}/copper-kettle?from=mail", await Moved($"products/{id}/tin-kettle?from=mail"));
        Assert.Equal("301 /catalogue/home?sort=price", await Moved("catalogue?category=home&sort=price"));
        Assert.Equal("404 ", await Moved("catalogue/never-there"));
        var page = await Page(fair, null, $"products/{id}/copper-kettle");
        var market = fair.Address.ToString().TrimEnd('/');
        foreach (var said in new[]
        {
            "<meta property=\"og:title\" content=\"Copper kettle\"", "<meta property=\"og:type\" content=\"product\"", "<meta property=\"product:price:amount\" content=\"4000.00\"", "<meta property=\"product:price:currency\" content=\"KZT\"",
            $"<meta property=\"og:url\" content=\"{market}/products/{id}/copper-kettle\"", $"<link rel=\"canonical\" href=\"{market}/products/{id}/copper-kettle\"", $"<meta property=\"og:image\" content=\"{market}/files/", "\"@type\":\"Product\"",
        })
        {
            Assert.Contains(said, page, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines)), Requirement("C-09")]
    public async Task Goods_are_on_sale_by_certificates_only_while_a_lot_is_open(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Drafts(price: 4_000, drawDelaySeconds: 0);
        var address = $"products/{lot.ProductId}";
        Assert.Contains("No certificates for this are on sale now", await Page(fair, null, address), StringComparison.Ordinal);
        await lot.Opens();
        Assert.Contains("On sale by certificates", await Page(fair, null, address), StringComparison.Ordinal);
        var buyer = await fair.Buyer("a", 10_000);
        await buyer.Buys(4, lot);
        await lot.Becomes("drawn");
        // The prize waits, the price is still frozen, and nothing is on sale.
        var page = await Page(fair, null, address);
        Assert.DoesNotContain("On sale by certificates", page, StringComparison.Ordinal);
        Assert.Contains("Last draw", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/lots/{lot.Id}/result\"", page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines)), Requirement("C-23")]
    public async Task A_result_says_when_it_was_recomputed_and_links_the_way_to_do_it_oneself(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens(price: 4_000);
        await (await fair.Buyer("a", 10_000)).Buys(4, lot);
        await lot.Becomes("drawn");
        var look = await Call.Until(lot.Look, l => l["proofCheck"] is not null);
        Assert.Equal("proved", (string)look["proofCheck"]!["state"]!);
        var page = await Page(fair, null, $"lots/{lot.Id}/result");
        Assert.Contains("<span>Proved</span>", page, StringComparison.Ordinal);
        Assert.Contains($"all {(int)look["proofCheck"]!["checks"]!} checks passed", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/lots/{lot.Id}/result#run-title\">Do it yourself</a>", page, StringComparison.Ordinal);
        Assert.Contains("<span>Proved</span>", await Page(fair, null, $"lots/{lot.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalogue_folds_its_filters_and_counts_those_in_use()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        await shop.Lists("Kettle", 4_000);
        Assert.Matches(new Regex("<details class=\"filter-fold filter-fold-wide\">\\s*<summary>.*?<span>Filters</span>", RegexOptions.Singleline), await Page(fair, null, "catalogue"));
        Assert.Contains("<span>Filters (3)</span>", await Page(fair, null, "catalogue?query=k&category=home&min=10&sort=price"), StringComparison.Ordinal);
    }

    /// <summary>A page as this person, or nobody, sees it; scripts do not run.</summary>
    internal static async Task<string> Page(Fair fair, Person? person, string path, int expected = 200)
    {
        using var http = fair.Http();
        if (person is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == expected, $"/{path} answered {(int)response.StatusCode}: {text[..Math.Min(400, text.Length)]}");
        return text;
    }
}
