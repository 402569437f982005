using Fairground.Kernel.Storage;

namespace Fairground.Ledger.GroupCommit;

/// <summary>One engine's way to run a group: load and lock in one go, write in one go, commit. One instance a pump.</summary>
internal interface IGroupStore : IAsyncDisposable
{
    /// <summary>Begins a transaction, then loads and locks what the plan names and the outcomes of these commands.</summary>
    Task<GroupState> Begin(LoadPlan plan, IReadOnlyCollection<CommandKey> keys, CancellationToken ct);

    /// <summary>Writes everything that the group did, and commits durably.</summary>
    Task Commit(GroupState state, CancellationToken ct);

    /// <summary>Ends a group that changed nothing, or failed.</summary>
    Task Abandon();

    /// <summary>True where running the group again may succeed: a lost connection, a deadlock, a row that another node added first.</summary>
    bool IsTransient(Exception error);
}

/// <summary>The rows of a group, table by table, in the order in which both engines write them.</summary>
internal static class GroupWrites
{
    public static IEnumerable<(HotTable Table, List<object> Rows)> Inserts(GroupState state)
    {
        var accounts = state.Accounts.Where(a => a.Changed && !a.Exists).Cast<object>().ToList();
        if (accounts.Count > 0) yield return (LedgerTables.NewAccounts, accounts);
        foreach (var table in state.ChangedRows.Where(r => !r.Existed).GroupBy(r => r.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.OrderBy(r => r.Key).Select(r => r.Row!)]);
        if (state.Transfers.Count > 0) yield return (LedgerTables.Transfers, [.. state.Transfers]);
        foreach (var table in state.Additions.GroupBy(a => a.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.Select(a => a.Row)]);
        if (state.NewCommands.Count > 0) yield return (LedgerTables.Commands, [.. state.NewCommands]);
        if (state.Events.Count > 0) yield return (LedgerTables.Outbox, [.. state.Events.Cast<OutboxRow>()]);
    }

    public static IEnumerable<(HotTable Table, List<object> Rows)> Updates(GroupState state)
    {
        foreach (var table in state.ChangedRows.Where(r => r.Existed).GroupBy(r => r.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.OrderBy(r => r.Key).Select(r => r.Row!)]);
    }

    public static List<AccountState> ChangedAccounts(GroupState state) => [.. state.Accounts.Where(a => a.Changed && a.Exists).OrderBy(a => a.Ref.Id)];
}
