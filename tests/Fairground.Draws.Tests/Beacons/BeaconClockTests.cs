using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>A round that could have been known at closing never decides, whatever our clock says.</summary>
public sealed class BeaconClockTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AServerWhoseClockIsSlowClosesNothingThatABeaconDecides(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var (host, lot) = (market.Host, await market.SoldOut());
        SetTrueTime(market, host.Clock.Now.AddMinutes(5));
        await market.Look();
        Assert.Equal(TimeSpan.FromMinutes(5), host.Get<BeaconClock>().Behind(host.Clock.Now));
        var refused = await host.In<LotClosings, Result<LotClosing>>(c => c.Close(DrawsHost.As(DrawsHost.Seller), lot, DrawsHost.Ct));
        Assert.Equal("lot.clock_wrong", refused.Refusal!.Code);
        await host.Settle();
        Assert.Equal(LotState.SoldOut, await host.StateOf(lot));
        // A lot that needs no beacon goes on.
        var other = await host.OpenLot(host.Asked() with { Entropy = new NamedChoice(CommitReveal.Source), Entries = 1 });
        await host.Buy(await host.Buyer(10_000), other, 1);
        await host.Settle();
        Assert.Equal(LotState.Drawing, await host.StateOf(other));
        // The clock is set right, and the sale closes.
        await host.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AListThatCannotBePublishedBeforeItsRoundIsKnownIsNeverDrawn(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var (host, lot) = (market.Host, await market.SoldOut());
        await host.In<LotSteps, bool>(async s => await s.Move((await host.Reader.Sale(lot, DrawsHost.Ct))!, DrawsHost.Ct));
        Assert.Equal(LotState.Closed, await host.StateOf(lot));
        // The server died here, and came back when the round was known to everyone.
        await host.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        Assert.Empty(await host.Reader.List("select line from draws_closing_log", r => r.Text(0), DrawsHost.Ct));
        Assert.Equal("closed_too_late", (await host.Reader.List("select code from draws_cancellation where lot_id = @lot", r => r.Text(0), DrawsHost.Ct, ("@lot", lot)))[0]);
        await host.Audit();
    }

    [Fact]
    public async Task ASlowClockThatComesOutOnlyAfterClosingEndsInARefundToo()
    {
        await using var market = await BeaconMarket.Start(DatabaseKind.Sqlite);
        var (host, lot) = (market.Host, await market.SoldOut());
        await host.In<LotSteps, bool>(async s => await s.Move((await host.Reader.Sale(lot, DrawsHost.Ct))!, DrawsHost.Ct));
        SetTrueTime(market, host.Clock.Now.AddMinutes(5));
        await market.Look();
        await host.Settle();
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        await host.Audit();
    }

    [Fact]
    public async Task AServerWhoseClockIsFastWaitsForTheRoundAndGivesUpOnNothing()
    {
        await using var market = await BeaconMarket.Start(DatabaseKind.Sqlite);
        var (host, lot) = (market.Host, await market.SoldOut());
        var truth = host.Clock.Now;
        host.Clock.Now = truth.AddMinutes(45);
        SetTrueTime(market, truth);
        await host.Settle();
        var schedule = await market.Schedule(lot);
        host.Clock.Now = schedule.Steps[0].DueAt;
        SetTrueTime(market, host.Clock.Now.AddMinutes(-45));
        await market.Look();
        Assert.True(host.Get<BeaconClock>().IsFast(host.Clock.Now));
        await host.Settle();
        Assert.Equal((LotState.Drawing, 0), (await host.StateOf(lot), (await host.Reader.Sale(lot, DrawsHost.Ct))!.Step));
        // The round comes in its true time.
        SetTrueTime(market, schedule.FirstAt);
        await host.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(await market.Expected(lot, TestRelay.Randomness(market.Chain.Hash, schedule.Round!.Value)), await market.Drawn(lot));
        await host.Audit();
    }

    [Fact]
    public async Task ALotIsOpenedOnlyUnderASourceThatAnswersAndWithRoomBeforeItsRound()
    {
        await using var market = await BeaconMarket.Start(DatabaseKind.Sqlite);
        var host = market.Host;
        var asked = host.Asked() with { Entropy = new NamedChoice(DrandEntropy.Source) };
        async Task<string?> Draft(CreateLotRequest request) => (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), request, DrawsHost.Ct))).Refusal?.Code;
        Assert.Equal("lot.beacon_delay_too_short", await Draft(asked with { DrawDelaySeconds = 29 }));
        Assert.Equal("lot.entropy_unavailable", await Draft(asked with { Entropy = new NamedChoice(NistEntropy.Source) }));
        Assert.Equal("lot.entropy_unknown", await Draft(asked with { Entropy = new NamedChoice("dice") }));
        // Nobody named a source: the beacon, since it answers; a delay that leaves it no room means the secret.
        async Task<string> Usual(int delay) => (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked() with { DrawDelaySeconds = delay }, DrawsHost.Ct))).Value.Entropy;
        Assert.Equal(("drand", "commit-reveal"), (await Usual(60), await Usual(0)));
        var draft = (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), asked, DrawsHost.Ct))).Value.Id;
        host.Clock.Now += TimeSpan.FromMinutes(6);
        Assert.Equal("lot.beacon_unreachable", (await host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), draft, DrawsHost.Ct))).Refusal!.Code);
        Assert.Equal("commit-reveal", await Usual(60));
        await market.Look();
        Assert.Null((await host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), draft, DrawsHost.Ct))).Refusal);
        var terms = (DrandEntropy)LotTerms.Read(await host.In<DrawsContext, Lot>(c => c.Lots.FindAsync([draft], DrawsHost.Ct).AsTask()!)).Entropy;
        Assert.Equal([(1800, DrandChain.Default.Hash), (86_400, null)], terms.Failover.Select(f => (f.AfterSeconds, (f.Source as DrandEntropy)?.Chain)));
    }

    private static void SetTrueTime(BeaconMarket market, DateTimeOffset now)
    {
        foreach (var relay in market.Relays) relay.Clock = new SetClock { Now = now };
    }
}
