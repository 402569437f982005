using System.Security.Claims;
using System.Text.RegularExpressions;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>The shop makes parcels and says what became of them (D-22); pages and API call this.</summary>
internal sealed partial class ShippingDesk(DeliveryContext context, Carriers carriers, ParcelFollower follower, IShopAccess shops, TimeProvider time)
{
    // What a shop may say of its own parcels. That one was delivered is the buyer's, the carrier's or the courier's to say.
    private static readonly ParcelNewsKind[] OfShop = [ParcelNewsKind.HandedOver, ParcelNewsKind.InTransit, ParcelNewsKind.OutForDelivery, ParcelNewsKind.Returned, ParcelNewsKind.Lost, ParcelNewsKind.Damaged, ParcelNewsKind.Accident, ParcelNewsKind.Note];

    /// <summary>How long until a carrier is asked for the first time.</summary>
    private static readonly TimeSpan FirstAsked = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Makes a parcel. Refusals in this order: <c>delivery.not_found</c>, <c>access.forbidden</c>, <c>shipment.carrier_unknown</c>, <c>shipment.tracking_invalid</c>, <c>delivery.over</c>, <c>delivery.not_now</c>,
    /// <c>shipment.no_address</c>, <c>shipment.under_way</c>, <c>shipment.tracking_taken</c>.
    /// </summary>
    public async Task<Result<Shipment>> Make(ClaimsPrincipal user, Guid deliveryId, string? carrier, string? tracking, CancellationToken ct)
    {
        var number = (tracking ?? "").Trim().ToUpperInvariant();
        var found = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (found is null) return DeliveryRefusals.NotFound;
        if (!await shops.MayAct(user, found.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        if (carrier is null || !carriers.Names.Contains(carrier)) return ShipmentRefusals.CarrierUnknown;
        // Only a carrier that is not set up here, and the shop's own courier, may go without a number.
        if (number.Length == 0 ? carriers.Find(carrier) is not null : !ANumber().IsMatch(number)) return ShipmentRefusals.TrackingInvalid;
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = (await context.Lock(deliveryId, ct))!;
        if (handover.IsOver) return DeliveryRefusals.Over;
        if (handover.State != HandoverState.Open || handover.Way is HandoverWays.PickUp or HandoverWays.Nothing) return DeliveryRefusals.NotNow;
        if (handover.Way != HandoverWays.Shipment || handover.Address is null) return ShipmentRefusals.NoAddress;
        if (await context.Shipments.AnyAsync(s => s.HandoverId == deliveryId && s.State < ShipmentState.Delivered, ct)) return ShipmentRefusals.UnderWay;
        // A carrier's number stands for one parcel, ever: news of an old one would move this one. What was withdrawn no carrier had, and a shop's own courier counts its tours as it likes.
        var had = context.Shipments.Where(s => s.Carrier == carrier && s.Tracking == number && s.State != ShipmentState.Withdrawn && (carrier != Carriers.Own || s.State < ShipmentState.Delivered));
        if (number.Length > 0 && await had.AnyAsync(ct)) return ShipmentRefusals.TrackingTaken;
        var now = time.GetUtcNow();
        var shipment = new Shipment
        {
            Id = Ids.New(), HandoverId = handover.Id, ShopId = handover.ShopId, Carrier = carrier, Tracking = number, StateAt = now, MadeBy = user.UserId(), MadeAt = now,
            PollAt = carriers.Find(carrier)?.PollUrl is null ? null : now + FirstAsked,
        };
        context.Shipments.Add(shipment);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (number.Length > 0)
        {
            // Two parcels of two deliveries were given one number at the same moment.
            context.ChangeTracker.Clear();
            return ShipmentRefusals.TrackingTaken;
        }
        await transaction.CommitAsync(ct);
        return shipment;
    }

    /// <summary>Takes a parcel back that no carrier has. Refusals: <c>shipment.not_found</c>, <c>access.forbidden</c>, <c>delivery.not_now</c>.</summary>
    public async Task<Refusal?> Withdraw(ClaimsPrincipal user, Guid shipmentId, CancellationToken ct)
    {
        var found = await Find(user, shipmentId, ct);
        if (found.Refused) return found.Refusal;
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Lock(found.Value.HandoverId, ct);
        var shipment = await context.Shipments.FirstAsync(s => s.Id == shipmentId, ct);
        if (shipment.State != ShipmentState.Created) return DeliveryRefusals.NotNow;
        (shipment.State, shipment.StateAt, shipment.PollAt) = (ShipmentState.Withdrawn, time.GetUtcNow(), null);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>What the shop says of a parcel. Refusals: <c>shipment.not_found</c>, <c>access.forbidden</c>, <c>shipment.news_unknown</c>, <c>courier.words_missing</c>, <c>delivery.not_now</c>.</summary>
    public async Task<Refusal?> Tell(ClaimsPrincipal user, Guid shipmentId, string? kind, string? note, CancellationToken ct)
    {
        var found = await Find(user, shipmentId, ct);
        if (found.Refused) return found.Refusal;
        if (DeliveryWire.Kind(kind) is not { } said || !OfShop.Contains(said)) return ShipmentRefusals.NewsUnknown;
        var words = (note ?? "").Trim();
        if (words.Length > 500 || (words.Length < 3 && said is ParcelNewsKind.Accident or ParcelNewsKind.Note)) return CourierRefusals.WordsMissing;
        // The same step said twice is one; what happened may happen again.
        var id = said is ParcelNewsKind.Accident or ParcelNewsKind.Note ? Ids.New().ToString("N") : said.Wire();
        return (await follower.Take(shipmentId, ParcelNewsWay.Seller, [new HeardNews(id, said, time.GetUtcNow(), Note: words, ToldBy: user.UserId())], ct, s => s.IsOver ? (Refusal)DeliveryRefusals.NotNow : null)).Refusal;
    }

    /// <summary>A parcel of a shop that this person works for. Refusals: <c>shipment.not_found</c>, <c>access.forbidden</c>.</summary>
    public async Task<Result<Shipment>> Find(ClaimsPrincipal user, Guid shipmentId, CancellationToken ct)
    {
        var shipment = await context.Shipments.AsNoTracking().FirstOrDefaultAsync(s => s.Id == shipmentId, ct);
        if (shipment is null) return ShipmentRefusals.NotFound;
        return await shops.MayAct(user, shipment.ShopId, Access.ShopStaff, ct) ? shipment : CommonRefusals.Forbidden;
    }

    [GeneratedRegex("^[A-Z0-9-]{4,40}$")]
    private static partial Regex ANumber();
}
