using Fairground.Ledger.GroupCommit;

namespace Fairground.Ledger;

/// <summary>The ledger's own tables as the group commit writes them.</summary>
internal static class LedgerTables
{
    public static readonly HotTable<Hold> Holds = HotTable<Hold>.Keyed(
        "ledger_hold",
        1,
        r => new Hold(r.Uuid(0), r.Uuid(1), r.Long(2), (HoldState)r.Int(3), r.Instant(4), r.Uuid(5)),
        new("id", HotType.Uuid, h => h.Id),
        new("account_id", HotType.Uuid, h => h.Account),
        new("amount", HotType.Long, h => h.Amount),
        new("state", HotType.Int, h => (int)h.State),
        new("expires_at", HotType.Long, h => h.ExpiresAt.ToUnixTimeMilliseconds()),
        new("reference", HotType.Uuid, h => h.Reference));

    public static readonly HotTable<Transfer> Transfers = HotTable<Transfer>.Append(
        "ledger_transfer",
        new("id", HotType.Uuid, t => t.Id),
        new("debit_id", HotType.Uuid, t => t.Debit),
        new("credit_id", HotType.Uuid, t => t.Credit),
        new("amount", HotType.Long, t => t.Amount),
        new("movement", HotType.Int, t => t.Movement),
        new("at", HotType.Long, t => t.At.ToUnixTimeMilliseconds()),
        new("reference", HotType.Uuid, t => t.Reference));

    public static readonly HotTable<StoredCommand> Commands = HotTable<StoredCommand>.Append(
        "ledger_command",
        new("scope", HotType.Uuid, c => c.Scope),
        new("key", HotType.Text, c => c.Key),
        new("hash", HotType.Bytes, c => c.Hash),
        new("outcome", HotType.Text, c => c.Outcome),
        new("at", HotType.Long, c => c.At.ToUnixTimeMilliseconds()));

    public static readonly HotTable<Fairground.Kernel.Storage.OutboxRow> Outbox = HotTable<Fairground.Kernel.Storage.OutboxRow>.Append(
        "kernel_outbox",
        new("id", HotType.Uuid, e => e.Id),
        new("topic", HotType.Text, e => e.Topic),
        new("payload", HotType.Text, e => e.Payload),
        new("at", HotType.Long, e => e.At.ToUnixTimeMilliseconds()));

    public static readonly HotTable<AccountState> NewAccounts = HotTable<AccountState>.Append(
        "ledger_account",
        new("id", HotType.Uuid, a => a.Ref.Id),
        new("party", HotType.Uuid, a => a.Ref.Party),
        new("purpose", HotType.Text, a => a.Ref.Purpose.Name),
        new("asset", HotType.Text, a => a.Ref.Asset),
        new("floor", HotType.Long, a => a.Ref.Purpose.Floor),
        new("balance", HotType.Long, a => a.Balance),
        new("held", HotType.Long, a => a.Held));
}
