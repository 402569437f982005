using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>What holds of every page, whoever looks at it, on a phone and on a desk.</summary>
public sealed partial class EveryPage(Chromium chromium)
{
    private const string Measure = "() => ({ wide: document.scrollingElement.scrollWidth - innerWidth, headings: document.querySelectorAll('h1').length, title: document.title.length, pictures: [...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').map(i => i.getAttribute('src')).join(' ') })";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Fact]
    public async Task Fits_the_screen_can_be_read_and_used_by_everybody_and_breaks_nothing()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var market = await FurnishedMarket.Make(fair);
        var (faults, looked, turn) = (new List<string>(), new HashSet<string>(), 0);
        foreach (var (role, person, password) in Roles(fair, market))
        {
            await using var visitor = await Visitor.At(fair, chromium);
            if (person is not null) await visitor.SignsIn(person.Contact, password);
            foreach (var path in market.Paths(role))
            {
                // One page light on the phone and dark on the desk, the next the other way round: what all pages share is seen in all four ways.
                var (phone, desk) = turn++ % 2 == 0 ? (ColorScheme.Light, ColorScheme.Dark) : (ColorScheme.Dark, ColorScheme.Light);
                await Looks(visitor.Page, 390, phone);
                var status = await visitor.Goes(path);
                if (status != 200) faults.Add($"{path} answered {status} to the {role}");
                await Axe.Comes(visitor.Page);
                foreach (var (width, scheme) in new[] { (390, phone), (1280, desk) })
                {
                    await Looks(visitor.Page, width, scheme);
                    var where = $"{path} at {width}, {scheme.ToString().ToLowerInvariant()}, for the {role}";
                    faults.AddRange(await Faults(visitor.Page, where));
                    // How a page looks at another width is much the same for everybody.
                    if (width == 390 || looked.Add(path)) faults.AddRange(await Axe.Faults(visitor.Page, where, looksAlone: width != 390));
                }
            }
            faults.AddRange(visitor.Complaints);
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    private static async Task Looks(IPage page, int width, ColorScheme scheme)
    {
        await page.SetViewportSizeAsync(width, 844);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
    }

    // On both engines: only where the database takes its time does a page render once before it has its data.
    [Theory, MemberData(nameof(Engines))]
    public async Task Has_only_links_that_lead_somewhere(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var market = await FurnishedMarket.Make(fair);
        var faults = new List<string>();
        foreach (var (role, person, _) in Roles(fair, market))
        {
            using var http = fair.Http();
            http.DefaultRequestHeaders.Add("Accept", "text/html");
            if (person is not null) http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", person.Token);
            var links = new HashSet<string>();
            foreach (var path in market.Paths(role))
            {
                using var page = await http.GetAsync(path);
                if (!page.IsSuccessStatusCode) faults.Add($"{path} answers {(int)page.StatusCode} to the {role}");
                links.UnionWith(Href().Matches(await page.Content.ReadAsStringAsync()).Select(m => System.Net.WebUtility.HtmlDecode(m.Groups[1].Value)));
            }
            foreach (var link in links.Where(link => link.StartsWith('/')))
            {
                using var answer = await http.GetAsync(link, HttpCompletionOption.ResponseHeadersRead);
                if (!answer.IsSuccessStatusCode) faults.Add($"{link} answers {(int)answer.StatusCode} to the {role}");
            }
        }
        Assert.Equal("", string.Join("\n", faults));
    }

    private static (string Role, Person? Person, string Password)[] Roles(Fair fair, FurnishedMarket market) =>
    [
        ("visitor", null, ""), ("buyer", market.Buyer, Fair.Password), ("staff", market.Staff, Fair.Password), ("owner", market.Shop.Owner, Fair.Password),
        ("operator", fair.Operator, Fair.OperatorPassword),
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
