using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>
/// Addresses, deliveries and disputes. What they say in words is sealed under the person's key; erasing takes the words away and leaves which shop delivered what when, under an id that leads to nobody.
/// Accounts that were joined keep their rows: the other account answers for them.
/// </summary>
internal sealed class DeliveryData(DeliveryContext context, SealedWords words) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["delivery_address", "delivery_handover"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var keys = await words.Keys(person, ct);
        var addresses = await context.Addresses.AsNoTracking().Where(a => person.Contains(a.PersonId)).OrderBy(a => a.Id).ToListAsync(ct);
        await archive.Add("addresses", "Your address book.", addresses.Select(a => new { addressId = a.Id, address = SealedWords.Address(keys.GetValueOrDefault(a.PersonId), a.Sealed), a.IsDefault, a.MadeAt, a.ChangedAt }), ct);
        var handovers = await context.Handovers.AsNoTracking().Where(h => person.Contains(h.PersonId)).OrderBy(h => h.Id).ToListAsync(ct);
        var ids = handovers.ConvertAll(h => h.Id);
        var disputes = await context.Disputes.AsNoTracking().Where(d => ids.Contains(d.HandoverId)).ToDictionaryAsync(d => d.HandoverId, ct);
        var rulings = await context.Rulings.AsNoTracking().Where(r => ids.Contains(r.HandoverId)).ToDictionaryAsync(r => r.HandoverId, ct);
        await archive.Add("deliveries", "What was sent to you or waited for you, and what you said about it.", handovers.Select(h =>
        {
            var key = keys.GetValueOrDefault(h.PersonId);
            var dispute = disputes.GetValueOrDefault(h.Id);
            return new
            {
                deliveryId = h.Id, h.Number, h.Title, value = h.Value, state = h.State.Wire(), way = h.Way.Wire(), address = SealedWords.Address(key, h.Address), h.OrderedAt, h.ChosenAt, h.ShippedAt, h.DeliveredAt, h.EndedAt, h.Reason,
                complaint = dispute is null ? null : new { reason = dispute.Reason.Wire(), said = key?.Open(dispute.Said), dispute.OpenedAt, answer = key?.Open(dispute.Answer) },
                ruling = rulings.GetValueOrDefault(h.Id) is { } r ? new { ruled = r.Ruling.Wire(), reasons = key?.Open(r.Reasons), r.RuledAt } : null,
            };
        }), ct);
        var news = await context.News.AsNoTracking().Where(n => context.Shipments.Any(s => s.Id == n.ShipmentId && ids.Contains(s.HandoverId))).OrderBy(n => n.At).ToListAsync(ct);
        await archive.Add("parcels", "What carriers, couriers and shops told of your parcels.", news.Select(n => new { n.ShipmentId, kind = n.Kind.Wire(), n.At, n.Place, n.Note }), ct);
        var evidence = await context.Evidence.AsNoTracking().Where(e => ids.Contains(e.HandoverId) && e.Side == Side.Buyer).OrderBy(e => e.ShownAt).ToListAsync(ct);
        await archive.Add("evidence", "Pictures and papers that you showed about deliveries.", evidence.Select(e => new { e.HandoverId, evidenceId = e.Id, e.ShownAt }), ct);
    }

    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) =>
        await context.Handovers.AsNoTracking().Where(h => person.Contains(h.PersonId) && h.EndedAt == null).OrderBy(h => h.OrderedAt).FirstOrDefaultAsync(ct) is { } open ? [DeliveryHolds.UnderWay.With(("deliveryId", open.Id))] : [];

    public async Task Erase(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Addresses.Where(a => person.Contains(a.PersonId)).ExecuteDeleteAsync(ct);
        var ids = await context.Handovers.Where(h => person.Contains(h.PersonId)).Select(h => h.Id).ToListAsync(ct);
        await context.Evidence.Where(e => ids.Contains(e.HandoverId)).ExecuteDeleteAsync(ct);
        await context.Disputes.Where(d => ids.Contains(d.HandoverId)).ExecuteUpdateAsync(s => s.SetProperty(d => d.Said, "").SetProperty(d => d.Answer, d => d.Answer == null ? null : ""), ct);
        await context.Rulings.Where(r => ids.Contains(r.HandoverId)).ExecuteUpdateAsync(s => s.SetProperty(r => r.Reasons, ""), ct);
        // What couriers wrote and photographed at the door, and where that was.
        await context.News.Where(n => context.Shipments.Any(s => s.Id == n.ShipmentId && ids.Contains(s.HandoverId)))
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.Note, "").SetProperty(n => n.Place, "").SetProperty(n => n.FileId, (Guid?)null).SetProperty(n => n.Latitude, (int?)null).SetProperty(n => n.Longitude, (int?)null), ct);
        await transaction.CommitAsync(ct);
    }

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public Task Join(Guid from, Guid into, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>What keeps a person from being erased.</summary>
internal static class DeliveryHolds
{
    public static readonly RefusalKind UnderWay = new("data.delivery_under_way", 409, "Something is still on its way to this person, or waits for their approval. Let it end first.");
}
