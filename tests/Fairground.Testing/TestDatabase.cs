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

    /// <summary>Makes one. Where PostgreSQL is asked for and not there, the test is skipped, and seen to be.</summary>
    public static async Task<TestDatabase> Create(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("fairground-test-").FullName;
            var file = Path.Combine(folder, "fairground.db");
            return new TestDatabase(Database.Sqlite(file), $"sqlite:{file}", folder, null, null);
        }
        var server = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server)) Assert.Skip("FAIRGROUND_TEST_POSTGRES names no server; ./test starts one.");
        var name = $"fg_{Guid.CreateVersion7():n}";
        await Execute(server, $"create database {name}");
        var setting = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        return new TestDatabase(Database.Postgres(setting), setting, null, server, name);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, true);
        if (admin is not null) await Execute(admin, $"drop database if exists {name} with (force)");
    }

    private static async Task Execute(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
