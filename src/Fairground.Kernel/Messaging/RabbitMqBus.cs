using System.Text;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Fairground.Kernel.Messaging;

/// <summary>Where the broker is: <c>FAIRGROUND_RABBITMQ=amqp://user:password@host:port/vhost</c>.</summary>
public sealed record RabbitMqOptions(Uri Address);

/// <summary>Carries events through RabbitMQ (C-35). While the broker is away events stay in the outbox, and nothing that sells waits for it.</summary>
internal sealed class RabbitMqBus(RabbitMqOptions options, IEnumerable<IEventConsumer> consumers, Database database, TimeProvider time, ILogger<RabbitMqBus> logger)
    : BackgroundService, IEventBus
{
    private const int ConfirmBatch = 200;
    private const ushort Prefetch = 32;
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly List<IEventConsumer> all = [.. consumers];
    private IConnection? publishing;
    private IChannel? publisher;

    public async Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct)
    {
        // A broker with a disk alarm blocks without an error; the relay must not hang with it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            foreach (var batch in events.Chunk(ConfirmBatch))
            {
                limit.CancelAfter(ConfirmWithin);
                var channel = await Publisher(limit.Token);
                // Each task ends with the broker's confirm; together they cost one round trip.
                await Task.WhenAll(batch.Select(e => channel.BasicPublishAsync(
                    RabbitTopology.Exchange, e.Topic, mandatory: false, RabbitTopology.Properties(e), Encoding.UTF8.GetBytes(e.Payload), limit.Token).AsTask()));
            }
        }
        catch
        {
            await ClosePublisher();
            throw;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ClosePublisher();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(250);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Consume(() => pause = TimeSpan.FromMilliseconds(250), stoppingToken);
            }
#pragma warning disable CA1031 // Whatever ended the session, the next one starts afresh.
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The broker cannot be reached: {Error}. Trying again in {Pause}", error.Message, pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning restore CA1031
            await Task.Delay(pause, CancellationToken.None).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // One session: connect, declare, receive, until the connection or a channel ends.
    private async Task Consume(Action connected, CancellationToken ct)
    {
        await using var connection = await Connect("fairground-consumers", ct);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) => Ended();
        await using (var setup = await connection.CreateChannelAsync(cancellationToken: ct)) await RabbitTopology.Declare(setup, all, ct);
        foreach (var consumer in all)
        {
            await Receive(connection, consumer.Name, (channel, message) => Deliver(channel, consumer, message, ct), Ended, ct);
        }
        await Receive(connection, RabbitTopology.DeadQueue, (channel, message) => SetAside(channel, message, ct), Ended, ct);
        connected();
        await ended.Task.WaitAsync(ct);

        Task Ended()
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private static async Task Receive(IConnection connection, string queue, Func<IChannel, BasicDeliverEventArgs, Task> handle, Func<Task> ended, CancellationToken ct)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        channel.ChannelShutdownAsync += (_, _) => ended();
        await channel.BasicQosAsync(0, Prefetch, global: false, ct);
        var receiver = new AsyncEventingBasicConsumer(channel);
        receiver.ReceivedAsync += (_, message) => handle(channel, message);
        await channel.BasicConsumeAsync(queue, autoAck: false, receiver, ct);
    }

    private async Task Deliver(IChannel channel, IEventConsumer consumer, BasicDeliverEventArgs message, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await consumer.Handle(RabbitTopology.Read(message.BasicProperties, message.Body), ct);
                // Only now: the effect stands in the database.
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
                return;
            }
            catch (Exception error) when (!ct.IsCancellationRequested && DeadLetters.IsDatabaseAway(error))
            {
                // Not the event's fault: wait here, and do not spend its deliveries.
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
#pragma warning disable CA1031 // A failure of the consumer; the broker counts them and sets the message aside at the limit.
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                var before = int.TryParse(RabbitTopology.Header(message.BasicProperties, "x-delivery-count"), out var count) ? count : 0;
                logger.LogWarning(error, "{Consumer} failed on {Topic} {Event}, attempt {Attempt}", consumer.Name, message.RoutingKey, message.BasicProperties.MessageId, before + 1);
                await Task.Delay(TimeSpan.FromMilliseconds(25 << Math.Min(before, 5)), ct);
                if (channel.IsOpen) await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, ct);
                return;
            }
#pragma warning restore CA1031
        }
    }

    // Dead letters end where a person looks for them, whichever bus is in use.
    private async Task SetAside(IChannel channel, BasicDeliverEventArgs message, CancellationToken ct)
    {
        try
        {
            var consumer = RabbitTopology.Header(message.BasicProperties, "x-first-death-queue") ?? "unknown";
            var reason = RabbitTopology.Header(message.BasicProperties, "x-first-death-reason") ?? "dead";
            var envelope = RabbitTopology.Read(message.BasicProperties, message.Body);
            await DeadLetters.Add(database, consumer, envelope, RabbitTopology.DeliveryLimit, $"The broker set it aside: {reason}.", time.GetUtcNow(), ct);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
        }
#pragma warning disable CA1031 // It stays in the dead-letter queue, and is tried again after a while.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            logger.LogError(error, "A dead letter could not be stored");
            await Task.Delay(TimeSpan.FromSeconds(5), ct);
            if (channel.IsOpen) await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, ct);
        }
#pragma warning restore CA1031
    }

    private async Task<IChannel> Publisher(CancellationToken ct)
    {
        if (publisher is { IsOpen: true }) return publisher;
        await ClosePublisher();
        publishing = await Connect("fairground-publisher", ct);
        publisher = await publishing.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        // An event published before its queue exists would be lost to that consumer.
        await RabbitTopology.Declare(publisher, all, ct);
        return publisher;
    }

    private async Task ClosePublisher()
    {
        var (channel, connection) = (publisher, publishing);
        (publisher, publishing) = (null, null);
        try
        {
            if (channel is not null) await channel.DisposeAsync();
            if (connection is not null) await connection.DisposeAsync();
        }
#pragma warning disable CA1031 // It is gone either way.
        catch (Exception error)
        {
            logger.LogDebug(error, "Closing a broken connection");
        }
#pragma warning restore CA1031
    }

    private Task<IConnection> Connect(string name, CancellationToken ct) => new ConnectionFactory
    {
        Uri = options.Address,
        ClientProvidedName = name,
        // Our own loop starts over from a known state instead.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
        ContinuationTimeout = TimeSpan.FromSeconds(10),
    }.CreateConnectionAsync(ct);
}
