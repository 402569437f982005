namespace Fairground.Delivery;

/// <summary>Where a parcel is, in the order in which it may go; nothing follows the last five.</summary>
internal enum ShipmentState
{
    /// <summary>The seller has made its label.</summary>
    Created = 0,
    HandedOver = 1,
    InTransit = 2,
    OutForDelivery = 3,
    Delivered = 4,
    Returned = 5,
    Lost = 6,
    Damaged = 7,

    /// <summary>Taken back by the seller before a carrier had it.</summary>
    Withdrawn = 8,
}

/// <summary>What may be told of a parcel.</summary>
internal enum ParcelNewsKind
{
    HandedOver = 1,
    InTransit = 2,
    OutForDelivery = 3,
    Delivered = 4,
    Returned = 5,
    Lost = 6,
    Damaged = 7,

    /// <summary>Something happened, and it goes on.</summary>
    Accident = 20,

    /// <summary>Where it is, or that nobody was at home.</summary>
    Note = 21,
}

/// <summary>By which way something was told.</summary>
internal enum ParcelNewsWay
{
    Carrier = 1,
    Asked = 2,
    Courier = 3,
    Seller = 4,
}

/// <summary>A parcel of a handover. There may be several, one after the other, and one under way.</summary>
internal sealed class Shipment
{
    public Guid Id { get; init; }

    public Guid HandoverId { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>The name of a configured carrier, <see cref="Carriers.Own"/> or <see cref="Carriers.Other"/>.</summary>
    public required string Carrier { get; init; }

    /// <summary>In the carrier's spelling; empty where it has none.</summary>
    public required string Tracking { get; init; }

    public ShipmentState State { get; set; }

    /// <summary>When it came into the state, as it was told.</summary>
    public DateTimeOffset StateAt { get; set; }

    /// <summary>Something happened on the way.</summary>
    public bool HadAccident { get; set; }

    public Guid MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>When the carrier is to be asked next.</summary>
    public DateTimeOffset? PollAt { get; set; }

    public int PollFailures { get; set; }

    /// <summary>Wrong codes of the recipient so far.</summary>
    public int CodeTries { get; set; }

    public string Number => ShortNumber.Of(Id);

    /// <summary>What stands on the label and in its code.</summary>
    public string LabelCode => Tracking.Length > 0 ? Tracking : Number;

    public bool IsOver => ShipmentMachine.IsOver(State);
}

/// <summary>One thing told of a parcel. Only added to; kept once, however often and by whichever way it comes.</summary>
internal sealed class ParcelNews
{
    /// <summary>Derived from the parcel, who tells and the teller's own id: a carrier that tells and is asked is one.</summary>
    public Guid Id { get; init; }

    public Guid ShipmentId { get; init; }

    public ParcelNewsKind Kind { get; init; }

    public ParcelNewsWay Way { get; init; }

    /// <summary>When it happened, as it was told; never after it came.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Where, in words; empty where it is not known.</summary>
    public required string Place { get; init; }

    /// <summary>In millionths of a degree, or null.</summary>
    public int? Latitude { get; init; }

    public int? Longitude { get; init; }

    /// <summary>What was said; empty where nothing was.</summary>
    public required string Note { get; init; }

    public Guid? FileId { get; init; }

    /// <summary>Of the shop's staff, where one of them said it.</summary>
    public Guid? ToldBy { get; init; }
}

/// <summary>The way of a parcel: it goes forward only, however late, often or disordered news come. Pure.</summary>
internal static class ShipmentMachine
{
    public static bool IsOver(ShipmentState state) => state >= ShipmentState.Delivered;

    /// <summary>The state after this news; the same where it changes nothing.</summary>
    public static ShipmentState Next(ShipmentState state, ParcelNewsKind kind)
    {
        if (IsOver(state) || kind is ParcelNewsKind.Accident or ParcelNewsKind.Note) return state;
        var told = (ShipmentState)(int)kind;
        return told > state ? told : state;
    }
}
