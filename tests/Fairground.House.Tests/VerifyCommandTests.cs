using System.CommandLine;
using System.Globalization;
using System.Text;
using Fairground.Cheats;
using Fairground.Server.Commands;
using Spectre.Console;
using Xunit;

namespace Fairground.House.Tests;

/// <summary><c>fairground verify</c>: what it prints and with which code it ends, over the whole catalogue of cheats.</summary>
public sealed class VerifyCommandTests
{
    private static async Task<(int Code, string Printed)> Verify(DrawFiles files, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-verify-").FullName;
        try
        {
            foreach (var (name, text) in files.ByName()) await File.WriteAllTextAsync(Path.Combine(folder, name), text);
            string[] Option(string option, string name) => File.Exists(Path.Combine(folder, name)) ? [option, Path.Combine(folder, name)] : [];
            string[] args =
            [
                Path.Combine(folder, "proof.json"), .. Option("--keys", "jwks.json"), .. Option("--log", "closings.log"), .. Option("--head", "heads.txt"), .. Option("--receipt", "receipt.jws"),
                .. Option("--beacon", "beacon.json"), .. Option("--outcomes", "outcomes.json"), .. more,
            ];
            using var printed = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(printed) });
            console.Profile.Width = 10_000;
            return (await VerifyCommand.Run(VerifyCommand.Create().Parse(args), console, printed, TestContext.Current.CancellationToken), printed.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_cheat_ends_with_code_1_and_its_sentence_is_printed()
    {
        foreach (var cheat in CheatCatalogue.All)
        {
            var (code, printed) = await Verify(cheat.Make());
            var line = printed.Split('\n').FirstOrDefault(line => line.StartsWith(cheat.IsDoubt ? "DOUBT" : "FAILS", StringComparison.Ordinal) && line.Contains(cheat.Sentence, StringComparison.Ordinal));
            Assert.True(code == 1 && line is not null, $"{cheat.Name}: code {code}\n{printed}");
        }
    }

    [Theory, InlineData("\uFEFF", "\n"), InlineData("", "\r\n"), InlineData("", "\n\n")]
    public async Task A_list_saved_with_other_bytes_is_another_list(string before, string end)
    {
        var ct = TestContext.Current.CancellationToken;
        using var draw = new HonestDraw();
        var folder = Directory.CreateTempSubdirectory("fairground-verify-").FullName;
        try
        {
            foreach (var (name, text) in draw.Files().ByName()) await File.WriteAllTextAsync(Path.Combine(folder, name), text, ct);
            var list = Path.Combine(folder, "entries.jsonl");
            await File.WriteAllTextAsync(list, before + (await File.ReadAllTextAsync(list, ct)).Replace("\n", end, StringComparison.Ordinal), new UTF8Encoding(false), ct);
            using var printed = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(printed) });
            Assert.Equal(1, await VerifyCommand.Run(VerifyCommand.Create().Parse([Path.Combine(folder, "proof.json"), "--entries", list]), console, printed, ct));
            Assert.Contains("FAILS", printed.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Honest_draws_end_with_code_0()
    {
        Func<HonestDraw>[] honest = [() => new HonestDraw(), HonestDraw.ByDrand, HonestDraw.ByDefaultChain, HonestDraw.Mixed, HonestDraw.ByNist, () => HonestDraw.FailedOver()];
        foreach (var make in honest)
        {
            using var draw = make();
            var (code, printed) = await Verify(draw.Files());
            Assert.True(code == 0, printed);
            Assert.DoesNotContain("FAILS", printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_code_2()
    {
        using var draw = new HonestDraw();
        var (code, printed) = await Verify(draw.Files(), "--entries", "/nowhere/entries.jsonl");
        Assert.Equal(2, code);
        Assert.Contains("/nowhere/entries.jsonl", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_guide_lists_every_cheat_with_what_is_said_of_it()
    {
        var page = new StringBuilder("""
            # Cheats

            What an operator could try, and what `fairground verify` says of it. Each is a test: a draw is forged by code, and the sentence and the exit code are checked. The same draws go before the
            verify page and `verify.py`, which must refuse each too. Made by the tests; do not edit. To try another verifier on them, write them into a folder, one folder a cheat with the files and what is expected:
            `FAIRGROUND_CHEATS=FOLDER dotnet run --project tests/Fairground.Fairness.Tests -- -method '*written_into_a_folder*'`.

            | Cheat | What the operator does | Step | What is said |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var cheat in CheatCatalogue.All) page.Append(CultureInfo.InvariantCulture, $"| `{cheat.Name}` | {cheat.Title} | {cheat.Step} | {(cheat.IsDoubt ? "Doubt: " : "")}…{cheat.Sentence}… |\n");
        Repository.MustMatchCommitted("docs/guides/cheats.md", page.ToString());
    }
}
