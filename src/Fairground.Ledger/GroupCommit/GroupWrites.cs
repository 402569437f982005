namespace Fairground.Ledger.GroupCommit;

/// <summary>The rows of a group, table by table and key by key, in the order in which every node writes them, so that no two wait for each other in a circle.</summary>
internal static class GroupWrites
{
    public static IEnumerable<(HotTable Table, List<object> Rows)> Inserts(GroupState state)
    {
        var accounts = state.Accounts.Where(a => a.Changed && !a.Exists).OrderBy(a => a.Ref.Id).Cast<object>().ToList();
        if (accounts.Count > 0) yield return (LedgerTables.NewAccounts, accounts);
        foreach (var table in state.ChangedRows.Where(r => !r.Existed).GroupBy(r => r.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.OrderBy(r => r.Key).Select(r => r.Row!)]);
        if (state.Transfers.Count > 0) yield return (LedgerTables.Transfers, [.. state.Transfers]);
        foreach (var table in state.Additions.GroupBy(a => a.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.Select(a => a.Row)]);
        if (state.NewCommands.Count > 0) yield return (LedgerTables.Commands, [.. state.NewCommands.OrderBy(c => c.Scope).ThenBy(c => c.Key, StringComparer.Ordinal)]);
        if (state.Events.Count > 0) yield return (LedgerTables.Outbox, [.. state.Events]);
    }

    public static IEnumerable<(HotTable Table, List<object> Rows)> Updates(GroupState state)
    {
        foreach (var table in state.ChangedRows.Where(r => r.Existed).GroupBy(r => r.Table).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return (table.Key, [.. table.OrderBy(r => r.Key).Select(r => r.Row!)]);
    }

    public static List<AccountState> ChangedAccounts(GroupState state) => [.. state.Accounts.Where(a => a.Changed && a.Exists).OrderBy(a => a.Ref.Id)];
}
