using System.Diagnostics;
using Fairground.Kernel.Storage;
using Npgsql;
using Xunit;

namespace Fairground.Testing;

/// <summary>A fresh, empty database for one test: a SQLite file, or a database on the PostgreSQL server named by <c>FAIRGROUND_TEST_POSTGRES</c>.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? folder;
    private readonly string? admin;
    private readonly string? name;

    private TestDatabase(Database database, string setting, string? folder, string? admin, string? name) =>
        (Database, Setting, this.folder, this.admin, this.name) = (database, setting, folder, admin, name);

    /// <summary>Both engines, for theories.</summary>
    public static TheoryData<DatabaseKind> Engines => [DatabaseKind.Sqlite, DatabaseKind.Postgres];

    public Database Database { get; }

    /// <summary>What <c>FAIRGROUND_DATABASE</c> would say.</summary>
    public string Setting { get; }

    /// <summary>Makes an empty one. Where PostgreSQL is asked for and not there, the test is skipped, and seen to be.</summary>
    public static async Task<TestDatabase> Create(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite) return InFolder();
        var name = $"fg_{Guid.CreateVersion7():n}";
        await Execute(Server, $"create database {name}");
        return OnServer(Server, name);
    }

    /// <summary>Makes one with the tables of every module that the test project can reach: a copy of one that is migrated once a process. Skips as <see cref="Create"/> does.</summary>
    public static async Task<TestDatabase> Migrated(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var file = await MigratedDatabases.Sqlite();
            var database = InFolder();
            File.Copy(file, database.Database.File!);
            return database;
        }
        var (template, name) = (await MigratedDatabases.Postgres(Server), $"fg_{Guid.CreateVersion7():n}");
        await Execute(Server, $"create database {name} template {template}");
        return OnServer(Server, name);
    }

    private static string Server
    {
        get
        {
            var server = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_POSTGRES");
            if (string.IsNullOrEmpty(server)) Assert.Skip("FAIRGROUND_TEST_POSTGRES names no server; ./test starts one.");
            return server;
        }
    }

    private static TestDatabase InFolder()
    {
        var folder = Directory.CreateTempSubdirectory("fairground-test-").FullName;
        var file = Path.Combine(folder, "fairground.db");
        return new TestDatabase(Database.Sqlite(file), $"sqlite:{file}", folder, null, null);
    }

    private static TestDatabase OnServer(string server, string name)
    {
        var setting = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        return new TestDatabase(Database.Postgres(setting), setting, null, server, name);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (folder is not null) await Remove(folder);
        if (admin is not null) await Execute(admin, $"drop database if exists {name} with (force)");
    }

    // A reader that was under way when its host ended may open the file, and so make another beside it, while the folder goes.
    private static async Task Remove(string folder)
    {
        for (var left = 40; Directory.Exists(folder); left--)
        {
            try
            {
                Directory.Delete(folder, true);
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(50);
            }
        }
    }

    internal static async Task Execute(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
