using Fairground.Fairness;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>The arithmetic of two payments with a draw between them.</summary>
public sealed class TwoStageRuleTests
{
    private static TwoStageTerms Won(long price = 1_000_000, int quantity = 1, int predicted = 1_000, long fee = 0, int percent = 0, int rate = 0, long deposit = 0, FirstPaymentMode mode = FirstPaymentMode.Kept) =>
        new(price, quantity, predicted, TwoStageTerms.FirstPaymentFor(price, quantity, predicted), fee, percent, rate, 0, deposit, quantity, false, false, mode);

    [Theory]
    [InlineData(1_000_000, 1, 1_000, 1_000)]
    [InlineData(1_000_000, 1, 3, 333_334)]
    [InlineData(100, 3, 7, 43)]
    [InlineData(7, 1, 1_000, 1)]
    public void TheFirstPaymentIsThePriceOverTheExpectedNumberRoundedUp(long price, int quantity, int predicted, long first) =>
        Assert.Equal(first, TwoStageTerms.FirstPaymentFor(price, quantity, predicted));

    [Theory]
    [InlineData(900, 0, 100_000)]    // too few: the buyer pays what is left (D-11)
    [InlineData(900, 5_000, 105_000)]
    [InlineData(1_000, 0, 0)]        // just enough (D-12)
    [InlineData(1_000, 5_000, 0)]    // and then no fee
    [InlineData(1_100, 0, 0)]        // more than enough (D-13)
    [InlineData(1_100, 5_000, 0)]
    [InlineData(999, 0, 1_000)]
    public void TheSecondPaymentIsWhatIsLeftOfThePrice(int applications, long fee, long second) =>
        Assert.Equal(second, Won(fee: fee).SecondPayment(applications));

    [Fact]
    public void WhereTheFirstPaymentWasRoundedUpThePriceIsCoveredBeforeTheExpectedNumber()
    {
        var terms = Won(price: 1_000, predicted: 300);
        Assert.Equal(4, terms.FirstPayment);
        Assert.Equal((4, 0, 0), (terms.SecondPayment(249), terms.SecondPayment(250), terms.SecondPayment(251)));
        Assert.Equal((0, 0, 4), (terms.Surplus(249), terms.Surplus(250), terms.Surplus(251)));
    }

    [Fact]
    public void TheSurplusOfElevenHundredApplicantsGivesNinetyMileageToEachLoserAndTheRestToTheRoundingAccount()
    {
        var settled = Settle(Won(percent: 100), 1_100);
        Assert.Equal((1_000_000, 0, 98_910, 1_090), (settled.ToSeller, settled.SurplusCash, settled.MileageMoney, settled.Rounding));
        Assert.Equal((1_099, 90), (settled.Losing, settled.MileageEach));
    }

    [Theory]
    [InlineData(0, 100_000, 0, 0, 0)]
    [InlineData(100, 0, 98_910, 1_090, 90)]
    [InlineData(30, 70_000, 29_673, 327, 27)]
    public void TheSurplusGoesByThePolicy(int percent, long cash, long mileage, long rounding, long each)
    {
        var settled = Settle(Won(percent: percent), 1_100);
        Assert.Equal((cash, mileage, rounding, each), (settled.SurplusCash, settled.MileageMoney, settled.Rounding, settled.MileageEach));
    }

    [Theory]
    [InlineData(50, 5)]
    [InlineData(500, 50)]
    [InlineData(0, 0)]
    public void MileageByRateIsAPartOfTheFirstPaymentHoweverManyApply(int rate, long each)
    {
        Assert.Equal(each, Settle(Won(rate: rate), 900).MileageEach);
        Assert.Equal(90 + each, Settle(Won(percent: 100, rate: rate), 1_100).MileageEach);
    }

    [Fact]
    public void AWinnersSpareApplicationsGetNoMileage()
    {
        var terms = Won(percent: 100);
        var settled = TwoStageSettlement.Of(terms, 1_100, [new UnitResult(UnitEnd.Delivered, 100, 0)]);
        Assert.Equal((1_000, 100, 0), (settled.Losing, settled.MileageEach, settled.Rounding));
    }

    [Fact]
    public void SeveralUnitsShareTheSecondPaymentToTheLastUnit()
    {
        var terms = Won(price: 100_001, quantity: 3, predicted: 1_000, fee: 101);
        Assert.Equal(301, terms.FirstPayment);
        Assert.Equal([29_802, 29_801, 29_801], terms.Shares(700));
        Assert.Equal(300_003 + 101 - 210_700, terms.Shares(700).Sum());
    }

    [Fact]
    public void WhereNobodyPaysEverybodyGetsTheFirstPaymentBack()
    {
        var settled = TwoStageSettlement.Of(Won(fee: 500, percent: 100, rate: 500, deposit: 70_000), 900, [default]);
        Assert.Equal((0, 0, 0, 1_000, 0, 0), (settled.ToSeller, settled.Fee, settled.Rounding, settled.BackEach, settled.MileageEach, settled.Forfeited));
    }

    [Fact]
    public void WhereTheSellerDoesNotDeliverEverybodyIsPaidBackAndSharesTheDeposit()
    {
        var settled = TwoStageSettlement.Of(Won(deposit: 70_000), 900, [new UnitResult(UnitEnd.Failed, 3, 100_000)]);
        Assert.Equal((0, 100_000, 1_000, 70_000), (settled.ToSeller, settled.SecondBack, settled.BackEach, settled.Forfeited));
        Assert.Equal((77, 700), (settled.DepositEach, settled.DepositRounding));
        Assert.Equal([0], settled.TopUps);
    }

    [Fact]
    public void WhereOneOfTwoUnitsIsNotDeliveredTheDepositMakesItsBuyerWholeFirst()
    {
        var terms = Won(price: 500_000, quantity: 2, deposit: 70_000);
        var settled = TwoStageSettlement.Of(terms, 900, [new UnitResult(UnitEnd.Failed, 3, 50_000), new UnitResult(UnitEnd.Delivered, 1, 50_000)]);
        Assert.Equal((500_000, 50_000, 500, 0, 35_000), (settled.ToSeller, settled.SecondBack, settled.BackEach, settled.Rounding, settled.Forfeited));
        Assert.Equal([1_500], settled.TopUps);
        Assert.Equal((37, 237), (settled.DepositEach, settled.DepositRounding));
    }

    [Fact]
    public void WhereLosersArePaidBackTheBuyerPaysTheWholePrice()
    {
        var terms = Won(mode: FirstPaymentMode.Refunded, fee: 10);
        Assert.Equal(999_010, terms.SecondPayment(1_100));
        var settled = TwoStageSettlement.Of(terms, 1_100, [new UnitResult(UnitEnd.Delivered, 2, 999_010)]);
        Assert.Equal((1_000_000, 10, 1_000, 0), (settled.ToSeller, settled.Fee, settled.BackEach, settled.Rounding));
        Assert.Equal((1_000, 3_000), (settled.BackTo(2, bought: true), settled.BackTo(3, bought: false)));
    }

    [Fact]
    public void WhatGoesOutIsWhatCameInAndTheSellerNetsThePriceOfEachDeliveredUnit()
    {
        var random = new Random(20_261_127);
        for (var i = 0; i < 20_000; i++)
        {
            var terms = Any(random);
            var applications = random.Next(terms.Quantity, Math.Max(terms.Quantity + 2, terms.Predicted * 2));
            var units = Ends(random, terms, applications);
            var settled = TwoStageSettlement.Of(terms, applications, units);
            var paid = units.Sum(u => u.Paid);
            // D-28: what is charged covers the price and the fee; what is not leaves a surplus.
            if (terms.Mode != FirstPaymentMode.Refunded)
            {
                var second = terms.SecondPayment(applications);
                if (second > 0) Assert.Equal(terms.Total + terms.Fee, terms.Collected(applications) + second);
                else Assert.Equal(terms.Collected(applications), terms.Total + terms.Surplus(applications));
            }
            Assert.Equal(terms.Price * settled.Delivered, settled.ToSeller);
            var firstBack = (settled.BackEach * applications) - (settled.BackEach * settled.KeptEntries * settled.Delivered);
            Assert.Equal(
                terms.Collected(applications) + paid,
                settled.ToSeller + settled.Fee + settled.SurplusCash + settled.MileageMoney + settled.Rounding + settled.SecondBack + firstBack);
            Assert.Equal(settled.MileageMoney, (settled.MileageEach - settled.MileageByRate) * settled.Losing);
            var sharers = applications - units.Where(u => u.End == UnitEnd.Delivered).Sum(u => u.Entries);
            Assert.Equal(settled.Forfeited, settled.TopUps.Sum() + (settled.DepositEach * sharers) + settled.DepositRounding);
            // Only what whole units cannot divide goes astray.
            Assert.InRange(settled.Rounding, -terms.Quantity, applications + settled.Losing + (2 * terms.Quantity));
            if (settled.Delivered == 0) Assert.Equal((0, 0, 0, 0), (settled.Fee, settled.SurplusCash, settled.MileageMoney, settled.Rounding));
            Assert.True(settled.Fee >= 0 && settled.SurplusCash >= 0 && settled.MileageMoney >= 0 && settled.BackEach >= 0 && settled.DepositEach >= 0);
        }
    }

    [Fact]
    public void TheTableOfOutcomesSaysForEachNumberWhatTheSettlementDoes()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var terms = Any(random);
            var table = new TwoStageOutcomes(terms, "KRW", terms.Predicted * 2);
            var published = OutcomeTable.Parse(table.Published().ToJson());
            for (var n = 0; n <= table.Entries; n++)
            {
                var (row, piece) = (table.At(n), published.For(n));
                Assert.Equal(row.Drawn ? "draw" : "refund", piece.Outcome);
                Assert.Equal((row.Collected, row.Winners, row.ToSeller), (piece.At("collected", n), piece.At("winners", n), piece.At("seller", n)));
                Assert.InRange(piece.OperatorAt(n), 0, long.MaxValue);
                if (terms.Mode == FirstPaymentMode.Refunded && row.Drawn)
                {
                    Assert.Equal((row.Refund, row.WinnerPays + terms.FirstPayment, 0), (piece.At("refund", n), piece.At("winnerPays", n), piece.At("mileage", n)));
                    continue;
                }
                Assert.Equal((row.Refund, row.WinnerPays, row.MileageEach - (row.Drawn ? terms.MileageByRate : 0)), (piece.At("refund", n), piece.At("winnerPays", n), piece.At("mileage", n)));
            }
        }
    }

    private static TwoStageSettlement Settle(TwoStageTerms terms, int applications) =>
        TwoStageSettlement.Of(terms, applications, [.. terms.Shares(applications).Select(share => new UnitResult(UnitEnd.Delivered, 1, share))]);

    private static TwoStageTerms Any(Random random)
    {
        var (price, quantity) = (random.NextInt64(2, 3_000), random.Next(1, 6));
        var predicted = random.Next(Math.Max(2, quantity + 1), (int)Math.Min(400, (price * quantity) + 2));
        return Won(
            price, quantity, predicted, random.Next(3) == 0 ? 0 : random.NextInt64(1, 100), random.Next(3) switch { 0 => 0, 1 => 100, _ => random.Next(1, 100) },
            random.Next(2) == 0 ? 0 : random.Next(1, 1_000), random.NextInt64(0, 5_000), (FirstPaymentMode)random.Next(3));
    }

    private static List<UnitResult> Ends(Random random, TwoStageTerms terms, int applications)
    {
        var (shares, left, units) = (terms.Shares(applications), applications - terms.Quantity, new List<UnitResult>());
        for (var unit = 0; unit < terms.Quantity; unit++)
        {
            var end = random.Next(3) == 0 ? (UnitEnd)random.Next(3) : UnitEnd.Delivered;
            if (end == UnitEnd.Unsold)
            {
                units.Add(default);
                continue;
            }
            var spare = random.Next(2) == 0 || left == 0 ? 0 : random.Next(left);
            left -= spare;
            units.Add(new UnitResult(end, 1 + spare, shares[unit]));
        }
        return units;
    }
}
