using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Fairground.Kernel.Messaging;

/// <summary>Carries events through RabbitMQ (C-35). While the broker is away events stay in the outbox, and nothing that sells waits for it.</summary>
internal sealed class RabbitMqBus(RabbitMqOptions options, IEnumerable<IEventConsumer> consumers, DeadLetterBook dead, ILogger<RabbitMqBus> logger) : BackgroundService, IEventBus
{
    private const int ConfirmBatch = 100;
    private const ushort Prefetch = 32;
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly List<IEventConsumer> all = [.. consumers];
    private readonly RabbitTopology topology = new(options.Exchange, options.DeliveryLimit);

    // The relay and the replays publish; one at a time, so that neither closes the channel under the other.
    private readonly SemaphoreSlim turn = new(1, 1);
    private IConnection? publishing;
    private IChannel? publisher;

    public Task Publish(IReadOnlyList<EventEnvelope> events, CancellationToken ct) => Send(topology.Exchange, e => e.Topic, events, ct);

    // Straight into the queue of that consumer; the others have had it.
    public Task Redeliver(string consumer, EventEnvelope envelope, CancellationToken ct) => Send("", _ => topology.QueueOf(consumer), [envelope], ct);

    private async Task Send(string exchange, Func<EventEnvelope, string> key, IReadOnlyList<EventEnvelope> events, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        // A broker with a disk alarm blocks without an error; the relay must not hang with it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            foreach (var batch in events.Chunk(ConfirmBatch))
            {
                limit.CancelAfter(ConfirmWithin);
                var channel = await Publisher(limit.Token);
                // Each task ends with the broker's confirm; together they cost one round trip.
                var confirmed = Task.WhenAll(batch.Select(e => channel.BasicPublishAsync(
                    exchange, key(e), mandatory: exchange.Length == 0, RabbitTopology.Properties(e), Encoding.UTF8.GetBytes(e.Payload), limit.Token).AsTask()));
                // A confirm that was on its way when the connection went never comes.
                while (!confirmed.IsCompleted && channel.IsOpen) await confirmed.WaitAsync(Look, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!confirmed.IsCompleted) throw new IOException("The connection to the broker went while it was to confirm.");
                await confirmed;
            }
        }
        catch
        {
            await ClosePublisher();
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ClosePublisher();
    }

    public override void Dispose()
    {
        base.Dispose();
        turn.Dispose();
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
        var connection = await Connect("fairground-consumers", ct);
        // What is being handled when the connection goes can no longer be acknowledged: it stops, so that a slow consumer does not hold up the next session.
        // Not disposed: the library may tell of the end once more after we have left.
        var session = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) => Ended();
        try
        {
            await using (var setup = await connection.CreateChannelAsync(cancellationToken: session.Token)) await topology.Declare(setup, all, session.Token);
            foreach (var consumer in all)
            {
                var delivery = new Delivery(consumer, logger);
                await Receive(connection, topology.QueueOf(consumer.Name), (channel, message) => Deliver(channel, delivery, message, session.Token), Ended, session.Token);
            }
            await Receive(connection, topology.DeadQueue, (channel, message) => SetAside(channel, message, session.Token), Ended, session.Token);
            connected();
            // The library tells of the end only once its handlers are done, so a slow one must be stopped by looking.
            while (connection.IsOpen && !ended.Task.IsCompleted)
            {
                await ended.Task.WaitAsync(Look, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ct.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await session.CancelAsync();
            await Leave(connection);
        }

        Task Ended()
        {
            ended.TrySetResult();
            return session.CancelAsync();
        }
    }

    private static async Task Receive(IConnection connection, string queue, Func<IChannel, BasicDeliverEventArgs, Task> handle, Func<Task> ended, CancellationToken ct)
    {
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        channel.ChannelShutdownAsync += (_, _) => ended();
        await channel.BasicQosAsync(0, Prefetch, global: false, ct);
        var receiver = new AsyncEventingBasicConsumer(channel);
        receiver.ReceivedAsync += async (_, message) =>
        {
            try
            {
                await handle(channel, message);
            }
            catch (OperationCanceledException)
            {
                // The session is over; the broker gives the message again.
            }
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, receiver, ct);
    }

    private async Task Deliver(IChannel channel, Delivery delivery, BasicDeliverEventArgs message, CancellationToken ct)
    {
        try
        {
            var envelope = RabbitTopology.Read(message.BasicProperties, message.Body);
            // Set aside with its reason first, and only then acknowledged: between the two it may be delivered again, but never lost.
            if (await Apply(delivery, envelope, ct) is { } given)
                await channel.BasicPublishAsync(topology.DeadExchange, envelope.Topic, mandatory: true, RabbitTopology.Properties(envelope, delivery.Consumer.Name, given), message.Body, ct);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
        }
#pragma warning disable CA1031 // The connection went, or the message is none of ours: the broker gives it again, up to the limit of deliveries.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            logger.LogWarning("{Consumer} could not finish {Event}: {Error}", delivery.Consumer.Name, message.BasicProperties.MessageId, error.Message);
            if (channel.IsOpen) await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, ct);
        }
#pragma warning restore CA1031
    }

    private static async Task<GivenUp?> Apply(Delivery delivery, EventEnvelope envelope, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await delivery.Try(envelope, ct);
            }
            catch (Exception error) when (!ct.IsCancellationRequested && Delivery.IsDatabaseAway(error))
            {
                // Not the event's fault: wait here, and do not spend its deliveries.
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }

    // Dead letters end where a person looks for them, whichever bus is in use.
    private async Task SetAside(IChannel channel, BasicDeliverEventArgs message, CancellationToken ct)
    {
        try
        {
            var (consumer, given) = topology.Death(message.BasicProperties);
            await dead.Add(consumer, RabbitTopology.Read(message.BasicProperties, message.Body), given, ct);
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
        await topology.Declare(publisher, all, ct);
        return publisher;
    }

    private async Task ClosePublisher()
    {
        var connection = publishing;
        (publisher, publishing) = (null, null);
        if (connection is not null) await Leave(connection);
    }

    // Closing a connection that is gone can wait long for an answer; nobody waits with it.
    private async Task Leave(IConnection connection)
    {
        var closing = Close(connection);
        await closing.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Close(IConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
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
