using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>How a refund stands.</summary>
internal enum RefundState
{
    /// <summary>The gateway is being asked.</summary>
    Asked = 0,

    /// <summary>The gateway pays it, or has paid it.</summary>
    Paid = 1,

    /// <summary>It could not be paid, and the money is in the wallet again.</summary>
    Returned = 2,

    /// <summary>The gateway would not pay it; a person of the operator's decides.</summary>
    Waits = 3,
}

/// <summary>Money that goes back the way it came.</summary>
/// <param name="Amount">What leaves the wallet, minor units; the fee is part of it.</param>
/// <param name="Fee">What of it the operator keeps.</param>
/// <param name="GatewayRef">The gateway's name of the refund, once known.</param>
/// <param name="Reason">The gateway's own word for why it would not.</param>
/// <param name="Attempt">Counts from 0; each time that a person lets it be tried again.</param>
internal sealed record Refund(
    Guid Id, Guid PaymentId, Guid UserId, long Amount, long Fee, string Currency, RefundState State, string? GatewayRef, string? Reason, int Attempt,
    Guid AskedBy, DateTimeOffset AskedAt, DateTimeOffset? EndedAt)
{
    public static readonly HotTable<Refund> Table = HotTable<Refund>.Keyed(
        "payments_refund",
        1,
        r => new Refund(
            r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Long(3), r.Long(4), r.Text(5), (RefundState)r.Int(6), r.TextOrNull(7), r.TextOrNull(8), r.Int(9), r.Uuid(10), r.Instant(11), r.InstantOrNull(12)),
        new("id", HotType.Uuid, x => x.Id),
        new("payment_id", HotType.Uuid, x => x.PaymentId),
        new("user_id", HotType.Uuid, x => x.UserId),
        new("amount", HotType.Long, x => x.Amount),
        new("fee", HotType.Long, x => x.Fee),
        new("currency", HotType.Text, x => x.Currency),
        new("state", HotType.Int, x => (int)x.State),
        new("gateway_ref", HotType.Text, x => x.GatewayRef),
        new("reason", HotType.Text, x => x.Reason),
        new("attempt", HotType.Int, x => x.Attempt),
        new("asked_by", HotType.Uuid, x => x.AskedBy),
        new("asked_at", HotType.Long, x => x.AskedAt.ToUnixTimeMilliseconds()),
        new("ended_at", HotType.Long, x => x.EndedAt?.ToUnixTimeMilliseconds()));

    /// <summary>When the gateway is asked next, while it is being asked. No part of what is decided.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>What the person gets by the gateway, minor units.</summary>
    public long Net => Amount - Fee;

    /// <summary>The name under which the gateway is asked: another one for each attempt, for a gateway gives the same answer to the same name.</summary>
    public Guid OrderId => Attempt == 0 ? Id : Ids.Derive("fairground/refund/v1", Id.ToString("N"), Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public Money MoneyOf(long minor) => new(minor, Kernel.Currency.Of(Currency));
}

internal static class RefundStates
{
    /// <summary>The state's name on the wire.</summary>
    public static string Name(this RefundState state) => state switch
    {
        RefundState.Asked => "asked",
        RefundState.Paid => "paid",
        RefundState.Returned => "returned",
        _ => "waits",
    };
}
