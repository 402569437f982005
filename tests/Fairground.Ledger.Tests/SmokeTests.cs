using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

public sealed class SmokeTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Money_comes_in_and_buys_certificates(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await using var node = await LedgerFixture.Start(database.Database, modules: [new ToyModule()]);
        var (buyer, lot) = (Ids.New(), Ids.New());
        var (wallet, escrow) = (ToyChart.WalletOf(buyer), ToyChart.EscrowOf(lot));

        await node.Submit<Done>(new Steps(CommandKey.System("top-up", "1"), new Step.Move(ToyChart.TopUp, ToyChart.WorldOf("KZT"), wallet, 1000)));
        await node.Submit<Done>(new OpenLot(CommandKey.System("open", lot.ToString()), lot, 10));
        var first = await node.Submit<Bought>(Buy.Of(buyer, lot, 3, "one"));
        var again = await node.Submit<Bought>(Buy.Of(buyer, lot, 3, "one"));
        var second = await node.Submit<Bought>(Buy.Of(buyer, lot, 2, "two"));
        var tooMuch = await node.Submit<Bought>(Buy.Of(buyer, lot, 6, "three"));
        var tooPoor = await node.Submit<Bought>(Buy.Of(Ids.New(), lot, 1, "four"));

        Assert.Equal(new Bought(0, 3), first.Value);
        Assert.False(first.Replayed);
        Assert.Equal(new Bought(0, 3), again.Value);
        Assert.True(again.Replayed);
        Assert.Equal(new Bought(3, 2), second.Value);
        Assert.Equal("toy.sold_out", tooMuch.Refusal?.Code);
        Assert.Equal("wallet.insufficient_funds", tooPoor.Refusal?.Code);
        Assert.Equal(500, await node.Balance(wallet));
        Assert.Equal(500, await node.Balance(escrow));
        Assert.Equal(-1000, await node.Balance(ToyChart.WorldOf("KZT")));
        var statement = await node.Reader.Statement(wallet, null, 10, TestContext.Current.CancellationToken);
        Assert.Equal([-200L, -300L, 1000L], statement.Items.Select(l => l.Amount));
        await node.Audit();
    }
}
