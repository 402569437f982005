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
        Assert.Matches(new Regex("<details class=\"filter-fold\">\\s*<summary>.*?<span>Filters</span>", RegexOptions.Singleline), await Page(fair, null, "catalogue"));
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
