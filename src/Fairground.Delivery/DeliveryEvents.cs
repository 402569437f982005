using System.Text.Json.Serialization;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;

namespace Fairground.Delivery;

/// <summary>A way was chosen: the shop can send, or waits at the counter. Payloads are part of the contract: only add.</summary>
/// <param name="ByTime">Nobody chose in time, so it waits at the counter.</param>
internal sealed record HandoverChosen(Guid HandoverId, Guid ShopId, HandoverWays Way, bool ByTime = false) : IDomainEvent
{
    public const string Name = "delivery.handover.chosen";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A handover is there, and waits for what comes next.</summary>
internal sealed record HandoverOpened(Guid HandoverId, Guid ShopId) : IDomainEvent
{
    public const string Name = "delivery.handover.opened";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Somebody is to be reminded of what is due.</summary>
/// <param name="Kind"><c>choose</c>, <c>send</c> or <c>approve</c>.</param>
internal sealed record HandoverReminded(Guid HandoverId, Guid ShopId, string Kind) : IDomainEvent
{
    public const string Name = "delivery.handover.reminded";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A parcel is somewhere else on its way.</summary>
/// <param name="State">As on the wire: <c>handed_over</c>.</param>
internal sealed record ParcelMoved(Guid HandoverId, Guid ShipmentId, Guid ShopId, string State, DateTimeOffset At) : IDomainEvent
{
    public const string Name = "delivery.parcel.moved";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Something happened to a parcel on its way.</summary>
internal sealed record ParcelAccident(Guid HandoverId, Guid ShipmentId, Guid ShopId, DateTimeOffset At) : IDomainEvent
{
    public const string Name = "delivery.parcel.had_accident";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The buyer says that something is wrong.</summary>
internal sealed record DisputeOpened(Guid HandoverId, Guid ShopId) : IDomainEvent
{
    public const string Name = "delivery.dispute.opened";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The shop has answered.</summary>
internal sealed record DisputeAnswered(Guid HandoverId, Guid ShopId) : IDomainEvent
{
    public const string Name = "delivery.dispute.answered";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>What programs outside may hear of deliveries.</summary>
internal static class DeliveryPublicEvents
{
    public static IReadOnlyList<PublicEvent> All { get; } =
    [
        new(HandoverChosen.Name, Key("A buyer has chosen how to receive something: it can be packed.")),
        new(ParcelMoved.Name, Key("A parcel is handed over, in transit, out for delivery, delivered, returned, lost or damaged.")),
        new(ParcelAccident.Name, Key("Something happened to a parcel on its way.")),
        new(HandoverDelivered.Name, Key("Something has reached its buyer.")),
        new(HandoverApproved.Name, Key("All is well with a delivery: the shop is to be paid.")),
        new(HandoverFailed.Name, Key("A buyer does not get what was bought: the money goes back.")),
        new(DisputeOpened.Name, Key("A buyer says that something is wrong with a delivery.")),
        new(DisputeAnswered.Name, Key("A shop has answered in a dispute.")),
    ];
}
