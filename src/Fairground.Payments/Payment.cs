using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>Where a payment stands. Only <see cref="Pending"/> can change, and once.</summary>
internal enum PaymentState
{
    /// <summary>Waits for the gateway; a hold stands in the gateway's clearing account.</summary>
    Pending = 0,

    /// <summary>The money is in the wallet.</summary>
    Succeeded = 1,

    /// <summary>The gateway said no; the hold was let go.</summary>
    Failed = 2,

    /// <summary>Nobody finished it in time; the hold was let go.</summary>
    Expired = 3,
}

/// <summary>Money that a person is bringing in through a gateway (C-13, C-14).</summary>
/// <param name="Id">The payment's id, which is also the reference of its hold and its transfer.</param>
/// <param name="UserId">Whose wallet it goes to.</param>
/// <param name="Amount">Minor units, above zero.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="State">Changed by hot commands only.</param>
/// <param name="Gateway">Name of the gateway that takes the money.</param>
/// <param name="HoldId">The ledger's hold on the clearing account.</param>
/// <param name="CreatedAt">When the person asked.</param>
/// <param name="ExpiresAt">When it lapses if still pending.</param>
/// <param name="CompletedAt">When it was decided, or null.</param>
internal sealed record Payment(
    Guid Id, Guid UserId, long Amount, string Currency, PaymentState State, string Gateway, Guid HoldId,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? CompletedAt)
{
    /// <summary>How long a gateway has.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static readonly HotTable<Payment> Table = HotTable<Payment>.Keyed(
        "payments_payment",
        1,
        r => new Payment(r.Uuid(0), r.Uuid(1), r.Long(2), r.Text(3), (PaymentState)r.Int(4), r.Text(5), r.Uuid(6), r.Instant(7), r.Instant(8), r.InstantOrNull(9)),
        new("id", HotType.Uuid, p => p.Id),
        new("user_id", HotType.Uuid, p => p.UserId),
        new("amount", HotType.Long, p => p.Amount),
        new("currency", HotType.Text, p => p.Currency),
        new("state", HotType.Int, p => (int)p.State),
        new("gateway", HotType.Text, p => p.Gateway),
        new("hold_id", HotType.Uuid, p => p.HoldId),
        new("created_at", HotType.Long, p => p.CreatedAt.ToUnixTimeMilliseconds()),
        new("expires_at", HotType.Long, p => p.ExpiresAt.ToUnixTimeMilliseconds()),
        new("completed_at", HotType.Long, p => p.CompletedAt?.ToUnixTimeMilliseconds()));

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));
}

internal static class PaymentStates
{
    /// <summary>The state's name on the wire.</summary>
    public static string Name(this PaymentState state) => state switch
    {
        PaymentState.Pending => "pending",
        PaymentState.Succeeded => "succeeded",
        PaymentState.Failed => "failed",
        _ => "expired",
    };
}
