using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>A payment that the gateway is asked about from time to time: until it has ended, and after that until nothing more is to be expected.</summary>
internal sealed class WatchRow
{
    public static readonly HotTable<WatchRow> Table = HotTable<WatchRow>.Keyed(
        "payments_watch",
        1,
        r => new WatchRow { PaymentId = r.Uuid(0), NextAt = r.Instant(1), Tries = r.Int(2) },
        new("payment_id", HotType.Uuid, w => w.PaymentId),
        new("next_at", HotType.Long, w => w.NextAt.ToUnixTimeMilliseconds()),
        new("tries", HotType.Int, w => w.Tries));

    public Guid PaymentId { get; init; }

    public DateTimeOffset NextAt { get; set; }

    public int Tries { get; set; }
}

/// <summary>A notice of a gateway, kept once by the gateway's own id of it. It says that something happened; what happened was read back.</summary>
internal sealed class NoticeRow
{
    /// <summary>Derived from gateway and event id.</summary>
    public Guid Id { get; init; }

    public required string Gateway { get; init; }

    public required string EventId { get; init; }

    public required string Kind { get; init; }

    /// <summary>The payment it is about, where it was found.</summary>
    public Guid? PaymentId { get; set; }

    /// <summary>The gateway's names by which the payment may still be found, one a line.</summary>
    public required string References { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? DoneAt { get; set; }

    public DateTimeOffset NextAt { get; set; }

    public int Tries { get; set; }

    /// <summary>How it ended: <c>applied</c>, or <c>parked</c> where it is about no payment of ours.</summary>
    public string? Outcome { get; set; }
}

/// <summary>Numbers payments for a gateway that wants digits: nine of them, in order, so that also the last six repeat only after a million payments.</summary>
internal sealed record PaymentCounter(Guid Id, long Last)
{
    private const long First = 100_000_000;

    public static readonly HotTable<PaymentCounter> Table = HotTable<PaymentCounter>.Keyed(
        "payments_counter",
        1,
        r => new PaymentCounter(r.Uuid(0), r.Long(1)),
        new("id", HotType.Uuid, c => c.Id),
        new("last", HotType.Long, c => c.Last));

    public string Number => Last.ToString(CultureInfo.InvariantCulture);

    public static Guid IdOf(string gateway) => Ids.Derive("fairground/payment-counter/v1", gateway);

    public static PaymentCounter Before(string gateway) => new(IdOf(gateway), First);

    public PaymentCounter Next() => this with { Last = Last + 1 };
}
