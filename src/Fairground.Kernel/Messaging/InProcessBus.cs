using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Hands each event to its consumers in this process; what a consumer cannot apply is set aside as a dead letter, never lost.</summary>
internal sealed class InProcessBus(IEnumerable<IEventConsumer> consumers, DeadLetterBook dead, ILogger<InProcessBus> logger) : IEventBus
{
    private readonly List<Delivery> all = [.. consumers.Select(c => new Delivery(c, logger))];

    // Side by side, so that a slow or broken consumer holds up the others as little as possible; each sees its own events in order.
    public Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct) =>
        Task.WhenAll(all.Select(delivery => DeliverAll(delivery, events, ct)));

    public Task Redeliver(string consumer, EventEnvelope envelope, CancellationToken ct) =>
        Deliver(all.Single(d => d.Consumer.Name == consumer), envelope, ct);

    private async Task DeliverAll(Delivery delivery, IReadOnlyList<EventEnvelope> events, CancellationToken ct)
    {
        foreach (var envelope in events)
        {
            if (delivery.Consumer.Topics.Contains(envelope.Topic)) await Deliver(delivery, envelope, ct);
        }
    }

    private async Task Deliver(Delivery delivery, EventEnvelope envelope, CancellationToken ct)
    {
        if (await delivery.Try(envelope, ct) is { } given) await dead.Add(delivery.Consumer.Name, envelope, given, ct);
    }
}
