using Fairground.Ledger;

namespace Fairground.Draws;

/// <summary>Every way in which Draws moves money; reading this tells the whole business.</summary>
internal sealed class DrawsPostings : ILedgerChart
{
    /// <summary>What buyers paid for a lot, until it goes to the shop, to winners, or back. Never below zero.</summary>
    public static readonly AccountPurpose Escrow = new("draws.escrow", 0, "Held for a lot");

    public static readonly Movement Buy = new(200, "draws.buy", SharedAccounts.Wallet, Escrow, Key("Certificates bought"), "C-10");
    public static readonly Movement Refund = new(201, "draws.refund", Escrow, SharedAccounts.Wallet, Key("Certificates refunded"), "C-22");
    public static readonly Movement Settle = new(202, "draws.settle", Escrow, SharedAccounts.ShopPayable, Key("Lot settled with the shop"), "C-24");
    public static readonly Movement PayCash = new(203, "draws.pay_cash", Escrow, SharedAccounts.Wallet, Key("Won: cash alternative"), "C-22");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [Escrow];

    public IReadOnlyList<Movement> Movements { get; } = [Buy, Refund, Settle, PayCash];

    /// <summary>The escrow of a lot.</summary>
    public static AccountRef EscrowOf(Guid lotId, string currency) => AccountRef.Of(lotId, Escrow, currency);
}
