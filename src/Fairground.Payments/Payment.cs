using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>How a payment ended, in the words that every client knows. A payment that lapsed or failed can still succeed: banks are sometimes late.</summary>
internal enum PaymentState
{
    /// <summary>Waits for the gateway; a hold stands in the gateway's clearing account.</summary>
    Pending = 0,

    /// <summary>The money came into the wallet.</summary>
    Succeeded = 1,

    /// <summary>The gateway said no, or the person turned back; the hold was let go.</summary>
    Failed = 2,

    /// <summary>Nobody finished it in time; the hold was let go.</summary>
    Expired = 3,
}

/// <summary>Where a payment stands, in full.</summary>
internal enum PaymentStage
{
    Created,
    Pending,
    Authorised,
    Captured,
    Settled,
    PartlyRefunded,
    Refunded,
    Disputed,
    ChargedBack,
    Failed,
    Cancelled,
    Expired,
}

/// <summary>Money that a person is bringing in through a gateway (C-13, C-14).</summary>
/// <param name="Id">The payment's id, which is also the reference of its hold and its transfers.</param>
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
        r => new Payment(r.Uuid(0), r.Uuid(1), r.Long(2), r.Text(3), (PaymentState)r.Int(4), r.Text(5), r.Uuid(6), r.Instant(7), r.Instant(8), r.InstantOrNull(9))
        {
            GatewayRef = r.TextOrNull(10), ChargeRef = r.TextOrNull(11), PayUrl = r.TextOrNull(12),
            Authorised = r.Long(13), Captured = r.Long(14), Refunded = r.Long(15), End = (GatewayEnd)r.Int(16),
            Dispute = (GatewayDispute)r.Int(17), Disputed = r.Long(18), Settled = r.Int(19) != 0,
            OwnRefunds = r.Long(20), Taken = r.Long(21), Trouble = r.TextOrNull(22), Outside = r.Long(23), Returned = r.Long(24), LinkId = r.UuidOrNull(25), MethodId = r.UuidOrNull(26),
        },
        new("id", HotType.Uuid, p => p.Id),
        new("user_id", HotType.Uuid, p => p.UserId),
        new("amount", HotType.Long, p => p.Amount),
        new("currency", HotType.Text, p => p.Currency),
        new("state", HotType.Int, p => (int)p.State),
        new("gateway", HotType.Text, p => p.Gateway),
        new("hold_id", HotType.Uuid, p => p.HoldId),
        new("created_at", HotType.Long, p => p.CreatedAt.ToUnixTimeMilliseconds()),
        new("expires_at", HotType.Long, p => p.ExpiresAt.ToUnixTimeMilliseconds()),
        new("completed_at", HotType.Long, p => p.CompletedAt?.ToUnixTimeMilliseconds()),
        new("gateway_ref", HotType.Text, p => p.GatewayRef),
        new("charge_ref", HotType.Text, p => p.ChargeRef),
        new("pay_url", HotType.Text, p => p.PayUrl),
        new("authorised", HotType.Long, p => p.Authorised),
        new("captured", HotType.Long, p => p.Captured),
        new("refunded", HotType.Long, p => p.Refunded),
        new("ended", HotType.Int, p => (int)p.End),
        new("dispute", HotType.Int, p => (int)p.Dispute),
        new("disputed", HotType.Long, p => p.Disputed),
        new("settled", HotType.Int, p => p.Settled ? 1 : 0),
        new("own_refunds", HotType.Long, p => p.OwnRefunds),
        new("taken", HotType.Long, p => p.Taken),
        new("trouble", HotType.Text, p => p.Trouble),
        new("outside", HotType.Long, p => p.Outside),
        new("returned", HotType.Long, p => p.Returned),
        new("link_id", HotType.Uuid, p => p.LinkId),
        new("method_id", HotType.Uuid, p => p.MethodId));

    /// <summary>The gateway's name of the payment: a session, an order, an invoice.</summary>
    public string? GatewayRef { get; init; }

    /// <summary>The gateway's name of the money it took.</summary>
    public string? ChargeRef { get; init; }

    /// <summary>Where the person pays.</summary>
    public string? PayUrl { get; init; }

    /// <summary>Set aside at the person's bank, minor units.</summary>
    public long Authorised { get; init; }

    /// <summary>Taken from the person, minor units: nothing, or the whole amount.</summary>
    public long Captured { get; init; }

    /// <summary>What the gateway has given back, whoever asked for it.</summary>
    public long Refunded { get; init; }

    public GatewayEnd End { get; init; }

    public GatewayDispute Dispute { get; init; }

    /// <summary>How much the chargeback is about.</summary>
    public long Disputed { get; init; }

    public bool Settled { get; init; }

    /// <summary>All that we ever asked the gateway to give back, whatever became of it.</summary>
    public long OwnRefunds { get; init; }

    /// <summary>What of that the gateway did not give back in the end.</summary>
    public long Returned { get; init; }

    /// <summary>What the gateway has certainly given back beyond what we asked for.</summary>
    public long Outside { get; init; }

    /// <summary>What the gateway took back without us (chargebacks, refunds made at its own desk) and the ledger has followed.</summary>
    public long Taken { get; init; }

    /// <summary>Why a person must look at it; null for none.</summary>
    public string? Trouble { get; init; }

    /// <summary>The link by which somebody else pays it, or null.</summary>
    public Guid? LinkId { get; init; }

    /// <summary>The saved way of paying that it is taken from without the person, or null.</summary>
    public Guid? MethodId { get; init; }

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));

    /// <summary>What may still be given back through the gateway, minor units.</summary>
    public long Refundable => Captured == 0 ? 0 : Math.Max(0, Amount - (OwnRefunds - Returned) - Taken);
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

    /// <summary>The stage's name on the wire.</summary>
    public static string Name(this PaymentStage stage) => stage switch
    {
        PaymentStage.PartlyRefunded => "partly-refunded",
        PaymentStage.ChargedBack => "charged-back",
        _ => stage.ToString().ToLowerInvariant(),
    };
}
