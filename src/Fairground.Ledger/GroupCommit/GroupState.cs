using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.GroupCommit;

/// <summary>What a group has loaded and what its commands have done so far. Each command sees what the earlier ones did.</summary>
public sealed class GroupState
{
    private readonly Chart chart;
    private readonly Dictionary<Guid, AccountState> accounts = [];
    private readonly Dictionary<(HotTable, HotKey), RowState> rows = [];

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

    internal void Loaded(AccountRef account, bool exists, long balance, long held) =>
        accounts[account.Id] = new AccountState { Ref = account, Exists = exists, Balance = balance, Held = held };

    internal void Loaded(HotTable table, HotKey key, object? row) => rows[(table, key)] = new RowState(table, key) { Row = row, Existed = row is not null };

    /// <summary>Applies a decision whole. Throws, with nothing applied, where it would break a rule of the ledger.</summary>
    internal void Apply(Decision decision, DateTimeOffset now)
    {
        var balances = new Dictionary<AccountState, (long Balance, long Held)>();
        (long Balance, long Held) Current(AccountState a) => balances.TryGetValue(a, out var c) ? c : (a.Balance, a.Held);
        foreach (var planned in decision.Holds)
        {
            var account = Of(planned.Account);
            var (balance, held) = Current(account);
            if (planned.Was is { State: not HoldState.Pending }) throw new InvalidOperationException("Only a pending hold can be posted or released.");
            balances[account] = (balance, checked(held + (planned.Was is null ? planned.Hold.Amount : -planned.Hold.Amount)));
        }
        foreach (var planned in decision.Transfers)
        {
            chart.Check(planned.Movement, planned.From, planned.To);
            if (planned.Amount <= 0) throw new InvalidOperationException($"{planned.Movement.Name} moves {planned.Amount}; an amount is above zero.");
            var (from, to) = (Of(planned.From), Of(planned.To));
            var (fromNow, toNow) = (Current(from), Current(to));
            balances[from] = (checked(fromNow.Balance - planned.Amount), fromNow.Held);
            balances[to] = (checked(toNow.Balance + planned.Amount), toNow.Held);
        }
        foreach (var (account, (balance, held)) in balances)
        {
            if (account.Ref.Purpose.Floor is { } floor && balance - held < floor && (balance - held < account.Balance - account.Held))
                throw new InvalidOperationException($"{account.Ref.Purpose.Name} would fall below its floor.");
        }
        Keep(decision, balances, now);
    }

    private void Keep(Decision decision, Dictionary<AccountState, (long Balance, long Held)> balances, DateTimeOffset now)
    {
        foreach (var (account, (balance, held)) in balances) (account.Balance, account.Held, account.Changed) = (balance, held, true);
        foreach (var planned in decision.Holds) Set(LedgerTables.Holds, planned.Hold);
        foreach (var (table, row) in decision.Changes) Set(table, row);
        foreach (var t in decision.Transfers) Transfers.Add(new Transfer(t.Id, t.From.Id, t.To.Id, t.Amount, t.Movement.Code, now, t.Reference));
        Additions.AddRange(decision.Additions);
        foreach (var @event in decision.Events) Events.Add(OutboxRow.Of(@event, now));
    }

    private void Set(HotTable table, object row)
    {
        var key = table.KeyOf(row);
        if (!rows.TryGetValue((table, key), out var state)) rows[(table, key)] = state = new RowState(table, key);
        (state.Row, state.Changed) = (row, true);
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

    public bool Changed { get; set; }
}

/// <summary>A command that was decided, with its outcome; kept for ever so that a repeat gets the same answer.</summary>
internal sealed record StoredCommand(Guid Scope, string Key, byte[] Hash, string Outcome, DateTimeOffset At);
