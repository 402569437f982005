using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>The buyer says how to receive it (D-22); page and API call this. It may be changed until the shop has made a label.</summary>
internal sealed class WayChoice(DeliveryContext context, AddressBook book, SealedWords words, IPeople people, TimeProvider time)
{
    /// <summary>Refusals in this order: <c>delivery.not_found</c>, <c>delivery.over</c>, <c>delivery.not_now</c>, <c>delivery.way_not_allowed</c>, <c>delivery.already_sent</c>, <c>address.not_found</c>.</summary>
    public async Task<Refusal?> Choose(Guid userId, Guid deliveryId, HandoverWays way, Guid? addressId, CancellationToken ct)
    {
        var ids = await people.IdsOf(userId, ct);
        var address = way == HandoverWays.Shipment ? await book.Find(userId, addressId ?? Guid.Empty, ct) : default;
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = await context.Lock(deliveryId, ct);
        if (handover is null || !ids.Contains(handover.PersonId)) return DeliveryRefusals.NotFound;
        if (handover.IsOver) return DeliveryRefusals.Over;
        if (handover.State != HandoverState.Open) return DeliveryRefusals.NotNow;
        if (way is not (HandoverWays.Shipment or HandoverWays.PickUp) || !handover.Ways.HasFlag(way)) return DeliveryRefusals.WayNotAllowed;
        if (await context.Shipments.AnyAsync(s => s.HandoverId == deliveryId && s.State < ShipmentState.Delivered, ct)) return DeliveryRefusals.AlreadySent;
        if (address.Refused) return address.Refusal;
        var now = time.GetUtcNow();
        // Choosing again gives the shop no more time than the first choice gave.
        var due = handover.Way == HandoverWays.Shipment ? handover.DueAt : null;
        handover.Choose(way, way == HandoverWays.Shipment ? await words.Seal(handover.PersonId, address.Value.Address, ct) : null, now);
        if (due is not null && way == HandoverWays.Shipment)
        {
            handover.DueAt = due;
            handover.Plan();
        }
        context.Publish(new HandoverChosen(handover.Id, handover.ShopId, way), now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }
}
