using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>The life of a two-stage lot, on both databases.</summary>
public sealed class TwoStageLifeTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ALotIsPublishedOnceItsDepositIsPaidAndItComesBackWhereItCameFrom(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.Draft(host.AskedTwice());
        Assert.Equal((10_000, 10_000), ((await host.Two(lot)).Terms.FirstPayment, (await host.Two(lot)).Terms.Deposit));
        Assert.Equal("two_stage.deposit_unpaid", (await host.Open(lot)).Refusal!.Code);
        Assert.Equal("wallet.insufficient_funds", (await host.PayDeposit(lot)).Refusal!.Code);
        Assert.Equal("two_stage.payable_too_small", (await host.PayDeposit(lot, "payable")).Refusal!.Code);
        Assert.Equal("two_stage.deposit_source_invalid", (await host.PayDeposit(lot, "pocket")).Refusal!.Code);
        await host.Fill(DrawsHost.Operator, 25_000);
        Assert.False((await host.PayDeposit(lot, key: "one")).Value);
        Assert.True((await host.PayDeposit(lot, key: "one")).Value);
        Assert.Equal("two_stage.deposit_paid", (await host.PayDeposit(lot, key: "two")).Refusal!.Code);
        Assert.Equal((15_000, 10_000), (await host.Wallet(DrawsHost.Operator), await host.Deposit(lot)));
        Assert.Null((await host.Open(lot)).Refusal);
        await host.Audit();
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal((LotState.Refunded, 25_000, 0), (await host.StateOf(lot), await host.Wallet(DrawsHost.Operator), await host.Deposit(lot)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheBuyerPaysWhatIsLeftAndTheSellerNetsThePrice(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Fee = DrawsHost.Tenge(500) });
        var crowd = await host.Crowd(lot, 9);
        Assert.Equal((9, 90_000), ((await host.Two(lot)).Applicants, await host.Escrow(lot)));
        await host.Draw();
        var places = await host.Places(lot);
        Assert.Equal(9, places.Count);
        Assert.Equal([WinState.Candidate, .. Enumerable.Repeat(WinState.Reserve, 8)], places.Select(p => p.State));
        var candidate = places[0].UserId;
        Assert.Equal(host.Clock.Now.AddDays(3), places[0].ClaimBy);
        Assert.Equal("second_payment.not_candidate", (await host.PaySecond(places[1].UserId, lot)).Refusal!.Code);
        Assert.Equal("wallet.insufficient_funds", (await host.PaySecond(candidate, lot)).Refusal!.Code);
        await host.Fill(candidate, 10_500);
        var paid = await host.PaySecond(candidate, lot, "once");
        Assert.Equal((10_500, false), (paid.Value.Paid.Amount, paid.Value.Replayed));
        Assert.True((await host.PaySecond(candidate, lot, "once")).Value.Replayed);
        Assert.Equal("second_payment.already_paid", (await host.PaySecond(candidate, lot, "twice")).Refusal!.Code);
        Assert.Equal("second_payment.already_paid", (await host.Waive(candidate, lot)).Refusal!.Code);
        Assert.Equal((0, 100_500, LotState.Drawn), (await host.Wallet(candidate), await host.Escrow(lot), await host.StateOf(lot)));
        await host.Audit();

        Assert.Null((await host.EndDelivery(lot, places[0], delivered: true)).Refusal);
        Assert.Equal("two_stage.not_delivering", (await host.EndDelivery(lot, places[0], delivered: false)).Refusal!.Code);
        Assert.Equal((LotState.Settled, 100_000, 500, 0), (await host.StateOf(lot), await host.Payable(), await host.Revenue(), await host.Escrow(lot)));
        Assert.Equal((10_000, 0), (await host.Wallet(DrawsHost.Operator), await host.Deposit(lot)));
        foreach (var user in crowd) Assert.Equal((0, 0), (await host.Wallet(user), await host.Mileage(user)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ReachingTheExpectedNumberDrawsAtOnceAndTheBuyerPaysNothingMore(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Fee = DrawsHost.Tenge(500), StopAtPredicted = true });
        await host.Crowd(lot, 10);
        Assert.Equal("two_stage.full", (await host.Apply(await host.Buyer(10_000), lot)).Refusal!.Code);
        await host.Settle();
        await host.Pass(TimeSpan.FromMinutes(1));
        var place = (await host.Places(lot))[0];
        Assert.Equal(WinState.Bought, place.State);
        var order = Assert.Single(await Orders(host));
        Assert.Equal((HandoverEnds.Source, place.Id, place.UserId, 100_000, host.Clock.Now.AddDays(14)), (order.Source, order.SourceId, order.BuyerId, order.ValueMinor, order.HandOverBy));
        await host.EndDelivery(lot, place, delivered: true);
        Assert.Equal((LotState.Settled, 100_000, 0), (await host.StateOf(lot), await host.Payable(), await host.Revenue()));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheSurplusIsSharedAsMileageThatPaysLaterApplicationsAndExpires(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var asked = host.AskedTwice() with { Surplus = new NamedChoice("split", 30), MileageRate = "0.5", MileageDays = 30 };
        var lot = await host.OpenTwoStage(asked);
        var crowd = await host.Crowd(lot, 12);
        var two = await host.Buyer(20_000);
        Assert.Null((await host.Apply(two, lot, 2)).Refusal);
        await host.Draw();
        var place = (await host.Places(lot))[0];
        await host.EndDelivery(lot, place, delivered: true);
        // S = 140,000, R = 40,000: 28,000 in cash, 12,000 for mileage; the rate adds 50 each.
        var losing = place.UserId == two ? 12 : 13;
        var each = 12_000 / losing;
        Assert.Equal((100_000, 28_000, 12_000 - (each * losing)), (await host.Payable(), await host.Revenue(), await host.Rounding()));
        Assert.Equal(place.UserId == two ? 0 : 2 * (each + 50), await host.Mileage(two));
        var loser = crowd.First(u => u != place.UserId);
        Assert.Equal(each + 50, await host.Mileage(loser));
        Assert.Equal(0, await host.Mileage(place.UserId));
        Assert.Equal(-50 * losing, await host.Balance(TwoStagePostings.CostOf("KZT")));
        await host.Audit();

        // It pays a part of another first payment, and nothing else.
        var other = await host.OpenTwoStage();
        await host.Fill(loser, 9_500);
        Assert.Equal("mileage.too_small", (await host.Apply(loser, other, mileage: each + 51)).Refusal!.Code);
        Assert.Equal("mileage.amount_invalid", (await host.Apply(loser, other, mileage: 10_001)).Refusal!.Code);
        Assert.Equal("wallet.insufficient_funds", (await host.Apply(loser, other, mileage: 400)).Refusal!.Code);
        Assert.Null((await host.Apply(loser, other, mileage: 500)).Refusal);
        Assert.Equal((each - 450, 0, 10_000), (await host.Mileage(loser), await host.Wallet(loser), await host.Escrow(other)));
        await host.Audit();

        // There is no draw with too few: money goes back as money, mileage as mileage that lives at least 30 days more.
        await host.In<LotCancellations, Result<Sale>>(c => c.Cancel(DrawsHost.As(DrawsHost.Operator, isOperator: true), other, "Withdrawn by the seller", DrawsHost.Ct));
        await host.Settle();
        Assert.Equal((LotState.Refunded, each + 50, 9_500), (await host.StateOf(other), await host.Mileage(loser), await host.Wallet(loser)));
        await host.Audit();

        await host.Pass(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(2));
        Assert.Equal(each + 50, await host.Mileage(loser));
        await host.Pass(TimeSpan.FromDays(1));
        Assert.Equal(0, await host.Mileage(loser));
        Assert.Equal(0, await host.Balance(TwoStagePostings.BackingOf("KZT")));
        Assert.Equal(28_000 + ((each + 50) * losing), await host.Revenue());
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhoGivesUpOrDoesNotPayIsFollowedByThePublishedOrderUntilNobodyIsLeft(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage();
        await host.Crowd(lot, 3);
        await host.Draw();
        var order = await host.Places(lot);
        Assert.Equal(WinState.Waived, (await host.Waive(order[0].UserId, lot)).Value.State);
        Assert.Equal(WinState.Waived, (await host.Waive(order[0].UserId, lot)).Value.State);
        Assert.Equal("second_payment.gave_up", (await host.PaySecond(order[0].UserId, lot)).Refusal!.Code);
        Assert.Equal("second_payment.not_candidate", (await host.Waive(order[2].UserId, lot)).Refusal!.Code);
        Assert.Equal([WinState.Waived, WinState.Candidate, WinState.Reserve], (await host.Places(lot)).Select(p => p.State));
        // The second one is reached three times and lets the time pass; P2 stays what it was.
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.Equal("second_payment.too_late", (await host.PaySecond(order[1].UserId, lot)).Refusal!.Code);
        var places = await host.Places(lot);
        Assert.Equal([WinState.Waived, WinState.Unpaid, WinState.Candidate], places.Select(p => p.State));
        Assert.Equal(order.Select(p => p.Seq), places.Select(p => p.Seq));
        Assert.Equal([70_000, 70_000, 70_000], (await host.Get<TwoStageReader>().Payments(lot, DrawsHost.Ct)).Select(p => p.Amount));
        Assert.Equal([(1, 0, "waived"), (2, 1, "unpaid")], (await host.Reader.Calls(lot, DrawsHost.Ct)).Select(c => (c.Place, c.Instead, c.Reason)));
        await host.Audit();
        await host.Waive(order[2].UserId, lot);
        await host.Settle();
        Assert.Equal((LotState.Settled, 0, 10_000), (await host.StateOf(lot), await host.Payable(), await host.Wallet(DrawsHost.Operator)));
        foreach (var place in order) Assert.Equal(10_000, await host.Wallet(place.UserId));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.True(check.Value.Holds, check.Value.Sentence);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereTheSellerDoesNotDeliverEverybodyHasTheMoneyBackAndAShareOfTheDeposit(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Deposit = new DepositChoice(DrawsHost.Tenge(7_001)), MileageRate = "5" });
        var crowd = await host.Crowd(lot, 5);
        await host.Draw();
        var place = (await host.Places(lot))[0];
        await host.Fill(place.UserId, 50_000);
        Assert.Null((await host.PaySecond(place.UserId, lot)).Refusal);
        await host.EndDelivery(lot, place, delivered: false);
        Assert.Equal((LotState.Settled, 0, 0, 1), (await host.StateOf(lot), await host.Payable(), await host.Wallet(DrawsHost.Operator), await host.Rounding()));
        foreach (var user in crowd) Assert.Equal((user == place.UserId ? 61_400 : 11_400, 0), (await host.Wallet(user), await host.Mileage(user)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task OfTwoUnitsEachBuyerPaysAPartAndOneThatNobodyBuysGoesBackToAll(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Quantity = 2, Predicted = 20, Fee = DrawsHost.Tenge(101) });
        var crowd = await host.Crowd(lot, 2);
        var third = await host.Buyer(30_000);
        Assert.Null((await host.Apply(third, lot, 3)).Refusal);
        await host.Draw();
        var places = await host.Places(lot);
        // 200,000 + 101 less 50,000, for two: 75,051 and 75,050.
        Assert.Equal([75_051, 75_050], (await host.Get<TwoStageReader>().Payments(lot, DrawsHost.Ct)).OrderBy(p => p.Unit).Select(p => p.Amount));
        await host.Fill(places[0].UserId, 75_051);
        Assert.Null((await host.PaySecond(places[0].UserId, lot)).Refusal);
        await host.Waive(places[1].UserId, lot);
        await host.Waive(places[2].UserId, lot);
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        await host.EndDelivery(lot, places[0], delivered: true);
        // Half of every first payment goes back; of the fee its half for the unit that was sold.
        Assert.Equal((LotState.Settled, 100_000, 50, 1), (await host.StateOf(lot), await host.Payable(), await host.Revenue(), await host.Rounding()));
        foreach (var user in crowd) Assert.Equal(5_000, await host.Wallet(user));
        Assert.Equal(15_000, await host.Wallet(third));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereTheLawSaysSoFirstPaymentsAreOnlySetAsideUntilTheDraw(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        host.FirstPaymentsAre("authorised");
        var lot = await host.OpenTwoStage();
        var crowd = await host.Crowd(lot, 9);
        Assert.Equal((10_000, 0), (await host.Wallet(crowd[0]), await host.Escrow(lot)));
        Assert.Equal("wallet.insufficient_funds", (await host.Apply(crowd[0], lot)).Refusal!.Code);
        Assert.Equal("mileage.not_here", (await host.Apply(crowd[1], lot, mileage: 1)).Refusal!.Code);
        await host.Audit();
        await host.Draw();
        Assert.Equal((0, 90_000), (await host.Wallet(crowd[0]), await host.Escrow(lot)));
        // Whoever reads the ledger on by its ids has passed by those of the day of the application, days before the draw.
        Assert.Equal([(9L, 0L)], await host.Get<DrawsReader>().List(
            $"select count(*), sum(case when exists (select 1 from draws_certificate c where c.purchase_id = t.id) then 1 else 0 end) from ledger_transfer t where t.movement = {TwoStagePostings.Apply.Code}", r => (r.Long(0), r.Long(1)), DrawsHost.Ct));
        var place = (await host.Places(lot))[0];
        await host.Fill(place.UserId, 10_000);
        Assert.Null((await host.PaySecond(place.UserId, lot)).Refusal);
        await host.EndDelivery(lot, place, delivered: true);
        Assert.Equal((LotState.Settled, 100_000), (await host.StateOf(lot), await host.Payable()));
        await host.Audit();

        var stopped = await host.OpenTwoStage();
        var applicant = await host.Buyer(20_000);
        Assert.Null((await host.Apply(applicant, stopped, 2)).Refusal);
        await host.In<LotCancellations, Result<Sale>>(c => c.Cancel(DrawsHost.As(DrawsHost.Operator, isOperator: true), stopped, "Withdrawn", DrawsHost.Ct));
        await host.Settle();
        Assert.Equal((LotState.Refunded, 20_000), (await host.StateOf(stopped), await host.Wallet(applicant)));
        Assert.Null((await host.Apply(applicant, await host.OpenTwoStage(), 2)).Refusal);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereTheLawSaysSoLosersArePaidBackAndTheBuyerPaysTheRestOfThePrice(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        host.FirstPaymentsAre("refunded");
        var lot = await host.OpenTwoStage();
        var crowd = await host.Crowd(lot, 11);
        var two = await host.Buyer(20_000);
        Assert.Null((await host.Apply(two, lot, 2)).Refusal);
        await host.Draw();
        var place = (await host.Places(lot))[0];
        await host.Fill(place.UserId, 90_000);
        Assert.Equal(90_000, (await host.PaySecond(place.UserId, lot)).Value.Paid.Amount);
        await host.EndDelivery(lot, place, delivered: true);
        Assert.Equal((LotState.Settled, 100_000, 0), (await host.StateOf(lot), await host.Payable(), await host.Revenue()));
        foreach (var user in crowd.Append(two)) Assert.Equal((user == two ? 20_000 : 10_000) - (user == place.UserId ? 10_000 : 0), await host.Wallet(user));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.True(check.Value.Holds, check.Value.Sentence);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheSellerDrawsByHandOnlyWhereTheTermsSaySoAndEnoughApplied(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var fixedTime = await host.OpenTwoStage();
        var byHand = await host.OpenTwoStage(host.AskedTwice() with { DrawByHand = true, LeastApplications = 2 });
        Assert.Equal("two_stage.not_by_hand", (await Close(host, fixedTime)).Refusal!.Code);
        await host.Crowd(byHand, 1);
        Assert.Equal("two_stage.too_few", (await Close(host, byHand)).Refusal!.Code);
        await host.Crowd(byHand, 1);
        Assert.Equal(Closing.Draw, (await Close(host, byHand)).Value.Closing);
        await host.Settle();
        await host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(LotState.Drawn, await host.StateOf(byHand));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhatWasSetAsideIsCapturedOnceHoweverManyApplicationsAPurchaseHas(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        host.FirstPaymentsAre("authorised");
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Predicted = 10_000, MaxEntriesPerPerson = 1_500 });
        var people = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            people.Add(await host.Buyer(20_000));
            // Certificates are read in pages of 2000, so that the third purchase goes on in the second page.
            foreach (var quantity in new[] { 800, 3 }) Assert.Null((await host.Apply(people[i], lot, quantity)).Refusal);
        }
        await host.Draw();
        Assert.Equal(3 * 803 * 10, await host.Escrow(lot));
        foreach (var user in people) Assert.Equal(20_000 - 8_030, await host.Wallet(user));
        Assert.True((await host.Two(lot)).Captured);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhoseTimeHasPassedIsFoundByAnIndex(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        foreach (var (state, index) in new[] { (WinState.Drawn, "draws_win_claim"), (WinState.Candidate, "draws_win_pay") })
        {
            // A small table is read from end to end where nothing forbids it.
            var plan = kind == DatabaseKind.Sqlite
                ? await host.Reader.List("explain query plan " + Lapses.Due(state), r => r.Text(3), DrawsHost.Ct, ("@now", 1L))
                : await host.Reader.List("set enable_seqscan = off; explain " + Lapses.Due(state), r => r.Text(0), DrawsHost.Ct, ("@now", 1L));
            Assert.Contains(plan, line => line.Contains(index, StringComparison.Ordinal));
        }
        Assert.Equal([WinState.Drawn, WinState.Candidate], Lapses.Waiting);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ALotWithoutADrawSaysWhyAndWhatComesBack(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        host.FirstPaymentsAre("authorised");
        var (empty, few) = (await host.OpenTwoStage(), await host.OpenTwoStage(host.AskedTwice() with { Quantity = 2 }));
        var applicant = (await host.Crowd(few, 1, minor: 20_000))[0];
        await host.Draw();
        await host.Audit();
        Assert.Equal("Nobody applied, so there is no draw of this lot.", LotWords.WhyCancelled(await Seen(host, empty)));
        var seen = await Seen(host, few);
        Assert.Equal("There were fewer applications than the terms ask for, so there is no draw of this lot.", LotWords.WhyCancelled(seen));
        Assert.Equal("200\u00A0₸ that was set aside in your wallet for it is free again.", host.Town.Sent.Values.Single(m => m.UserId == applicant).Text.Split('\n')[1]);
        // Of one unit all goes back, of several the share of the unit.
        Assert.Contains("the share of that unit in every first payment goes back", TwoStageWords.Unbought(seen.TwoStage!), StringComparison.Ordinal);
        Assert.Contains("The share of the unit in every first payment goes back", TwoStageWords.Undelivered(seen.TwoStage!), StringComparison.Ordinal);
        Assert.Contains("If nobody is left, every first payment goes back", TwoStageWords.Unbought(seen.TwoStage! with { Quantity = 1 }), StringComparison.Ordinal);
    }

    private static async Task<LotView> Seen(DrawsHost host, Guid lot) => (await host.In<LotViews, Result<LotView>>(v => v.Find(DrawsHost.As(DrawsHost.Seller), lot, DrawsHost.Ct))).Value;

    private static Task<Result<LotClosing>> Close(DrawsHost host, Guid lot) =>
        host.In<LotClosings, Result<LotClosing>>(c => c.Close(DrawsHost.As(DrawsHost.Operator, isOperator: true), lot, DrawsHost.Ct));

    private static Task<List<HandoverOrder>> Orders(DrawsHost host) => host.Reader.List(
        "select payload from kernel_outbox where topic = @topic", r => System.Text.Json.JsonSerializer.Deserialize<HandoverOrder>(r.Text(0), Kernel.Messaging.EventJson.Options)!, DrawsHost.Ct, ("@topic", HandoverOrder.Name));
}
