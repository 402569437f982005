using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Cheats;
using Fairground.Scenarios.Browser;
using Fairground.Server.VerifyPage;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.VerifyPage;

/// <summary>The whole catalogue of cheats before the verify page and the verifier of the guide; the command line has its own test. Each refuses every cheat with its own sentence, as the files
/// <c>said-….json</c> have them. With FAIRGROUND_UPDATE_DOCS=1 they are written anew.</summary>
[Requirement("C-23")]
public sealed partial class CheatsOverOtherVerifiers(Chromium chromium)
{
    private static readonly (string Name, Func<HonestDraw> Draw)[] Honest =
    [
        ("honest-by-secret", () => new HonestDraw()), ("honest-by-drand", HonestDraw.ByDrand), ("honest-by-default-chain", HonestDraw.ByDefaultChain), ("honest-mixed", HonestDraw.Mixed),
        ("honest-by-nist", HonestDraw.ByNist), ("honest-failed-over", () => HonestDraw.FailedOver()), ("honest-failed-over-from-nist", HonestDraw.FailedOverFromNist),
    ];

    [Fact]
    public async Task The_page_refuses_every_cheat_with_its_sentence_and_no_honest_draw()
    {
        await using var context = await (await chromium.Launch()).NewContextAsync(new BrowserNewContextOptions { Offline = true });
        var page = await context.NewPageAsync();
        await page.RouteAsync("http://fair.example/verify", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", BodyBytes = VerifyPageFile.Bytes.ToArray() }));
        await page.GotoAsync("http://fair.example/verify");
        page.SetDefaultTimeout(120_000);

        var said = JsonSerializer.Deserialize<Dictionary<string, Said>>(await page.EvaluateAsync<string>(InPage, Cases().ToJsonString()), JsonSerializerOptions.Web)!;

        Assert.Empty(Honest.Where(honest => said[honest.Name].Verdict is not ("passed" or "doubts")).Select(honest => $"{honest.Name}: {said[honest.Name]}"));
        Assert.Empty(CheatCatalogue.All.Where(cheat => said[cheat.Name].Verdict != (cheat.IsDoubt ? "doubts" : "failed")).Select(cheat => $"{cheat.Name}: {said[cheat.Name]}"));
        MustMatch("page", CheatCatalogue.All.ToDictionary(cheat => cheat.Name, cheat => said[cheat.Name].Sentence));
    }

    [Theory]
    [InlineData("winner-swapped", "winners")]
    [InlineData("signature-outside-the-subgroup", "entropy")]
    [InlineData("closed-before-under-another-key", "log")]
    [InlineData("key-twice-in-disguise", "bundle")]
    public async Task Saved_to_disk_the_page_refuses_files_that_are_dropped_on_it(string name, string step)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-cheat-");
        try
        {
            await using var context = await (await chromium.Launch()).NewContextAsync(new BrowserNewContextOptions { Offline = true });
            var page = await context.NewPageAsync();
            var saved = Path.Combine(folder.FullName, "verify.html");
            await File.WriteAllBytesAsync(saved, VerifyPageFile.Bytes.ToArray());
            await page.GotoAsync(new Uri(saved).AbsoluteUri);
            var files = CheatCatalogue.All.Single(cheat => cheat.Name == name).Make().ByName();

            await page.Locator("#pick").SetInputFilesAsync(files.Select(f => new FilePayload { Name = f.Key, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(f.Value) }));
            await Assertions.Expect(page.Locator("#files li")).ToHaveCountAsync(files.Count);
            await page.Locator("#run").ClickAsync();

            await Assertions.Expect(page.Locator("#verdict-title")).ToHaveTextAsync("Not verified", new LocatorAssertionsToHaveTextOptions { Timeout = 30_000 });
            await Assertions.Expect(page.Locator($"#list li.failed[data-step='{step}']")).ToHaveCountAsync(1);
            Assert.False(await page.Locator("#drawn").IsVisibleAsync());
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public async Task The_verifier_of_the_guide_refuses_every_cheat_with_its_sentence_and_no_honest_draw()
    {
        if (Python() is not { } python)
        {
            Assert.Skip("There is no python3 on the path.");
            return;
        }
        var start = new ProcessStartInfo(python, ["-c", InPython, Path.Combine(Root(), "docs", "guides")]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false) };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["PYTHONUTF8"] = "1";
        using var run = Process.Start(start)!;
        var (told, complained) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.StandardInput.WriteAsync(Cases().ToJsonString());
        run.StandardInput.Close();
        await run.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("", await complained);

        var said = JsonSerializer.Deserialize<Dictionary<string, Said>>(await told, JsonSerializerOptions.Web)!;

        Assert.Empty(Honest.Where(honest => said[honest.Name].Verdict != "passed").Select(honest => $"{honest.Name}: {said[honest.Name]}"));
        Assert.Empty(CheatCatalogue.All.Where(cheat => said[cheat.Name].Verdict != (cheat.IsDoubt ? "doubts" : "failed")).Select(cheat => $"{cheat.Name}: {said[cheat.Name]}"));
        MustMatch("python", CheatCatalogue.All.ToDictionary(cheat => cheat.Name, cheat => said[cheat.Name].Sentence));
    }

    private const string InPage = """
        async cases => {
          const bytes = text => new TextEncoder().encode(text);
          const said = {};
          for (const [name, f] of Object.entries(JSON.parse(cases))) {
            const one = file => (f[file] === undefined ? [] : [f[file]]);
            const report = await Fairground.verifyDraw({
              bundle: bytes(f["proof.json"]), entries: [bytes(f["entries.jsonl"])], keys: bytes(f["jwks.json"]), receipts: one("receipt.jws"), logs: one("closings.log").map(bytes),
              heads: one("heads.txt").flatMap(text => text.split("\n").filter(line => line)), beacons: one("beacon.json").map(bytes), outcomes: f["outcomes.json"] ? bytes(f["outcomes.json"]) : null,
            });
            const against = report.steps.filter(step => step.outcome === (report.verdict === "failed" ? "failed" : "doubt"));
            said[name] = { verdict: report.verdict, sentence: against.map(step => `${step.id}: ${step.sentence}`).join(" | ") };
          }
          return JSON.stringify(said);
        }
        """;

    private const string InPython = """
        import json, sys
        sys.path.insert(0, sys.argv[1])
        import verify
        names = {"proof.json": "proof", "entries.jsonl": "entries", "jwks.json": "keys", "closings.log": "log", "heads.txt": "head", "receipt.jws": "receipt", "beacon.json": "beacon", "outcomes.json": "outcomes"}
        said = {}
        for name, files in json.load(sys.stdin).items():
            try:
                found = verify.verify({names[file]: text for file, text in files.items()})
                said[name] = {"verdict": "doubts" if found.doubts else "passed", "sentence": " | ".join(found.doubts)}
            except verify.Wrong as why:
                said[name] = {"verdict": "failed", "sentence": str(why)}
        print(json.dumps(said))
        """;

    private sealed record Said(string Verdict, string Sentence);

    private static JsonObject Cases()
    {
        var cases = new JsonObject();
        foreach (var cheat in CheatCatalogue.All) cases[cheat.Name] = Files(cheat.Make());
        foreach (var (name, make) in Honest)
        {
            using var draw = make();
            cases[name] = Files(draw.Files());
        }
        return cases;
    }

    private static JsonObject Files(DrawFiles files) => new(files.ByName().Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value)));

    /// <summary>Holds what a verifier said against the file; long hexadecimal numbers, which depend on keys made by chance, are left out.</summary>
    private static void MustMatch(string verifier, Dictionary<string, string> said)
    {
        var path = Path.Combine(Root(), "tests", "Fairground.Scenarios", "VerifyPage", $"said-{verifier}.json");
        var text = JsonSerializer.Serialize(said.ToDictionary(s => s.Key, s => LongHex().Replace(s.Value, "…")), Readable).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("FAIRGROUND_UPDATE_DOCS") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("[0-9a-f]{16,}")]
    private static partial Regex LongHex();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fairground.slnx"))) folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        return folder.FullName;
    }

    private static string? Python() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
}
