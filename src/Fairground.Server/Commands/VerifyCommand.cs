using System.CommandLine;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary><c>fairground verify BUNDLE</c>: recomputes a draw from its published bundle and says each step in plain words.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var bundle = new Argument<FileInfo>("bundle") { Description = "The bundle of a draw, as served at /api/v1/lots/ID/proof." };
        var entries = new Option<FileInfo?>("--entries") { Description = "The list of entries, one leaf a line. Left out: the bundle's own 'entries', a file beside the bundle or an address." };
        var receipt = new Option<FileInfo?>("--receipt") { Description = "Your receipt, as downloaded or the JWS alone, to check that your entries took part." };
        var log = new Option<FileInfo?>("--log") { Description = "A copy of the closing log, to check that the closing stands in it." };
        var command = new Command("verify", "Check a draw's bundle. Exit code 0: everything recomputes; 1: something does not; 2: the files could not be read.") { bundle, entries, receipt, log };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                var file = parsed.GetRequiredValue(bundle);
                var text = await File.ReadAllTextAsync(file.FullName, ct);
                var lines = await Entries(file, text, parsed.GetValue(entries), ct);
                var report = Verifier.Verify(text, lines, new VerifierOptions
                {
                    ReceiptJws = parsed.GetValue(receipt) is { } r ? Receipt(await File.ReadAllTextAsync(r.FullName, ct)) : null,
                    LogLines = parsed.GetValue(log) is { } l ? await File.ReadAllLinesAsync(l.FullName, ct) : null,
                });
                Print(report);
                return report.Verdict == Verdict.Failed ? 1 : 0;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or HttpRequestException or FormatException)
            {
                await Console.Error.WriteLineAsync(error.Message);
                return 2;
            }
        });
        return command;
    }

    // A downloaded receipt is the whole answer to the purchase; the JWS stands in it.
    private static string Receipt(string text)
    {
        if (!text.TrimStart().StartsWith('{')) return text.Trim();
        try
        {
            return JsonNode.Parse(text)?["receipt"]?.GetValue<string>() ?? throw new FormatException("The receipt's file has no member \"receipt\".");
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new FormatException("The receipt's file is not the JSON of a purchase.", error);
        }
    }

    private static async Task<IReadOnlyList<string>> Entries(FileInfo bundle, string text, FileInfo? given, CancellationToken ct)
    {
        if (given is not null) return await File.ReadAllLinesAsync(given.FullName, ct);
        string? named;
        try
        {
            named = JsonNode.Parse(text)?["entries"]?.GetValue<string>();
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException)
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
        return File.Exists(beside) ? await File.ReadAllLinesAsync(beside, ct) : throw new FileNotFoundException($"The entries are not at {beside}; name the list with --entries FILE.");
    }

    private static void Print(VerificationReport report)
    {
        foreach (var step in report.Steps)
        {
            var mark = step.Outcome switch
            {
                StepOutcome.Passed => "[green]holds [/]",
                StepOutcome.Failed => "[red]FAILS [/]",
                _ => "[yellow]note  [/]",
            };
            Terminal.Out.MarkupLine($"{mark} {Markup.Escape(step.Sentence)}");
        }
        Terminal.Out.MarkupLine(report.Verdict == Verdict.Failed ? $"[red]{Markup.Escape(report.Sentence)}[/]" : $"[green]{Markup.Escape(report.Sentence)}[/]");
    }
}
