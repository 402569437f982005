using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fairground.Kernel.Messaging;

/// <summary>A fact that others may want to know: <c>module.noun.verb</c> and a flat payload.</summary>
public interface IDomainEvent
{
    /// <summary>The routing key: <c>draws.lot.closed</c>.</summary>
    [JsonIgnore]
    string Topic { get; }
}

/// <summary>An event on its way: its id is the id of the fact, the same at every delivery.</summary>
public sealed record EventEnvelope(Guid Id, string Topic, string Payload, DateTimeOffset At)
{
    /// <summary>The payload as its record.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Payload, EventJson.Options) ?? throw new JsonException($"{Topic} has no payload.");
}

/// <summary>One receiver of events. Delivery is at least once: the effect must be idempotent by <see cref="EventEnvelope.Id"/>.</summary>
public interface IEventConsumer
{
    /// <summary>Stable: the name of its queue and of its marks.</summary>
    string Name { get; }

    /// <summary>Topics it receives, exactly.</summary>
    IReadOnlyCollection<string> Topics { get; }

    Task Handle(EventEnvelope envelope, CancellationToken ct);
}

/// <summary>Carries events to consumers: in the process, or through RabbitMQ.</summary>
public interface IEventBus
{
    /// <summary>Returns when the events are safe with the bus (confirmed by the broker, or handled here).</summary>
    Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct);

    /// <summary>Carries one event to one consumer once more. Returns when it is safe with the bus, or set aside again.</summary>
    Task Redeliver(string consumer, EventEnvelope envelope, CancellationToken ct);
}

/// <summary>How event payloads are written.</summary>
public static class EventJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
