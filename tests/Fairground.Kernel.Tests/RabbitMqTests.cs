using Fairground.Kernel.Storage;
using Fairground.Testing;
using RabbitMQ.Client;
using Xunit;

namespace Fairground.Kernel.Tests;

/// <summary>Against a real broker, named by <c>FAIRGROUND_TEST_RABBITMQ</c> (C-35).</summary>
[Requirement("C-35")]
public sealed class RabbitMqTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    // Queues outlive a test, so each test has names of its own.
    private readonly string mark = Ids.New().ToString("n");
    private readonly List<string> queues = [];
    private readonly string broker = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_RABBITMQ") ?? "";

    private string Topic => $"effects.{mark}.happened";

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
        foreach (var queue in queues) await channel.QueueDeleteAsync(queue);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Every_committed_event_is_routed_to_each_consumers_queue_and_applied_once(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Create(kind);
        var (calm, shaky, other) = (Named("calm"), Named("shaky", afterwards: true), new Recorder(Queue("other"), $"effects.{mark}.else"));
        await using var node = await EffectsNode.On(storage.Database, broker, calm, shaky, other);
        for (var i = 0; i < 10; i++) await node.State(Topic, Enumerable.Range(i * 10, 10));
        foreach (var recorder in new[] { calm, shaky })
        {
            await Eventually.Holds(async () => await storage.Database.Effects(recorder.Name) >= 100, Soon, $"{recorder.Name} has all");
            Assert.Equal(100, await storage.Database.Effects(recorder.Name));
            Assert.Equal(100, await storage.Database.DistinctEffects(recorder.Name));
        }
        await Eventually.Holds(async () => await storage.Database.Waiting() == 0, Soon, "the outbox is empty");
        Assert.Equal(0, other.Deliveries);
    }

    [Fact]
    public async Task A_failing_consumer_ends_in_dead_letters_and_does_not_hold_up_the_others()
    {
        await using var storage = await TestDatabase.Create(DatabaseKind.Sqlite);
        var (picky, calm) = (Named("picky", n => n is 3 or 7), Named("calm"));
        await using var node = await EffectsNode.On(storage.Database, broker, picky, calm);
        await node.State(Topic, Enumerable.Range(0, 20));
        await Eventually.Holds(async () => await storage.Database.Effects(calm.Name) == 20, Soon, "the other has all");
        await Eventually.Holds(async () => await storage.Database.Dead(picky.Name) == 2, Soon, "the two that fail are dead letters");
        await Eventually.Holds(async () => await storage.Database.Effects(picky.Name) == 18, Soon, "the rest was applied");
    }

    [Fact]
    public async Task While_the_broker_is_away_events_wait_in_the_outbox_and_work_goes_on()
    {
        await using var storage = await TestDatabase.Create(DatabaseKind.Sqlite);
        var address = new Uri(broker);
        await using var proxy = new FaultProxy(address.Host, address.Port > 0 ? address.Port : 5672);
        var calm = Named("calm");
        await using var node = await EffectsNode.On(storage.Database, new UriBuilder(address) { Host = "127.0.0.1", Port = proxy.Port }.Uri.ToString(), calm);
        await node.State(Topic, Enumerable.Range(0, 10));
        await Eventually.Holds(async () => await storage.Database.Effects(calm.Name) == 10, Soon, "events arrive");
        for (var outage = 1; outage <= 3; outage++)
        {
            proxy.Refuse();
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            for (var i = 0; i < 10; i++) await node.State(Topic, Enumerable.Range(0, 10));
            Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
            Assert.True(await storage.Database.Waiting() > 0);
            proxy.Allow();
            var expected = 10 + outage * 100;
            await Eventually.Holds(async () => await storage.Database.Effects(calm.Name) == expected, Soon, "what waited arrives");
        }
        await Eventually.Holds(async () => await storage.Database.Waiting() == 0, Soon, "the outbox is empty");
        Assert.Equal(310, await storage.Database.DistinctEffects(calm.Name));
    }

    private Recorder Named(string name, Func<int, bool>? failsOn = null, bool afterwards = false) => new(Queue(name), Topic, failsOn, afterwards);

    private string Queue(string name)
    {
        var queue = $"test-{name}-{mark}";
        queues.Add(queue);
        return queue;
    }
}
