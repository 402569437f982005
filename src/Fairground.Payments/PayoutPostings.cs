using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>What payouts and the bank may do in the ledger.</summary>
internal sealed class PayoutPostings : ILedgerChart
{
    /// <summary>The operator's account at a bank: it stands for the world outside and is below zero by what the bank holds for us.</summary>
    public static readonly AccountPurpose Bank = new("payments.bank", null, "Bank");

    /// <summary>What was taken from an organisation's balance and is on its way to its bank. Never below zero.</summary>
    public static readonly AccountPurpose Transit = new("payments.payout_transit", 0, "Payouts on their way");

    /// <summary>What an organisation owes the operator, as an amount below zero. Later sales pay it back before anything is paid out.</summary>
    public static readonly AccountPurpose Debt = new("payments.organisation_debt", null, "Owed by an organisation");

    /// <summary>What gateways kept of what they owed.</summary>
    public static readonly AccountPurpose GatewayFees = new("payments.gateway_fees", null, "Fees of gateways");

    public static readonly Movement Payout = new(120, "payments.payout", SharedAccounts.ShopPayable, Transit, Key("Payout to the bank"), "S-33");
    public static readonly Movement PayoutPaid = new(121, "payments.payout_paid", Transit, Bank, Key("Payout arrived"), "S-33");
    public static readonly Movement PayoutBack = new(122, "payments.payout_back", Transit, SharedAccounts.ShopPayable, Key("Payout came back"), "S-33");

    /// <summary>The bank had paid it, and gave it back later.</summary>
    public static readonly Movement PayoutReturned = new(123, "payments.payout_returned", Bank, SharedAccounts.ShopPayable, Key("Payout was returned"), "S-33");

    public static readonly Movement Charge = new(124, "payments.charge", SharedAccounts.ShopPayable, SharedAccounts.OperatorRevenue, Key("Charged by the operator"), "S-33");
    public static readonly Movement ChargeDebt = new(125, "payments.charge_debt", Debt, SharedAccounts.OperatorRevenue, Key("Charged by the operator, owed"), "S-33");
    public static readonly Movement Recover = new(126, "payments.recover", SharedAccounts.ShopPayable, Debt, Key("Debt paid back from sales"), "S-33");
    public static readonly Movement BankTopUp = new(127, "payments.bank_top_up", Bank, SharedAccounts.Wallet, Key("Top-up by bank transfer"), "C-14");

    /// <summary>A gateway paid what it owed into the bank.</summary>
    public static readonly Movement GatewaySettled = new(128, "payments.gateway_settled", Bank, PaymentsPostings.GatewayClearing, Key("Settled by the gateway"), "D-08");

    public static readonly Movement GatewayFee = new(129, "payments.gateway_fee", GatewayFees, PaymentsPostings.GatewayClearing, Key("Fee of the gateway"), "D-08");

    /// <summary>A gateway gave a fee back, or paid what is no person's money.</summary>
    public static readonly Movement GatewayFeeBack = new(130, "payments.gateway_fee_back", PaymentsPostings.GatewayClearing, GatewayFees, Key("Fee of the gateway, given back"), "D-08");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [Bank, Transit, Debt, GatewayFees];

    public IReadOnlyList<Movement> Movements { get; } = [Payout, PayoutPaid, PayoutBack, PayoutReturned, Charge, ChargeDebt, Recover, BankTopUp, GatewaySettled, GatewayFee, GatewayFeeBack];

    /// <summary>The operator's money at the bank, in one currency.</summary>
    public static AccountRef BankIn(string currency) => AccountRef.Of(Guid.Empty, Bank, currency);

    public static AccountRef FeesIn(string currency) => AccountRef.Of(Guid.Empty, GatewayFees, currency);

    public static AccountRef TransitOf(Guid organisationId, string currency) => AccountRef.Of(organisationId, Transit, currency);

    public static AccountRef DebtOf(Guid organisationId, string currency) => AccountRef.Of(organisationId, Debt, currency);
}
