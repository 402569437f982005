using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Fairground.Ledger.Postgres;

/// <summary>A group on PostgreSQL: one round trip to begin, load and lock; one to write and commit.</summary>
internal sealed class PostgresGroupStore(Database database, Chart chart) : IGroupStore
{
    private static readonly ConcurrentDictionary<HotTable, string> InsertText = new();
    private static readonly ConcurrentDictionary<HotTable, string> UpdateText = new();
    private static readonly ConcurrentDictionary<HotTable, string> SelectText = new();
    private NpgsqlConnection? connection;

    public async Task<GroupState> Begin(LoadPlan plan, IReadOnlyCollection<CommandKey> keys, CancellationToken ct)
    {
        connection ??= await Open(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        var accounts = plan.Accounts.Values.ToList();
        if (accounts.Count > 0)
        {
            // Every node locks in the order of ids, so that two groups never wait for each other in a circle.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select id, balance, held from ledger_account where id = any($1) order by id for update")
            { Parameters = { Uuids(accounts.Select(a => a.Id)) } });
        }
        var tables = plan.Rows.OrderBy(r => r.Key.Name, StringComparer.Ordinal).ToList();
        foreach (var (table, rowKeys) in tables) batch.BatchCommands.Add(Select(table, rowKeys));
        // After the locks: a commit whose answer was lost is finished by now, and its outcome is found here.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select c.scope, c.key, c.hash, c.outcome, c.at from ledger_command c join unnest($1, $2) k(scope, key) on c.scope = k.scope and c.key = k.key")
        { Parameters = { Uuids(keys.Select(k => k.Scope)), new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(k => k.Key)] } } });

        var state = new GroupState(chart);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (accounts.Count > 0)
        {
            await ReadAccounts(reader, plan, state, ct);
            await reader.NextResultAsync(ct);
        }
        foreach (var (table, rowKeys) in tables)
        {
            await ReadRows(reader, table, rowKeys, state, ct);
            await reader.NextResultAsync(ct);
        }
        while (await reader.ReadAsync(ct))
        {
            var stored = new StoredCommand(reader.GetGuid(0), reader.GetString(1), (byte[])reader.GetValue(2), reader.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)));
            state.Commands[(stored.Scope, stored.Key)] = stored;
        }
        return state;
    }

    public async Task Commit(GroupState state, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection!);
        var accounts = GroupWrites.ChangedAccounts(state);
        if (accounts.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("update ledger_account a set balance = u.balance, held = u.held from unnest($1, $2, $3) u(id, balance, held) where a.id = u.id")
            { Parameters = { Uuids(accounts.Select(a => a.Ref.Id)), Longs(accounts.Select(a => a.Balance)), Longs(accounts.Select(a => a.Held)) } });
        }
        foreach (var (table, rows) in GroupWrites.Updates(state)) batch.BatchCommands.Add(Fill(UpdateText.GetOrAdd(table, UpdateSql), table, rows));
        foreach (var (table, rows) in GroupWrites.Inserts(state)) batch.BatchCommands.Add(Fill(InsertText.GetOrAdd(table, InsertSql), table, rows));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async Task Abandon()
    {
        if (connection is null) return;
        try
        {
            await using var command = new NpgsqlCommand("rollback", connection);
            await command.ExecuteNonQueryAsync();
        }
#pragma warning disable CA1031 // A connection that cannot roll back is thrown away; the server rolls back by itself.
        catch (Exception)
        {
            await Drop();
        }
#pragma warning restore CA1031
    }

    public Task Reset() => Drop();

    public GroupFailure Classify(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => GroupFailure.Clash,
        PostgresException postgres => IsTrouble(postgres.SqlState) ? GroupFailure.Away : GroupFailure.Command,
        NpgsqlException or IOException or SocketException or TimeoutException or ObjectDisposedException => GroupFailure.Away,
        _ => GroupFailure.Command,
    };

    // Classes of SQLSTATE: 08 connection, 25 a session that ended or a standby, 40 deadlock and serialisation, 53 out of resources, 55 lock not there, 57 operator, 58 system.
    private static bool IsTrouble(string state) => state[..2] is "08" or "25" or "40" or "53" or "55" or "57" or "58";

    // A node that hangs in the middle of a group must not hold the hot row for ever; nor may a group wait for one that does.
    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        NpgsqlConnection opened;
        try
        {
            opened = (NpgsqlConnection)await database.OpenForCommitterAsync(ct);
        }
        catch (PostgresException refused)
        {
            // Whatever the server has against us, it is not the fault of a command.
            throw new IOException(refused.MessageText, refused);
        }
        try
        {
            await using var limits = new NpgsqlCommand("set statement_timeout = 5000; set idle_in_transaction_session_timeout = 10000", opened);
            await limits.ExecuteNonQueryAsync(ct);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => new(Drop());

    private async Task Drop()
    {
        if (connection is null) return;
        var old = connection;
        connection = null;
        await old.DisposeAsync();
    }

    private static NpgsqlBatchCommand Select(HotTable table, HashSet<HotKey> keys)
    {
        var command = new NpgsqlBatchCommand(SelectText.GetOrAdd(table, SelectSql)) { Parameters = { Uuids(keys.Select(k => k.A)) } };
        if (table.KeyColumns == 2) command.Parameters.Add(Uuids(keys.Select(k => k.B)));
        return command;
    }

    private static async Task ReadAccounts(NpgsqlDataReader reader, LoadPlan plan, GroupState state, CancellationToken ct)
    {
        var missing = new HashSet<Guid>(plan.Accounts.Keys);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            missing.Remove(id);
            state.Loaded(plan.Accounts[id], true, reader.GetInt64(1), reader.GetInt64(2));
        }
        foreach (var id in missing) state.Loaded(plan.Accounts[id], false, 0, 0);
    }

    private static async Task ReadRows(NpgsqlDataReader reader, HotTable table, HashSet<HotKey> keys, GroupState state, CancellationToken ct)
    {
        var missing = new HashSet<HotKey>(keys);
        while (await reader.ReadAsync(ct))
        {
            var row = table.Read(new HotReader(reader));
            var key = table.KeyOf(row);
            missing.Remove(key);
            state.Loaded(table, key, row);
        }
        foreach (var key in missing) state.Loaded(table, key, null);
    }

    private static string SelectSql(HotTable table)
    {
        var columns = string.Join(", ", table.Columns.Select(c => $"t.{c.Name}"));
        var (a, b) = (table.Columns[0].Name, table.Columns.Count > 1 ? table.Columns[1].Name : "");
        return table.KeyColumns == 1
            ? $"select {columns} from {table.Name} t where t.{a} = any($1) order by t.{a} for update"
            : $"select {columns} from {table.Name} t join unnest($1, $2) k(a, b) on t.{a} = k.a and t.{b} = k.b order by t.{a}, t.{b} for update of t";
    }

    private static string InsertSql(HotTable table)
    {
        var columns = string.Join(", ", table.Columns.Select(c => c.Name));
        var values = string.Join(", ", table.Columns.Select((c, i) => $"${i + 1}"));
        return $"insert into {table.Name} ({columns}) select * from unnest({values})";
    }

    private static string UpdateSql(HotTable table)
    {
        var sql = new StringBuilder($"update {table.Name} t set ");
        sql.AppendJoin(", ", table.Columns.Skip(table.KeyColumns).Select(c => $"{c.Name} = u.{c.Name}"));
        sql.Append(" from unnest(").AppendJoin(", ", table.Columns.Select((c, i) => $"${i + 1}"));
        sql.Append(") u(").AppendJoin(", ", table.Columns.Select(c => c.Name)).Append(") where ");
        sql.AppendJoin(" and ", table.Columns.Take(table.KeyColumns).Select(c => $"t.{c.Name} = u.{c.Name}"));
        return sql.ToString();
    }

    private static NpgsqlBatchCommand Fill(string sql, HotTable table, List<object> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var column = 0; column < table.Columns.Count; column++) command.Parameters.Add(Array(table, column, rows));
        return command;
    }

    private static NpgsqlParameter Array(HotTable table, int column, List<object> rows) => table.Columns[column].Type switch
    {
        HotType.Uuid => new NpgsqlParameter<Guid?[]> { TypedValue = Values<Guid?>(table, column, rows), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        HotType.Long => new NpgsqlParameter<long?[]> { TypedValue = Values<long?>(table, column, rows), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        HotType.Int => new NpgsqlParameter<int?[]> { TypedValue = Values<int?>(table, column, rows), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        HotType.Text => new NpgsqlParameter<string?[]> { TypedValue = Values<string?>(table, column, rows), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        HotType.Bytes => new NpgsqlParameter<byte[]?[]> { TypedValue = Values<byte[]?>(table, column, rows), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        var type => throw new InvalidOperationException($"{type} has no array form."),
    };

    private static T[] Values<T>(HotTable table, int column, List<object> rows)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++) values[i] = (T)table.Value(rows[i], column)!;
        return values;
    }

    private static NpgsqlParameter<Guid[]> Uuids(IEnumerable<Guid> ids) => new() { TypedValue = [.. ids] };

    private static NpgsqlParameter<long[]> Longs(IEnumerable<long> values) => new() { TypedValue = [.. values] };
}
