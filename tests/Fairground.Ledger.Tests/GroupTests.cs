using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

public sealed class GroupTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_full_queue_refuses_at_once(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind, new GroupCommitOptions(Capacity: 10, MaxGroup: 5));
        var lot = await node.LotOf(1000);
        var buyer = await node.PersonWith(100_000);
        List<Task<HotResult<Bought>>> answers;
        await using (await Blocked.On(node, lot))
        {
            answers = [.. Enumerable.Range(0, 100).Select(i => node.Node.Submit<Bought>(Buy.Of(buyer, lot, 1, $"{i}")))];
            var refusedAtOnce = answers.Where(a => a.IsCompleted).ToList();
            // Ten wait in the queue, and up to five stand in the group that is stuck.
            Assert.InRange(refusedAtOnce.Count, 85, 90);
            Assert.All(refusedAtOnce, a => Assert.Equal("server.busy", a.Result.Refusal?.Code));
        }
        var bought = (await Task.WhenAll(answers)).Count(a => !a.Refused);
        Assert.InRange(bought, 10, 15);
        Assert.Equal(100_000 - bought * Buy.Nominal, await node.Wallet(buyer));
        await node.Node.Audit();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_command_that_breaks_or_that_the_database_will_not_take_fails_alone(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (lot, other) = (await node.LotOf(1000), Ids.New());
        var buyers = new List<Guid>();
        for (var i = 0; i < 20; i++) buyers.Add(await node.PersonWith(100));
        _ = (await node.Do(new Step.Certificate(other, 1))).Value;
        List<Task<HotResult<Bought>>> good;
        Task<HotResult<Done>>[] bad;
        await using (await Blocked.On(node, lot))
        {
            good = [.. buyers.Take(10).Select(b => node.Node.Submit<Bought>(Buy.Of(b, lot, 1, "k")))];
            bad =
            [
                node.Do(new Step.Throw("a broken rule")),
                node.Do(new Step.Certificate(other, 1)),
                node.Do(new Step.Lot(Ids.New(), -1)),
            ];
            good.AddRange(buyers.Skip(10).Select(b => node.Node.Submit<Bought>(Buy.Of(b, lot, 1, "k"))));
        }
        var numbers = (await Task.WhenAll(good)).Select(a => a.Value.First).Order();
        Assert.Equal(Enumerable.Range(0, 20), numbers);
        foreach (var task in bad) Assert.NotNull(await Record.ExceptionAsync(() => task));
        Assert.Equal(0, await node.Sql("select count(*) from toy_lot where remaining < 0"));
        await node.Node.Audit();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_was_accepted_before_a_stop_is_answered(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (lot, buyer) = (await node.LotOf(1000), await node.PersonWith(100_000));
        var answers = Enumerable.Range(0, 500).Select(i => node.Node.Submit<Bought>(Buy.Of(buyer, lot, 1, $"{i}"))).ToList();
        await node.Node.Stop();
        var late = await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 1, "late"));
        Assert.All(await Task.WhenAll(answers), a => Assert.False(a.Refused));
        Assert.Equal("server.busy", late.Refusal?.Code);
        await node.Node.Audit();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_lot_sells_out_exactly_and_no_number_twice(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var lot = await node.LotOf(300);
        var buyers = new List<Guid>();
        for (var i = 0; i < 20; i++) buyers.Add(await node.PersonWith(100_000));
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => node.Node.Submit<Bought>(Buy.Of(buyers[i % 20], lot, 1, $"{i}")))));
        Assert.Equal(Enumerable.Range(0, 300), answers.Where(a => !a.Refused).Select(a => a.Value.First).Order());
        Assert.All(answers.Where(a => a.Refused), a => Assert.Equal("toy.sold_out", a.Refusal!.Code));
        Assert.Equal(300, await node.Sql("select count(*) from toy_certificate"));
        Assert.Equal(300 * Buy.Nominal, await node.Node.Balance(ToyChart.EscrowOf(lot)));
        await node.Node.Audit();
    }
}
