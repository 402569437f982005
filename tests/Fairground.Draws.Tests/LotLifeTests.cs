using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

public sealed class LotLifeTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-09"), Requirement("C-12"), Requirement("C-17"), Requirement("C-24"), Requirement("C-25")]
    public async Task ASoldOutLotIsDrawnOnceAndItsProofHolds(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        var buyers = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            buyers.Add(await host.Buyer(20_000));
            var bought = await host.Buy(buyers[i], lot, 2);
            Assert.Null(bought.Refusal);
            Assert.Equal(2 * i + 1, bought.Value.Bought.FirstSeq);
        }
        Assert.Equal(LotState.SoldOut, await host.StateOf(lot));
        await host.Settle();
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        await host.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        await host.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));

        var wins = await host.Reader.WinsOf(lot, DrawsHost.Ct);
        Assert.Equal([WinState.Drawn, WinState.Reserve, WinState.Reserve], wins.Select(w => w.State));
        Assert.Equal(3, wins.Select(w => w.UserId).Distinct().Count());
        await ProofHolds(host, lot);
        var states = new List<string>();
        foreach (var buyer in buyers) states.AddRange((await host.In<MyDraws, Result<Kernel.Http.Page<MyCertificate>>>(m => m.Certificates([buyer], null, 100, DrawsHost.Ct))).Value.Items.Select(c => c.State));
        Assert.Equal(["annulled", "reserve", "won"], states.Distinct().Order());
        Assert.Equal((1, 2, 7), (states.Count(s => s == "won"), states.Count(s => s == "reserve"), states.Count(s => s == "annulled")));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-22")]
    public async Task DrawAnywayDrawsAmongThoseWhoBought(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("draw-anyway"));
        var buyer = await host.Buyer(30_000);
        await host.Buy(buyer, lot, 3);
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(buyer, Assert.Single(await host.Reader.WinsOf(lot, DrawsHost.Ct)).UserId);
        // Nobody collects, and there is no reserve: the shop keeps the goods and is paid.
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        Assert.Equal(LotState.Settled, await host.StateOf(lot));
        Assert.Equal(WinState.Unclaimed, Assert.Single(await host.Reader.WinsOf(lot, DrawsHost.Ct)).State);
        Assert.Equal((30_000, 0, 0), (await host.Payable(), await host.Escrow(lot), await host.Wallet(buyer)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheSellerSaysHowLongAWinnerHasToCollectAndTheTermsHoldIt(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("draw-anyway") with { ClaimSeconds = 3 * 86_400, Reserves = 1 });
        Assert.Equal(3 * 86_400, LotTerms.Read(await host.In<DrawsContext, Lot>(c => c.Lots.FindAsync([lot], DrawsHost.Ct).AsTask()!)).Extra["claimSeconds"]!.GetValue<int>());
        var (one, two) = (await host.Buyer(30_000), await host.Buyer(30_000));
        await host.Buy(one, lot, 1);
        await host.Buy(two, lot, 1);
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
        await host.Pass(TimeSpan.FromDays(1));
        await host.Pass(TimeSpan.FromDays(1));
        await host.Pass(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        Assert.Equal([WinState.Drawn, WinState.Reserve], (await host.Reader.WinsOf(lot, DrawsHost.Ct)).Select(w => w.State));
        await host.Pass(TimeSpan.FromMinutes(1));
        // The reserve has the same time, from being called.
        Assert.Equal([WinState.Unclaimed, WinState.Drawn], (await host.Reader.WinsOf(lot, DrawsHost.Ct)).Select(w => w.State));
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Settled, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-22")]
    public async Task RefundAllGivesEveryoneExactlyWhatWasPaid(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("refund-all"));
        var (one, two) = (await host.Buyer(50_000), await host.Buyer(10_000));
        await host.Buy(one, lot, 2);
        await host.Buy(one, lot, 1);
        await host.Buy(two, lot, 1);
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        Assert.Equal((50_000, 10_000, 0, 0), (await host.Wallet(one), await host.Wallet(two), await host.Escrow(lot), await host.Payable()));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-22")]
    public async Task ExtendOnceGoesOnForTheSameLengthAndThenRefunds(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("extend-once"));
        var buyer = await host.Buyer(20_000);
        await host.Buy(buyer, lot, 1);
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Open, await host.StateOf(lot));
        await host.Buy(buyer, lot, 1);
        Assert.Equal(0, await host.Wallet(buyer));
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal((LotState.Refunded, 20_000), (await host.StateOf(lot), await host.Wallet(buyer)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-22")]
    public async Task CashAlternativePaysTheWinnersTheirShareAndTheShopTheRest(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("cash-alternative(70)") with { Winners = 2, Nominal = DrawsHost.Tenge(10_001) });
        var (one, two) = (await host.Buyer(10_001), await host.Buyer(10_001));
        await host.Buy(one, lot, 1);
        await host.Buy(two, lot, 1);
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(LotState.Settled, await host.StateOf(lot));
        var wins = await host.Reader.WinsOf(lot, DrawsHost.Ct);
        Assert.All(wins, w => Assert.Equal(WinState.Paid, w.State));
        // 70 % of 200.02 is 140.014, down to 140.01: the first winner carries the odd tiyn.
        Assert.Equal((7_001, 7_000, 6_001), (await host.Wallet(wins[0].UserId), await host.Wallet(wins[1].UserId), await host.Payable()));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ALotThatNobodyBoughtIsCancelled(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-21")]
    public async Task TheDrawIsWithinAWeekOfTheFirstPaidCertificate(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked() with { ClosesAt = host.Clock.Now.AddDays(60) });
        host.Clock.Now += TimeSpan.FromDays(2);
        await host.Buy(await host.Buyer(10_000), lot, 1);
        var firstPaid = host.Clock.Now;
        await host.Pass(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(61));
        Assert.Equal(LotState.Open, await host.StateOf(lot));
        await host.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(firstPaid.AddDays(7), (await host.Reader.Sale(lot, DrawsHost.Ct))!.DrawsAt);
        await host.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AReserveIsCalledWhenTheWinnerDoesNotCollect(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        for (var i = 0; i < 3; i++) await host.Buy(await host.Buyer(10_000), lot, 1);
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        Assert.Equal([WinState.Unclaimed, WinState.Drawn, WinState.Reserve], (await host.Reader.WinsOf(lot, DrawsHost.Ct)).Select(w => w.State));
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        Assert.Equal([WinState.Unclaimed, WinState.Unclaimed, WinState.Unclaimed], (await host.Reader.WinsOf(lot, DrawsHost.Ct)).Select(w => w.State));
        Assert.Equal((LotState.Settled, 30_000), (await host.StateOf(lot), await host.Payable()));
        await ProofHolds(host, lot);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-20"), Requirement("C-28")]
    public async Task EveryHolderIsToldTheTimeOfTheDrawAndTheResultOnce(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        await host.Settle();
        await host.Deliver();
        await host.Deliver();
        var root = Convert.ToHexStringLower((await host.Reader.Sale(lot, DrawsHost.Ct))!.Root!);
        Assert.Equal(5, host.Town.Sent.Count);
        Assert.All(host.Town.Sent.Values, m => Assert.Contains(root, m.Text, StringComparison.Ordinal));
        Assert.All(host.Town.Sent.Values, m => Assert.Contains("1 March 2026, 12:01 UTC", m.Text, StringComparison.Ordinal));
        host.Town.Sent.Clear();
        await host.Pass(TimeSpan.FromMinutes(1));
        await host.Deliver();
        var result = host.Town.Sent.Values.Where(m => !m.Subject.Contains(" is on ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, result.Count);
        var winner = (await host.Reader.WinsOf(lot, DrawsHost.Ct))[0];
        var won = Assert.Single(result, m => m.Subject.StartsWith("You won", StringComparison.Ordinal));
        Assert.Equal(winner.UserId, won.UserId);
        Assert.Contains("1 Fair Street", won.Text, StringComparison.Ordinal);
        await host.Audit();
    }

    /// <summary>The published bundle passes the verifier, with the published entries, log and a holder's keys.</summary>
    private static async Task ProofHolds(DrawsHost host, Guid lot)
    {
        var bundle = await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct));
        var lines = new List<string>();
        await foreach (var (seq, number, holder) in host.Reader.Entries(lot, DrawsHost.Ct))
            lines.Add(System.Text.Encoding.UTF8.GetString(EntryLeaf.Bytes(lot.ToString(), seq, number, holder)));
        var log = await host.Reader.List("select line from draws_closing_log order by line_no", r => r.Text(0), DrawsHost.Ct);
        var report = Fairground.Verification.DrawVerifier.Verify(bundle.Value.ToJson().ToJsonString(), lines, new Fairground.Verification.Evidence { Log = log });
        Assert.True(report.Holds, report.Sentence + string.Join("; ", report.Failures.Select(f => f.Sentence)));
        var inclusion = await host.In<DrawProofs, Result<InclusionAnswer>>(p => p.Inclusion(lot, 2, DrawsHost.Ct));
        Assert.Equal(lines[1], inclusion.Value.Leaf);
        Assert.True(MerkleTree.VerifyInclusion(
            System.Text.Encoding.UTF8.GetBytes(lines[1]), 1, inclusion.Value.Size, [.. inclusion.Value.Path.Select(Convert.FromHexString)], Convert.FromHexString(inclusion.Value.Root)));
    }
}
