using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Browser;
using Fairground.Scenarios.Vocabulary;
using Fairground.Server.VerifyPage;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.VerifyPage;

/// <summary>A stranger checks a draw on the page: fetched from the server, and from a file on disk without any network.</summary>
[Requirement("C-23")]
public sealed class CheckingInABrowser(Chromium chromium) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fairground-verify-");

    public void Dispose() => folder.Delete(true);

    [Fact]
    public async Task A_draw_of_this_server_is_verified_with_the_caution_that_commit_reveal_deserves()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (lot, _) = await Drawn(fair);
        await using var visitor = await Visitor.At(fair, chromium);

        Assert.Equal(200, await visitor.Goes($"/verify?lot={lot.Id}"));

        await VerdictIs(visitor.Page, "Verified, with cautions");
        Assert.Equal([CommitReveal.Promise], await visitor.Page.Locator("#cautions li").AllInnerTextsAsync());
        var bundle = JsonNode.Parse(await lot.Text("proof"))!;
        await visitor.Sees((string)bundle["winners"]![0]!["number"]!);
        await visitor.Sees((string)JsonNode.Parse(await lot.Text("entries/1/inclusion"))!["root"]!);
        // Each step is a line of its own, and all that the server publishes was looked at.
        var steps = await visitor.Page.Locator("#list li").EvaluateAllAsync<string[]>("lines => lines.map(line => `${line.dataset.step} ${line.className}`)");
        Assert.Equal(
            [
                "terms passed", "keys passed", "closing.signature passed", "closing.terms passed", "entries passed", "entries.limits passed", "closing.size passed", "closing.root passed",
                "entropy passed", "entropy.promise doubt", "seed passed", "winners passed", "reserves passed", "log passed",
            ],
            steps.Where(step => !step.StartsWith("outcomes", StringComparison.Ordinal) && !step.StartsWith("log.heads", StringComparison.Ordinal)));
        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - innerWidth"));
        Assert.Empty(Complaints(visitor));
    }

    [Fact]
    public async Task Saved_to_disk_the_page_verifies_and_refuses_without_a_network()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (lot, receipt) = await Drawn(fair);
        var saved = await Save(fair);
        using (var http = fair.Http()) Assert.Equal($"{Digest(saved)}  fairground-verify.html\n", await http.GetStringAsync("verify.sha256"));
        Assert.Equal(VerifyPageFile.Sha256, Digest(saved));
        var (bundle, entries, inclusion) = (await lot.Text("proof"), await lot.Text("entries"), await lot.Text("entries/2/inclusion"));
        await using var alone = await (await chromium.Launch()).NewContextAsync(new BrowserNewContextOptions { Offline = true, ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        var page = await alone.NewPageAsync();
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(new Uri(request.Url).Scheme);
        await page.GotoAsync(new Uri(saved).AbsoluteUri);

        await Check(page, ("proof.json", bundle), ("entries.txt", entries), ("receipt.json", receipt), ("inclusion.json", inclusion));
        await VerdictIs(page, "Verified, with cautions");
        await StepSays(page, "receipt", "passed", "The published entries agree with the receipt");
        await StepSays(page, "inclusion", "passed", "Entry 2");
        await StepSays(page, "keys", "doubt", "compare them with the keys that the server has published");

        var lines = entries.TrimEnd('\n').Split('\n');
        await Check(page, ("proof.json", bundle), ("entries.txt", string.Join('\n', lines.Skip(1))));
        await VerdictIs(page, "Not verified");
        await StepSays(page, "entries", "failed", "Entry 1 is missing from the list.");
        Assert.Contains("Entry 1 is missing from the list.", await page.Locator("#verdict").InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await page.Locator("#drawn").IsVisibleAsync());

        await Check(page, ("proof.json", bundle));
        await VerdictIs(page, "Not verified");
        await StepSays(page, "entries", "failed", "The list of entries was not given");
        Assert.DoesNotContain(asked, scheme => scheme is not ("file" or "blob" or "data"));
    }

    [Fact]
    public async Task Where_the_browser_gives_no_worker_the_page_computes_by_itself()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (lot, _) = await Drawn(fair);
        await using var visitor = await Visitor.At(fair, chromium);
        await visitor.Page.AddInitScriptAsync("window.Worker = class { constructor() { throw new Error('not here'); } };");

        await visitor.Goes($"/verify?lot={lot.Id}");

        await VerdictIs(visitor.Page, "Verified, with cautions");
        Assert.Empty(Complaints(visitor));
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(50, 4, 10)]
    [InlineData(1_000, 999, 20)]
    // One holder has all but the last entry, so the second place is found by walking.
    [InlineData(400_000, 2, 2)]
    public async Task The_page_and_the_library_choose_the_same_places(int size, int holders, int places)
    {
        await using var context = await (await chromium.Launch()).NewContextAsync();
        var page = await Opened(context);
        var seed = SHA256.HashData(BitConverter.GetBytes(size));
        int HolderOf(int seq) => holders == 2 ? (seq == size ? 1 : 0) : seq * 7 % holders;

        var chosen = await page.EvaluateAsync<int[]>(
            "([seed, size, holders, places]) => Fairground.choosePlaces(Fairground.bytes.fromHex(seed), size, seq => holders === 2 ? (seq === size ? 1 : 0) : (seq * 7) % holders, places)",
            new object[] { Convert.ToHexStringLower(seed), size, holders, places });

        Assert.Equal(WinnerSelection.Places(seed, size, seq => HolderOf(seq).ToString(System.Globalization.CultureInfo.InvariantCulture), places), chosen);
    }

    [Fact]
    public async Task Every_forgery_is_refused_at_its_step_with_its_sentence_and_every_honest_draw_is_not()
    {
        await using var context = await (await chromium.Launch()).NewContextAsync(new BrowserNewContextOptions { Offline = true });
        // The engine speaks English; the page finds its sentences again in the reader's language.
        var page = await Opened(context, "?language=ru");
        page.SetDefaultTimeout(120_000);

        var found = JsonSerializer.Deserialize<List<Case>>(await page.EvaluateAsync<string>($"async () => {{\n{Scripts.Draws}\n{Scripts.Forgeries}\nconst facts = {Scripts.Facts};\n{RunAll}\n}}"), JsonSerializerOptions.Web)!;

        Assert.True(found.Count(c => c.Verdict == "failed") >= 150, $"There are only {found.Count} cases.");
        Assert.Equal("", string.Join('\n', found.SelectMany(c => c.Unsaid).Distinct().Order()));
        Assert.Empty(found.Where(c => !c.AsItShould).Select(c => $"{c.Name}: wanted {c.Verdict} {c.Step} \"{c.Says}\", got {c.Got}"));
    }

    [Fact]
    public async Task The_saved_page_speaks_the_readers_language_and_offers_the_others()
    {
        await using var context = await (await chromium.Launch()).NewContextAsync(new BrowserNewContextOptions { Offline = true, Locale = "kk-KZ" });
        var page = await Opened(context);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Ұтысты өзіңіз тексеріңіз");
        await page.GetByRole(AriaRole.Link, new() { Name = "Русский" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Проверьте розыгрыш сами");
        Assert.Equal("ru", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.DoesNotMatch("[A-Za-z]{3,} [A-Za-z]{3,}", (await page.Locator("main, header").AllInnerTextsAsync()).Aggregate("", string.Concat).Replace("Paul Miller", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_server_says_in_the_address_which_language_its_reader_chose()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        using var direct = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(direct) { BaseAddress = fair.Address };
        using var asked = new HttpRequestMessage(HttpMethod.Get, "verify?lot=1");
        asked.Headers.AcceptLanguage.ParseAdd("ko-KR");

        using var answer = await http.SendAsync(asked);

        Assert.Equal((302, "/verify?lot=1&language=ko"), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(VerifyPageFile.Bytes.ToArray(), await http.GetByteArrayAsync("verify?language=ko"));
    }

    private const string RunAll = """
        const bytes = text => new TextEncoder().encode(text);
        const results = [];
        for (const one of await drawCases(facts)) {
          const f = one.files;
          const report = await Fairground.verifyDraw({
            bundle: bytes(f.bundle), entries: [f.entriesBytes ? Uint8Array.from(f.entriesBytes) : bytes(f.entries)], keys: f.keys ? bytes(f.keys) : null, lot: f.lot, receipts: f.receipts, heads: f.heads,
            inclusions: f.inclusions?.map(bytes), logs: f.logs?.map(bytes), beacons: f.beacons?.map(bytes), outcomes: f.outcomes ? bytes(f.outcomes) : null,
          });
          const outcome = { failed: "failed", doubts: "doubt" }[one.verdict];
          const step = !one.step || report.steps.some(s => s.id === one.step && s.outcome === outcome && s.sentence.includes(one.says));
          results.push({ name: one.name, verdict: one.verdict, step: one.step, says: one.says, asItShould: report.verdict === one.verdict && step, unsaid: [...report.steps, report].map(s => s.sentence).filter(s => saySentence(s) === s), got: JSON.stringify([report.verdict, ...report.steps.filter(s => s.outcome !== "passed")]) });
        }
        return JSON.stringify(results);
        """;

    private sealed record Case(string Name, string Verdict, string? Step, string? Says, bool AsItShould, string[] Unsaid, string Got);

    private static async Task<(Lot Lot, string Receipt)> Drawn(Fair fair)
    {
        var lot = await (await fair.Shop()).Opens(price: 6_000);
        var (first, second) = (await fair.Buyer("first"), await fair.Buyer("second"));
        await first.Buys(2, lot);
        string receipt;
        using (var bought = await second.Send($"lots/{lot.Id}/purchases", new { quantity = 4 })) receipt = await bought.Content.ReadAsStringAsync();
        await Call.Until(async () => (await first.Wins()).Count + (await second.Wins()).Count, wins => wins > 0);
        return (lot, receipt);
    }

    private async Task<IPage> Opened(IBrowserContext context, string query = "")
    {
        var file = Path.Combine(folder.FullName, "verify.html");
        await File.WriteAllBytesAsync(file, VerifyPageFile.Bytes.ToArray());
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(file).AbsoluteUri + query);
        return page;
    }

    private async Task<string> Save(Fair fair)
    {
        await using var visitor = await Visitor.At(fair, chromium);
        await visitor.Goes("/verify");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.GetByText("Save this page").ClickAsync());
        Assert.Equal("fairground-verify.html", download.SuggestedFilename);
        var path = Path.Combine(folder.FullName, download.SuggestedFilename);
        await download.SaveAsAsync(path);
        return path;
    }

    private static async Task Check(IPage page, params (string Name, string Text)[] files)
    {
        if (await page.Locator("#clear").IsVisibleAsync()) await page.Locator("#clear").ClickAsync();
        await page.Locator("#pick").SetInputFilesAsync(files.Select(f => new FilePayload { Name = f.Name, MimeType = "application/octet-stream", Buffer = System.Text.Encoding.UTF8.GetBytes(f.Text) }));
        await Assertions.Expect(page.Locator("#files li")).ToHaveCountAsync(files.Length);
        await page.Locator("#run").ClickAsync();
    }

    private static Task VerdictIs(IPage page, string title) =>
        Assertions.Expect(page.Locator("#verdict-title")).ToHaveTextAsync(title, new LocatorAssertionsToHaveTextOptions { Timeout = 30_000 });

    private static async Task StepSays(IPage page, string step, string outcome, string words) =>
        await Assertions.Expect(page.Locator($"#list li.{outcome}[data-step='{step}']")).ToContainTextAsync(words);

    // The page asks for papers that a server may not have; the browser notes each as not found.
    private static IEnumerable<string> Complaints(Visitor visitor) => visitor.Complaints.Where(c => !c.Contains("404", StringComparison.Ordinal));

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
