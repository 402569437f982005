using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>What holds of every page, whoever looks at it, on a phone and on a desk.</summary>
public sealed partial class EveryPage(Chromium chromium)
{
    private const string Measure = "() => ({ wide: document.scrollingElement.scrollWidth - innerWidth, headings: document.querySelectorAll('h1').length, title: document.title.length, pictures: [...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').map(i => i.getAttribute('src')).join(' ') })";

    [Fact]
    public async Task Fits_the_screen_has_one_heading_and_a_title_and_breaks_nothing()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var market = await FurnishedMarket.Make(fair);
        var faults = new List<string>();
        foreach (var (role, contact, password) in Roles(fair, market))
        {
            await using var visitor = await Visitor.At(fair, chromium);
            if (contact.Length > 0) await visitor.SignsIn(contact, password);
            foreach (var path in market.Paths(role))
            {
                await visitor.Page.SetViewportSizeAsync(390, 844);
                var status = await visitor.Goes(path);
                if (status != 200) faults.Add($"{path} answered {status} to the {role}");
                faults.AddRange(await Faults(visitor.Page, $"{path} at 390 for the {role}"));
                await visitor.Page.SetViewportSizeAsync(1280, 844);
                faults.AddRange(await Faults(visitor.Page, $"{path} at 1280 for the {role}"));
            }
            faults.AddRange(visitor.Complaints);
        }
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Has_only_links_that_lead_somewhere()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var market = await FurnishedMarket.Make(fair);
        var faults = new List<string>();
        foreach (var (role, contact, password) in Roles(fair, market))
        {
            using var http = fair.Http();
            await using var visitor = await Visitor.At(fair, chromium, scripts: false);
            if (contact.Length > 0) await visitor.SignsIn(contact, password);
            var cookies = (await visitor.Page.Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}");
            http.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", string.Join("; ", cookies));
            http.DefaultRequestHeaders.Add("Accept", "text/html");
            var links = new HashSet<string>();
            foreach (var path in market.Paths(role))
            {
                var html = await http.GetStringAsync(path);
                foreach (var link in Href().Matches(html).Select(m => System.Net.WebUtility.HtmlDecode(m.Groups[1].Value))) links.Add(link);
            }
            foreach (var link in links.Where(link => link.StartsWith('/')))
            {
                using var answer = await http.GetAsync(link, HttpCompletionOption.ResponseHeadersRead);
                if (!answer.IsSuccessStatusCode) faults.Add($"{link} answers {(int)answer.StatusCode} to the {role}");
            }
        }
        Assert.Empty(faults);
    }

    private static (string Role, string Contact, string Password)[] Roles(Fair fair, FurnishedMarket market) =>
    [
        ("visitor", "", ""), ("buyer", market.Buyer.Contact, Fair.Password), ("staff", market.Staff.Contact, Fair.Password), ("owner", market.Shop.Owner.Contact, Fair.Password),
        ("operator", fair.Operator.Contact, Fair.OperatorPassword),
    ];

    [System.Text.RegularExpressions.GeneratedRegex("<a [^>]*href=\"([^\"]+)\"")]
    private static partial System.Text.RegularExpressions.Regex Href();

    private static async Task<IEnumerable<string>> Faults(IPage page, string where)
    {
        var seen = JsonNode.Parse((await page.EvaluateAsync<System.Text.Json.JsonElement>(Measure)).GetRawText())!;
        return new[]
        {
            (int)seen["wide"]! > 0 ? $"{where}: {(int)seen["wide"]!} px wider than the screen" : "",
            (int)seen["headings"]! != 1 ? $"{where}: {(int)seen["headings"]!} headings of the first rank" : "",
            (int)seen["title"]! == 0 ? $"{where}: no title" : "",
            (string)seen["pictures"]! is { Length: > 0 } missing ? $"{where}: missing {missing}" : "",
        }.Where(fault => fault.Length > 0);
    }
}
