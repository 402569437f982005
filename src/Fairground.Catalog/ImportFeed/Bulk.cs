using System.Data.Common;
using Fairground.Kernel.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What a column holds.</summary>
internal enum Kind
{
    Id,
    Text,
    Number,
}

/// <summary>A column to write. <paramref name="Keep"/>: a row that is there already keeps its value.</summary>
internal sealed record BulkColumn(string Name, Kind Kind, bool Keep = false);

/// <summary>Writes many rows of one table at once: one statement with arrays on PostgreSQL, one prepared statement run again and again on SQLite.</summary>
internal sealed class Bulk
{
    private readonly BulkColumn[] columns;
    private readonly string insert;
    private readonly string arrays;
    private readonly List<object?[]> rows = [];

    /// <param name="key">The columns of the primary key; a row with the same key is changed.</param>
    public Bulk(string table, string key, params BulkColumn[] columns)
    {
        this.columns = columns;
        var names = string.Join(", ", columns.Select(c => c.Name));
        var keys = key.Split(',', StringSplitOptions.TrimEntries);
        var changes = string.Join(", ", columns.Where(c => !c.Keep && !keys.Contains(c.Name)).Select(c => $"{c.Name} = excluded.{c.Name}"));
        var conflict = changes.Length == 0 ? $"on conflict ({key}) do nothing" : $"on conflict ({key}) do update set {changes}";
        insert = $"insert into {table} ({names}) values ({string.Join(", ", columns.Select(c => "@" + c.Name))}) {conflict}";
        arrays = $"insert into {table} ({names}) select * from unnest({string.Join(", ", columns.Select(c => "@" + c.Name))}) {conflict}";
    }

    public void Add(params object?[] values) => rows.Add(values);

    public void Forget() => rows.Clear();

    /// <summary>Writes what was added, and forgets it.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        if (rows.Count == 0) return;
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Table and column names are constants of this module.
        command.CommandText = connection is NpgsqlConnection ? arrays : insert;
#pragma warning restore CA2100
        if (command is NpgsqlCommand postgres)
        {
            for (var i = 0; i < columns.Length; i++) postgres.Parameters.Add(Array(i));
            await postgres.ExecuteNonQueryAsync(ct);
        }
        else await OneByOne(command, ct);
        rows.Clear();
    }

    /// <summary>An id as this engine keeps it.</summary>
    public static object Key(DatabaseKind kind, Guid id) => kind == DatabaseKind.Sqlite ? id.ToByteArray(true) : id;

    private NpgsqlParameter Array(int column)
    {
        var (name, kind) = (columns[column].Name, columns[column].Kind);
        return kind switch
        {
            Kind.Id => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = rows.Select(r => (Guid?)r[column]).ToArray() },
            Kind.Text => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = rows.Select(r => Clean((string?)r[column])).ToArray() },
            _ => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = rows.Select(r => Number(r[column])).ToArray() },
        };
    }

    private async Task OneByOne(DbCommand command, CancellationToken ct)
    {
        foreach (var column in columns)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + column.Name;
            command.Parameters.Add(parameter);
        }
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                command.Parameters[i].Value = row[i] switch
                {
                    null => DBNull.Value,
                    Guid id => id.ToByteArray(true),
                    string text => Clean(text),
                    var number => (object?)Number(number) ?? DBNull.Value,
                };
            }
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static long? Number(object? value) => value switch
    {
        null => null,
        bool flag => flag ? 1 : 0,
        int small => small,
        long big => big,
        DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
        _ => throw new InvalidOperationException($"{value.GetType()} is no number."),
    };

    // PostgreSQL keeps no zero character in text.
    private static string? Clean(string? text) => text is not null && text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}
