using System.CommandLine;
using Fairground.Catalog;
using Fairground.Catalog.ImportFeed;
using Fairground.Server.Hosting;
using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary><c>fairground import FILE --shop ID</c>: brings a shop's feed into the catalogue, with a bar that shows how far it is.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "A product feed: " + string.Join(", ", CatalogImport.Formats) + "." };
        var shop = new Option<Guid>("--shop") { Description = "The shop's id.", Required = true };
        var format = new Option<string?>("--format") { Description = "The feed's format, where it is not recognised." };
        var encoding = new Option<string?>("--encoding") { Description = "The file's encoding, where it is not recognised." };
        var separator = new Option<string?>("--separator") { Description = "What parts the columns, where it is not recognised: comma, semicolon, tab or bar." };
        var full = new Option<bool?>("--full") { Description = "true: the feed is the whole range, other goods are taken off the shelf; false: it is not. Left out, the feed decides.", Arity = ArgumentArity.ZeroOrOne };
        var currency = new Option<string?>("--currency") { Description = "What prices are in that name no currency; it must be the shop's." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Compare only: say what would change, and change nothing." };
        var columns = new Option<string[]>("--column") { Description = "What a plain table's column is, FIELD=NAME: --column price=Retail --column name=Item. Kept for the shop's next table with these columns. sheet=NAME names a workbook's sheet.", AllowMultipleArgumentsPerToken = false };
        var pictures = new Option<DirectoryInfo?>("--pictures") { Description = "Where pictures that the feed names without an address are found by their file name; left out, the feed's own folder." };
        var command = new Command("import", "Import a product feed into a shop. Exit code 0: done, also where rows were rejected; 1: nothing was imported.") { file, shop, format, encoding, separator, full, currency, dryRun, columns, pictures };
        command.SetAction(async (parsed, ct) =>
        {
            var feed = parsed.GetRequiredValue(file);
            if (!feed.Exists)
            {
                await Console.Error.WriteLineAsync($"There is no file {feed.FullName}.");
                return 1;
            }
            await using var app = ToolHost.Build();
            await Market.MigrateByList(app.Services, ct);
            var import = app.Services.GetRequiredService<CatalogImport>();
            var whole = parsed.GetResult(full) is { } said ? said.Tokens.Count == 0 || (parsed.GetValue(full) ?? true) : (bool?)null;
            var options = new ImportOptions(parsed.GetValue(format), parsed.GetValue(encoding), parsed.GetValue(separator), whole, parsed.GetValue(currency), parsed.GetValue(dryRun), Columns(parsed.GetValue(columns)));
            var result = await Watched(progress => import.RunFromFile(parsed.GetRequiredValue(shop), feed.FullName, options, parsed.GetValue(pictures)?.FullName ?? feed.DirectoryName, progress, ct));
            if (result.Refused)
            {
                await Console.Error.WriteLineAsync($"{result.Refusal!.Sentence} ({result.Refusal.Code})");
                return 1;
            }
            Print(result.Value);
            return result.Value.State == "failed" ? 1 : 0;
        });
        return command;
    }

    private static Dictionary<string, string?>? Columns(string[]? given) =>
        given is not { Length: > 0 } ? null : given.Select(c => c.Split('=', 2)).DistinctBy(c => c[0]).ToDictionary(c => c[0].Trim(), c => c.Length > 1 ? c[1] : null);

    private static async Task<T> Watched<T>(Func<IProgress<ImportProgress>, Task<T>> run) =>
        await Terminal.Out.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async bar =>
        {
            var task = bar.AddTask("Importing", maxValue: 1);
            var answer = await run(new Progress<ImportProgress>(p =>
            {
                task.Value = p.Share;
                task.Description = $"{p.Read} goods";
            }));
            task.Value = 1;
            return answer;
        });

    private static void Print(ImportReport report)
    {
        if (report.ErrorText is { } error) Console.Error.WriteLine($"{error} ({report.ErrorCode})");
        Console.WriteLine($"{report.Format}, {report.Encoding}, {report.Rows} rows: {report.Read} goods read; {report.Created} created, {report.Updated} updated, {report.Unchanged} unchanged, {report.Rejected} rejected{(report.Deactivated > 0 ? $", {report.Deactivated} taken off the shelf" : "")}.");
        if (report.DryRun) Console.WriteLine($"Dry run: nothing was changed. {report.Differences} differences; import {report.ImportId}.");
        foreach (var note in report.Notes) Console.WriteLine($"  {note.Text} ({note.Code})");
        foreach (var problem in report.Problems.Take(20)) Console.WriteLine($"  line {problem.Line}, {problem.Field}: {problem.Text} ({problem.Code})");
        if (report.ProblemsTotal > 20) Console.WriteLine($"  and {report.ProblemsTotal - 20} more.");
    }
}
