using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Fairground.Kernel;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Fairground.Catalog.ReadDatabase;

/// <summary>How a query is to be run.</summary>
/// <param name="Where">A condition on the query's columns, with <c>@key</c>; or empty.</param>
/// <param name="Most">Rows to read at most; 0 for all.</param>
/// <param name="Limit">How long the whole may take.</param>
internal sealed record SelectPlan(string Query, string Where, string? Key, int Most, TimeSpan Limit)
{
    public string Sql => $"select * from {QueryText.AsTable(Query)}{(Where.Length > 0 ? " where " + Where : "")}{(Most > 0 ? string.Create(CultureInfo.InvariantCulture, $" limit {Most}") : "")}";

    /// <summary>A column's name as both engines quote it.</summary>
    public static string Quoted(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Runs a SELECT on somebody's database: read-only, row by row, and for so long only.</summary>
internal sealed class SelectReader(DatabasePlaces places)
{
    // Looked at every so many steps of SQLite's machine: well under a millisecond.
    private const int Steps = 10_000;

    /// <summary>
    /// Gives the columns' names, then each row as text. Refuses as <paramref name="columns"/> does, and with <c>source.connection_*</c>,
    /// <c>source.folder_refused</c>, <c>import.address_refused</c>, <c>source.denied</c>, <c>source.query_*</c>.
    /// </summary>
    public async Task<Refusal?> Read(string kind, SourceSecret secret, SelectPlan plan, Func<IReadOnlyList<string>, Refusal?> columns, Func<string[], CancellationToken, Task> row, CancellationToken ct)
    {
        if (QueryText.Refusal(plan.Query) is { } unfit) return unfit;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(plan.Limit);
        try
        {
            // SQLite works on the thread that asks.
            return kind == SourceKind.Sqlite ? await Task.Run(() => FromSqlite(secret, plan, columns, row, limit.Token), limit.Token) : await FromPostgres(secret, plan, columns, row, limit.Token);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege)
        {
            return SourceRefusals.Denied.Saying(T["The database does not let us in: {0}", error.MessageText]);
        }
        catch (PostgresException error)
        {
            return error.SqlState == PostgresErrorCodes.QueryCanceled ? SourceRefusals.QueryTooSlow : SourceRefusals.QueryFailed.Saying(T["The database refused the query: {0}", error.MessageText]);
        }
        catch (SqliteException error)
        {
            return error.SqliteErrorCode switch
            {
                raw.SQLITE_INTERRUPT => SourceRefusals.QueryTooSlow,
                raw.SQLITE_AUTH => SourceRefusals.QueryRefused.Saying(T["The query may only read tables."]),
                raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB => SourceRefusals.ConnectionFailed.Saying(T["The file is no database that can be opened."]),
                _ => SourceRefusals.QueryFailed.Saying(T["The database refused the query: {0}", error.Message]),
            };
        }
        catch (Exception error) when (!ct.IsCancellationRequested && (error is OperationCanceledException || error is NpgsqlException { InnerException: TimeoutException or OperationCanceledException }))
        {
            return SourceRefusals.QueryTooSlow;
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or IOException)
        {
            return SourceRefusals.ConnectionFailed;
        }
    }

    private async Task<Refusal?> FromPostgres(SourceSecret secret, SelectPlan plan, Func<IReadOnlyList<string>, Refusal?> columns, Func<string[], CancellationToken, Task> row, CancellationToken ct)
    {
        var opened = await places.Postgres(secret.Connection ?? "", ct);
        if (opened.Refused) return opened.Refusal;
        await using var source = opened.Value;
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using (var settle = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"set transaction read only; set local statement_timeout = {(long)plan.Limit.TotalMilliseconds}"), connection, transaction)) await settle.ExecuteNonQueryAsync(ct);
#pragma warning disable CA2100 // The shop's own query, for its own database; it was looked at, and the transaction can only read.
        await using var command = new NpgsqlCommand(plan.Sql, connection, transaction) { CommandTimeout = (int)Math.Ceiling(plan.Limit.TotalSeconds), AllResultTypesAreUnknown = true };
#pragma warning restore CA2100
        if (plan.Key is { } key) command.Parameters.AddWithValue("key", key);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess | CommandBehavior.SingleResult, ct);
        if (columns(Names(reader)) is { } refusal) return refusal;
        var types = Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).ToArray();
        while (await reader.ReadAsync(ct))
        {
            var cells = new string[types.Length];
            for (var i = 0; i < cells.Length; i++) cells[i] = reader.IsDBNull(i) ? "" : Postgres(reader.GetString(i), types[i]);
            await row(cells, ct);
        }
        return null;
    }

    private async Task<Refusal?> FromSqlite(SourceSecret secret, SelectPlan plan, Func<IReadOnlyList<string>, Refusal?> columns, Func<string[], CancellationToken, Task> row, CancellationToken ct)
    {
        var path = places.Sqlite(secret.Address);
        if (path.Refused) return path.Refusal;
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path.Value, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await using (var settle = connection.CreateCommand())
        {
            // The file may be anybody's: its own views and triggers get no more rights than the query.
            settle.CommandText = "pragma query_only = on; pragma trusted_schema = off; pragma cell_size_check = on";
            await settle.ExecuteNonQueryAsync(ct);
        }
        raw.sqlite3_progress_handler(connection.Handle, Steps, _ => ct.IsCancellationRequested ? 1 : 0, null);
        raw.sqlite3_set_authorizer(connection.Handle, MayDo, null);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The shop's own query, for its own file; it was looked at, and the connection can only read.
        command.CommandText = plan.Sql;
#pragma warning restore CA2100
        if (plan.Key is { } key) command.Parameters.AddWithValue("@key", key);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, ct);
        if (columns(Names(reader)) is { } refusal) return refusal;
        while (await reader.ReadAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
            var cells = new string[reader.FieldCount];
            for (var i = 0; i < cells.Length; i++) cells[i] = Sqlite(reader.GetValue(i));
            await row(cells, ct);
        }
        return null;
    }

    private static int MayDo(object user, int action, utf8z first, utf8z second, utf8z database, utf8z inner) =>
        action is raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_RECURSIVE || (action == raw.SQLITE_FUNCTION && second.utf8_to_string() != "load_extension") ? raw.SQLITE_OK : raw.SQLITE_DENY;

    private static IReadOnlyList<string> Names(DbDataReader reader) => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];

    // As PostgreSQL writes it, but for what people write otherwise.
    private static string Postgres(string text, string type) => type switch
    {
        "boolean" => text == "f" ? "0" : "1",
        _ when type.StartsWith("numeric", StringComparison.Ordinal) && text.Contains('.', StringComparison.Ordinal) => text.TrimEnd('0').TrimEnd('.'),
        _ when type.EndsWith("[]", StringComparison.Ordinal) => string.Join('|', text.Trim('{', '}').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Trim('"'))),
        _ => text,
    };

    private static string Sqlite(object value) => value switch
    {
        DBNull or byte[] => "",
        // A number of a database has one meaning only, however many zeros its column keeps: 12.500 is no twelve thousand.
        decimal number => number.ToString("0.##########", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < 1e15 => ((decimal)number).ToString(CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
