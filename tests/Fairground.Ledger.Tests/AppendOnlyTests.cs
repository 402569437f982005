using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>The database itself refuses to rewrite history, whoever asks.</summary>
public sealed class AppendOnlyTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task History_cannot_be_rewritten(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (person, hold) = (await node.PersonWith(1000), Ids.New());
        _ = (await node.Do(new Step.Hold(hold, ToyChart.WalletOf(person), 300))).Value;
        _ = (await node.Do(new Step.Release(hold, ToyChart.WalletOf(person)))).Value;
        string[] attempts =
        [
            "update ledger_transfer set amount = amount + 1",
            "delete from ledger_transfer",
            "update ledger_command set outcome = ''",
            "delete from ledger_command",
            "delete from ledger_account",
            "update ledger_hold set state = 0",
            "update ledger_hold set amount = 1",
            "delete from ledger_hold",
            "update ledger_account set balance = -1 where floor = 0",
            "update ledger_account set held = 2000 where floor = 0",
            "update ledger_account set asset = 'USD'",
            .. kind == DatabaseKind.Postgres ? (string[])["truncate ledger_transfer", "truncate ledger_command", "truncate ledger_hold", "truncate ledger_account cascade"] : [],
        ];
        var allowed = new List<string>();
        foreach (var sql in attempts)
        {
            if (await Record.ExceptionAsync(() => node.Sql(sql)) is null) allowed.Add(sql);
        }
        Assert.Empty(allowed);
        Assert.Equal(1000, await node.Wallet(person));
        await node.Node.Audit();
    }
}
