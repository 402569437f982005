using Fairground.Kernel.Contracts;

namespace Fairground.Delivery;

/// <summary>The words of states on the wire.</summary>
internal static class DeliveryWire
{
    public static string Wire(this HandoverState state) => state switch
    {
        HandoverState.Open => "open",
        HandoverState.Shipped => "shipped",
        HandoverState.Delivered => "delivered",
        HandoverState.Disputed => "disputed",
        HandoverState.Approved => "approved",
        _ => "failed",
    };

    public static HandoverState? State(string? wire) => Enum.GetValues<HandoverState>().Cast<HandoverState?>().FirstOrDefault(s => s!.Value.Wire() == wire);

    public static string? Wire(this HandoverWays way) => way switch
    {
        HandoverWays.Shipment => "shipment",
        HandoverWays.PickUp => "pick-up",
        HandoverWays.Nothing => "nothing",
        _ => null,
    };

    public static HandoverWays Way(string? wire) => wire switch { "shipment" => HandoverWays.Shipment, "pick-up" => HandoverWays.PickUp, _ => HandoverWays.None };

    public static IReadOnlyList<string> Each(this HandoverWays ways) => [.. new[] { HandoverWays.Shipment, HandoverWays.PickUp, HandoverWays.Nothing }.Where(w => ways.HasFlag(w)).Select(w => w.Wire()!)];

    public static string Wire(this ShipmentState state) => state switch
    {
        ShipmentState.Created => "created",
        ShipmentState.HandedOver => "handed_over",
        ShipmentState.InTransit => "in_transit",
        ShipmentState.OutForDelivery => "out_for_delivery",
        ShipmentState.Delivered => "delivered",
        ShipmentState.Returned => "returned",
        ShipmentState.Lost => "lost",
        ShipmentState.Damaged => "damaged",
        _ => "withdrawn",
    };

    public static string Wire(this ParcelNewsKind kind) => kind switch { ParcelNewsKind.Accident => "accident", ParcelNewsKind.Note => "note", _ => ((ShipmentState)(int)kind).Wire() };

    public static ParcelNewsKind? Kind(string? wire) => Enum.GetValues<ParcelNewsKind>().Cast<ParcelNewsKind?>().FirstOrDefault(k => k!.Value.Wire() == wire);

    public static string Wire(this ParcelNewsWay way) => way switch { ParcelNewsWay.Carrier => "carrier", ParcelNewsWay.Asked => "asked", ParcelNewsWay.Courier => "courier", _ => "shop" };

    public static string Wire(this DisputeReason reason) => reason switch
    {
        DisputeReason.NotArrived => "not-arrived",
        DisputeReason.Damaged => "damaged",
        DisputeReason.Wrong => "wrong",
        DisputeReason.NotAsDescribed => "not-as-described",
        _ => "other",
    };

    public static DisputeReason? Reason(string? wire) => Enum.GetValues<DisputeReason>().Cast<DisputeReason?>().FirstOrDefault(r => r!.Value.Wire() == wire);

    public static string Wire(this Side side) => side switch { Side.Buyer => "buyer", Side.Seller => "seller", _ => "operator" };

    public static string Wire(this Ruling ruling) => ruling == Ruling.ForBuyer ? "buyer" : "seller";

    public static Ruling? Rules(string? wire) => wire switch { "buyer" => Ruling.ForBuyer, "seller" => Ruling.ForSeller, _ => null };
}
