using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Kernel.Tests.Messaging;

/// <summary>What every bus promises, whichever way events travel (C-35). Both transports run all of it, on both engines.</summary>
[Requirement("C-35")]
public abstract class BusCompliance
{
    protected const string Topic = "effects.thing.happened";
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>What <c>FAIRGROUND_RABBITMQ</c> says for this test; null for the bus in the process.</summary>
    protected abstract string? Broker { get; }

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_consumer_sees_events_in_the_order_of_their_commits_also_where_some_fail_at_first(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var (calm, hesitant) = (new Recorder("calm", Topic), new Recorder("hesitant", Topic) { FailsOnceOn = n => n % 60 == 0 });
        await using var node = await Node(storage, calm, hesitant);
        for (var i = 0; i < 20; i++) await node.State(Topic, Enumerable.Range(i * 15, 15));
        await Applied(storage, hesitant, 300);
        await Applied(storage, calm, 300);
        await Saw(Enumerable.Range(0, 300), calm);
        await Saw(Enumerable.Range(0, 300), hesitant);
        Assert.Equal((300, 305), (calm.Deliveries, hesitant.Deliveries));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_committed_event_is_delivered_at_least_once_and_applied_once(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var (calm, shaky, other) = (new Recorder("calm", Topic), new Recorder("shaky", Topic) { FailsAfterwards = true }, new Recorder("other", "effects.thing.else"));
        await using var node = await Node(storage, calm, shaky, other);
        for (var i = 0; i < 8; i++) await node.State(Topic, Enumerable.Range(i * 5, 5));
        await node.State("effects.thing.unheard", 1);
        await node.State("effects.thing.else", 1);
        foreach (var recorder in new[] { calm, shaky })
        {
            await Applied(storage, recorder, 40);
            Assert.Equal(40, await storage.Database.DistinctEffects(recorder.Name));
        }
        await Applied(storage, other, 1);
        await Eventually.Holds(() => Task.FromResult(shaky.Deliveries >= 80), Soon, "each was delivered again");
        await Left(storage, 0);
        Assert.Equal((40, 80, 1), (calm.Deliveries, shaky.Deliveries, other.Deliveries));
        Assert.Equal((40, 0), (await storage.Database.Effects("shaky"), await storage.Database.Dead("shaky")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_not_committed_is_not_delivered(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var calm = new Recorder("calm", Topic);
        await using var node = await Node(storage, calm);
        await using (var scope = node.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<EffectsContext>();
            await using var transaction = await context.BeginWriteAsync(Ct);
            context.Publish(new Happened(1, Topic), DateTimeOffset.UnixEpoch);
            await context.SaveChangesAsync(Ct);
        }
        await node.State(Topic, 2);
        await Applied(storage, calm, 1);
        await Left(storage, 0);
        await Saw([2], calm);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_poison_event_is_set_aside_with_its_reason_and_the_rest_goes_on_in_order(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var (broken, picky, calm) = (new Recorder("broken", Topic) { FailsOn = _ => true }, new Recorder("picky", Topic) { FailsOn = n => n == 7 }, new Recorder("calm", Topic));
        await using var node = await Node(storage, broken, picky, calm);
        await node.State(Topic, Enumerable.Range(0, 30));
        await Applied(storage, calm, 30);
        await Applied(storage, picky, 29);
        await Dead(storage, broken, 30);
        await Dead(storage, picky, 1);
        await Left(storage, 0);
        await Saw(Enumerable.Range(0, 30).Except([7]), picky);
        var letter = Assert.Single((await Letters(node)).Items, l => l.Consumer == "picky");
        Assert.Equal((Topic, 5, "InvalidOperationException: Told to fail.", false), (letter.Topic, letter.Attempts, letter.Error, letter.Waiting));
        Assert.Contains("\"number\":7", letter.Payload, StringComparison.Ordinal);
        var finding = Assert.Single(await node.Findings(), f => f.Check == "kernel dead letters");
        Assert.False(finding.Holds);
        Assert.StartsWith("31 events could not be applied", finding.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_dead_letter_is_replayed_to_its_consumer_alone_and_applied_once(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var (picky, calm) = (new Recorder("picky", Topic) { FailsOn = n => n is 3 or 4 }, new Recorder("calm", Topic));
        await using var node = await Node(storage, picky, calm);
        await node.State(Topic, Enumerable.Range(0, 6));
        await Dead(storage, picky, 2);
        await Applied(storage, calm, 6);
        var book = node.Services.GetRequiredService<DeadLetterBook>();
        var third = Assert.Single((await Letters(node)).Items, l => l.Payload.Contains("\"number\":3", StringComparison.Ordinal));

        // Still broken: it fails again and stays.
        Assert.Equal(1, (await book.Replay(third.EventId, "picky", Ct)).Value);
        await Eventually.Holds(async () => (await Letters(node)).Items.Any(l => l.EventId == third.EventId && l is { Waiting: false } && l.At > third.At), Soon, "the replay failed again");

        picky.FailsOn = _ => false;
        Assert.Equal(2, await book.ReplayAll(Ct));
        await Applied(storage, picky, 6);
        await Dead(storage, picky, 0);
        Assert.Equal(6, await storage.Database.DistinctEffects("picky"));
        await Saw([0, 1, 2, 5, 3, 4], picky);
        Assert.Equal(6, calm.Deliveries);
        Assert.Equal("event.not_dead", (await book.Replay(third.EventId, "picky", Ct)).Refusal!.Code);
        await node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_slow_consumer_does_not_hold_up_the_others_and_misses_nothing(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var open = new TaskCompletionSource();
        var (slow, calm) = (new Recorder("slow", Topic) { Before = (n, ct) => n == 5 ? open.Task.WaitAsync(ct) : Task.CompletedTask }, new Recorder("calm", Topic));
        await using var node = await Node(storage, slow, calm);
        await node.State(Topic, Enumerable.Range(0, 60));
        await Applied(storage, calm, 60);
        await Saw(Enumerable.Range(0, 5), slow);
        open.SetResult();
        await Applied(storage, slow, 60);
        await Left(storage, 0);
        await Saw(Enumerable.Range(0, 60), slow);
        await node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_that_stops_in_the_middle_leaves_the_rest_to_the_next_and_nothing_is_applied_twice(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var first = new Recorder("same", Topic) { Before = (n, ct) => n >= 20 ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask };
        var second = new Recorder("same", Topic);
        await using (var before = await Node(storage, first))
        {
            await before.State(Topic, Enumerable.Range(0, 50));
            await Applied(storage, first, 20);
        }
        await using var after = await Node(storage, second);
        await Applied(storage, second, 50);
        await Left(storage, 0);
        Assert.Equal(50, await storage.Database.DistinctEffects("same"));
        await Saw(Enumerable.Range(0, 20), first);
        await Saw(Enumerable.Range(20, 30), second);
        await after.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_nodes_keep_the_order_and_the_second_takes_over_when_the_first_stops(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        Recorder[] recorders = [new("same", Topic), new("same", Topic)];
        await using var first = await Node(storage, recorders[0]);
        await first.State(Topic, Enumerable.Range(0, 20));
        await Applied(storage, recorders[0], 20);
        await using var second = await Node(storage, recorders[1]);
        await second.State(Topic, Enumerable.Range(20, 20));
        await Applied(storage, recorders[0], 40);
        await Saw(Enumerable.Range(0, 40), recorders[0]);
        Assert.Equal(0, recorders[1].Deliveries);
        await first.Stop();
        await second.State(Topic, Enumerable.Range(40, 20));
        await Eventually.Holds(async () => await storage.Database.Effects("same") == 60, TimeSpan.FromSeconds(12), "the second takes over without waiting for the lease to end");
        await Saw(Enumerable.Range(40, 20), recorders[1]);
    }

    private protected Task<LedgerFixture> Node(TestDatabase storage, params Recorder[] recorders) => EffectsNode.On(storage.Database, Broker, recorders);

    private protected static Task Applied(TestDatabase storage, Recorder recorder, int expected) =>
        Eventually.Holds(async () => await storage.Database.Effects(recorder.Name) == expected, Soon, $"{recorder.Name} has applied {expected}");

    // An effect is committed a moment before the recorder notes it.
    private protected static async Task Saw(IEnumerable<int> numbers, Recorder recorder)
    {
        var expected = numbers.ToList();
        await Eventually.Holds(() => Task.FromResult(recorder.Applied.Count >= expected.Count), Soon, $"{recorder.Name} has seen {expected.Count}");
        Assert.Equal(expected, recorder.Applied);
    }

    private protected static Task Dead(TestDatabase storage, Recorder recorder, int expected) =>
        Eventually.Holds(async () => await storage.Database.Dead(recorder.Name) == expected, Soon, $"{recorder.Name} has {expected} dead letters");

    private protected static Task Left(TestDatabase storage, int expected) =>
        Eventually.Holds(async () => await storage.Database.Waiting() == expected, Soon, $"the outbox holds {expected}");

    private static async Task<Http.Page<DeadLetter>> Letters(LedgerFixture node) => (await node.Services.GetRequiredService<DeadLetterBook>().Read(null, 200, Ct)).Value;
}
