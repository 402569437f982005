using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Kernel.Storage;

/// <summary>Where a module's numbered SQL files are embedded.</summary>
public sealed record MigrationSource(string Module, Assembly Assembly);

/// <summary>One numbered file: <c>Migrations/{Sqlite|Postgres}/0001_name.sql</c>; statements are separated by a line of three dashes.</summary>
public sealed record Migration(string Module, int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, so that a changed file is noticed.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    public IEnumerable<string> Statements => Sql.ReplaceLineEndings("\n").Split("\n---\n").Select(s => s.Trim()).Where(s => s.Length > 0);
}

/// <summary>Applies migrations in order, once, under a lock, and records them.</summary>
public sealed class Migrator(Database database, TimeProvider time)
{
    // Any fixed number: it keeps two nodes that start together from migrating at once.
    private const long LockNumber = 0x46_41_49_52;

    /// <summary>Applies what is missing and returns it. Throws where an applied file was changed afterwards.</summary>
    public async Task<IReadOnlyList<Migration>> Apply(IEnumerable<MigrationSource> sources, CancellationToken ct)
    {
        var all = sources.SelectMany(s => Read(s, database.Kind)).ToList();
        var done = new List<Migration>();
        using var turn = await database.Gate.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        if (database.Kind == DatabaseKind.Sqlite) await Execute(connection, null, "pragma journal_mode = wal", ct);
        else await Execute(connection, null, $"select pg_advisory_lock({LockNumber})", ct);
        try
        {
            await Execute(connection, null, "create table if not exists kernel_migration (module text not null, version integer not null, name text not null, hash text not null, applied_at bigint not null, primary key (module, version))", ct);
            var applied = await Applied(connection, ct);
            foreach (var migration in all)
            {
                if (applied.TryGetValue((migration.Module, migration.Version), out var hash))
                {
                    if (hash != migration.Hash) throw new InvalidOperationException($"Migration {migration.Module}/{migration.Version:0000}_{migration.Name} was changed after it had been applied.");
                    continue;
                }
                await ApplyOne(connection, migration, ct);
                done.Add(migration);
            }
        }
        finally
        {
            if (database.Kind == DatabaseKind.Postgres) await Execute(connection, null, $"select pg_advisory_unlock({LockNumber})", CancellationToken.None);
        }
        return done;
    }

    /// <summary>True where the database has applied all of these as they are; nothing is changed.</summary>
    public async Task<bool> HasAll(IEnumerable<(string Module, int Version, string Hash)> known, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using (var look = connection.CreateCommand())
        {
            look.CommandText = database.Kind == DatabaseKind.Sqlite ? "select count(*) from sqlite_master where name = 'kernel_migration'" : "select count(to_regclass('kernel_migration'))";
            if (await look.ExecuteScalarAsync(ct) is 0L) return false;
        }
        var applied = await Applied(connection, ct);
        return known.All(k => applied.GetValueOrDefault((k.Module, k.Version)) == k.Hash);
    }

    /// <summary>The files of a module for an engine, in order.</summary>
    public static IReadOnlyList<Migration> Read(MigrationSource source, DatabaseKind kind)
    {
        var marker = $".Migrations.{kind}.";
        var found = new List<Migration>();
        foreach (var resource in source.Assembly.GetManifestResourceNames())
        {
            var at = resource.IndexOf(marker, StringComparison.Ordinal);
            if (at < 0) continue;
            var file = resource[(at + marker.Length)..^".sql".Length];
            using var reader = new StreamReader(source.Assembly.GetManifestResourceStream(resource)!);
            found.Add(new Migration(source.Module, int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd()));
        }
        return [.. found.OrderBy(m => m.Version)];
    }

    private async Task ApplyOne(DbConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var statement in migration.Statements) await Execute(connection, transaction, statement, ct);
        await using var record = connection.CreateCommand();
        record.Transaction = transaction;
        record.CommandText = "insert into kernel_migration (module, version, name, hash, applied_at) values (@module, @version, @name, @hash, @at)";
        Bind(record, "@module", migration.Module);
        Bind(record, "@version", migration.Version);
        Bind(record, "@name", migration.Name);
        Bind(record, "@hash", migration.Hash);
        Bind(record, "@at", time.GetUtcNow().ToUnixTimeMilliseconds());
        await record.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<Dictionary<(string, int), string>> Applied(DbConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<(string, int), string>();
        await using var command = connection.CreateCommand();
        command.CommandText = "select module, version, hash from kernel_migration";
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) applied[(reader.GetString(0), reader.GetInt32(1))] = reader.GetString(2);
        return applied;
    }

    private static async Task Execute(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text comes from files embedded in our own assemblies.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
