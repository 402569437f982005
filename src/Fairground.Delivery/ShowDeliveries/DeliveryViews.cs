using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>One thing told of a parcel.</summary>
/// <param name="Kind"><c>handed_over</c>, <c>in_transit</c>, <c>out_for_delivery</c>, <c>delivered</c>, <c>returned</c>, <c>lost</c>, <c>damaged</c>, <c>accident</c>, <c>note</c>.</param>
/// <param name="Way">By which way it came: <c>carrier</c>, <c>asked</c>, <c>courier</c>, <c>shop</c>.</param>
/// <param name="Latitude">In degrees, with six digits; null where it is not known.</param>
/// <param name="Picture">The address of a picture, for the parties.</param>
public sealed record NewsView(string Kind, string Way, DateTimeOffset At, string? Place, decimal? Latitude, decimal? Longitude, string? Note, string? Picture);

/// <summary>A parcel.</summary>
/// <param name="Number">Ours.</param>
/// <param name="State"><c>created</c>, <c>handed_over</c>, <c>in_transit</c>, <c>out_for_delivery</c>, <c>delivered</c>, <c>returned</c>, <c>lost</c>, <c>damaged</c>, <c>withdrawn</c>.</param>
/// <param name="TrackingUrl">The carrier's own page, or null.</param>
public sealed record ShipmentView(
    Guid ShipmentId, Guid DeliveryId, string Number, string Carrier, string CarrierTitle, string? Tracking, string? TrackingUrl, string State, DateTimeOffset StateAt, bool HadAccident, DateTimeOffset MadeAt, IReadOnlyList<NewsView> News);

/// <summary>A picture or paper of a dispute.</summary>
/// <param name="By"><c>buyer</c>, <c>seller</c> or <c>operator</c>.</param>
public sealed record EvidenceView(Guid EvidenceId, string By, string? Note, DateTimeOffset At, string MediaType, string Url);

/// <summary>What the buyer says is wrong, what the shop says, and what is shown.</summary>
/// <param name="Reason"><c>not-arrived</c>, <c>damaged</c>, <c>wrong</c>, <c>not-as-described</c>, <c>other</c>.</param>
public sealed record DisputeView(string Reason, string Said, DateTimeOffset OpenedAt, string? Answer, DateTimeOffset? AnsweredAt, IReadOnlyList<EvidenceView> Evidence);

/// <summary>The operator's ruling.</summary>
/// <param name="For"><c>buyer</c> or <c>seller</c>.</param>
public sealed record RulingView(string For, string Reasons, DateTimeOffset At);

/// <summary>A delivery as its parties see it.</summary>
/// <param name="Number">For talking about it.</param>
/// <param name="Source">The way of selling's word, and <paramref name="SourceId"/> what it is there.</param>
/// <param name="Value">What it is worth; for papers.</param>
/// <param name="Ways">Those allowed: <c>shipment</c>, <c>pick-up</c>, <c>nothing</c>.</param>
/// <param name="Way">The chosen one, or null.</param>
/// <param name="State"><c>open</c>, <c>shipped</c>, <c>delivered</c>, <c>disputed</c>, <c>approved</c>, <c>failed</c>.</param>
/// <param name="Reason">Why it ended: <c>buyer</c>, <c>time</c>, <c>ruling</c>, <c>not-handed-over</c>.</param>
/// <param name="DueAt">By when the shop must have sent it.</param>
/// <param name="ApproveBy">When silence becomes approval.</param>
/// <param name="Address">Where it goes, for those who may see it.</param>
/// <param name="Receiver">The buyer's name as the shop sees it.</param>
/// <param name="RecipientCode">What the buyer tells the shop's own courier at the door; for the buyer alone, while it is on its way.</param>
public sealed record DeliveryView(
    Guid DeliveryId, string Number, string Source, Guid SourceId, Guid ShopId, string ShopName, Guid? ProductId, string Title, Money Value, IReadOnlyList<string> Ways, string? Way, string State, string? Reason,
    DateTimeOffset OrderedAt, DateTimeOffset HandOverBy, DateTimeOffset? DueAt, DateTimeOffset? ShippedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? ApproveBy, DateTimeOffset? EndedAt, PostalAddress? Address, string? Receiver,
    string? RecipientCode, string? CollectAt, IReadOnlyList<ShipmentView> Shipments, DisputeView? Dispute, RulingView? Ruling);

/// <summary>For whom a view is made.</summary>
internal enum Viewer
{
    Buyer,
    Shop,
    Operator,
}

/// <summary>Reads deliveries for those who may see them.</summary>
internal sealed class DeliveryViews(
    DeliveryContext context, SealedWords words, Carriers carriers, RecipientCodes codes, IPeople people, IGoods goods, IShopAccess shops, ILooks looks, Kernel.Files.IFileStore files, TimeProvider time) : IHandovers
{
    public const int PageSize = 50;

    public async Task<IReadOnlyDictionary<Guid, HandoverInfo>> Of(string source, IReadOnlyCollection<Guid> sourceIds, CancellationToken ct) =>
        await context.Handovers.AsNoTracking().Where(h => h.Source == source && sourceIds.Contains(h.SourceId)).Select(h => new HandoverInfo(h.Id, h.SourceId, h.State, h.Way, h.DueAt, h.DeliveredAt, h.ApproveBy, h.EndedAt)).ToDictionaryAsync(h => h.SourceId, ct);

    /// <summary>My deliveries, those that go on first, then the newest.</summary>
    public async Task<IReadOnlyList<DeliveryView>> Mine(Guid userId, CancellationToken ct)
    {
        var ids = await people.IdsOf(userId, ct);
        var rows = await context.Handovers.AsNoTracking().Where(h => ids.Contains(h.PersonId)).OrderBy(h => h.EndedAt != null).ThenByDescending(h => h.OrderedAt).Take(200).ToListAsync(ct);
        return await Show(rows, Viewer.Buyer, ct);
    }

    /// <summary>Mine; refuses with <c>delivery.not_found</c>, also for somebody else's.</summary>
    public async Task<Result<DeliveryView>> MyOne(Guid userId, Guid deliveryId, CancellationToken ct)
    {
        var row = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (row is null || !(await people.IdsOf(userId, ct)).Contains(row.PersonId)) return DeliveryRefusals.NotFound;
        return (await Show([row], Viewer.Buyer, ct))[0];
    }

    /// <summary>For the shop's people, who see the buyer's address while it goes on, and are seen looking (D-22). Refuses with <c>delivery.not_found</c>, <c>access.forbidden</c>.</summary>
    public async Task<Result<DeliveryView>> OfShop(ClaimsPrincipal user, Guid deliveryId, CancellationToken ct)
    {
        var row = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (row is null) return DeliveryRefusals.NotFound;
        if (!await shops.MayAct(user, row.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        await Note(user, [row], ct);
        return (await Show([row], Viewer.Shop, ct))[0];
    }

    /// <summary>The shop's deliveries in these states, what is due first. Addresses are shown, and each look is noted. The caller has checked the shop.</summary>
    /// <param name="after">How many to leave out.</param>
    public async Task<IReadOnlyList<DeliveryView>> OfShop(ClaimsPrincipal user, Guid shopId, ShopList list, int after, int take, CancellationToken ct)
    {
        var rows = await Listed(shopId, list).Skip(after).Take(take).ToListAsync(ct);
        await Note(user, rows, ct);
        return await Show(rows, Viewer.Shop, ct);
    }

    /// <summary>How many there are in each list of the shop's.</summary>
    public async Task<IReadOnlyDictionary<ShopList, int>> Counts(Guid shopId, CancellationToken ct)
    {
        var counts = new Dictionary<ShopList, int>();
        foreach (var list in Enum.GetValues<ShopList>()) counts[list] = await Listed(shopId, list).CountAsync(ct);
        return counts;
    }

    /// <summary>For the operator.</summary>
    public async Task<Result<DeliveryView>> ForOperator(ClaimsPrincipal user, Guid deliveryId, CancellationToken ct)
    {
        var row = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (row is null) return DeliveryRefusals.NotFound;
        await Note(user, [row], ct);
        return (await Show([row], Viewer.Operator, ct))[0];
    }

    /// <summary>What the operator should look at, the oldest first. Without addresses.</summary>
    public async Task<IReadOnlyList<DeliveryView>> Watched(WatchList list, int after, CancellationToken ct) => await Show(await Watch(list).Skip(after).Take(PageSize).ToListAsync(ct), Viewer.Operator, ct, addresses: false);

    public async Task<IReadOnlyDictionary<WatchList, int>> WatchedCounts(CancellationToken ct)
    {
        var counts = new Dictionary<WatchList, int>();
        foreach (var list in Enum.GetValues<WatchList>()) counts[list] = await Watch(list).CountAsync(ct);
        return counts;
    }

    /// <summary>Views of these rows.</summary>
    public async Task<IReadOnlyList<DeliveryView>> Show(IReadOnlyList<Handover> rows, Viewer viewer, CancellationToken ct, bool addresses = true)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var shipments = await Shipments(ids, ct);
        var disputes = await context.Disputes.AsNoTracking().Where(d => ids.Contains(d.HandoverId)).ToDictionaryAsync(d => d.HandoverId, ct);
        var rulings = await context.Rulings.AsNoTracking().Where(r => ids.Contains(r.HandoverId)).ToDictionaryAsync(r => r.HandoverId, ct);
        var evidence = (await context.Evidence.AsNoTracking().Where(e => ids.Contains(e.HandoverId)).OrderBy(e => e.ShownAt).ToListAsync(ct)).ToLookup(e => e.HandoverId);
        var kept = await files.FindMany([.. evidence.SelectMany(of => of).Select(e => e.FileId).Distinct()], ct);
        var keys = await words.Keys([.. rows.Select(r => r.PersonId).Distinct()], ct);
        var names = viewer == Viewer.Buyer ? new Dictionary<Guid, Person>() : await people.FindMany([.. rows.Select(r => r.PersonId).Distinct()], ct);
        var known = await goods.FindShops([.. rows.Select(r => r.ShopId).Distinct()], ct);
        var views = new List<DeliveryView>(rows.Count);
        foreach (var h in rows)
        {
            var key = keys.GetValueOrDefault(h.PersonId);
            var shop = known.GetValueOrDefault(h.ShopId);
            var parcels = shipments[h.Id].ToList();
            views.Add(new DeliveryView(
                h.Id, h.Number, h.Source, h.SourceId, h.ShopId, shop?.Name ?? "", h.ProductId, h.Title, h.Value, h.Ways.Each(), h.Way.Wire(), h.State.Wire(), h.Reason,
                h.OrderedAt, h.HandOverBy, h.DueAt, h.ShippedAt, h.DeliveredAt, h.ApproveBy, h.EndedAt, addresses ? SealedWords.Address(key, h.Address) : null, names.GetValueOrDefault(h.PersonId)?.DisplayName,
                viewer == Viewer.Buyer && parcels.Find(p => p.Carrier == Carriers.Own && p.State is "handed_over" or "in_transit" or "out_for_delivery") is { } parcel ? codes.Of(parcel.ShipmentId) : null,
                h.Way == HandoverWays.PickUp && shop is not null ? string.Join(", ", new[] { shop.Name, shop.Address }.Where(p => p.Length > 0)) : null, parcels,
                disputes.GetValueOrDefault(h.Id) is { } d ? new DisputeView(d.Reason.Wire(), key?.Open(d.Said) ?? "", d.OpenedAt, key?.Open(d.Answer), d.AnsweredAt, Shown(evidence[h.Id], kept, key)) : null,
                rulings.GetValueOrDefault(h.Id) is { } r ? new RulingView(r.Ruling.Wire(), key?.Open(r.Reasons) ?? "", r.RuledAt) : null));
        }
        return views;
    }

    /// <summary>A shipment as it stands.</summary>
    public ShipmentView View(Shipment s, IEnumerable<ParcelNews> news) => new(
        s.Id, s.HandoverId, s.Number, s.Carrier, carriers.Title(s.Carrier), s.Tracking.Length == 0 ? null : s.Tracking, carriers.TrackingUrl(s.Carrier, s.Tracking), s.State.Wire(), s.StateAt, s.HadAccident, s.MadeAt,
        [.. news.OrderByDescending(n => n.At).ThenByDescending(n => n.ReceivedAt).Select(n => new NewsView(
            n.Kind.Wire(), n.Way.Wire(), n.At, n.Place.Length == 0 ? null : n.Place, n.Latitude / 1_000_000m, n.Longitude / 1_000_000m, n.Note.Length == 0 ? null : n.Note,
            n.FileId is null ? null : $"/api/v1/deliveries/{s.HandoverId}/pictures/{n.Id}"))]);

    private async Task<ILookup<Guid, ShipmentView>> Shipments(List<Guid> handovers, CancellationToken ct)
    {
        var rows = await context.Shipments.AsNoTracking().Where(s => handovers.Contains(s.HandoverId)).OrderByDescending(s => s.MadeAt).ToListAsync(ct);
        var ids = rows.ConvertAll(r => r.Id);
        var news = (await context.News.AsNoTracking().Where(n => ids.Contains(n.ShipmentId)).ToListAsync(ct)).ToLookup(n => n.ShipmentId);
        return rows.ToLookup(r => r.HandoverId, r => View(r, news[r.Id]));
    }

    private static IReadOnlyList<EvidenceView> Shown(IEnumerable<Evidence> evidence, IReadOnlyDictionary<Guid, Kernel.Files.StoredFile> kept, Kernel.Keys.PersonKey? key) =>
    [
        .. evidence.Where(e => kept.ContainsKey(e.FileId)).Select(e => new EvidenceView(
            e.Id, e.Side.Wire(), key?.Open(e.Note) is { Length: > 0 } note ? note : null, e.ShownAt, kept[e.FileId].MediaType, $"/api/v1/deliveries/{e.HandoverId}/evidence/{e.Id}")),
    ];

    private Task Note(ClaimsPrincipal user, IReadOnlyList<Handover> rows, CancellationToken ct) =>
        looks.Looked([.. rows.Where(r => r.Address is not null).Select(r => r.PersonId).Distinct()], user.ActedBy() ?? user.UserId(), "address", ct);

    private IQueryable<Handover> Listed(Guid shopId, ShopList list)
    {
        var all = context.Handovers.AsNoTracking().Where(h => h.ShopId == shopId);
        return list switch
        {
            ShopList.ToSend => all.Where(h => h.State == HandoverState.Open && h.Way == HandoverWays.Shipment).OrderBy(h => h.DueAt).ThenBy(h => h.Id),
            ShopList.AtCounter => all.Where(h => h.State == HandoverState.Open && h.Way != HandoverWays.Shipment).OrderBy(h => h.OrderedAt).ThenBy(h => h.Id),
            ShopList.Sent => all.Where(h => h.State == HandoverState.Shipped || h.State == HandoverState.Delivered).OrderByDescending(h => h.ShippedAt).ThenBy(h => h.Id),
            ShopList.Disputed => all.Where(h => h.State == HandoverState.Disputed).OrderBy(h => h.Id),
            _ => all.Where(h => h.EndedAt != null).OrderByDescending(h => h.EndedAt).ThenBy(h => h.Id),
        };
    }

    private IQueryable<Handover> Watch(WatchList list)
    {
        var now = time.GetUtcNow();
        var late = now.AddDays(-carriers.LateDays);
        return list switch
        {
            WatchList.Disputes => context.Handovers.AsNoTracking().Where(h => h.State == HandoverState.Disputed).OrderBy(h => h.OrderedAt),
            WatchList.Accidents => context.Handovers.AsNoTracking().Where(h => h.EndedAt == null && context.Shipments.Any(s => s.HandoverId == h.Id && (s.HadAccident || s.State == ShipmentState.Lost || s.State == ShipmentState.Damaged || s.State == ShipmentState.Returned))).OrderBy(h => h.OrderedAt),
            _ => context.Handovers.AsNoTracking().Where(h => (h.State == HandoverState.Shipped && h.ShippedAt < late) || (h.State == HandoverState.Open && h.DueAt == null && h.HandOverBy < now)).OrderBy(h => h.HandOverBy),
        };
    }
}

/// <summary>The lists of a shop's page.</summary>
internal enum ShopList
{
    ToSend,
    AtCounter,
    Sent,
    Disputed,
    Ended,
}

/// <summary>The lists of the operator's page.</summary>
internal enum WatchList
{
    Disputes,
    Late,
    Accidents,
}
