using Fairground.Ledger;

namespace Fairground.Draws;

/// <summary>Every way in which two-stage draws move money and mileage; reading this tells the whole business of requirements D.</summary>
internal sealed class TwoStagePostings : ILedgerChart
{
    /// <summary>What a seller left with the operator for a lot until delivery. Never below zero.</summary>
    public static readonly AccountPurpose Deposit = new("draws.seller_deposit", 0, "Seller's deposit for a lot");

    /// <summary>What whole units could not divide; below zero where it paid such a difference.</summary>
    public static readonly AccountPurpose Rounding = new("draws.rounding", null, "Rounding of two-stage draws");

    /// <summary>The operator's money behind outstanding mileage. Never below zero.</summary>
    public static readonly AccountPurpose MileageBacking = new("draws.mileage_backing", 0, "Behind outstanding mileage");

    /// <summary>What granting mileage by rate has cost the operator, as a balance below zero.</summary>
    public static readonly AccountPurpose MileageCost = new("draws.mileage_cost", null, "Cost of mileage by rate");

    /// <summary>A person's mileage. Never below zero.</summary>
    public static readonly AccountPurpose Mileage = new("draws.mileage", 0, "Mileage");

    /// <summary>The mileage that is outstanding, as a balance below zero.</summary>
    public static readonly AccountPurpose MileageIssued = new("draws.mileage_issued", null, "Mileage granted");

    public static readonly Movement PayDeposit = new(220, "draws.pay_deposit", SharedAccounts.Wallet, Deposit, Key("Deposit for a lot"), "D-02");
    public static readonly Movement PayDepositOwed = new(221, "draws.pay_deposit_owed", SharedAccounts.ShopPayable, Deposit, Key("Deposit for a lot"), "D-02");
    public static readonly Movement DepositBack = new(222, "draws.deposit_back", Deposit, SharedAccounts.Wallet, Key("Deposit returned"), "D-24");
    public static readonly Movement DepositBackOwed = new(223, "draws.deposit_back_owed", Deposit, SharedAccounts.ShopPayable, Key("Deposit returned"), "D-24");
    public static readonly Movement DepositShared = new(224, "draws.deposit_shared", Deposit, SharedAccounts.Wallet, Key("From the seller's deposit: goods not delivered"), "D-02");
    public static readonly Movement DepositRest = new(225, "draws.deposit_rest", Deposit, Rounding, Key("Remainder of a deposit"), "D-02");
    public static readonly Movement Apply = new(226, "draws.apply", SharedAccounts.Wallet, DrawsPostings.Escrow, Key("First payment"), "D-05");
    public static readonly Movement ApplyByMileage = new(227, "draws.apply_by_mileage", MileageBacking, DrawsPostings.Escrow, Key("First payment by mileage"), "D-17");
    public static readonly Movement PaySecond = new(228, "draws.pay_second", SharedAccounts.Wallet, DrawsPostings.Escrow, Key("Second payment"), "D-11");
    public static readonly Movement FirstBack = new(229, "draws.first_back", DrawsPostings.Escrow, SharedAccounts.Wallet, Key("First payment returned"), "D-19");
    public static readonly Movement FirstBackByMileage = new(230, "draws.first_back_by_mileage", DrawsPostings.Escrow, MileageBacking, Key("First payment returned as mileage"), "D-19");
    public static readonly Movement SecondBack = new(231, "draws.second_back", DrawsPostings.Escrow, SharedAccounts.Wallet, Key("Second payment returned"), "D-02");
    public static readonly Movement PaySeller = new(232, "draws.pay_seller", DrawsPostings.Escrow, SharedAccounts.ShopPayable, Key("Price of delivered goods"), "D-24");
    public static readonly Movement Fee = new(233, "draws.fee", DrawsPostings.Escrow, SharedAccounts.OperatorRevenue, Key("Fee of a two-stage draw"), "D-11");
    public static readonly Movement Surplus = new(234, "draws.surplus", DrawsPostings.Escrow, SharedAccounts.OperatorRevenue, Key("Surplus of first payments"), "D-14");
    public static readonly Movement SurplusForMileage = new(235, "draws.surplus_for_mileage", DrawsPostings.Escrow, MileageBacking, Key("Surplus set aside for mileage"), "D-14");
    public static readonly Movement Round = new(236, "draws.round", DrawsPostings.Escrow, Rounding, Key("Remainder of a division"), "D-15");
    public static readonly Movement RoundShort = new(237, "draws.round_short", Rounding, DrawsPostings.Escrow, Key("Shortage of a division"), "D-21");
    public static readonly Movement FundRate = new(238, "draws.fund_rate", MileageCost, MileageBacking, Key("Set aside for mileage by rate"), "D-16");
    public static readonly Movement Grant = new(239, "draws.grant_mileage", MileageIssued, Mileage, Key("Mileage for an application that was not drawn"), "D-15");
    public static readonly Movement Spend = new(240, "draws.spend_mileage", Mileage, MileageIssued, Key("Mileage spent on a first payment"), "D-17");
    public static readonly Movement GiveBack = new(241, "draws.give_back_mileage", MileageIssued, Mileage, Key("Mileage returned"), "D-19");
    public static readonly Movement Expire = new(242, "draws.expire_mileage", Mileage, MileageIssued, Key("Mileage expired"), "D-17");
    public static readonly Movement ExpiredBacking = new(243, "draws.expired_backing", MileageBacking, SharedAccounts.OperatorRevenue, Key("From expired mileage"), "D-17");
    public static readonly Movement JoinMileage = new(244, "draws.join_mileage", Mileage, Mileage, Key("Mileage of an account that was joined"), "D-17");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [Deposit, Rounding, MileageBacking, MileageCost, Mileage, MileageIssued];

    public IReadOnlyList<Movement> Movements { get; } =
    [
        PayDeposit, PayDepositOwed, DepositBack, DepositBackOwed, DepositShared, DepositRest, Apply, ApplyByMileage, PaySecond, FirstBack, FirstBackByMileage, SecondBack,
        PaySeller, Fee, Surplus, SurplusForMileage, Round, RoundShort, FundRate, Grant, Spend, GiveBack, Expire, ExpiredBacking, JoinMileage,
    ];

    public static AccountRef DepositOf(Guid lotId, string currency) => AccountRef.Of(lotId, Deposit, currency);

    public static AccountRef RoundingOf(string currency) => AccountRef.Of(Guid.Empty, Rounding, currency);

    public static AccountRef BackingOf(string currency) => AccountRef.Of(Guid.Empty, MileageBacking, currency);

    public static AccountRef CostOf(string currency) => AccountRef.Of(Guid.Empty, MileageCost, currency);

    public static AccountRef RevenueOf(string currency) => AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, currency);

    /// <summary>A person's mileage of a currency: one is worth one minor unit, and is spent in that currency.</summary>
    public static AccountRef MileageOf(Guid userId, string currency) => AccountRef.Of(userId, Mileage, AssetOf(currency));

    public static AccountRef IssuedOf(string currency) => AccountRef.Of(Guid.Empty, MileageIssued, AssetOf(currency));

    /// <summary>The asset of mileage that was earned in a currency.</summary>
    public static string AssetOf(string currency) => $"MILEAGE.{currency}";
}
