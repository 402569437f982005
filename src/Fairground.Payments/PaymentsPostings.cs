using Fairground.Kernel;
using Fairground.Ledger;

namespace Fairground.Payments;

/// <summary>What payments may do in the ledger.</summary>
internal sealed class PaymentsPostings : ILedgerChart
{
    /// <summary>What a gateway owes us: it stands for the world outside and goes below zero as money comes in.</summary>
    public static readonly AccountPurpose GatewayClearing = new("payments.gateway_clearing", null, "Payment gateway");

    /// <summary>What a person owes us because a bank took a payment back that was spent already: below zero by the debt.</summary>
    public static readonly AccountPurpose Debt = new("payments.debt", null, "Owed by a person");

    /// <summary>Refunds that were asked for and have not ended. The party is the payment.</summary>
    public static readonly AccountPurpose RefundsUnderWay = new("payments.refunds_under_way", 0, "Refunds under way");

    public static readonly Movement TopUp = new(100, "payments.top_up", GatewayClearing, SharedAccounts.Wallet, Key("Top-up"), "C-14");

    /// <summary>Two accounts of one person became one.</summary>
    public static readonly Movement Join = new(101, "payments.join", SharedAccounts.Wallet, SharedAccounts.Wallet, Key("From an account joined with yours"), "C-37");

    /// <summary>A chargeback, or a refund made at the gateway's own desk.</summary>
    public static readonly Movement TakenBack = new(102, "payments.taken_back", SharedAccounts.Wallet, GatewayClearing, Key("A payment was taken back"), "D-08");

    /// <summary>What of that the wallet could not pay.</summary>
    public static readonly Movement Owed = new(103, "payments.owed", Debt, GatewayClearing, Key("A payment was taken back that was spent already"), "D-08");

    public static readonly Movement Collected = new(104, "payments.collected", SharedAccounts.Wallet, Debt, Key("Paid off what you owed"), "D-08");

    /// <summary>A chargeback ended in our favour.</summary>
    public static readonly Movement GivenBack = new(105, "payments.given_back", GatewayClearing, SharedAccounts.Wallet, Key("A payment that was taken back has come again"), "D-08");

    public static readonly Movement Forgiven = new(106, "payments.forgiven", GatewayClearing, Debt, Key("What you owed has come again"), "D-08");

    public static readonly Movement RefundAsked = new(107, "payments.refund_asked", SharedAccounts.Wallet, RefundsUnderWay, Key("Back to where you paid from"), "C-13");

    public static readonly Movement RefundPaid = new(108, "payments.refund_paid", RefundsUnderWay, GatewayClearing, Key("Back to where you paid from"), "C-13");

    public static readonly Movement RefundReturned = new(109, "payments.refund_returned", RefundsUnderWay, SharedAccounts.Wallet, Key("Could not be paid back, so it is in your wallet again"), "C-13");

    public static readonly Movement RefundFee = new(110, "payments.refund_fee", SharedAccounts.Wallet, SharedAccounts.OperatorRevenue, Key("Fee for paying back"), "C-13");

    public static readonly Movement RefundCameBack = new(111, "payments.refund_came_back", GatewayClearing, RefundsUnderWay, Key("Back to where you paid from"), "C-13");

    public static readonly Movement RefundFeeReturned = new(112, "payments.refund_fee_returned", SharedAccounts.OperatorRevenue, SharedAccounts.Wallet, Key("Fee for paying back, returned"), "C-13");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [GatewayClearing, Debt, RefundsUnderWay];

    public IReadOnlyList<Movement> Movements { get; } = [TopUp, Join, TakenBack, Owed, Collected, GivenBack, Forgiven, RefundAsked, RefundPaid, RefundReturned, RefundFee, RefundCameBack, RefundFeeReturned];

    /// <summary>The clearing account of a gateway in a currency.</summary>
    public static AccountRef ClearingOf(string gateway, string currency) =>
        AccountRef.Of(Ids.Derive("fairground/gateway/v1", gateway), GatewayClearing, currency);

    public static AccountRef DebtOf(Guid userId, string currency) => AccountRef.Of(userId, Debt, currency);

    public static AccountRef RefundsOf(Guid paymentId, string currency) => AccountRef.Of(paymentId, RefundsUnderWay, currency);
}
