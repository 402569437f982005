using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>What a seller may not put into the terms of a two-stage lot.</summary>
public sealed class TwoStageDraftTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DrawsOptions Options = new(1, LeastDepositPercent: 5, MostMileageRate: 500);
    private static readonly string[] Sources = ["commit-reveal"];

    private static CreateLotRequest Asked { get; } = new(DrawsHost.Kettle, "two-stage", null, ClosesAt: Now.AddDays(3), DrawDelaySeconds: 60, Predicted: 10);

    private static Money Won => new(1, Currency.Of("KRW"));

    private static IEnumerable<(string Code, CreateLotRequest Request)> Wrong =>
    [
        ("two_stage.quantity_invalid", Asked with { Quantity = 0 }),
        ("two_stage.quantity_invalid", Asked with { Quantity = 1_001 }),
        ("two_stage.predicted_invalid", Asked with { Predicted = null }),
        ("two_stage.predicted_invalid", Asked with { Predicted = 1 }),
        ("two_stage.predicted_invalid", Asked with { Quantity = 5, Predicted = 4 }),
        ("two_stage.first_payment_invalid", Asked with { FirstPayment = DrawsHost.Tenge(0) }),
        ("two_stage.first_payment_invalid", Asked with { FirstPayment = DrawsHost.Tenge(100_000) }),
        ("two_stage.first_payment_invalid", Asked with { FirstPayment = DrawsHost.Tenge(10_001) }),
        ("two_stage.first_payment_invalid", Asked with { Quantity = 3, Predicted = 3 }),
        ("two_stage.fee_invalid", Asked with { Fee = DrawsHost.Tenge(-1) }),
        ("two_stage.fee_invalid", Asked with { Fee = DrawsHost.Tenge(100_001) }),
        ("two_stage.surplus_invalid", Asked with { Surplus = new NamedChoice("nobody") }),
        ("two_stage.surplus_invalid", Asked with { Surplus = new NamedChoice("split") }),
        ("two_stage.surplus_invalid", Asked with { Surplus = new NamedChoice("split", 100) }),
        ("two_stage.surplus_invalid", Asked with { Surplus = new NamedChoice("mileage", 50) }),
        ("two_stage.mileage_rate_invalid", Asked with { MileageRate = "half" }),
        ("two_stage.mileage_rate_invalid", Asked with { MileageRate = "-1" }),
        ("two_stage.mileage_rate_invalid", Asked with { MileageRate = "0.001" }),
        ("two_stage.mileage_rate_invalid", Asked with { MileageRate = "5.01" }),
        ("two_stage.mileage_days_invalid", Asked with { MileageDays = 29 }),
        ("two_stage.mileage_days_invalid", Asked with { MileageDays = 3_661 }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(Percent: 0) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(Percent: 4) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(Percent: 101) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(Percent: int.MaxValue) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(DrawsHost.Tenge(4_999)) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(DrawsHost.Tenge(100_001)) }),
        ("two_stage.deposit_invalid", Asked with { Deposit = new DepositChoice(DrawsHost.Tenge(10_000), 10) }),
        ("two_stage.least_invalid", Asked with { LeastApplications = 0 }),
        ("two_stage.least_invalid", Asked with { Entries = 20, LeastApplications = 21 }),
        ("two_stage.delivery_invalid", Asked with { Delivery = [] }),
        ("two_stage.delivery_invalid", Asked with { Delivery = ["pigeon"] }),
        ("two_stage.delivery_invalid", Asked with { Delivery = ["nothing", "shipment"] }),
        ("two_stage.delivery_invalid", Asked with { ApproveDays = 0 }),
        ("two_stage.delivery_invalid", Asked with { HandOverDays = 91 }),
        ("two_stage.currency_mismatch", Asked with { Fee = Won }),
        ("two_stage.currency_mismatch", Asked with { FirstPayment = Won }),
        ("two_stage.currency_mismatch", Asked with { Deposit = new DepositChoice(Won) }),
    ];

    [Fact]
    public void EachTermThatCannotBeIsRefusedByItsName()
    {
        Assert.Null(Decide(Asked).Refusal);
        foreach (var (code, request) in Wrong) Assert.Equal((code, request), (Decide(request).Refusal?.Code, request));
        Assert.Equal("two_stage.amount_too_large", Decide(Asked with { Quantity = 2 }, price: LotTerms.MaxAmount / 2 + 1).Refusal!.Code);
        Assert.Equal("two_stage.amount_too_large", Decide(Asked with { Surplus = new NamedChoice("split", 33) }, price: LotTerms.MaxAmount / 2).Refusal!.Code);
    }

    [Fact]
    public void MileageByRateIsTheOperatorsMoneySoTheOperatorSaysHowMuchMayBePromised()
    {
        var silent = Of([]);
        Assert.Null(Decide(Asked with { MileageRate = "0" }, silent).Refusal);
        var refused = Decide(Asked with { MileageRate = "0.01" }, silent).Refusal!;
        Assert.Equal(("two_stage.mileage_rate_invalid", "0"), (refused.Code, refused.Details.Single(d => d.Name == "most").Value));
        var half = Of([new("FAIRGROUND_MOST_MILEAGE_RATE", "0.5")]);
        Assert.Equal(50, Decide(Asked with { MileageRate = "0.5" }, half).Value.TwoStage.Terms.MileageRate);
        Assert.Equal("0.5", Decide(Asked with { MileageRate = "0.51" }, half).Refusal!.Details.Single(d => d.Name == "most").Value);
        foreach (var wrong in new[] { "101", "-1", "0.001", "much" }) Assert.Throws<SettingException>(() => Of([new("FAIRGROUND_MOST_MILEAGE_RATE", wrong)]));
    }

    [Fact]
    public void WhereLosersArePaidBackTheyGetNoMileageByRate()
    {
        var terms = Decide(Asked with { MileageRate = "5" }, mode: FirstPaymentMode.Refunded).Value.TwoStage.Terms;
        Assert.Equal((0, "0"), (terms.MileageByRate, terms.RateWire));
        Assert.Equal((500, "5"), ((terms with { Mode = FirstPaymentMode.Kept }).MileageByRate, (terms with { Mode = FirstPaymentMode.Kept }).RateWire));
    }

    [Fact]
    public void TheOperatorSaysWhatMustBeLeftAtLeast()
    {
        var asks = Of([new("FAIRGROUND_LEAST_DEPOSIT_PERCENT", "20")]);
        Assert.Equal(20_000, Decide(Asked, asks).Value.TwoStage.Terms.Deposit);
        var refused = Decide(Asked with { Deposit = new DepositChoice(Percent: 19) }, asks).Refusal!;
        Assert.Equal(("two_stage.deposit_invalid", 20), (refused.Code, refused.Details.Single(d => d.Name == "leastPercent").Value));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ManyApplicationsAtOnceHaveABound(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage();
        var user = await host.Buyer(10_000);
        foreach (var quantity in new[] { 0, 1_001 }) Assert.Equal("two_stage.applications_invalid", (await host.Apply(user, lot, quantity)).Refusal!.Code);
        Assert.Equal(10_000, await host.Wallet(user));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("D-16")]
    public async Task WhatTheOperatorNoLongerAllowsIsNotOpenedEither(DatabaseKind kind)
    {
        var allowed = 500;
        await using var host = await DrawsHost.Start(kind, configure: services => services.AddSingleton(_ => new DrawsOptions(1, MostMileageRate: allowed)));
        var lot = await host.Draft(host.AskedTwice() with { MileageRate = "5" });
        await host.Committer.Submit<Done>(new FillWallet(DrawsHost.Operator, (await host.Two(lot)).Terms.Deposit));
        Assert.Null((await host.PayDeposit(lot)).Refusal);
        allowed = 499;
        await using (var stricter = await host.StartAgain())
        {
            Assert.Equal("two_stage.mileage_rate_invalid", (await stricter.Open(lot)).Refusal?.Code);
            Assert.Equal(LotState.Draft, await stricter.StateOf(lot));
            await stricter.Audit();
        }
        allowed = 500;
        await using var again = await host.StartAgain();
        Assert.Null((await again.Open(lot)).Refusal);
        await again.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("D-02")]
    public async Task ADepositBelowWhatTheOperatorAsksByNowOpensNoLotPaidOrNot(DatabaseKind kind)
    {
        var least = 10;
        await using var host = await DrawsHost.Start(kind, configure: services => services.AddSingleton(_ => new DrawsOptions(1, LeastDepositPercent: least)));
        var lot = await host.Draft(host.AskedTwice());
        await host.Committer.Submit<Done>(new FillWallet(DrawsHost.Operator, (await host.Two(lot)).Terms.Deposit));
        least = 11;
        await using (var stricter = await host.StartAgain())
        {
            // Said before anything is paid, too.
            for (var paid = 0; paid < 2; paid++)
            {
                var refused = (await stricter.Open(lot)).Refusal!;
                Assert.Equal(("two_stage.deposit_invalid", 11), (refused.Code, refused.Details.Single(d => d.Name == "leastPercent").Value));
                Assert.Equal(LotState.Draft, await stricter.StateOf(lot));
                if (paid == 0) Assert.Null((await stricter.PayDeposit(lot)).Refusal);
            }
            await stricter.Audit();
        }
        least = 10;
        await using var again = await host.StartAgain();
        Assert.Null((await again.Open(lot)).Refusal);
        await again.Audit();
    }

    private static DrawsOptions Of(IEnumerable<KeyValuePair<string, string?>> settings) => DrawsOptions.Of(new ConfigurationBuilder().AddInMemoryCollection([new("FAIRGROUND_DEMO_GATEWAY", "1"), .. settings]).Build());

    private static Result<(Lot Lot, Draws.TwoStage TwoStage)> Decide(CreateLotRequest request, DrawsOptions? options = null, long price = 100_000, FirstPaymentMode mode = FirstPaymentMode.Kept) => CreateTwoStageDecision.Decide(
        request, new FakeTown().Product with { Price = DrawsHost.Tenge(price) }, mode, Sources, Sources[0], options ?? Options, DrawsHost.Seller, Guid.CreateVersion7(), Now);
}
