using System.CommandLine;
using System.Diagnostics;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Fairground.Server.Commands;

/// <summary><c>fairground backup FILE</c> and <c>fairground restore FILE</c>: a consistent copy while selling goes on, and back into an empty place.</summary>
internal static class BackupCommand
{
    public static Command CreateBackup()
    {
        var file = new Argument<FileInfo>("file") { Description = "Where the copy goes; must not exist yet." };
        var command = new Command("backup", "Write a consistent copy of the database; selling may go on meanwhile. Files in an S3 bucket are not in it, and it says so.") { file };
        command.SetAction((parsed, ct) => Backup(parsed.GetRequiredValue(file), ct));
        return command;
    }

    public static Command CreateRestore()
    {
        var file = new Argument<FileInfo>("file") { Description = "A copy written by 'fairground backup'." };
        var command = new Command("restore", "Bring a copy back into an empty place, then check it as 'doctor' does. Stop the server first.") { file };
        command.SetAction((parsed, ct) => Restore(parsed.GetRequiredValue(file), ct));
        return command;
    }

    private static async Task<int> Backup(FileInfo file, CancellationToken ct)
    {
        if (file.Exists) return Refuse($"{file.FullName} exists already; nothing was written.");
        var configuration = Settings();
        await using var database = Market.Open(configuration);
        if (database.Kind == DatabaseKind.Postgres)
            return await Tool("pg_dump", ["--format=custom", "--no-owner", "--file", file.FullName, Uri(configuration)], ct) ? await Done(file, database, configuration, ct) : 1;
        if (!File.Exists(database.File)) return Refuse($"There is no database at {database.File}.");
        await using var source = (SqliteConnection)await database.OpenAsync(ct);
        await using var command = source.CreateCommand();
        command.CommandText = "vacuum into @file";
        command.Parameters.AddWithValue("@file", file.FullName);
        await command.ExecuteNonQueryAsync(ct);
        return await Done(file, database, configuration, ct);
    }

    private static async Task<int> Restore(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists) return Refuse($"There is no file {file.FullName}.");
        var configuration = Settings();
        await using (var database = Market.Open(configuration))
        {
            if (database.Kind == DatabaseKind.Sqlite)
            {
                if (File.Exists(database.File)) return Refuse($"{database.File} exists already; move it away first. Nothing was changed.");
                await using (var probe = new FileStream(file.FullName, FileMode.Open, FileAccess.Read))
                {
                    var head = new byte[16];
                    if (await probe.ReadAtLeastAsync(head, 16, throwOnEndOfStream: false, ct) < 16 || !head.AsSpan(0, 15).SequenceEqual("SQLite format 3"u8))
                        return Refuse($"{file.FullName} is not a copy of a SQLite database.");
                }
                File.Copy(file.FullName, database.File!);
            }
            else if (!await Tool("pg_restore", ["--exit-on-error", "--no-owner", "--dbname", Uri(configuration), file.FullName], ct))
            {
                return 1;
            }
        }
        await using var app = WebHost.Build([]);
        await Market.Migrate(app.Services, ct);
        var findings = await DoctorCommand.Audit(app.Services, ct);
        foreach (var finding in findings.Where(f => !f.Holds)) Console.Error.WriteLine($"BROKEN {finding.Check}: {finding.Text}");
        if (findings.Any(f => !f.Holds)) return 1;
        Console.WriteLine($"Restored, and all {findings.Count} checks hold.");
        return 0;
    }

    private static async Task<int> Done(FileInfo file, Database database, IConfiguration configuration, CancellationToken ct)
    {
        file.Refresh();
        Console.WriteLine($"Wrote {file.FullName}, {FilesCommand.Size(file.Length)}.");
        if (await Elsewhere(database, ct) is not { Files: > 0 } elsewhere) return 0;
        // Said on the channel that a cron job mails: whoever thinks that everything is in the copy finds out too late.
        Console.Error.WriteLine($"{elsewhere.Files} files ({FilesCommand.Size(elsewhere.Bytes)}) lie in the S3 bucket '{configuration["FAIRGROUND_S3_BUCKET"]}' and are NOT in this copy.");
        Console.Error.WriteLine("Copy the bucket as well, after this copy, or keep versions there; objects never change, and one that is removed had no use for a week.");
        return 0;
    }

    private static async Task<StoreTotal?> Elsewhere(Database database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        try
        {
            command.CommandText = "select count(*), cast(coalesce(sum(length), 0) as bigint) from kernel_file where store <> 'database'";
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct) ? new StoreTotal("s3", reader.GetInt64(0), reader.GetInt64(1)) : null;
        }
        catch (System.Data.Common.DbException)
        {
            // A database from before there were stores has no such column.
            return null;
        }
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 2;
    }

    private static IConfiguration Settings() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    // libpq's own form, for the tools that come with PostgreSQL.
    private static string Uri(IConfiguration configuration)
    {
        var setting = configuration["FAIRGROUND_DATABASE"]!;
        if (setting.Contains("://", StringComparison.Ordinal)) return setting;
        var parts = new NpgsqlConnectionStringBuilder(setting);
        var password = parts.Password is { Length: > 0 } given ? $" password={given}" : "";
        return $"host={parts.Host} port={parts.Port} dbname={parts.Database} user={parts.Username}{password}";
    }

    private static async Task<bool> Tool(string name, string[] arguments, CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments) { UseShellExecute = false })!;
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"{name} is not installed here; it comes with PostgreSQL's client programs.");
            return false;
        }
    }
}
