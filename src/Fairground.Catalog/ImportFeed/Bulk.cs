using System.Data.Common;
using Fairground.Kernel.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using SQLitePCL;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What a column holds.</summary>
internal enum Kind
{
    Id,
    Text,
    Number,

    /// <summary>A number of 32 bits, or a flag.</summary>
    Small,
}

/// <summary>A column to write. <paramref name="Keep"/>: a row that is there already keeps its value.</summary>
internal sealed record BulkColumn(string Name, Kind Kind, bool Keep = false);

/// <summary>
/// Writes many rows of one table at once. On PostgreSQL rows that are new for certain are copied, and others go in one statement with arrays;
/// on SQLite one prepared statement is run again and again.
/// </summary>
internal sealed class Bulk
{
    private readonly BulkColumn[] columns;
    private readonly string insert;
    private readonly string arrays;
    private readonly string copy;
    private readonly List<object?[]> rows = [];
    private readonly List<object?[]> fresh = [];

    /// <param name="key">The columns of the primary key; a row with the same key is changed.</param>
    public Bulk(string table, string key, params BulkColumn[] columns)
    {
        this.columns = columns;
        var names = string.Join(", ", columns.Select(c => c.Name));
        var keys = key.Split(',', StringSplitOptions.TrimEntries);
        var changes = string.Join(", ", columns.Where(c => !c.Keep && !keys.Contains(c.Name)).Select(c => $"{c.Name} = excluded.{c.Name}"));
        var conflict = changes.Length == 0 ? $"on conflict ({key}) do nothing" : $"on conflict ({key}) do update set {changes}";
        insert = $"insert into {table} ({names}) values ({string.Join(", ", columns.Select(_ => "?"))}) {conflict}";
        copy = $"copy {table} ({names}) from stdin (format binary)";
        arrays = $"insert into {table} ({names}) select * from unnest({string.Join(", ", columns.Select(c => "@" + c.Name))}) {conflict}";
    }

    public void Add(params object?[] values) => rows.Add(values);

    /// <summary>As <see cref="Add"/>; with <paramref name="isNew"/> no row has this key yet.</summary>
    public void Add(bool isNew, params object?[] values) => (isNew ? fresh : rows).Add(values);

    public void Forget()
    {
        rows.Clear();
        fresh.Clear();
    }

    /// <summary>Writes what was added, and forgets it.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        if (rows.Count + fresh.Count == 0) return;
        if (connection is SqliteConnection { Handle: { } handle }) OneByOne(handle);
        else
        {
            if (rows.Count > 0)
            {
                await using var command = new NpgsqlCommand(arrays, (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
                for (var i = 0; i < columns.Length; i++) command.Parameters.Add(Array(i));
                await command.ExecuteNonQueryAsync(ct);
            }
            if (fresh.Count > 0) await Copy((NpgsqlConnection)connection, ct);
        }
        Forget();
    }

    /// <summary>An id as this engine keeps it.</summary>
    public static object Key(DatabaseKind kind, Guid id) => kind == DatabaseKind.Sqlite ? id.ToByteArray(true) : id;

    private async Task Copy(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var writer = await connection.BeginBinaryImportAsync(copy, ct);
        foreach (var row in fresh)
        {
            await writer.StartRowAsync(ct);
            for (var i = 0; i < columns.Length; i++)
            {
                if (row[i] is null) await writer.WriteNullAsync(ct);
                else if (columns[i].Kind == Kind.Id) await writer.WriteAsync((Guid)row[i]!, NpgsqlDbType.Uuid, ct);
                else if (columns[i].Kind == Kind.Text) await writer.WriteAsync(Clean((string)row[i]!)!, NpgsqlDbType.Text, ct);
                else if (columns[i].Kind == Kind.Small) await writer.WriteAsync((int)Number(row[i])!.Value, NpgsqlDbType.Integer, ct);
                else await writer.WriteAsync(Number(row[i])!.Value, NpgsqlDbType.Bigint, ct);
            }
        }
        await writer.CompleteAsync(ct);
    }

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

    // Bound by number straight to the prepared statement: a command with named parameters costs several times the insert itself.
    private void OneByOne(sqlite3 handle)
    {
        Check(handle, raw.sqlite3_prepare_v2(handle, insert, out var statement));
        using (statement)
        {
            foreach (var row in rows.Concat(fresh))
            {
                for (var i = 0; i < columns.Length; i++) Bind(statement, i + 1, row[i]);
                if (raw.sqlite3_step(statement) != raw.SQLITE_DONE) Check(handle, raw.sqlite3_extended_errcode(handle));
                raw.sqlite3_reset(statement);
            }
        }
    }

    private static void Bind(sqlite3_stmt statement, int at, object? value)
    {
        if (value is string text) raw.sqlite3_bind_text(statement, at, Clean(text));
        else if (value is Guid id)
        {
            Span<byte> bytes = stackalloc byte[16];
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            raw.sqlite3_bind_blob(statement, at, bytes);
        }
        else if (Number(value) is { } number) raw.sqlite3_bind_int64(statement, at, number);
        else raw.sqlite3_bind_null(statement, at);
    }

    private static void Check(sqlite3 handle, int code)
    {
        if (code != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), code & 0xff, code);
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

    private static string? Clean(string? text) => text is null ? null : Feeds.FeedText.WithoutZeros(text);
}
