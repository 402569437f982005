using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Statements;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

public sealed class StatementTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Pages_of_a_statement_give_every_line_once_newest_first(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (one, two) = (await node.PersonWith(1000), await node.PersonWith(1000));
        // All in one group, and most within one millisecond: the order is still the order in which they were decided.
        await Task.WhenAll(Enumerable.Range(1, 24).Select(i => node.Do(new Step.Move(
            ToyChart.Give, ToyChart.WalletOf(i % 2 == 0 ? one : two), ToyChart.WalletOf(i % 2 == 0 ? two : one), i))));
        var lines = new List<StatementLine>();
        Guid? before = null;
        var pages = 0;
        do
        {
            var page = await node.Node.Reader.Statement(ToyChart.WalletOf(one), before, 10, TestContext.Current.CancellationToken);
            lines.AddRange(page.Items);
            before = page.Next is null ? null : Guid.Parse(Cursor.Read(page.Next).Value!);
            pages++;
        }
        while (before is not null);
        Assert.Equal(3, pages);
        long[] expected = [.. Enumerable.Range(1, 24).Reverse().Select(i => i % 2 == 0 ? -(long)i : i), 1000];
        Assert.Equal(expected, lines.Select(l => l.Amount));
        Assert.Equal(await node.Wallet(one), lines.Sum(l => l.Amount));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Balances_are_kept_apart_by_asset(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var person = await node.PersonWith(1000);
        _ = (await node.Do(new Step.Move(ToyChart.TopUp, ToyChart.WorldOf("USD"), ToyChart.WalletOf(person, "USD"), 7))).Value;
        var balances = await node.Node.Reader.BalancesOf(person, SharedAccounts.Wallet, TestContext.Current.CancellationToken);
        Assert.Equal([("KZT", 1000L), ("USD", 7L)], balances.Select(b => (b.Key, b.Value.Balance)));
        Assert.Equal(0, await node.Wallet(Ids.New()));
    }
}
