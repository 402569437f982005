using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Delivery;

/// <summary>Opens what ways of selling have ordered (D-22). The same source and id is one handover, however often it comes.</summary>
internal sealed class OpenHandovers(IServiceScopeFactory scopes, TimeProvider time) : IEventConsumer
{
    public string Name => "delivery.orders";

    public IReadOnlyCollection<string> Topics { get; } = [HandoverOrder.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var order = envelope.Read<HandoverOrder>();
        if (order.ApproveDays is < 1 or > 90 || order.Ways is <= HandoverWays.None or > HandoverWays.Nothing || order.ValueMinor < 0)
            throw new InvalidOperationException($"The order of {order.Source} {order.SourceId} is none: {order.Ways}, {order.ApproveDays} days.");
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DeliveryContext>();
        var now = time.GetUtcNow();
        await context.ConsumeOnce(Name, envelope.Id, now, async () =>
        {
            if (await context.Handovers.AnyAsync(h => h.Id == order.HandoverId, ct)) return;
            var handover = Handover.Of(order, now, envelope.At < now ? envelope.At : now);
            context.Handovers.Add(handover);
            context.Publish(new HandoverOpened(handover.Id, handover.ShopId), now);
            if (handover.State == HandoverState.Delivered) context.Publish(new HandoverDelivered(handover.Id, handover.Source, handover.SourceId, handover.ShopId, now), now);
        }, ct);
    }
}
