using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Draws by a beacon whose relays behave well, badly, or not at all.</summary>
public sealed class BeaconDrawTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheRoundIsFixedAtClosingAndDecidesWhenItComes(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var (host, closedAt) = (market.Host, market.Host.Clock.Now);
        var lot = await market.Frozen();
        // The chain began 3,000 s before; a minute after closing is 3,060 s, so round 1,021, at that very second.
        var closing = ClosingStatement.Parse(CanonicalJson.Parse(System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars((await host.Reader.Closing(lot, DrawsHost.Ct))!.Split('.')[1]))));
        Assert.Equal((1021, closedAt.AddSeconds(60)), (closing.Round, (await host.Reader.Sale(lot, DrawsHost.Ct))!.DrawsAt!.Value));
        await host.Deliver();
        Assert.Equal(5, host.Town.Sent.Values.Count(m => m.Text.Contains("round 1021 of the public beacon", StringComparison.Ordinal)));
        await host.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        await host.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        Assert.Equal(await market.Expected(lot, TestRelay.Randomness(market.Chain.Hash, 1021)), await market.Drawn(lot));
        var bundle = (await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value;
        Assert.Equal((1021, Convert.ToHexStringLower(TestRelay.Randomness(market.Chain.Hash, 1021))), (((BeaconRound)bundle.Beacon).Round, ((BeaconRound)bundle.Beacon).Randomness));
        Assert.Empty(bundle.Switches);
        await host.Audit();
    }

    [Theory]
    [InlineData(RelayMood.WrongSignature, "the signature of round 1021 does not verify under the pinned key")]
    [InlineData(RelayMood.OtherChain, "the signature of round 1021 does not verify under the pinned key")]
    [InlineData(RelayMood.WrongRound, "asked for round 1021, it gave round 1020")]
    [InlineData(RelayMood.WrongRandomness, "its randomness is not that of its signature")]
    [InlineData(RelayMood.NoJson, "the answer is no JSON")]
    [InlineData(RelayMood.NoObject, "the answer is no object")]
    [InlineData(RelayMood.Huge, "the answer is too long")]
    [InlineData(RelayMood.Endless, "the answer is too long")]
    public async Task ARelayThatLiesIsSeenAndNeverBelieved(RelayMood mood, string how)
    {
        await using var market = await BeaconMarket.Start(DatabaseKind.Sqlite);
        var lot = await market.Frozen();
        market.All(mood);
        await market.Host.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(LotState.Drawing, await market.Host.StateOf(lot));
        Assert.Equal((1, how), (market.State(0).Lies, market.State(0).Trouble));
        // One honest relay among liars is enough, and the winner is the same as if all were.
        market.Relays[1].Mood = RelayMood.Honest;
        // On a busy machine even an honest relay may miss the time that a relay is given; it is asked again.
        for (var asked = 0; asked < 10 && await market.Host.StateOf(lot) != LotState.Drawn; asked++) await market.Host.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(LotState.Drawn, await market.Host.StateOf(lot));
        Assert.Equal(await market.Expected(lot, TestRelay.Randomness(market.Chain.Hash, 1021)), await market.Drawn(lot));
        await market.Host.Audit();
    }

    [Theory]
    [InlineData(RelayMood.Late)]
    [InlineData(RelayMood.Slow)]
    [InlineData(RelayMood.Hangs)]
    [InlineData(RelayMood.Broken)]
    [InlineData(RelayMood.Redirects)]
    public async Task ARoundThatComesLateIsStillTheRound(RelayMood mood)
    {
        await using var market = await BeaconMarket.Start(DatabaseKind.Sqlite);
        var lot = await market.Frozen();
        market.All(mood);
        await market.Host.Pass(TimeSpan.FromSeconds(60));
        await market.Host.Pass(TimeSpan.FromMinutes(20));
        Assert.Equal(LotState.Drawing, await market.Host.StateOf(lot));
        Assert.Equal(0, market.State(0).Lies);
        market.All(RelayMood.Honest);
        await market.Host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(await market.Expected(lot, TestRelay.Randomness(market.Chain.Hash, 1021)), await market.Drawn(lot));
        await market.Host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereAllRelaysAreDownTheNextPublishedSourceDecidesAndTheLogSaysSoBefore(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var host = market.Host;
        var lot = await market.Frozen();
        var schedule = await market.Schedule(lot);
        market.All(RelayMood.Broken);
        await host.Pass(schedule.Steps[0].DueAt - host.Clock.Now - TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await host.Reader.Sale(lot, DrawsHost.Ct))!.Step);
        await host.Pass(TimeSpan.FromSeconds(1));
        var sale = (await host.Reader.Sale(lot, DrawsHost.Ct))!;
        Assert.Equal((LotState.Drawing, 1, schedule.Steps[0].DecidesAt), (sale.State, sale.Step, sale.DrawsAt!.Value));
        Assert.True(sale.DrawsAt > host.Clock.Now, "The switch is logged before its round can be known.");
        var log = await host.Reader.List("select line from draws_closing_log order by line_no", r => r.Text(0), DrawsHost.Ct);
        Assert.True(ClosingLog.Verify(log).Ok);
        Assert.Equal((2, true, ProofTime.Format(host.Clock.Now)), (log.Count, ClosingLogLine.Parse(log[1]).IsSwitch, ClosingLogLine.Parse(log[1]).At));
        // The first source comes back, and it is too late for it: nothing can be chosen.
        market.All(RelayMood.Honest);
        await host.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        await host.Pass(schedule.Steps[0].DecidesAt - host.Clock.Now);
        var round = (schedule.Steps[0].DecidesAt.ToUnixTimeSeconds() - DrandChain.Default.Genesis) / 30 + 1;
        Assert.Equal(await market.Expected(lot, TestRelay.Randomness(DrandChain.Default.Hash, round)), await market.Drawn(lot));
        var bundle = (await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value;
        Assert.Equal((1, round), (bundle.Switches.Count, ((BeaconRound)bundle.Beacon).Round));
        await host.Deliver();
        Assert.Equal(5, host.Town.Sent.Values.Count(m => m.Subject == "The draw of Kettle is put off"));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereNothingEverAnswersEverybodyGetsTheMoneyBack(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var host = market.Host;
        var lot = await market.Frozen();
        var holders = (await host.Reader.Holdings(lot, Guid.Empty, 10, false, DrawsHost.Ct)).Select(h => h.UserId).ToList();
        var schedule = await market.Schedule(lot);
        market.All(RelayMood.Broken);
        await host.Pass(schedule.Steps[0].DueAt - host.Clock.Now);
        await host.Pass(schedule.Steps[1].DueAt - host.Clock.Now);
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        foreach (var holder in holders) Assert.Equal(20_000, await host.Wallet(holder));
        Assert.Equal((0, 0), (await host.Escrow(lot), await host.Payable()));
        await host.Deliver();
        Assert.Equal(5, host.Town.Sent.Values.Count(m => m.Text.Contains("no source of randomness that its terms name answered", StringComparison.Ordinal)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AStepWhoseTimeWasMissedIsPassedOver(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var (host, lot) = (market.Host, await market.Frozen());
        var schedule = await market.Schedule(lot);
        market.All(RelayMood.Broken);
        // The server was away for the whole time in which step 1 could have been taken.
        await host.Pass(schedule.Steps[0].Until!.Value - host.Clock.Now);
        Assert.Equal((LotState.Drawing, 0), (await host.StateOf(lot), (await host.Reader.Sale(lot, DrawsHost.Ct))!.Step));
        await host.Pass(schedule.Steps[1].DueAt - host.Clock.Now);
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AServerKilledAtEachStepComesToTheSameWinner(DatabaseKind kind)
    {
        await using var market = await BeaconMarket.Start(kind);
        var (host, lot) = (market.Host, await market.SoldOut(DrandEntropy.MixedSource));
        var seen = new List<string>();
        async Task Step()
        {
            var before = (await host.Reader.Sale(lot, DrawsHost.Ct))!;
            await using var worker = await host.StartAgain();
            await worker.In<LotSteps, bool>(s => s.Move(before, DrawsHost.Ct));
            // Another one, that read the same row before, does it again and changes nothing.
            var after = (await host.Reader.Sale(lot, DrawsHost.Ct))!;
            await using var late = await host.StartAgain();
            await late.In<LotSteps, bool>(s => s.Move(before, DrawsHost.Ct));
            Assert.Equal((after.State, after.Step, after.DrawsAt), ((await host.Reader.Sale(lot, DrawsHost.Ct))!.State, after.Step, after.DrawsAt));
            seen.Add($"{after.State} {after.Step}");
        }

        await Step();
        await Step();
        market.All(RelayMood.Broken);
        host.Clock.Now = (await market.Schedule(lot)).Steps[0].DueAt;
        await Step();
        market.All(RelayMood.Honest);
        host.Clock.Now = (await market.Schedule(lot)).Steps[0].DecidesAt;
        await Step();
        Assert.Equal(["Closed 0", "Drawing 0", "Drawing 1", "Drawn 1"], seen);
        var bundle = (await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value;
        var round = (BeaconRound)bundle.Beacon;
        var mixed = Seed.Mix(TestRelay.Randomness(DrandChain.Default.Hash, round.Round), Convert.FromHexString(round.Secret!));
        Assert.Equal(await market.Expected(lot, mixed), await market.Drawn(lot));
        await host.Audit();
    }
}
