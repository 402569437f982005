using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Verification;
using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary><c>fairground verify BUNDLE</c>: recomputes a draw from its published bundle and says each step in plain words.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<FileInfo> Bundle = new("bundle") { Description = "The bundle of a draw, as served at /api/v1/lots/ID/proof." };
    private static readonly Option<FileInfo?> EntriesFile = new("--entries") { Description = "The list of entries, one leaf a line. Left out: the file beside the bundle that the bundle's 'entries' names, or its address." };
    private static readonly Option<FileInfo?> ReceiptFile = new("--receipt") { Description = "Your receipt, as downloaded or the JWS alone, to check that your entries took part." };
    private static readonly Option<FileInfo?> LogFile = new("--log") { Description = "A copy of the closing log, to check that the closing stands in it and was public in time." };
    private static readonly Option<FileInfo?> HeadFile = new("--head") { Description = "Signed heads of the closing log, one a line, to hold against the log and each other." };
    private static readonly Option<FileInfo?> BeaconFile = new("--beacon") { Description = "A round or pulse that you kept, as a relay serves it." };
    private static readonly Option<FileInfo?> OutcomesFile = new("--outcomes") { Description = "The table of outcomes, to check that it is the one that the terms fix." };
    private static readonly Option<FileInfo?> KeysFile = new("--keys") { Description = "The server's keys (/.well-known/jwks.json), best fetched before the draw. Left out: the bundle's own." };
    private static readonly Option<string[]> KnownChains = new("--chain") { Description = "The hash of a drand chain, beside the public ones, whose operator you know." };

    public static Command Create()
    {
        var command = new Command("verify", "Check a draw's bundle, offline. Exit code 0: everything recomputes; 1: something does not, or is in doubt; 2: the files could not be read.")
        {
            Bundle, EntriesFile, ReceiptFile, LogFile, HeadFile, BeaconFile, OutcomesFile, KeysFile, KnownChains,
        };
        command.SetAction((parsed, ct) => Run(parsed, Terminal.Out, Console.Error, ct));
        return command;
    }

    /// <summary>Checks and prints; the exit code.</summary>
    internal static async Task<int> Run(ParseResult parsed, IAnsiConsole console, TextWriter complaints, CancellationToken ct)
    {
        async Task<string?> Text(Option<FileInfo?> option) => parsed.GetValue(option) is { } file ? await ExactText.Read(file.FullName, ct) : null;
        IEnumerable<string>? Lines(Option<FileInfo?> option) => parsed.GetValue(option) is { } file ? ExactText.Lines(file.FullName) : null;
        try
        {
            var bundle = parsed.GetRequiredValue(Bundle);
            var text = await ExactText.Read(bundle.FullName, ct);
            var report = DrawVerifier.Verify(text, Lines(EntriesFile) ?? await Entries(bundle, text, ct), new Evidence
            {
                Receipt = await Text(ReceiptFile) is { } receipt ? Receipt(receipt) : null,
                Log = Lines(LogFile),
                Heads = Lines(HeadFile),
                Beacon = await Text(BeaconFile),
                Outcomes = await Text(OutcomesFile),
                TrustedKeys = await Text(KeysFile),
                KnownChains = parsed.GetValue(KnownChains) ?? [],
            });
            Print(report, console);
            return report.Holds ? 0 : 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or HttpRequestException or FormatException or System.Text.DecoderFallbackException)
        {
            await complaints.WriteLineAsync(error.Message);
            return 2;
        }
    }

    // A downloaded receipt is the whole answer to the purchase; the JWS stands in it.
    private static string Receipt(string text)
    {
        if (!text.TrimStart().StartsWith('{')) return text.Trim();
        try
        {
            return JsonNode.Parse(text)?["receipt"]?.GetValue<string>() ?? throw new FormatException("The receipt's file has no member \"receipt\".");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException("The receipt's file is not the JSON of a purchase.", error);
        }
    }

    private static async Task<IEnumerable<string>> Entries(FileInfo bundle, string text, CancellationToken ct)
    {
        string? named;
        try
        {
            named = JsonNode.Parse(text)?["entries"]?.GetValue<string>();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The verifier says in its own words what is wrong with the bundle.
            return [];
        }
        if (named is null) throw new FormatException("The bundle does not say where its entries are; name the list with --entries FILE.");
        if (Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
            return (await client.GetStringAsync(address, ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        var beside = Path.Combine(bundle.DirectoryName!, Path.GetFileName(named));
        return File.Exists(beside) ? ExactText.Lines(beside) : throw new FileNotFoundException($"The entries are not at {beside}; name the list with --entries FILE.");
    }

    private static void Print(VerificationReport report, IAnsiConsole console)
    {
        foreach (var step in report.Found)
        {
            var mark = step.Outcome switch
            {
                StepOutcome.Passed => "[green]holds [/]",
                StepOutcome.Failed => "[red]FAILS [/]",
                StepOutcome.Doubt => "[red]DOUBT [/]",
                _ => "[yellow]note  [/]",
            };
            console.MarkupLine($"{mark} {Markup.Escape(step.Sentence)}");
        }
        console.MarkupLine($"[{(report.Holds ? "green" : "red")}]{Markup.Escape(report.Sentence)}[/]");
    }
}
