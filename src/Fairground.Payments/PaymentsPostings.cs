using Fairground.Kernel;
using Fairground.Ledger;

namespace Fairground.Payments;

/// <summary>What payments may do in the ledger.</summary>
internal sealed class PaymentsPostings : ILedgerChart
{
    /// <summary>What a gateway owes us: it stands for the world outside and goes below zero as money comes in.</summary>
    public static readonly AccountPurpose GatewayClearing = new("payments.gateway_clearing", null, "Payment gateway");

    public static readonly Movement TopUp = new(100, "payments.top_up", GatewayClearing, SharedAccounts.Wallet, Key("Top-up"), "C-14");

    /// <summary>Two accounts of one person became one.</summary>
    public static readonly Movement Join = new(101, "payments.join", SharedAccounts.Wallet, SharedAccounts.Wallet, Key("From an account joined with yours"), "C-37");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [GatewayClearing];

    public IReadOnlyList<Movement> Movements { get; } = [TopUp, Join];

    /// <summary>The clearing account of a gateway in a currency.</summary>
    public static AccountRef ClearingOf(string gateway, string currency) =>
        AccountRef.Of(Ids.Derive("fairground/gateway/v1", gateway), GatewayClearing, currency);
}
