using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Delivery;

/// <summary>Tells buyers and shops what happens to deliveries. One message a person and fact; a repeat sends nothing twice.</summary>
internal sealed class DeliveryAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "delivery.announcements";

    public IReadOnlyCollection<string> Topics { get; } =
    [
        HandoverOpened.Name, HandoverChosen.Name, HandoverReminded.Name, ParcelMoved.Name, HandoverDelivered.Name, HandoverApproved.Name, HandoverFailed.Name, DisputeOpened.Name, DisputeAnswered.Name,
    ];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DeliveryContext>();
        // Every one of them names its handover in the same place.
        if (await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == envelope.Read<OfHandover>().HandoverId, ct) is not { } handover) return;
        var letters = envelope.Topic switch
        {
            HandoverOpened.Name => DeliveryLetters.Opened(handover),
            HandoverChosen.Name => DeliveryLetters.Chosen(handover, envelope.Read<HandoverChosen>().ByTime),
            HandoverReminded.Name => DeliveryLetters.Reminded(handover, envelope.Read<HandoverReminded>().Kind),
            ParcelMoved.Name => await Moved(scope.ServiceProvider, context, handover, envelope.Read<ParcelMoved>(), ct),
            HandoverDelivered.Name => DeliveryLetters.Delivered(handover),
            HandoverApproved.Name => DeliveryLetters.Approved(handover, envelope.Read<HandoverApproved>().Reason),
            HandoverFailed.Name => DeliveryLetters.Failed(handover, envelope.Read<HandoverFailed>().Reason),
            DisputeOpened.Name => DeliveryLetters.DisputeOpened(handover),
            _ => DeliveryLetters.DisputeAnswered(handover),
        };
        await Send(scope.ServiceProvider, envelope, handover, letters, ct);
    }

    private static async Task<Letters> Moved(IServiceProvider services, DeliveryContext context, Handover handover, ParcelMoved moved, CancellationToken ct)
    {
        var shipment = await context.Shipments.AsNoTracking().FirstAsync(s => s.Id == moved.ShipmentId, ct);
        var carrier = services.GetRequiredService<Carriers>().Find(shipment.Carrier)?.Title;
        var code = shipment.Carrier == Carriers.Own ? services.GetRequiredService<RecipientCodes>().Of(shipment.Id) : null;
        return DeliveryLetters.Moved(handover, shipment, moved.State, carrier, code);
    }

    private static async Task Send(IServiceProvider services, EventEnvelope envelope, Handover handover, Letters letters, CancellationToken ct)
    {
        var told = new List<(Guid Person, Wording Words, string Path, MessageKind Kind)>();
        if (letters.ToBuyer is { } words) told.Add((handover.PersonId, words, $"/me/deliveries/{handover.Id}", MessageKind.Wins));
        if (letters.ToShop is { } shops)
        {
            var staff = await services.GetRequiredService<IShopAccess>().PeopleOf(handover.ShopId, ct);
            told.AddRange(staff.Keys.Where(id => id != handover.PersonId).Select(id => (id, shops, $"/shop/deliveries/{handover.Id}", MessageKind.Account)));
        }
        if (told.Count == 0) return;
        var people = await services.GetRequiredService<IPeople>().FindMany([.. told.Select(t => t.Person)], ct);
        var messages = told.Where(t => people.ContainsKey(t.Person)).Select(t => new Message(
            Ids.Derive("delivery.message", letters.Once ?? envelope.Id.ToString("N"), t.Person.ToString("N")), people[t.Person].Contact, people[t.Person].Channel, t.Words, people[t.Person].UserId,
            Kind: t.Kind, About: new MessageTopic(t.Path, handover.Title))).ToList();
        if (messages.Count > 0) await services.GetRequiredService<IMessages>().Send(messages, ct);
    }

    private sealed record OfHandover(Guid HandoverId);
}

/// <summary>What is said to whom; null where nothing is.</summary>
internal sealed record Letters(Wording? ToBuyer, Wording? ToShop)
{
    /// <summary>Said once under this name, whichever event brings it first; null where each event says it.</summary>
    public string? Once { get; init; }

    public static readonly Letters None = new(null, null);
}

/// <summary>What buyers and shops are told; the words stand in <c>Messages</c>.</summary>
internal static class DeliveryLetters
{
    public static Letters Opened(Handover h) => h.Way switch
    {
        HandoverWays.None => new(new Wording("delivery.choose") { ["title"] = h.Title, ["pick_up"] = h.Ways.HasFlag(HandoverWays.PickUp), ["page"] = Mine(h) }, null),
        HandoverWays.PickUp => new(Collect(h), null),
        _ => Letters.None,
    };

    /// <param name="byTime">The clock chose, so the buyer hears of it too.</param>
    public static Letters Chosen(Handover h, bool byTime) => h.Way switch
    {
        HandoverWays.Shipment when h.DueAt is { } due => new(null, new Wording("delivery.to_send") { ["title"] = h.Title, ["number"] = h.Number, ["due"] = due, ["page"] = Shops(h) }),
        HandoverWays.PickUp when byTime => new(Collect(h), null),
        _ => Letters.None,
    };

    public static Letters Reminded(Handover h, string kind) => (kind, h.State) switch
    {
        ("choose", HandoverState.Open) when h.Way == HandoverWays.None => new(new Wording("delivery.choose") { ["title"] = h.Title, ["pick_up"] = h.Ways.HasFlag(HandoverWays.PickUp), ["page"] = Mine(h) }, null),
        ("send", HandoverState.Open) when h.DueAt is { } due => new(null, new Wording("delivery.send_soon") { ["title"] = h.Title, ["number"] = h.Number, ["due"] = due, ["page"] = Shops(h) }),
        ("approve", HandoverState.Delivered) when h.ApproveBy is { } by => new(new Wording("delivery.approve_soon") { ["title"] = h.Title, ["by"] = by, ["page"] = Mine(h) }, null),
        _ => Letters.None,
    };

    /// <param name="carrier">The title of one that is set up here; null for others.</param>
    /// <param name="code">What the buyer tells the shop's own courier; null for other carriers.</param>
    public static Letters Moved(Handover h, Shipment s, string state, string? carrier, string? code) => state switch
    {
        "handed_over" or "in_transit" when h.State == HandoverState.Shipped => new(Shipped(h, s, carrier), null) { Once = $"shipped:{s.Id:N}" },
        "out_for_delivery" => new(new Wording("delivery.out_for_delivery") { ["title"] = h.Title, ["has_code"] = code is not null, ["code"] = code ?? "", ["page"] = Mine(h) }, null),
        // Where it has ended, or is in dispute, there is nothing to send again.
        "returned" or "lost" or "damaged" when h.State is HandoverState.Open or HandoverState.Shipped => new(
            new Wording("delivery.came_back") { ["title"] = h.Title, ["state"] = state, ["page"] = Mine(h) },
            new Wording("delivery.send_again") { ["title"] = h.Title, ["number"] = h.Number, ["state"] = state, ["has_due"] = h.DueAt is not null, ["due"] = h.DueAt ?? h.HandOverBy, ["page"] = Shops(h) }),
        _ => Letters.None,
    };

    public static Letters Delivered(Handover h) => h.ApproveBy is { } by && h.State == HandoverState.Delivered
        ? new(new Wording("delivery.delivered") { ["title"] = h.Title, ["by"] = by, ["page"] = Mine(h) }, null)
        : Letters.None;

    public static Letters Approved(Handover h, string reason) => reason switch
    {
        HandoverApproved.ByTime => new(new Wording("delivery.approved_by_time") { ["title"] = h.Title, ["days"] = h.ApproveDays, ["page"] = Mine(h) }, ToShop(h)),
        HandoverApproved.ByRuling => new(Ruled(h, buyer: false, Mine(h)), Ruled(h, buyer: false, Shops(h))),
        _ => new(null, ToShop(h)),
    };

    public static Letters Failed(Handover h, string reason) => reason == HandoverFailed.ByRuling
        ? new(Ruled(h, buyer: true, Mine(h)), Ruled(h, buyer: true, Shops(h)))
        : new(new Wording("delivery.not_sent") { ["title"] = h.Title, ["page"] = Mine(h) }, new Wording("delivery.not_sent_shop") { ["title"] = h.Title, ["number"] = h.Number, ["page"] = Shops(h) });

    public static Letters DisputeOpened(Handover h) => new(null, new Wording("delivery.dispute_opened") { ["title"] = h.Title, ["number"] = h.Number, ["page"] = Shops(h) });

    public static Letters DisputeAnswered(Handover h) => new(new Wording("delivery.dispute_answered") { ["title"] = h.Title, ["page"] = Mine(h) }, null);

    private static Wording Shipped(Handover h, Shipment s, string? carrier) => new("delivery.shipped") { ["title"] = h.Title, ["via"] = carrier is not null ? "named" : s.Carrier == Carriers.Own ? "own" : "elsewhere", ["carrier"] = carrier ?? "", ["has_tracking"] = s.Tracking.Length > 0, ["tracking"] = s.Tracking, ["page"] = Mine(h) };

    private static Wording Collect(Handover h) => new("delivery.collect") { ["title"] = h.Title, ["page"] = Mine(h) };

    private static Wording ToShop(Handover h) => new("delivery.approved_shop") { ["title"] = h.Title, ["number"] = h.Number, ["page"] = Shops(h) };

    private static Wording Ruled(Handover h, bool buyer, string page) => new("delivery.ruled") { ["title"] = h.Title, ["buyer"] = buyer, ["page"] = page };

    private static string Mine(Handover h) => $"/me/deliveries/{h.Id}";

    private static string Shops(Handover h) => $"/shop/deliveries/{h.Id}";
}
