using Fairground.Kernel;
using Fairground.Kernel.Messaging;

namespace Fairground.Ledger.GroupCommit;

/// <summary>A refusal, or an outcome with all its effects: transfers, holds, changed rows, added rows, events. All or none.</summary>
public sealed class Decision
{
    private Decision(Refusal? refusal, object? outcome) => (Refusal, Outcome) = (refusal, outcome);

    public Refusal? Refusal { get; }

    internal object? Outcome { get; set; }

    internal List<PlannedTransfer> Transfers { get; } = [];

    internal List<PlannedHold> Holds { get; } = [];

    internal List<(HotTable Table, object Row)> Changes { get; } = [];

    internal List<(HotTable Table, object Row)> Additions { get; } = [];

    internal List<IDomainEvent> Events { get; } = [];

    public static Decision Refused(Refusal refusal) => new(refusal, null);

    public static Decision Accepted(object outcome) => new(null, outcome);

    /// <summary>Moves an amount (minor units, above zero). Linked with all else in this decision.</summary>
    /// <param name="reference">What it is about: the lot, the purchase, the payment.</param>
    /// <param name="transferId">The caller's id where the transfer must be found again; else a new one.</param>
    public Decision Post(Movement movement, AccountRef from, AccountRef to, long amount, Guid reference, Guid? transferId = null)
    {
        Transfers.Add(new PlannedTransfer(transferId ?? Ids.New(), movement, from, to, amount, reference));
        return this;
    }

    /// <summary>Sets an amount aside in an account.</summary>
    public Decision Hold(Guid holdId, AccountRef account, long amount, DateTimeOffset expiresAt, Guid reference)
    {
        Holds.Add(new PlannedHold(account, new Hold(holdId, account.Id, amount, HoldState.Pending, expiresAt, reference), null));
        return this;
    }

    /// <summary>Turns a pending hold into a transfer of its whole amount.</summary>
    public Decision PostHold(Hold hold, Movement movement, AccountRef from, AccountRef to, Guid? transferId = null)
    {
        Holds.Add(new PlannedHold(from, hold with { State = HoldState.Posted }, hold));
        return Post(movement, from, to, hold.Amount, hold.Reference, transferId);
    }

    /// <summary>Lets a pending hold go.</summary>
    public Decision ReleaseHold(Hold hold, AccountRef account)
    {
        Holds.Add(new PlannedHold(account, hold with { State = HoldState.Released }, hold));
        return this;
    }

    /// <summary>Writes a row: changes the loaded one, or adds it where there was none. A row that Needs did not name can only be added, once.</summary>
    public Decision Change<TRow>(HotTable<TRow> table, TRow row)
        where TRow : class
    {
        if (table.KeyColumns == 0) throw new InvalidOperationException($"{table.Name} is only added to.");
        Changes.Add((table, row));
        return this;
    }

    /// <summary>Adds rows that did not exist before.</summary>
    public Decision Add<TRow>(HotTable<TRow> table, params IEnumerable<TRow> rows)
        where TRow : class
    {
        foreach (var row in rows) Additions.Add((table, row));
        return this;
    }

    /// <summary>Writes an event to the outbox.</summary>
    public Decision Publish(IDomainEvent @event)
    {
        Events.Add(@event);
        return this;
    }
}

internal sealed record PlannedTransfer(Guid Id, Movement Movement, AccountRef From, AccountRef To, long Amount, Guid Reference);

/// <summary>A hold to open (<paramref name="Was"/> null) or to end.</summary>
internal sealed record PlannedHold(AccountRef Account, Hold Hold, Hold? Was);
