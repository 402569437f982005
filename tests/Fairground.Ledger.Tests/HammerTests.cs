using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>Many at once, in bounded counts; afterwards the sums must be exact.</summary>
public sealed class HammerTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Two_thousand_tasks_move_money_among_fifty_wallets_and_none_is_lost(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var people = new List<Guid>();
        for (var i = 0; i < 50; i++) people.Add(await node.PersonWith(1000));
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => Task.Run(() => Move(node, people, 5))));
        var total = 0L;
        foreach (var person in people)
        {
            var balance = await node.Wallet(person);
            Assert.True(balance >= 0);
            total += balance;
        }
        Assert.Equal(50_000, total);
        await node.Node.Audit();
    }

    [Fact]
    public async Task Two_nodes_on_one_hot_lot_lose_nothing_and_do_nothing_twice()
    {
        await using var node = await TestNode.Start(DatabaseKind.Postgres, new GroupCommitOptions(Pumps: 2, GiveUpAfter: TimeSpan.FromSeconds(30)));
        await using var second = await TestNode.On(node.Storage.Database, new GroupCommitOptions(GiveUpAfter: TimeSpan.FromSeconds(30)));
        var lot = await node.LotOf(100_000);
        var buyers = new List<Guid>();
        for (var i = 0; i < 40; i++) buyers.Add(await node.PersonWith(1_000_000));
        LedgerFixture[] nodes = [node.Node, second];
        // Every key goes to both nodes at the same moment.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4000).Select(i => Task.Run(async () =>
            (Key: i / 2, Answer: await nodes[i % 2].Submit<Bought>(Buy.Of(buyers[i / 2 % 40], lot, 1, $"{i / 2}"))))));
        Assert.All(answers, a => Assert.False(a.Answer.Refused, a.Answer.Refusal?.Code));
        Assert.All(answers.GroupBy(a => a.Key), pair => Assert.Single(pair.Select(a => a.Answer.Value).Distinct()));
        Assert.All(answers.GroupBy(a => a.Key), pair => Assert.Single(pair, a => !a.Answer.Replayed));
        Assert.Equal(Enumerable.Range(0, 2000), answers.Where(a => !a.Answer.Replayed).Select(a => a.Answer.Value.First).Order());
        Assert.Equal(2000 * Buy.Nominal, await node.Node.Balance(ToyChart.EscrowOf(lot)));
        await node.Node.Audit();
    }

    [Fact]
    public async Task Two_nodes_that_add_the_same_new_accounts_in_any_order_both_finish()
    {
        await using var node = await TestNode.Start(DatabaseKind.Postgres);
        await using var second = await TestNode.On(node.Storage.Database);
        LedgerFixture[] nodes = [node.Node, second];
        for (var round = 0; round < 20; round++)
        {
            var people = Enumerable.Range(0, 20).Select(_ => Ids.New()).ToList();
            var answers = await Task.WhenAll(nodes.SelectMany(n => people.Select(p => Task.Run(() => n.Submit<Done>(new Steps(
                CommandKey.System("steps", Ids.New().ToString()), new Step.Move(ToyChart.TopUp, ToyChart.WorldOf("KZT"), ToyChart.WalletOf(p), 10)))))));
            Assert.All(answers, a => Assert.False(a.Refused, a.Refusal?.Code));
            foreach (var person in people) Assert.Equal(20, await node.Wallet(person));
        }
        await node.Node.Audit();
    }

    private static async Task Move(TestNode node, List<Guid> people, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var (from, to) = (RandomNumberGenerator.GetInt32(50), RandomNumberGenerator.GetInt32(49));
            if (to >= from) to++;
            try
            {
                await node.Do(new Step.Move(ToyChart.Give, ToyChart.WalletOf(people[from]), ToyChart.WalletOf(people[to]), RandomNumberGenerator.GetInt32(1, 400)));
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("floor", StringComparison.Ordinal))
            {
                // Not enough money: as it should be.
            }
        }
    }
}
