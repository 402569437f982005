using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.GroupCommit;

/// <summary>What a group has loaded and what its commands have done so far. Each command sees what the earlier ones did.</summary>
public sealed class GroupState
{
    private readonly Chart chart;
    private readonly Dictionary<Guid, AccountState> accounts = [];
    private readonly Dictionary<(HotTable, HotKey), RowState> rows = [];
    private readonly List<AccountState> touched = [];

    internal GroupState(Chart chart) => this.chart = chart;

    internal IEnumerable<AccountState> Accounts => accounts.Values;

    internal Dictionary<(Guid Scope, string Key), StoredCommand> Commands { get; } = [];

    internal List<StoredCommand> NewCommands { get; } = [];

    internal List<Transfer> Transfers { get; } = [];

    internal List<(HotTable Table, object Row)> Additions { get; } = [];

    internal List<OutboxRow> Events { get; } = [];

    internal IEnumerable<RowState> ChangedRows => rows.Values.Where(r => r.Changed);

    /// <summary>The row as the group sees it now, or null where there is none.</summary>
    public TRow? Row<TRow>(HotTable<TRow> table, Guid a, Guid b = default)
        where TRow : class =>
        rows.TryGetValue((table, new HotKey(a, b)), out var state)
            ? (TRow?)state.Row
            : throw new InvalidOperationException($"{table.Name} {a} was not named in Needs.");

    /// <summary>A hold as the group sees it now, or null.</summary>
    public Hold? Hold(Guid id) => Row(LedgerTables.Holds, id);

    /// <summary>True where the account can pay this many minor units and stay at or above its floor, holds counted.</summary>
    public bool CanPay(AccountRef account, long amount) => Of(account).Available >= amount;

    /// <summary>Credits less debits, in minor units.</summary>
    public long Balance(AccountRef account) => Of(account).Balance;

    /// <summary>What the account can still pay, in minor units: down to its floor, holds counted.</summary>
    public long Available(AccountRef account) => Of(account).Available;

    internal void Loaded(AccountRef account, bool exists, long balance, long held) =>
        accounts[account.Id] = new AccountState { Ref = account, Exists = exists, Balance = balance, Held = held };

    internal void Loaded(HotTable table, HotKey key, object? row) => rows[(table, key)] = new RowState(table, key) { Row = row, Existed = row is not null, WasLoaded = true };

    /// <summary>Applies a decision whole. Throws, with nothing applied, where it would break a rule of the ledger.</summary>
    internal void Apply(Decision decision, DateTimeOffset now)
    {
        touched.Clear();
        try
        {
            foreach (var planned in decision.Holds) PlanHold(decision, planned);
            foreach (var planned in decision.Transfers) PlanTransfer(planned);
            foreach (var account in touched) CheckFloor(account);
            CheckRows(decision);
        }
        catch
        {
            foreach (var account in touched) account.Touched = false;
            throw;
        }
        Keep(decision, now);
    }

    private void PlanHold(Decision decision, PlannedHold planned)
    {
        var (account, hold) = (Touch(planned.Account), planned.Hold);
        if (hold.Account != planned.Account.Id) throw new InvalidOperationException("A hold is posted from, or released to, the account it is in.");
        if (hold.Amount <= 0) throw new InvalidOperationException($"A hold of {hold.Amount}; an amount is above zero.");
        if (decision.Holds.Count(h => h.Hold.Id == hold.Id) > 1) throw new InvalidOperationException("A hold changes once in a command.");
        var current = rows.TryGetValue((LedgerTables.Holds, new HotKey(hold.Id)), out var row) ? (Hold?)row.Row : null;
        if (planned.Was is null)
        {
            if (current is not null) throw new InvalidOperationException("There is a hold with this id already.");
            account.NextHeld = checked(account.NextHeld + hold.Amount);
            return;
        }
        if (current != planned.Was || current.State != HoldState.Pending) throw new InvalidOperationException("Only a pending hold can be posted or released.");
        account.NextHeld = checked(account.NextHeld - hold.Amount);
    }

    private void PlanTransfer(PlannedTransfer planned)
    {
        chart.Check(planned.Movement, planned.From, planned.To);
        if (planned.Amount <= 0) throw new InvalidOperationException($"{planned.Movement.Name} moves {planned.Amount}; an amount is above zero.");
        var (from, to) = (Touch(planned.From), Touch(planned.To));
        from.NextBalance = checked(from.NextBalance - planned.Amount);
        to.NextBalance = checked(to.NextBalance + planned.Amount);
    }

    private static void CheckFloor(AccountState account)
    {
        if (account.Ref.Purpose.Floor is not { } floor) return;
        var left = checked(account.NextBalance - account.NextHeld);
        if (left < floor && left < account.Balance - account.Held) throw new InvalidOperationException($"{account.Ref.Purpose.Name} would fall below its floor.");
    }

    // A row that nobody loaded may exist in the database: it can only be added, and the second addition of a group would hide the first.
    private void CheckRows(Decision decision)
    {
        foreach (var (table, row) in decision.Changes)
        {
            if (rows.TryGetValue((table, table.KeyOf(row)), out var state) && !state.WasLoaded) throw new InvalidOperationException($"A row of {table.Name} is added twice.");
        }
        foreach (var (table, row) in decision.Additions)
        {
            if (table.KeyColumns > 0 && rows.TryGetValue((table, table.KeyOf(row)), out var state) && state.Row is not null) throw new InvalidOperationException($"A row of {table.Name} is added that is there already.");
        }
    }

    private void Keep(Decision decision, DateTimeOffset now)
    {
        foreach (var account in touched) (account.Balance, account.Held, account.Changed, account.Touched) = (account.NextBalance, account.NextHeld, true, false);
        foreach (var planned in decision.Holds) Set(LedgerTables.Holds, planned.Hold);
        foreach (var (table, row) in decision.Changes) Set(table, row);
        foreach (var t in decision.Transfers) Transfers.Add(new Transfer(t.Id, t.From.Id, t.To.Id, t.Amount, t.Movement.Code, now, t.Reference));
        foreach (var (table, row) in decision.Additions)
        {
            // A keyed row that is added must be seen by the commands after this one.
            if (table.KeyColumns > 0) Set(table, row);
            else Additions.Add((table, row));
        }
        foreach (var @event in decision.Events) Events.Add(OutboxRow.Of(@event, now));
    }

    private void Set(HotTable table, object row)
    {
        var key = table.KeyOf(row);
        if (!rows.TryGetValue((table, key), out var state)) rows[(table, key)] = state = new RowState(table, key);
        (state.Row, state.Changed) = (row, true);
    }

    private AccountState Touch(AccountRef account)
    {
        var state = Of(account);
        if (state.Touched) return state;
        (state.Touched, state.NextBalance, state.NextHeld) = (true, state.Balance, state.Held);
        touched.Add(state);
        return state;
    }

    private AccountState Of(AccountRef account) => accounts.TryGetValue(account.Id, out var state)
        ? state
        : throw new InvalidOperationException($"{account.Purpose.Name} of {account.Party} was not named in Needs.");
}

internal sealed class RowState(HotTable table, HotKey key)
{
    public HotTable Table => table;

    public HotKey Key => key;

    public object? Row { get; set; }

    public bool Existed { get; init; }

    /// <summary>Named in Needs, so that what the database has is known.</summary>
    public bool WasLoaded { get; init; }

    public bool Changed { get; set; }
}

/// <summary>A command that was decided, with its outcome; kept for ever so that a repeat gets the same answer.</summary>
internal sealed record StoredCommand(Guid Scope, string Key, byte[] Hash, string Outcome, DateTimeOffset At);
