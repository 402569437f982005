using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>Where an order stands.</summary>
internal enum OrderState
{
    /// <summary>For the gateway's part; what the wallet gives is on hold.</summary>
    Waiting = 0,
    Bought = 1,

    /// <summary>Paid, and then it could not be bought: all of it is in the wallet.</summary>
    NotBought = 2,

    /// <summary>Not paid in time, or given up: what was on hold is in the wallet again.</summary>
    Lapsed = 3,
}

/// <summary>A purchase that is paid in part from the wallet and in part at a gateway, and is made once the gateway's part has come (C-10, C-13).</summary>
/// <param name="Total">What the certificates cost, minor units.</param>
/// <param name="FromWallet">What of it is on hold in the wallet; the payment brings the rest.</param>
/// <param name="HoldId">The ledger's hold; null where the wallet gives nothing.</param>
/// <param name="Reason">The code of what stood against it.</param>
internal sealed record PurchaseOrder(
    Guid Id, Guid UserId, Guid LotId, string Title, int Quantity, long Total, string Currency, long FromWallet, Guid? HoldId, Guid PaymentId, OrderState State, string? Reason, Guid? PurchaseId,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt)
{
    /// <summary>How long the wallet's part is kept aside.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static readonly HotTable<PurchaseOrder> Table = HotTable<PurchaseOrder>.Keyed(
        "payments_order",
        1,
        r => new PurchaseOrder(
            r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Text(3), r.Int(4), r.Long(5), r.Text(6), r.Long(7), r.UuidOrNull(8), r.Uuid(9), (OrderState)r.Int(10), r.TextOrNull(11), r.UuidOrNull(12),
            r.Instant(13), r.Instant(14), r.InstantOrNull(15)),
        new("id", HotType.Uuid, o => o.Id),
        new("user_id", HotType.Uuid, o => o.UserId),
        new("lot_id", HotType.Uuid, o => o.LotId),
        new("title", HotType.Text, o => o.Title),
        new("quantity", HotType.Int, o => o.Quantity),
        new("total", HotType.Long, o => o.Total),
        new("currency", HotType.Text, o => o.Currency),
        new("from_wallet", HotType.Long, o => o.FromWallet),
        new("hold_id", HotType.Uuid, o => o.HoldId),
        new("payment_id", HotType.Uuid, o => o.PaymentId),
        new("state", HotType.Int, o => (int)o.State),
        new("reason", HotType.Text, o => o.Reason),
        new("purchase_id", HotType.Uuid, o => o.PurchaseId),
        new("created_at", HotType.Long, o => o.CreatedAt.ToUnixTimeMilliseconds()),
        new("expires_at", HotType.Long, o => o.ExpiresAt.ToUnixTimeMilliseconds()),
        new("ended_at", HotType.Long, o => o.EndedAt?.ToUnixTimeMilliseconds()));

    public Money MoneyOf(long minor) => new(minor, Kernel.Currency.Of(Currency));

    /// <summary>The name on the wire.</summary>
    public string Wire => State switch { OrderState.Bought => "bought", OrderState.NotBought => "not_bought", OrderState.Lapsed => "lapsed", _ => "waiting" };
}
