using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Fairground.Kernel.Messaging;

/// <summary>The broker's shape and the wire form of an event (C-35): durable topic exchange <c>fairground</c>, one quorum queue a consumer, dead-letter exchange <c>fairground.dead</c>.</summary>
internal static class RabbitTopology
{
    public const string Exchange = "fairground";
    public const string DeadExchange = "fairground.dead";
    public const string DeadQueue = "fairground.dead";

    /// <summary>Deliveries that may fail before the broker sets a message aside.</summary>
    public const int DeliveryLimit = 5;

    /// <summary>Declares everything; saying it again changes nothing.</summary>
    public static async Task Declare(IChannel channel, IEnumerable<IEventConsumer> consumers, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        await channel.ExchangeDeclareAsync(DeadExchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        await channel.QueueDeclareAsync(DeadQueue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
        await channel.QueueBindAsync(DeadQueue, DeadExchange, "#", cancellationToken: ct);
        foreach (var consumer in consumers)
        {
            await channel.QueueDeclareAsync(consumer.Name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-delivery-limit"] = DeliveryLimit,
                ["x-dead-letter-exchange"] = DeadExchange,
            }, cancellationToken: ct);
            foreach (var topic in consumer.Topics) await channel.QueueBindAsync(consumer.Name, Exchange, topic, cancellationToken: ct);
        }
    }

    public static BasicProperties Properties(EventEnvelope envelope) => new()
    {
        Persistent = true,
        ContentType = "application/json",
        MessageId = envelope.Id.ToString(),
        Type = envelope.Topic,
        Headers = new Dictionary<string, object?> { ["at_ms"] = envelope.At.ToUnixTimeMilliseconds() },
    };

    /// <summary>The event in a message; throws a FormatException where it is not one of ours.</summary>
    public static EventEnvelope Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var at = Header(properties, "at_ms");
        return new EventEnvelope(
            Guid.Parse(properties.MessageId ?? ""), properties.Type ?? "", Encoding.UTF8.GetString(body.Span),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at ?? "", CultureInfo.InvariantCulture)));
    }

    public static string? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value)
            ? value is byte[] text ? Encoding.UTF8.GetString(text) : Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;
}
