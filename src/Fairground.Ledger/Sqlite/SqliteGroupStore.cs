using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Microsoft.Data.Sqlite;

namespace Fairground.Ledger.Sqlite;

/// <summary>A group on SQLite: one writer's turn, prepared statements, one durable commit for all.</summary>
internal sealed class SqliteGroupStore(Database database, Chart chart) : IGroupStore
{
    private readonly Dictionary<string, SqliteCommand> prepared = [];
    private SqliteConnection? connection;
    private SqliteTransaction? transaction;
    private IDisposable? turn;

    public async Task<GroupState> Begin(LoadPlan plan, IReadOnlyCollection<CommandKey> keys, CancellationToken ct)
    {
        if (connection is null)
        {
            connection = (SqliteConnection)await database.OpenForCommitterAsync(ct);
            using var full = connection.CreateCommand();
            full.CommandText = "pragma synchronous = full";
            full.ExecuteNonQuery();
        }
        turn = await database.Gate.EnterAsync(ct);
        transaction = connection.BeginTransaction(deferred: false);
        var state = new GroupState(chart);
        foreach (var account in plan.Accounts.Values)
        {
            using var reader = Run("select balance, held from ledger_account where id = @p0", Blob(account.Id)).ExecuteReader();
            if (reader.Read()) state.Loaded(account, true, reader.GetInt64(0), reader.GetInt64(1));
            else state.Loaded(account, false, 0, 0);
        }
        foreach (var (table, rowKeys) in plan.Rows)
        {
            foreach (var key in rowKeys) LoadRow(table, key, state);
        }
        foreach (var key in keys)
        {
            using var reader = Run("select hash, outcome, at from ledger_command where scope = @p0 and key = @p1", Blob(key.Scope), key.Key).ExecuteReader();
            if (reader.Read())
                state.Commands[(key.Scope, key.Key)] = new StoredCommand(key.Scope, key.Key, (byte[])reader.GetValue(0), reader.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)));
        }
        return state;
    }

    public Task Commit(GroupState state, CancellationToken ct)
    {
        foreach (var account in GroupWrites.ChangedAccounts(state))
            Run("update ledger_account set balance = @p0, held = @p1 where id = @p2", account.Balance, account.Held, Blob(account.Ref.Id)).ExecuteNonQuery();
        foreach (var (table, rows) in GroupWrites.Updates(state))
        {
            var sets = string.Join(", ", table.Columns.Skip(table.KeyColumns).Select((c, i) => $"{c.Name} = @p{i + table.KeyColumns}"));
            var where = string.Join(" and ", table.Columns.Take(table.KeyColumns).Select((c, i) => $"{c.Name} = @p{i}"));
            WriteAll($"update {table.Name} set {sets} where {where}", table, rows);
        }
        foreach (var (table, rows) in GroupWrites.Inserts(state))
        {
            var columns = string.Join(", ", table.Columns.Select(c => c.Name));
            var values = string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"));
            WriteAll($"insert into {table.Name} ({columns}) values ({values})", table, rows);
        }
        transaction!.Commit();
        End();
        return Task.CompletedTask;
    }

    public Task Abandon()
    {
        try
        {
            transaction?.Rollback();
        }
        catch (SqliteException)
        {
            // Whatever state the connection is in, a new one starts clean.
            Close();
        }
        finally
        {
            End();
        }
        return Task.CompletedTask;
    }

    public Task Reset()
    {
        Close();
        return Task.CompletedTask;
    }

    // 5 busy, 6 locked, 10 input/output, 13 disk full, 14 cannot open. Nobody else writes between Begin and Commit, so there are no clashes.
    public GroupFailure Classify(Exception error) => error is SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 or 14 } ? GroupFailure.Away : GroupFailure.Command;

    public ValueTask DisposeAsync()
    {
        End();
        Close();
        return ValueTask.CompletedTask;
    }

    private void LoadRow(HotTable table, HotKey key, GroupState state)
    {
        var columns = string.Join(", ", table.Columns.Select(c => c.Name));
        var first = $"select {columns} from {table.Name} where {table.Columns[0].Name} = @p0";
        var command = table.KeyColumns == 1
            ? Run(first, Blob(key.A))
            : Run($"{first} and {table.Columns[1].Name} = @p1", Blob(key.A), Blob(key.B));
        using var reader = command.ExecuteReader();
        state.Loaded(table, key, reader.Read() ? table.Read(new HotReader(reader, blobIds: true)) : null);
    }

    private void WriteAll(string sql, HotTable table, List<object> rows)
    {
        var values = new object?[table.Columns.Count];
        foreach (var row in rows)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var value = table.Value(row, i);
                values[i] = value is Guid id ? Blob(id) : value;
            }
            Run(sql, values).ExecuteNonQuery();
        }
    }

    private SqliteCommand Run(string sql, params ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection!.CreateCommand();
#pragma warning disable CA2100 // Names come from declared tables; values are parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
            prepared[sql] = command;
        }
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private static byte[] Blob(Guid id) => id.ToByteArray(true);

    private void End()
    {
        transaction?.Dispose();
        transaction = null;
        Interlocked.Exchange(ref turn, null)?.Dispose();
    }

    private void Close()
    {
        foreach (var command in prepared.Values) command.Dispose();
        prepared.Clear();
        connection?.Dispose();
        connection = null;
    }
}
