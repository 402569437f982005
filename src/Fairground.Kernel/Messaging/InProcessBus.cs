using System.Data.Common;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Hands each event to its consumers in this process; one that keeps failing is set aside as a dead letter, never lost.</summary>
internal sealed class InProcessBus(IEnumerable<IEventConsumer> consumers, Database database, TimeProvider time, ILogger<InProcessBus> logger) : IEventBus
{
    private const int Attempts = 5;

    private readonly ILookup<string, IEventConsumer> byTopic = consumers
        .SelectMany(c => c.Topics.Select(t => (Topic: t, Consumer: c)))
        .ToLookup(x => x.Topic, x => x.Consumer);

    public async Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct)
    {
        foreach (var envelope in events)
        {
            foreach (var consumer in byTopic[envelope.Topic]) await Deliver(consumer, envelope, ct);
        }
    }

    private async Task Deliver(IEventConsumer consumer, EventEnvelope envelope, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await consumer.Handle(envelope, ct);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A database that is away is not the event's fault: leave it in the outbox for the next round.
                if (error is DbException { IsTransient: true }) throw;
                logger.LogWarning(error, "{Consumer} failed on {Topic} {Event}, attempt {Attempt}", consumer.Name, envelope.Topic, envelope.Id, attempt);
                if (attempt == Attempts)
                {
                    await DeadLetters.Add(database, consumer.Name, envelope, attempt, error.Message, time.GetUtcNow(), ct);
                    return;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), ct);
            }
        }
    }
}

/// <summary>Events that a consumer could not apply, kept for a person to look at and replay.</summary>
internal static class DeadLetters
{
    public static async Task Add(Database database, string consumer, EventEnvelope envelope, int attempts, string error, DateTimeOffset at, CancellationToken ct)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            insert into kernel_dead_letter (event_id, consumer, topic, payload, attempts, error, at)
            values (@id, @consumer, @topic, @payload, @attempts, @error, @at) on conflict do nothing
            """;
        Bind(command, "@id", database.Kind == DatabaseKind.Postgres ? envelope.Id : envelope.Id.ToByteArray(true));
        Bind(command, "@consumer", consumer);
        Bind(command, "@topic", envelope.Topic);
        Bind(command, "@payload", envelope.Payload);
        Bind(command, "@attempts", attempts);
        Bind(command, "@error", error);
        Bind(command, "@at", at.ToUnixTimeMilliseconds());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
