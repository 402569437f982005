using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>What stands on a label.</summary>
/// <param name="Code">The tracking number, or ours.</param>
internal sealed record LabelText(string Carrier, string Code, string Number, string From, PostalAddress To, string Title, DateTimeOffset MadeAt);

/// <summary>Prints labels of parcels that are under way (D-22); each printing is a look at the buyer's address.</summary>
internal sealed class Labels(DeliveryContext context, SealedWords words, Carriers carriers, LabelPdf pdf, IShopAccess shops, IGoods goods, ILooks looks)
{
    /// <summary>One page a label. Refusals in this order: <c>shipment.not_found</c> (also where there is none), <c>access.forbidden</c>, <c>delivery.over</c>, <c>shipment.label_letters</c>.</summary>
    public async Task<Result<byte[]>> Print(ClaimsPrincipal user, IReadOnlyList<Guid> shipmentIds, CancellationToken ct)
    {
        var texts = await Texts(user, shipmentIds, ct);
        if (texts.Refused) return texts.Refusal!;
        return texts.Value.All(pdf.CanWrite) ? LabelPdf.Write(texts.Value) : ShipmentRefusals.LabelLetters;
    }

    /// <summary>What stands on them, for a page that is printed. Refusals as <see cref="Print"/>, but for the letters: a browser has more fonts.</summary>
    public async Task<Result<IReadOnlyList<LabelText>>> Texts(ClaimsPrincipal user, IReadOnlyList<Guid> shipmentIds, CancellationToken ct)
    {
        var rows = await context.Shipments.AsNoTracking().Where(s => shipmentIds.Contains(s.Id)).Join(context.Handovers, s => s.HandoverId, h => h.Id, (s, h) => new { Shipment = s, Handover = h }).ToListAsync(ct);
        if (rows.Count == 0 || rows.Count != shipmentIds.Count) return ShipmentRefusals.NotFound;
        foreach (var shop in rows.Select(r => r.Shipment.ShopId).Distinct())
            if (!await shops.MayAct(user, shop, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        var keys = await words.Keys([.. rows.Select(r => r.Handover.PersonId).Distinct()], ct);
        var froms = await goods.FindShops([.. rows.Select(r => r.Shipment.ShopId).Distinct()], ct);
        var texts = new List<LabelText>();
        foreach (var (shipment, handover) in shipmentIds.Select(id => rows.First(r => r.Shipment.Id == id)).Select(r => (r.Shipment, r.Handover)))
        {
            // A parcel that has arrived, or a delivery that has ended, needs no label, and its address is nobody's business any more.
            if (shipment.IsOver || SealedWords.Address(keys.GetValueOrDefault(handover.PersonId), handover.Address) is not { } to) return DeliveryRefusals.Over;
            var from = froms.GetValueOrDefault(shipment.ShopId);
            texts.Add(new LabelText(T[carriers.Title(shipment.Carrier)], shipment.LabelCode, shipment.Number, string.Join(", ", new[] { from?.Name, from?.Address }.Where(p => !string.IsNullOrWhiteSpace(p))), to, handover.Title, shipment.MadeAt));
        }
        await looks.Looked([.. rows.Select(r => r.Handover.PersonId).Distinct()], user.ActedBy() ?? user.UserId(), "address", ct);
        return texts;
    }
}
