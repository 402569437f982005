using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>Whatever people do and whenever the server dies, the money of a two-stage lot comes out the same.</summary>
public sealed class TwoStageHistoryTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AServerThatDiesWhileItPaysOutPaysEverybodyOnce(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Surplus = new NamedChoice("mileage") });
        var crowd = await host.Crowd(lot, 13);
        await host.Draw();
        var place = (await host.Places(lot))[0];
        // Ended without the clock, as if the server died right after.
        await host.Committer.Submit<Done>(new EndDelivery(place.Id, lot, Delivered: true));
        var before = await host.Two(lot);
        Assert.Null((await host.Committer.Submit<Done>(new SettleTwoStage(before, DrawsHost.Shop, "KZT", [new Buyer(place.Id, place.UserId)]))).Refusal);
        var two = await host.Two(lot);
        Payee[] some = [.. crowd.Order().Take(5).Select(u => new Payee(u, u == place.UserId ? UnitEnd.Delivered : UnitEnd.Unsold, false))];
        Assert.Null((await host.Committer.Submit<Done>(new PayOut(two, "KZT", some))).Refusal);
        Assert.Null((await host.Committer.Submit<Done>(new PayOut(two, "KZT", [.. some.Skip(1)]))).Refusal);
        await host.Audit();
        await using var again = await host.StartAgain();
        await again.Settle();
        Assert.Equal((LotState.Settled, 100_000), (await again.StateOf(lot), await again.Payable()));
        foreach (var user in crowd) Assert.Equal(user == place.UserId ? 0 : 2_500, await again.Mileage(user));
        await again.Audit();
    }

    [Fact]
    public async Task NoHistoryOfWaiversLatePaymentsAndDeliveriesCostsAnybodyAnything()
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var random = new Random(4);
        var paidToShop = 0L;
        for (var i = 0; i < 12; i++)
        {
            var quantity = random.Next(1, 4);
            host.FirstPaymentsAre(((FirstPaymentMode)random.Next(3)).Wire());
            var lot = await host.OpenTwoStage(host.AskedTwice() with
            {
                Quantity = quantity, Predicted = random.Next(Math.Max(4, quantity + 1), 13), Fee = DrawsHost.Tenge(random.Next(500)), MileageRate = random.Next(2) == 0 ? "1.25" : null,
                Surplus = random.Next(2) == 0 ? new NamedChoice("mileage") : new NamedChoice("split", 40), Deposit = new DepositChoice(DrawsHost.Tenge(random.Next(1, 90_000))),
            });
            var wallets = new Dictionary<Guid, long>();
            for (var person = 0; person < random.Next(1, 9); person++)
            {
                var user = await host.Buyer(1_000_000);
                Assert.Null((await host.Apply(user, lot, random.Next(1, 4))).Refusal);
                wallets[user] = 1_000_000;
            }
            var (seller, revenue, rounding, cost) = (await host.Wallet(DrawsHost.Operator), await host.Revenue(), await host.Rounding(), await host.Balance(TwoStagePostings.CostOf("KZT")));
            var (deposit, held) = ((await host.Two(lot)).Terms.Deposit, await host.Balance(TwoStagePostings.BackingOf("KZT")));
            await host.Draw();
            var delivered = await Live(host, lot, random);
            var terms = (await host.Two(lot)).Terms;
            if (await host.StateOf(lot) == LotState.Settled) paidToShop += terms.Price * delivered;
            Assert.Equal(paidToShop, await host.Payable());
            // What left the wallets is with the shop, the operator, behind mileage, or rounded; nothing stays in the lot.
            var spent = 0L;
            foreach (var (user, had) in wallets) spent += had - await host.Wallet(user);
            var gained = terms.Price * delivered + await host.Revenue() - revenue + await host.Rounding() - rounding + await host.Balance(TwoStagePostings.BackingOf("KZT")) - held
                + await host.Balance(TwoStagePostings.CostOf("KZT")) - cost + await host.Wallet(DrawsHost.Operator) - seller - deposit;
            Assert.Equal((spent, 0, 0), (gained, await host.Escrow(lot), await host.Deposit(lot)));
            await host.Audit();
        }
    }

    // Each candidate pays, gives up or lets the time pass; each buyer gets the goods or not.
    private static async Task<int> Live(DrawsHost host, Guid lot, Random random)
    {
        for (var turn = 0; turn < 40 && await host.StateOf(lot) == LotState.Drawn; turn++)
        {
            foreach (var place in await host.Places(lot))
            {
                if (place.State == WinState.Bought) await host.EndDelivery(lot, place, delivered: random.Next(4) > 0);
                if (place.State != WinState.Candidate) continue;
                if (random.Next(3) == 0) Assert.Equal(WinState.Waived, (await host.Waive(place.UserId, lot)).Value.State);
                else if (random.Next(3) > 0) Assert.Null((await host.PaySecond(place.UserId, lot)).Refusal);
            }
            await host.Pass(TimeSpan.FromDays(1));
        }
        Assert.NotEqual(LotState.Drawn, await host.StateOf(lot));
        return (await host.Places(lot)).Count(p => p.State == WinState.Claimed);
    }
}
