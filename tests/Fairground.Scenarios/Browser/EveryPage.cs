using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>What holds of every page, whoever looks at it, on a phone and on a desk.</summary>
public sealed class EveryPage(Chromium chromium)
{
    private const string Measure = "() => ({ wide: document.scrollingElement.scrollWidth - innerWidth, headings: document.querySelectorAll('h1').length, title: document.title.length, pictures: [...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').map(i => i.getAttribute('src')).join(' ') })";

    [Theory]
    [InlineData("visitor")]
    [InlineData("buyer")]
    [InlineData("staff")]
    [InlineData("owner")]
    [InlineData("operator")]
    public async Task Fits_the_screen_has_one_heading_and_a_title_and_breaks_nothing(string role)
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var market = await FurnishedMarket.Make(fair);
        await using var visitor = await Visitor.At(fair, chromium);
        var (contact, password) = role switch
        {
            "buyer" => (market.Buyer.Contact, Fair.Password),
            "staff" => (market.Staff.Contact, Fair.Password),
            "owner" => (market.Shop.Owner.Contact, Fair.Password),
            "operator" => (fair.Operator.Contact, Fair.OperatorPassword),
            _ => ("", ""),
        };
        if (contact.Length > 0) await visitor.SignsIn(contact, password);
        var faults = new List<string>();
        foreach (var path in market.Paths(role))
        {
            foreach (var width in new[] { 390, 1280 })
            {
                await visitor.Page.SetViewportSizeAsync(width, 844);
                var status = await visitor.Goes(path);
                if (status != 200) faults.Add($"{path} answered {status}");
                faults.AddRange(await Faults(visitor.Page, $"{path} at {width}"));
            }
        }
        Assert.Empty(faults.Concat(visitor.Complaints));
    }

    [Fact]
    public async Task Every_link_of_the_navigation_leads_somewhere()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var market = await FurnishedMarket.Make(fair);
        foreach (var (contact, password) in new[] { ("", ""), (market.Buyer.Contact, Fair.Password), (market.Staff.Contact, Fair.Password), (market.Shop.Owner.Contact, Fair.Password), (fair.Operator.Contact, Fair.OperatorPassword) })
        {
            await using var visitor = await Visitor.At(fair, chromium, scripts: false);
            if (contact.Length > 0) await visitor.SignsIn(contact, password);
            await visitor.Goes("/");
            var links = (await visitor.Page.Locator("header a, footer a, .tabbar a, main a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))")).Distinct();
            foreach (var link in links) Assert.True((await visitor.Page.APIRequest.GetAsync(new Uri(fair.Address, link).ToString())).Status < 400, $"{link} as {contact}");
        }
    }

    private static async Task<IEnumerable<string>> Faults(IPage page, string where)
    {
        var seen = (await page.EvaluateAsync<System.Text.Json.JsonElement>(Measure)).Deserialize();
        return new[]
        {
            (int)seen["wide"]! > 0 ? $"{where}: {(int)seen["wide"]!} px wider than the screen" : "",
            (int)seen["headings"]! != 1 ? $"{where}: {(int)seen["headings"]!} headings of the first rank" : "",
            (int)seen["title"]! == 0 ? $"{where}: no title" : "",
            (string)seen["pictures"]! is { Length: > 0 } missing ? $"{where}: missing {missing}" : "",
        }.Where(fault => fault.Length > 0);
    }
}

internal static class Json
{
    public static JsonNode Deserialize(this System.Text.Json.JsonElement element) => JsonNode.Parse(element.GetRawText())!;
}
