using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

public sealed class RuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [Requirement("C-09")]
    [InlineData(10_000_000, 0, 100_000, 100)] // the example: 100 000 KZT by 1 000 KZT
    [InlineData(10_000_001, 0, 100_000, 101)] // a rest makes one more
    [InlineData(10_000_000, 10, 100_000, 110)] // a margin of 10 %
    [InlineData(10_000_000, 1, 300_000, 34)] // 101 000 by 3 000 is 33.67
    [InlineData(1, 0, 1, 1)]
    [InlineData(9_007_199_254_740_991, 1000, 9_007_199_254_740_991, 11)] // no overflow at the edge
    public void TheNumberOfCertificatesIsThePriceWithMarginByTheNominalRoundedUp(long price, int margin, long nominal, long entries) =>
        Assert.Equal(entries, LotTerms.Entries(price, margin, nominal));

    [Fact]
    public void ALotTakesNoStepThatIsNotInTheTable()
    {
        var legal = new HashSet<string>
        {
            "Draft>Open", "Draft>Cancelled", "Open>SoldOut", "Open>Closed", "Open>Cancelled", "SoldOut>Closed", "SoldOut>Cancelled",
            "Closed>Drawing", "Closed>Cancelled", "Drawing>Drawn", "Drawing>Cancelled", "Drawn>Settled", "Cancelled>Refunded",
        };
        foreach (var from in Enum.GetValues<LotState>())
        {
            foreach (var to in Enum.GetValues<LotState>())
            {
                if (legal.Contains($"{from}>{to}")) Assert.Equal(to, States.Step(from, to));
                else Assert.Throws<InvalidOperationException>(() => States.Step(from, to));
            }
        }
    }

    [Fact]
    public void AWinTakesNoStepThatIsNotInTheTable()
    {
        var legal = new HashSet<string>
        {
            "Reserve>Drawn", "Drawn>Claimed", "Drawn>Unclaimed", "Drawn>Paid",
            "Reserve>Candidate", "Candidate>Bought", "Candidate>Waived", "Candidate>Unpaid", "Bought>Claimed", "Bought>NotDelivered",
        };
        foreach (var from in Enum.GetValues<WinState>())
        {
            foreach (var to in Enum.GetValues<WinState>())
            {
                if (legal.Contains($"{from}>{to}")) Assert.Equal(to, States.Step(from, to));
                else Assert.Throws<InvalidOperationException>(() => States.Step(from, to));
            }
        }
    }

    [Theory]
    [Requirement("C-22")]
    // policy, sold of 10, extended before, closed early → what happens
    [InlineData("DrawAnyway", 10, false, false, "Draw")]
    [InlineData("DrawAnyway", 1, false, false, "Draw")]
    [InlineData("DrawAnyway", 0, false, false, "Refund")]
    [InlineData("DrawAnyway", 1, false, true, "Draw")]
    [InlineData("RefundAll", 10, false, false, "Draw")]
    [InlineData("RefundAll", 9, false, false, "Refund")]
    [InlineData("RefundAll", 0, false, false, "Refund")]
    [InlineData("RefundAll", 9, false, true, "Refund")]
    [InlineData("ExtendOnce", 10, false, false, "Draw")]
    [InlineData("ExtendOnce", 9, false, false, "Extend")]
    [InlineData("ExtendOnce", 0, false, false, "Refund")]
    [InlineData("ExtendOnce", 9, true, false, "Refund")]
    [InlineData("ExtendOnce", 9, false, true, "Refund")]
    [InlineData("ExtendOnce", 10, true, false, "Draw")]
    [InlineData("CashAlternative", 10, false, false, "Draw")]
    [InlineData("CashAlternative", 1, false, false, "Draw")]
    [InlineData("CashAlternative", 0, false, false, "Refund")]
    public void TheTermsSayWhatHappensAtTheEnd(string policy, int sold, bool extended, bool early, string expected) =>
        Assert.Equal(expected, CloseLotRule.Of(ASale(Enum.Parse<UnsoldPolicy>(policy), sold) with { Extended = extended }, early).ToString());

    [Theory]
    [InlineData("draw-anyway", "DrawAnyway", null)]
    [InlineData("refund-all", "RefundAll", null)]
    [InlineData("extend-once", "ExtendOnce", null)]
    [InlineData("cash-alternative", "CashAlternative", null)]
    [InlineData("cash-alternative(70)", "CashAlternative", 70)]
    [InlineData("cash-alternative(70 %)", "CashAlternative", 70)]
    public void APolicyIsReadAsSellersWriteIt(string text, string policy, int? percent)
    {
        Assert.True(UnsoldPolicies.TryParse(text, out var read, out var inName));
        Assert.Equal((policy, percent), (read.ToString(), inName));
    }

    [Theory]
    [InlineData(""), InlineData(null), InlineData("keep"), InlineData("refund-all(3)"), InlineData("cash-alternative(x)")]
    public void WhatIsNoPolicyIsNotReadAsOne(string? text) => Assert.False(UnsoldPolicies.TryParse(text, out _, out _));

    [Theory]
    // to the winners, how many they are → shares
    [InlineData(70_000, 1, "70000")]
    [InlineData(14_001, 2, "7001,7000")]
    [InlineData(100, 3, "34,33,33")]
    [InlineData(0, 2, "0,0")]
    [InlineData(0, 0, "")]
    public void WinnersShareTheCashAndTheFirstCarryTheRemainder(long toWinners, int winners, string shares) =>
        Assert.Equal(shares, string.Join(',', SettleLotRule.Shares(DrawsHost.Tenge(toWinners), winners)));

    [Theory]
    [InlineData(0, 10, "0")]
    [InlineData(1, 3, "33.3")]
    [InlineData(999_999, 1_000_000, "99.9")] // 100 means sold out
    [InlineData(10, 10, "100")]
    [Requirement("C-19")]
    public void ThePercentageIsRoundedDown(int sold, int entries, string percent) =>
        Assert.Equal(decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), (ASale(UnsoldPolicy.RefundAll, sold) with { Entries = entries }).PercentSold);

    [Theory]
    [InlineData("Open", null, "open")]
    [InlineData("Drawing", null, "open")]
    [InlineData("Drawn", null, "annulled")]
    [InlineData("Drawn", "Drawn", "won")]
    [InlineData("Drawn", "Reserve", "reserve")]
    [InlineData("Settled", "Reserve", "annulled")]
    [InlineData("Settled", "Claimed", "won")]
    [InlineData("Settled", null, "annulled")]
    [InlineData("Cancelled", null, "refunded")]
    [Requirement("C-25")]
    public void ACertificatesStateFollowsFromTheLotAndItsWins(string lot, string? win, string state) =>
        Assert.Equal(state, MyDraws.StateOf(Enum.Parse<LotState>(lot), win is null ? null : Enum.Parse<WinState>(win)));

    public static TheoryData<string, string> Refused => new()
    {
        { "kind", "lot.kind_unknown" },
        { "no product", "lot.product_not_found" },
        { "inactive", "lot.product_inactive" },
        { "essential", "lot.essential_goods" },
        { "free", "lot.price_invalid" },
        { "no nominal", "lot.nominal_invalid" },
        { "other currency", "lot.currency_mismatch" },
        { "nominal 0", "lot.nominal_invalid" },
        { "nominal above price", "lot.nominal_invalid" },
        { "margin", "lot.margin_invalid" },
        { "entries 0", "lot.entries_invalid" },
        { "entries 1000001", "lot.entries_invalid" },
        { "winners 0", "lot.winners_invalid" },
        { "winners above entries", "lot.winners_invalid" },
        { "reserves -1", "lot.reserves_invalid" },
        { "cap 0", "lot.cap_invalid" },
        { "closes now", "lot.closes_at_invalid" },
        { "closes in 367 days", "lot.closes_at_invalid" },
        { "delay -1", "lot.delay_invalid" },
        { "delay 4 days", "lot.delay_invalid" },
        { "claim under three days", "lot.claim_period_invalid" },
        { "claim 91 days", "lot.claim_period_invalid" },
        { "policy", "lot.policy_unknown" },
        { "cash 0", "lot.cash_percent_invalid" },
        { "cash 101", "lot.cash_percent_invalid" },
        { "entropy", "lot.entropy_unknown" },
        { "drand", "lot.entropy_unavailable" },
    };

    [Theory, MemberData(nameof(Refused))]
    [Requirement("C-08")]
    public void ALotThatCannotBeIsRefusedWithItsCode(string what, string code)
    {
        var good = new CreateLotRequest(DrawsHost.Kettle, "certificates", DrawsHost.Tenge(10_000), Winners: 1, Reserves: 0, MaxEntriesPerPerson: 5, ClosesAt: Now.AddDays(3), DrawDelaySeconds: 60, UnsoldPolicy: new NamedChoice("refund-all"));
        var goods = new FakeTown().Product;
        var (request, product) = what switch
        {
            "kind" => (good with { Kind = "two-stage" }, goods),
            "no product" => (good, null),
            "inactive" => (good, goods with { Active = false }),
            "essential" => (good, goods with { Essential = true }),
            "free" => (good, goods with { Price = DrawsHost.Tenge(0) }),
            "no nominal" => (good with { Nominal = null }, goods),
            "other currency" => (good with { Nominal = new Money(10_000, Currency.Of("EUR")) }, goods),
            "nominal 0" => (good with { Nominal = DrawsHost.Tenge(0) }, goods),
            "nominal above price" => (good with { Nominal = DrawsHost.Tenge(100_001) }, goods),
            "margin" => (good with { MarginPercent = 1001 }, goods),
            "entries 0" => (good with { Entries = 0 }, goods),
            "entries 1000001" => (good with { Entries = 1_000_001 }, goods),
            "winners 0" => (good with { Winners = 0 }, goods),
            "winners above entries" => (good with { Winners = 11 }, goods),
            "reserves -1" => (good with { Reserves = -1 }, goods),
            "cap 0" => (good with { MaxEntriesPerPerson = 0 }, goods),
            "closes now" => (good with { ClosesAt = Now }, goods),
            "closes in 367 days" => (good with { ClosesAt = Now.AddDays(367) }, goods),
            "delay -1" => (good with { DrawDelaySeconds = -1 }, goods),
            "delay 4 days" => (good with { DrawDelaySeconds = 4 * 86_400 }, goods),
            "claim under three days" => (good with { ClaimSeconds = 259_199 }, goods),
            "claim 91 days" => (good with { ClaimSeconds = 91 * 86_400 }, goods),
            "policy" => (good with { UnsoldPolicy = new NamedChoice("keep it") }, goods),
            "cash 0" => (good with { UnsoldPolicy = new NamedChoice("cash-alternative", 0) }, goods),
            "cash 101" => (good with { UnsoldPolicy = new NamedChoice("cash-alternative(101)") }, goods),
            "entropy" => (good with { Entropy = new NamedChoice("dice") }, goods),
            _ => (good with { Entropy = new NamedChoice("drand") }, (ProductInfo?)goods),
        };
        Assert.Equal(code, CreateLotDecision.Decide(request, product, ["commit-reveal"], "commit-reveal", new DrawsOptions(3 * 24 * 3600), DrawsHost.Seller, Ids.New(), Now).Refusal?.Code);
        Assert.Null(CreateLotDecision.Decide(good, goods, ["commit-reveal"], "commit-reveal", new DrawsOptions(3 * 24 * 3600), DrawsHost.Seller, Ids.New(), Now).Refusal);
    }

    [Fact]
    public void AnUnknownStateInAQueryIsNotRead() => Assert.False(States.TryParse("sold", out _));

    [Fact]
    [Requirement("C-21")]
    public void TheWeekStartsWithTheFirstPaidCertificateAndOnlyThen()
    {
        var first = ASale(UnsoldPolicy.RefundAll, 0).Sell(1, Now);
        Assert.Equal(Now.AddDays(7).AddSeconds(-60), first.ClosesAt);
        Assert.Equal(first.ClosesAt, first.Sell(1, Now.AddDays(1)).ClosesAt);
        Assert.Equal(LotState.SoldOut, first.Sell(9, Now.AddDays(2)).State);
    }

    private static Sale ASale(UnsoldPolicy policy, int sold) => new(
        Ids.New(), DrawsHost.Shop, LotState.Open, 10, sold, 5, 10_000, "KZT", Now.AddDays(60), null, false, null, null,
        policy, 70, false, 60, new byte[32], null, null, null, null, 0, 0, 0, CreateLotDecision.DefaultClaimSeconds);
}
