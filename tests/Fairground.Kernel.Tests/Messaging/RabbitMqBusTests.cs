using System.Diagnostics;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using RabbitMQ.Client;
using Xunit;

namespace Fairground.Kernel.Tests.Messaging;

/// <summary>The same promises through a real broker, named by <c>FAIRGROUND_TEST_RABBITMQ</c>, and those that only a broker makes.</summary>
public sealed class RabbitMqBusTests : BusCompliance, IAsyncLifetime
{
    private readonly string broker = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_RABBITMQ") ?? "";

    // What a test declares outlives it, so each has an exchange of its own.
    private readonly string exchange = $"test-{Ids.New():n}";

    protected override string Broker => $"{broker}?exchange={exchange}";

    public ValueTask InitializeAsync()
    {
        if (broker.Length == 0) Assert.Skip("FAIRGROUND_TEST_RABBITMQ names no broker; ./test starts one.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (broker.Length == 0) return;
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        string[] queues = ["dead", "calm", "hesitant", "shaky", "other", "broken", "picky", "slow", "same", "deadly"];
        foreach (var queue in queues) await channel.QueueDeleteAsync($"{exchange}.{queue}");
        foreach (var name in new[] { exchange, $"{exchange}.dead" }) await channel.ExchangeDeleteAsync(name);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task While_the_broker_is_away_work_goes_on_and_what_waited_arrives_once(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        await using var proxy = Proxy();
        var calm = new Recorder("calm", Topic);
        await using var node = await EffectsNode.On(storage.Database, Through(proxy), calm);
        await node.State(Topic, Enumerable.Range(0, 10));
        await Applied(storage, calm, 10);
        for (var outage = 1; outage <= 3; outage++)
        {
            proxy.Refuse();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < 10; i++) await node.State(Topic, Enumerable.Range(0, 10));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
            Assert.True(await storage.Database.Waiting() > 0);
            proxy.Allow();
            await Applied(storage, calm, 10 + outage * 100);
        }
        await Left(storage, 0);
        Assert.Equal(310, await storage.Database.DistinctEffects("calm"));
        Assert.Equal(0, await storage.Database.Dead("calm"));
    }

    [Fact]
    public async Task A_connection_that_is_cut_again_and_again_loses_and_doubles_nothing()
    {
        await using var storage = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var proxy = Proxy();
        var calm = new Recorder("calm", Topic);
        await using var node = await EffectsNode.On(storage.Database, Through(proxy), calm);
        for (var i = 0; i < 12; i++)
        {
            await node.State(Topic, Enumerable.Range(i * 25, 25));
            // In the middle of publishing, of delivering or of acknowledging, as it falls.
            proxy.CutAll();
        }
        await Applied(storage, calm, 300);
        await Left(storage, 0);
        Assert.Equal(300, await storage.Database.DistinctEffects("calm"));
        Assert.Equal(0, await storage.Database.Dead("calm"));
    }

    [Fact]
    public async Task An_event_that_takes_its_node_down_at_every_delivery_reaches_the_limit_and_is_set_aside()
    {
        await using var storage = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var proxy = Proxy();
        var freed = new TaskCompletionSource();
        // Cut off while it works, as where the node dies: nothing is acknowledged and nothing is refused.
        var deadly = new Recorder("deadly", Topic) { FailsOn = n => n == 3 };
        deadly.Before = async (n, ct) =>
        {
            if (n != 3) return;
            proxy.CutAll();
            await freed.Task.WaitAsync(ct);
        };
        await using var node = await EffectsNode.On(storage.Database, $"{Through(proxy)}&deliveries=2", deadly);
        await node.State(Topic, 0, 1, 2);
        await Applied(storage, deadly, 3);
        await Left(storage, 0);
        await node.State(Topic, 3);
        await Dead(storage, deadly, 1);
        await node.State(Topic, 4, 5);
        await Applied(storage, deadly, 5);
        freed.SetResult();
        await Saw([0, 1, 2, 4, 5], deadly);
        Assert.Equal(1, await storage.Database.Count("select count(*) from kernel_dead_letter where error like 'The broker set it aside (delivery_limit)%'"));
    }

    [Fact]
    public async Task What_is_declared_is_durable_one_quorum_queue_a_consumer_behind_one_topic_exchange()
    {
        await using var storage = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        var calm = new Recorder("calm", Topic);
        await using (var node = await Node(storage, calm))
        {
            await node.State(Topic, 1);
            await Applied(storage, calm, 1);
        }
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync();
        // The broker refuses to declare a thing again that differs from what is there.
        await channel.ExchangeDeclareAsync(exchange, "topic", durable: true, autoDelete: false);
        await channel.ExchangeDeclareAsync($"{exchange}.dead", "topic", durable: true, autoDelete: false);
        var queue = await channel.QueueDeclareAsync($"{exchange}.calm", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum", ["x-single-active-consumer"] = true, ["x-delivery-limit"] = 20, ["x-dead-letter-exchange"] = $"{exchange}.dead",
        });
        Assert.Equal((0u, 0u), (queue.MessageCount, queue.ConsumerCount));
    }

    private FaultProxy Proxy() => new(new Uri(broker).Host, new Uri(broker) is { Port: > 0 } address ? address.Port : 5672);

    private string Through(FaultProxy proxy) => new UriBuilder(Broker) { Host = "127.0.0.1", Port = proxy.Port }.Uri.ToString();
}
