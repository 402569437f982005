using System.CommandLine;
using Fairground.Kernel.Files;
using Fairground.Server.Hosting;
using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary><c>fairground files move --to STORE</c> and <c>fairground files check</c>: what lies where, whether it is whole, and how it gets elsewhere while the server serves.</summary>
internal static class FilesCommand
{
    private const int Shown = 20;

    public static Command Create()
    {
        var command = new Command("files", "Look after pictures, documents and feeds, wherever they are kept.");
        command.Subcommands.Add(CreateMove());
        command.Subcommands.Add(CreateCheck());
        return command;
    }

    private static Command CreateMove()
    {
        var to = new Option<string>("--to") { Description = "Where all files go: s3 or database.", Required = true };
        to.AcceptOnlyFromAmong("s3", "database");
        var command = new Command("move", "Move all files into the other store; the server may serve meanwhile, and a move that was ended goes on when called again.\nEach file is read back and compared before its old copy is removed. Exit code 0: all moved; 1: some stayed where they were.") { to };
        command.SetAction(async (parsed, ct) =>
        {
            await using var app = WebHost.Build([]);
            await Market.Migrate(app.Services, ct);
            var target = parsed.GetRequiredValue(to);
            var moved = await Watched($"Moving to {target}", progress => app.Services.GetRequiredService<FileMover>().Move(target, progress, ct));
            if (moved.Refused)
            {
                await Console.Error.WriteLineAsync($"{moved.Refusal!.Sentence} ({moved.Refusal.Code})");
                return 1;
            }
            Console.WriteLine($"{moved.Value.Moved} files ({Size(moved.Value.Bytes)}) moved to '{target}', each read back and compared.");
            Print(moved.Value.Faults, "stayed where they were");
            Print(await app.Services.GetRequiredService<FileMover>().Totals(ct));
            if (app.Configuration["FAIRGROUND_FILES"] is var now && (now is { Length: > 0 } ? now : "database") != target) Console.WriteLine($"New files still go elsewhere: set FAIRGROUND_FILES={target} for the server, then move once more.");
            return moved.Value.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var command = new Command("check", "Read every file and compare it with its SHA-256. Exit code 0: all are whole; 1: at least one is not.");
        command.SetAction(async (_, ct) =>
        {
            await using var app = WebHost.Build([]);
            await Market.Migrate(app.Services, ct);
            var report = await Watched("Reading", progress => app.Services.GetRequiredService<FileMover>().Check(progress, ct));
            Print(report.Stores);
            Print(report.Faults, "are not whole");
            if (report.Faults.Count == 0) Console.WriteLine("Every file is there and is what it was when it was kept.");
            return report.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }

    /// <summary>Bytes in the unit that a person would say.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} bytes",
        < 1024 * 1024 => $"{bytes / 1024.0:0.0} KiB",
        < 1024L * 1024 * 1024 => $"{bytes / 1024.0 / 1024.0:0.0} MiB",
        _ => $"{bytes / 1024.0 / 1024.0 / 1024.0:0.00} GiB",
    };

    private static void Print(IReadOnlyList<StoreTotal> stores)
    {
        if (stores.Count == 0) Console.WriteLine("There are no files.");
        foreach (var store in stores) Console.WriteLine($"  {store.Store}: {store.Files} files, {Size(store.Bytes)}");
    }

    private static void Print(IReadOnlyList<FileFault> faults, string what)
    {
        if (faults.Count == 0) return;
        Console.Error.WriteLine($"{faults.Count} files {what}:");
        foreach (var fault in faults.Take(Shown)) Console.Error.WriteLine($"  {fault.FileId} in '{fault.Store}': {fault.Text}");
        if (faults.Count > Shown) Console.Error.WriteLine($"  and {faults.Count - Shown} more.");
    }

    private static async Task<T> Watched<T>(string what, Func<IProgress<FileProgress>, Task<T>> run) =>
        await Terminal.Out.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async bar =>
        {
            var task = bar.AddTask(what, maxValue: 1);
            var answer = await run(new Progress<FileProgress>(p =>
            {
                task.Value = p.Bytes == 0 ? 0 : (double)p.BytesDone / p.Bytes;
                task.Description = $"{what}: {p.Done} of {p.Files} files";
            }));
            task.Value = 1;
            return answer;
        });
}
