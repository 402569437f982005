using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Microsoft.Data.Sqlite;

namespace Fairground.Ledger.Sqlite;

/// <summary>A group on SQLite: one writer's turn, prepared statements, one durable commit for all.</summary>
internal sealed class SqliteGroupStore(Database database, Chart chart) : IGroupStore
{
    private const string SelectAccount = "select balance, held from ledger_account where id = ?1";
    private const string SelectCommand = "select hash, outcome, at from ledger_command where scope = ?1 and key = ?2";
    private const string UpdateAccount = "update ledger_account set balance = ?2, held = ?3 where id = ?1";

    private readonly Dictionary<string, SqliteStatement> prepared = [];
    private readonly Dictionary<HotTable, (string Select, string Update, string Insert)> texts = [];
    private SqliteConnection? connection;
    private SqliteTransaction? transaction;
    private IDisposable? turn;

    public async Task<GroupState> Begin(LoadPlan plan, IReadOnlyCollection<CommandKey> keys, CancellationToken ct)
    {
        if (connection is null)
        {
            connection = (SqliteConnection)await database.OpenForCommitterAsync(ct);
            using var full = connection.CreateCommand();
            // The one writer's own pages: with the two megabytes that are usual, every account of a large lot is read from the file once more.
            full.CommandText = "pragma synchronous = full; pragma cache_size = -65536; pragma wal_autocheckpoint = 16384";
            full.ExecuteNonQuery();
        }
        turn = await database.Gate.EnterAsync(ct);
        transaction = connection.BeginTransaction(deferred: false);
        var state = new GroupState(chart);
        var accounts = Prepare(SelectAccount);
        foreach (var account in plan.Accounts.Values)
        {
            var found = accounts.Start().Bind(1, account.Id).Step();
            var row = new HotReader(accounts.Row);
            state.Loaded(account, found, found ? row.Long(0) : 0, found ? row.Long(1) : 0);
        }
        accounts.Start();
        foreach (var (table, rowKeys) in plan.Rows) LoadRows(table, rowKeys, state);
        var commands = Prepare(SelectCommand);
        foreach (var key in keys)
        {
            if (!commands.Start().Bind(1, key.Scope).Bind(2, key.Key).Step()) continue;
            var row = new HotReader(commands.Row);
            state.Commands[(key.Scope, key.Key)] = new StoredCommand(key.Scope, key.Key, row.Bytes(0), row.Text(1), row.Instant(2));
        }
        commands.Start();
        return state;
    }

    public Task Commit(GroupState state, CancellationToken ct)
    {
        var accounts = Prepare(UpdateAccount);
        foreach (var account in GroupWrites.ChangedAccounts(state)) accounts.Bind(1, account.Ref.Id).Bind(2, account.Balance).Bind(3, account.Held).Run();
        foreach (var (table, rows) in GroupWrites.Updates(state)) WriteAll(Texts(table).Update, table, rows);
        foreach (var (table, rows) in GroupWrites.Inserts(state)) WriteAll(Texts(table).Insert, table, rows);
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

    private void LoadRows(HotTable table, HashSet<HotKey> keys, GroupState state)
    {
        var select = Prepare(Texts(table).Select);
        foreach (var key in keys)
        {
            select.Start().Bind(1, key.A);
            if (table.KeyColumns == 2) select.Bind(2, key.B);
            state.Loaded(table, key, select.Step() ? table.Read(new HotReader(select.Row)) : null);
        }
        select.Start();
    }

    private void WriteAll(string sql, HotTable table, List<object> rows)
    {
        var statement = Prepare(sql);
        foreach (var row in rows)
        {
            for (var i = 0; i < table.Columns.Count; i++) statement.Bind(i + 1, table.Value(row, i));
            statement.Run();
        }
    }

    private (string Select, string Update, string Insert) Texts(HotTable table)
    {
        if (texts.TryGetValue(table, out var known)) return known;
        var named = table.Columns.Select((c, i) => (c.Name, Value: $"?{i + 1}")).ToList();
        var columns = string.Join(", ", named.Select(c => c.Name));
        var where = string.Join(" and ", named.Take(table.KeyColumns).Select(c => $"{c.Name} = {c.Value}"));
        var sets = string.Join(", ", named.Skip(table.KeyColumns).Select(c => $"{c.Name} = {c.Value}"));
        return texts[table] = (
            $"select {columns} from {table.Name} where {where}",
            $"update {table.Name} set {sets} where {where}",
            $"insert into {table.Name} ({columns}) values ({string.Join(", ", named.Select(c => c.Value))})");
    }

    private SqliteStatement Prepare(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement)) prepared[sql] = statement = new SqliteStatement(connection!.Handle!, sql);
        return statement.Start();
    }

    private void End()
    {
        transaction?.Dispose();
        transaction = null;
        Interlocked.Exchange(ref turn, null)?.Dispose();
    }

    private void Close()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
        prepared.Clear();
        connection?.Dispose();
        connection = null;
    }
}
