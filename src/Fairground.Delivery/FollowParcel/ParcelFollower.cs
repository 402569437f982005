using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>News of a parcel as they came.</summary>
/// <param name="TellersId">The teller's own id of it: the same twice is one.</param>
/// <param name="At">When it happened, as it was told.</param>
/// <param name="Latitude">In millionths of a degree.</param>
internal sealed record HeardNews(string TellersId, ParcelNewsKind Kind, DateTimeOffset At, string Place = "", string Note = "", int? Latitude = null, int? Longitude = null, Guid? FileId = null, Guid? ToldBy = null);

/// <summary>
/// Takes news of parcels from all three ways (D-25) and moves parcel and handover by them, forward only. Late, doubled and disordered news are kept and change nothing that is further already.
/// </summary>
internal sealed class ParcelFollower(DeliveryContext context, TimeProvider time)
{
    private const int LongestText = 500;

    // Some carriers send their local time and call it UTC: up to half a day either way, and their clocks are not exact either.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromDays(1);

    /// <summary>The parcel under way with this carrier and number, or the last that was; null where there is none.</summary>
    public Task<Shipment?> Find(string carrier, string tracking, CancellationToken ct) =>
        context.Shipments.AsNoTracking().Where(s => s.Carrier == carrier && s.Tracking == tracking).OrderBy(s => s.State >= ShipmentState.Delivered).ThenByDescending(s => s.MadeAt).FirstOrDefaultAsync(ct);

    /// <summary>Keeps the news and moves what they move; how many were new. Refuses with <c>shipment.not_found</c>.</summary>
    /// <param name="check">Why nothing is taken of a parcel that stands so; null for no reason.</param>
    /// <param name="isKnown">True for news that say of it only what somebody else has said already: they are not kept.</param>
    public async Task<Result<int>> Take(Guid shipmentId, ParcelNewsWay way, IReadOnlyList<HeardNews> heard, CancellationToken ct, Func<Shipment, Refusal?>? check = null, Func<Shipment, HeardNews, bool>? isKnown = null)
    {
        if (await context.Shipments.AsNoTracking().Where(s => s.Id == shipmentId).Select(s => (Guid?)s.HandoverId).FirstOrDefaultAsync(ct) is not { } handoverId) return ShipmentRefusals.NotFound;
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = (await context.Lock(handoverId, ct))!;
        if (context.Shipments.Local.FirstOrDefault(s => s.Id == shipmentId) is { } stale) context.Entry(stale).State = EntityState.Detached;
        var shipment = await context.Shipments.FirstAsync(s => s.Id == shipmentId, ct);
        if (check?.Invoke(shipment) is { } refusal)
        {
            // A wrong code is counted although it is refused.
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return refusal;
        }
        var now = time.GetUtcNow();
        var rows = heard.Where(h => isKnown?.Invoke(shipment, h) != true).Select(h => Row(shipment, way, h, now)).DistinctBy(r => r.Id).ToList();
        var ids = rows.ConvertAll(r => r.Id);
        var known = (await context.News.Where(n => ids.Contains(n.Id)).Select(n => n.Id).ToListAsync(ct)).ToHashSet();
        var fresh = rows.Where(r => !known.Contains(r.Id)).OrderBy(r => r.At).ThenBy(r => r.Kind).ToList();
        context.News.AddRange(fresh);
        foreach (var news in fresh) Follow(handover, shipment, news, now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return fresh.Count;
    }

    /// <summary>The buyer has it, whoever says so. Inside the caller's transaction.</summary>
    public void Deliver(Handover handover, DateTimeOffset at, DateTimeOffset now)
    {
        if (handover.IsOver || handover.DeliveredAt is not null) return;
        handover.Deliver(at, now);
        context.Publish(new HandoverDelivered(handover.Id, handover.Source, handover.SourceId, handover.ShopId, at), now);
    }

    private void Follow(Handover handover, Shipment shipment, ParcelNews news, DateTimeOffset now)
    {
        // What happened before the order happened to something else: a number that another parcel had must not pay this shop.
        if (news.At < handover.OrderedAt - ClocksDiffer) return;
        if (news.Kind == ParcelNewsKind.Accident)
        {
            shipment.HadAccident = true;
            context.Publish(new ParcelAccident(handover.Id, shipment.Id, shipment.ShopId, news.At), now);
        }
        var next = ShipmentMachine.Next(shipment.State, news.Kind);
        if (next == shipment.State) return;
        (shipment.State, shipment.StateAt) = (next, news.At);
        if (shipment.IsOver) shipment.PollAt = null;
        context.Publish(new ParcelMoved(handover.Id, shipment.Id, shipment.ShopId, next.Wire(), news.At), now);
        if (handover.IsOver) return;
        switch (next)
        {
            case ShipmentState.Delivered:
                handover.ShippedAt ??= news.At;
                Deliver(handover, news.At, now);
                break;
            case ShipmentState.Returned or ShipmentState.Lost or ShipmentState.Damaged:
                if (handover.State != HandoverState.Delivered) handover.ComeBack(now);
                break;
            default:
                if (handover.State == HandoverState.Open) handover.Ship(news.At);
                break;
        }
    }

    private static ParcelNews Row(Shipment shipment, ParcelNewsWay way, HeardNews heard, DateTimeOffset now) => new()
    {
        Id = Ids.Derive("fairground/parcel-news/v1", shipment.Id.ToString("N"), Teller(way).Wire(), heard.TellersId),
        ShipmentId = shipment.Id, Kind = heard.Kind, Way = way,
        // A carrier's clock may be ahead of ours; nothing happens in the future.
        At = heard.At > now ? now : heard.At, ReceivedAt = now,
        Place = Short(heard.Place), Note = Short(heard.Note), Latitude = heard.Latitude, Longitude = heard.Longitude, FileId = heard.FileId, ToldBy = heard.ToldBy,
    };

    // A carrier that tells by itself and is asked as well says the same thing twice.
    private static ParcelNewsWay Teller(ParcelNewsWay way) => way == ParcelNewsWay.Asked ? ParcelNewsWay.Carrier : way;

    private static string Short(string text)
    {
        var one = text.ReplaceLineEndings(" ").Trim();
        return one.Length <= LongestText ? one : one[..LongestText];
    }
}
