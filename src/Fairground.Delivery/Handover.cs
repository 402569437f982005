using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Delivery;

/// <summary>Something that is on its way from a seller to its final buyer (D-22 to D-25). Methods take the time as an argument and decide nothing by themselves.</summary>
internal sealed class Handover
{
    /// <summary><see cref="HandoverOrder.IdOf"/>.</summary>
    public Guid Id { get; init; }

    public required string Source { get; init; }

    public Guid SourceId { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>The buyer.</summary>
    public Guid PersonId { get; set; }

    public Guid? ProductId { get; init; }

    public required string Title { get; init; }

    public long ValueMinor { get; init; }

    public required string Currency { get; init; }

    public HandoverWays Ways { get; init; }

    /// <summary>The way that was chosen; none before.</summary>
    public HandoverWays Way { get; set; }

    public HandoverState State { get; set; }

    public int ApproveDays { get; init; }

    /// <summary>How long the seller has to send it, in milliseconds.</summary>
    public long SellerMs { get; init; }

    public DateTimeOffset OrderedAt { get; init; }

    /// <summary>By when it must be sent where the address is known at once.</summary>
    public DateTimeOffset HandOverBy { get; init; }

    public DateTimeOffset? ChosenAt { get; set; }

    /// <summary>The address as it was when it was chosen, sealed under the buyer's key.</summary>
    public string? Address { get; set; }

    /// <summary>By when the seller must have sent it; null where nothing runs against the seller.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public DateTimeOffset? ShippedAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? ApproveBy { get; set; }

    /// <summary>When the clock has to look at it again.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Somebody was reminded of what is due at this stage.</summary>
    public bool Reminded { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it ended: the reason of the event.</summary>
    public string? Reason { get; set; }

    /// <summary>Counted up by whoever is about to change it, which locks the row.</summary>
    public int Version { get; set; }

    public Money Value => new(ValueMinor, Kernel.Currency.Of(Currency));

    public bool IsOver => State is HandoverState.Approved or HandoverState.Failed;

    /// <summary>A short number that people can read to each other.</summary>
    public string Number => ShortNumber.Of(Id);

    /// <summary>The seller's time.</summary>
    private TimeSpan SellerTime => TimeSpan.FromMilliseconds(SellerMs);

    /// <summary>A handover as it was ordered. The seller's time is what the order gave, however late the order is read.</summary>
    public static Handover Of(HandoverOrder order, DateTimeOffset now, DateTimeOffset orderedAt)
    {
        var handover = new Handover
        {
            Id = order.HandoverId, Source = order.Source, SourceId = order.SourceId, ShopId = order.ShopId, PersonId = order.BuyerId, ProductId = order.ProductId, Title = order.Title,
            ValueMinor = order.ValueMinor, Currency = order.Currency, Ways = order.Ways, ApproveDays = order.ApproveDays, OrderedAt = orderedAt, HandOverBy = order.HandOverBy,
            SellerMs = Math.Max(0, (long)(order.HandOverBy - orderedAt).TotalMilliseconds),
        };
        // Where there is one way that needs no address, there is nothing to choose.
        if (order.Ways == HandoverWays.PickUp) (handover.Way, handover.ChosenAt) = (HandoverWays.PickUp, now);
        if (order.Ways == HandoverWays.Nothing)
        {
            (handover.Way, handover.ChosenAt) = (HandoverWays.Nothing, now);
            handover.Deliver(now, now);
        }
        handover.Plan();
        return handover;
    }

    /// <summary>The buyer has chosen; the seller's time runs from now where something must be sent.</summary>
    public void Choose(HandoverWays way, string? address, DateTimeOffset now)
    {
        (Way, Address, ChosenAt, Reminded) = (way, address, now, false);
        DueAt = way == HandoverWays.Shipment ? Later(HandOverBy, now + SellerTime) : null;
        Plan();
    }

    /// <summary>A carrier has it.</summary>
    public void Ship(DateTimeOffset at)
    {
        (State, ShippedAt, DueAt, Reminded) = (HandoverState.Shipped, at, null, false);
        Plan();
    }

    /// <summary>The buyer has it. The days of approval run from when that became known.</summary>
    public void Deliver(DateTimeOffset at, DateTimeOffset now)
    {
        DeliveredAt = at;
        if (State != HandoverState.Disputed) (State, ApproveBy, DueAt, Reminded) = (HandoverState.Delivered, now.AddDays(ApproveDays), null, false);
        Plan();
    }

    /// <summary>What was sent does not arrive: the seller has to send again, with the same time as at first.</summary>
    public void ComeBack(DateTimeOffset now)
    {
        if (State != HandoverState.Disputed) (State, DueAt, Reminded) = (HandoverState.Open, now + SellerTime, false);
        Plan();
    }

    public void Dispute()
    {
        (State, ApproveBy, DueAt) = (HandoverState.Disputed, null, null);
        Plan();
    }

    public void End(HandoverState end, string reason, DateTimeOffset now)
    {
        (State, Reason, EndedAt, ApproveBy, DueAt) = (end, reason, now, null, null);
        // Who may see it is over with it: the seller needs the address no more.
        Address = null;
        Plan();
    }

    /// <summary>Sets when the clock is to look next.</summary>
    public void Plan() => NextAt = State switch
    {
        // Once the time is over with nothing chosen, and it cannot be picked up either, the operator sees it among those that are late.
        HandoverState.Open when Way == HandoverWays.None => !Reminded ? OrderedAt + (SellerTime / 2) : Ways.HasFlag(HandoverWays.PickUp) ? HandOverBy : null,
        HandoverState.Open when Way == HandoverWays.Shipment && DueAt is { } due => Reminded ? due : due - Shorter(TimeSpan.FromDays(1), SellerTime / 4),
        HandoverState.Delivered when ApproveBy is { } by => Reminded ? by : by - Shorter(TimeSpan.FromDays(1), TimeSpan.FromDays(ApproveDays) / 2),
        _ => null,
    };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>Short numbers for people, made of an id: ten letters and digits that nobody mistakes for each other.</summary>
internal static class ShortNumber
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        // The last bytes: the first ones of new ids are the time.
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        Span<char> text = stackalloc char[10];
        for (var i = 0; i < text.Length; i++) text[i] = Alphabet[(int)((bits >> (5 * i)) & 31)];
        return new string(text);
    }
}
