using System.Collections.Concurrent;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Hands each event to its consumers in this process; one that keeps failing is set aside as a dead letter, never lost.</summary>
internal sealed class InProcessBus(IEnumerable<IEventConsumer> consumers, Database database, TimeProvider time, ILogger<InProcessBus> logger) : IEventBus
{
    private const int Attempts = 5;

    private readonly List<IEventConsumer> all = [.. consumers];

    // Consumers whose last event became a dead letter. They get one try an event until one succeeds, so that they do not hold up the rest.
    private readonly ConcurrentDictionary<string, bool> troubled = new();

    // Side by side, so that a slow or broken consumer holds up the others as little as possible; each sees its own events in order.
    public Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct) =>
        Task.WhenAll(all.Select(consumer => DeliverAll(consumer, events, ct)));

    private async Task DeliverAll(IEventConsumer consumer, IReadOnlyList<EventEnvelope> events, CancellationToken ct)
    {
        foreach (var envelope in events)
        {
            if (consumer.Topics.Contains(envelope.Topic)) await Deliver(consumer, envelope, ct);
        }
    }

    private async Task Deliver(IEventConsumer consumer, EventEnvelope envelope, CancellationToken ct)
    {
        var attempts = troubled.ContainsKey(consumer.Name) ? 1 : Attempts;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await consumer.Handle(envelope, ct);
                troubled.TryRemove(consumer.Name, out _);
                return;
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                // A database that is away is not the event's fault: leave it in the outbox for the next round.
                if (DeadLetters.IsDatabaseAway(error)) throw;
                logger.LogWarning(error, "{Consumer} failed on {Topic} {Event}, attempt {Attempt}", consumer.Name, envelope.Topic, envelope.Id, attempt);
                if (attempt == attempts)
                {
                    troubled[consumer.Name] = true;
                    await DeadLetters.Add(database, consumer.Name, envelope, attempt, error.Message, time.GetUtcNow(), ct);
                    return;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(25 << attempt), ct);
            }
        }
    }
}
