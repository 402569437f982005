using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Fairground.Kernel.Messaging;

/// <summary>
/// The broker's shape and the wire form of an event (C-35): durable topic exchange <c>fairground</c>, one quorum queue a consumer
/// (<c>fairground.draws.announcements</c>), dead-letter exchange <c>fairground.dead</c>.
/// </summary>
internal sealed class RabbitTopology(string exchange, int deliveryLimit)
{
    private const string Consumer = "fg-consumer";
    private const string Attempts = "fg-attempts";
    private const string Error = "fg-error";

    /// <summary>Where events are published; the routing key is the topic.</summary>
    public string Exchange => exchange;

    public string DeadExchange { get; } = $"{exchange}.dead";

    public string DeadQueue => DeadExchange;

    public string QueueOf(string consumer) => $"{exchange}.{consumer}";

    /// <summary>Declares everything; saying it again changes nothing.</summary>
    public async Task Declare(IChannel channel, IEnumerable<IEventConsumer> consumers, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        await channel.ExchangeDeclareAsync(DeadExchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        await channel.QueueDeclareAsync(DeadQueue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
        await channel.QueueBindAsync(DeadQueue, DeadExchange, "#", cancellationToken: ct);
        foreach (var consumer in consumers)
        {
            var queue = QueueOf(consumer.Name);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                // One node at a time reads a queue, so that a consumer sees its events in order; the broker gives the queue to another where that node goes.
                ["x-single-active-consumer"] = true,
                ["x-delivery-limit"] = deliveryLimit,
                ["x-dead-letter-exchange"] = DeadExchange,
            }, cancellationToken: ct);
            foreach (var topic in consumer.Topics) await channel.QueueBindAsync(queue, Exchange, topic, cancellationToken: ct);
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

    /// <summary>The same for the dead-letter exchange, with who gave up and why.</summary>
    public static BasicProperties Properties(EventEnvelope envelope, string consumer, GivenUp given)
    {
        var properties = Properties(envelope);
        properties.Headers![Consumer] = consumer;
        properties.Headers[Attempts] = given.Attempts;
        properties.Headers[Error] = given.Error;
        return properties;
    }

    /// <summary>Who gave a dead letter up and why: its own words, or the broker's where it reached the limit of deliveries.</summary>
    public (string Consumer, GivenUp Given) Death(IReadOnlyBasicProperties properties)
    {
        if (Header(properties, Consumer) is { } consumer)
            return (consumer, new GivenUp(int.Parse(Header(properties, Attempts) ?? "1", CultureInfo.InvariantCulture), Header(properties, Error) ?? ""));
        var queue = Header(properties, "x-first-death-queue") ?? "unknown";
        var name = queue.StartsWith($"{exchange}.", StringComparison.Ordinal) ? queue[(exchange.Length + 1)..] : queue;
        return (name, new GivenUp(deliveryLimit, $"The broker set it aside ({Header(properties, "x-first-death-reason") ?? "dead"}): no node lived to finish it."));
    }

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
