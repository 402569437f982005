using System.Text.Json.Serialization;
using Fairground.Kernel.Messaging;

namespace Fairground.Kernel.Contracts;

/// <summary>The ways in which something sold may reach its buyer; several may be allowed.</summary>
[Flags]
public enum HandoverWays
{
    /// <summary>Not chosen yet, where several are allowed.</summary>
    None = 0,

    /// <summary>Sent by a carrier to an address of the buyer's.</summary>
    Shipment = 1,

    /// <summary>Collected at the shop against a code that the buyer shows.</summary>
    PickUp = 2,

    /// <summary>There is nothing to carry: it counts as delivered when it is ordered.</summary>
    Nothing = 4,
}

/// <summary>Where a handover stands. It goes forward only; a parcel that was lost or came back is the one way from <see cref="Shipped"/> to <see cref="Open"/>.</summary>
public enum HandoverState
{
    /// <summary>The buyer chooses a way, or the seller has not sent it, or it waits at the counter.</summary>
    Open = 0,

    /// <summary>A carrier has it.</summary>
    Shipped = 1,

    /// <summary>The buyer has it and has not said yet whether all is well.</summary>
    Delivered = 2,

    /// <summary>The buyer says that something is wrong; the operator rules.</summary>
    Disputed = 3,

    /// <summary>An end: the seller is to be paid.</summary>
    Approved = 4,

    /// <summary>An end: the buyer is to get the money back.</summary>
    Failed = 5,
}

/// <summary>
/// Asks for something to be brought to its final buyer (D-22). A way of selling writes it to the outbox in the very transaction that makes somebody the final buyer:
/// <c>Decision.Publish</c> in a hot command, <c>ModuleContext.Publish</c> elsewhere. The same source and id, however often it is asked for, is one handover.
/// It ends with exactly one of <see cref="HandoverApproved"/> and <see cref="HandoverFailed"/>, which are told by the same outbox.
/// </summary>
/// <param name="Source">The way of selling's own word for what was sold by it: <c>lot</c>, <c>two-stage</c>. Lower case with dashes.</param>
/// <param name="SourceId">Whose handover it is there: the win.</param>
/// <param name="ShopId">Who hands over.</param>
/// <param name="BuyerId">Who receives.</param>
/// <param name="ProductId">The goods, or null.</param>
/// <param name="Title">What it is called, to both.</param>
/// <param name="ValueMinor">What it is worth, in minor units of <paramref name="Currency"/>: for papers and insurance; no money moves here.</param>
/// <param name="Ways">What the terms allow: at least one; <see cref="HandoverWays.Nothing"/> stands alone.</param>
/// <param name="ApproveDays">Days from delivery after which silence is approval: 1 to 90.</param>
/// <param name="HandOverBy">By when the seller must have sent it. The seller never has less time than from the order until then, counted from the buyer's choice of an address.</param>
public sealed record HandoverOrder(
    string Source, Guid SourceId, Guid ShopId, Guid BuyerId, Guid? ProductId, string Title, long ValueMinor, string Currency, HandoverWays Ways, int ApproveDays, DateTimeOffset HandOverBy) : IDomainEvent
{
    /// <summary>The topic.</summary>
    public const string Name = "delivery.handover.ordered";

    [JsonIgnore]
    public string Topic => Name;

    /// <summary>The handover's id, known before it is there.</summary>
    [JsonIgnore]
    public Guid HandoverId => IdOf(Source, SourceId);

    /// <summary>The id of the handover of this source.</summary>
    public static Guid IdOf(string source, Guid sourceId) => Ids.Derive("fairground/handover/v1", source, sourceId.ToString("N"));
}

/// <summary>The buyer has it, or it counts as if. Told once, except where a dispute is ruled upon before any delivery.</summary>
public sealed record HandoverDelivered(Guid HandoverId, string Source, Guid SourceId, Guid ShopId, DateTimeOffset At) : IDomainEvent
{
    /// <summary>The topic.</summary>
    public const string Name = "delivery.handover.delivered";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>All is well: settle with the seller (D-23, D-24). Told once; final.</summary>
/// <param name="Reason">Who said so: one of <see cref="ByBuyer"/>, <see cref="ByTime"/>, <see cref="ByRuling"/>.</param>
public sealed record HandoverApproved(Guid HandoverId, string Source, Guid SourceId, Guid ShopId, string Reason, DateTimeOffset At) : IDomainEvent
{
    /// <summary>The topic.</summary>
    public const string Name = "delivery.handover.approved";

    /// <summary>The buyer approved.</summary>
    public const string ByBuyer = "buyer";

    /// <summary>The days for approval have passed in silence.</summary>
    public const string ByTime = "time";

    /// <summary>The operator ruled for the seller.</summary>
    public const string ByRuling = "ruling";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The buyer does not get it: give the money back. Told once; final.</summary>
/// <param name="Reason">One of <see cref="NotHandedOver"/>, <see cref="ByRuling"/>.</param>
public sealed record HandoverFailed(Guid HandoverId, string Source, Guid SourceId, Guid ShopId, string Reason, DateTimeOffset At) : IDomainEvent
{
    /// <summary>The topic.</summary>
    public const string Name = "delivery.handover.failed";

    /// <summary>The seller did not send it in time.</summary>
    public const string NotHandedOver = "not-handed-over";

    /// <summary>The operator ruled for the buyer.</summary>
    public const string ByRuling = "ruling";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A handover as other modules' pages may show it.</summary>
/// <param name="Way">The chosen way; <see cref="HandoverWays.None"/> where the buyer has yet to choose.</param>
/// <param name="DueAt">By when the seller must have sent it; null where nothing runs against the seller.</param>
/// <param name="DeliveredAt">Null before.</param>
/// <param name="ApproveBy">When silence becomes approval; null before delivery and in a dispute.</param>
/// <param name="EndedAt">Null before the end.</param>
public sealed record HandoverInfo(Guid HandoverId, Guid SourceId, HandoverState State, HandoverWays Way, DateTimeOffset? DueAt, DateTimeOffset? DeliveredAt, DateTimeOffset? ApproveBy, DateTimeOffset? EndedAt)
{
    /// <summary>Where the buyer follows, approves and complains.</summary>
    public string BuyerHref => $"/me/deliveries/{HandoverId}";

    /// <summary>Where the shop's people send and answer.</summary>
    public string ShopHref => $"/shop/deliveries/{HandoverId}";
}

/// <summary>Questions about handovers. Answered by Delivery.</summary>
public interface IHandovers
{
    /// <summary>By source id, those that are there. One that was ordered a moment ago may be missing still: it is on its way through the outbox.</summary>
    Task<IReadOnlyDictionary<Guid, HandoverInfo>> Of(string source, IReadOnlyCollection<Guid> sourceIds, CancellationToken ct);
}
