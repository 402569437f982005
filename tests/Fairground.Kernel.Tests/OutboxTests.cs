using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Kernel.Tests;

public sealed class OutboxTests
{
    private const string Topic = "effects.thing.happened";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Every_committed_event_is_applied_once_by_each_consumer_however_often_it_is_delivered(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Create(kind);
        // The second one fails after its effect stands, so that it is delivered again.
        var (calm, shaky) = (new Recorder("calm", Topic), new Recorder("shaky", Topic, everySecondDeliveryFailsAfterwards: true));
        await using var node = await EffectsNode.On(storage.Database, null, calm, shaky);
        for (var i = 0; i < 10; i++) await node.State(Topic, Enumerable.Range(i * 5, 5));
        await Eventually.Holds(async () => await storage.Database.Waiting() == 0, Soon, "the outbox is empty");
        foreach (var recorder in new[] { calm, shaky })
        {
            Assert.Equal(50, await storage.Database.Effects(recorder.Name));
            Assert.Equal(50, await storage.Database.DistinctEffects(recorder.Name));
        }
        Assert.True(shaky.Deliveries > 50);
        Assert.Equal(0, await storage.Database.Dead("shaky"));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_was_not_committed_is_not_delivered(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Create(kind);
        await using var node = await EffectsNode.On(storage.Database, null, new Recorder("calm", Topic));
        await using (var scope = node.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<EffectsContext>();
            await using var transaction = await context.BeginWriteAsync(CancellationToken.None);
            context.Publish(new Happened(1, Topic), DateTimeOffset.UnixEpoch);
            await context.SaveChangesAsync();
        }
        await node.State(Topic, 2);
        await Eventually.Holds(async () => await storage.Database.Effects("calm") > 0 && await storage.Database.Waiting() == 0, Soon, "the committed event arrives");
        Assert.Equal(1, await storage.Database.Effects("calm"));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_failing_consumer_ends_in_dead_letters_and_does_not_hold_up_the_others(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Create(kind);
        await using var node = await EffectsNode.On(storage.Database, null, new Recorder("broken", Topic, _ => true), new Recorder("picky", Topic, n => n == 7), new Recorder("calm", Topic));
        await node.State(Topic, Enumerable.Range(0, 30));
        await Eventually.Holds(async () => await storage.Database.Effects("calm") == 30, Soon, "the others have all events");
        await Eventually.Holds(async () => await storage.Database.Waiting() == 0, Soon, "the outbox is empty");
        Assert.Equal(30, await storage.Database.Dead("broken"));
        Assert.Equal((1, 29), (await storage.Database.Dead("picky"), await storage.Database.Effects("picky")));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task One_of_two_nodes_relays_and_the_other_takes_over_when_it_stops(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Create(kind);
        Recorder[] recorders = [new("same", Topic), new("same", Topic)];
        await using var first = await EffectsNode.On(storage.Database, null, recorders[0]);
        await first.State(Topic, Enumerable.Range(0, 20));
        await Eventually.Holds(async () => await storage.Database.Effects("same") == 20, Soon, "the first node relays");
        await using var second = await EffectsNode.On(storage.Database, null, recorders[1]);
        await second.State(Topic, Enumerable.Range(20, 20));
        await Eventually.Holds(async () => await storage.Database.Effects("same") == 40, Soon, "the first node relays what the second committed");
        Assert.Equal(0, recorders[1].Deliveries);
        await first.Stop();
        await second.State(Topic, Enumerable.Range(40, 20));
        await Eventually.Holds(async () => await storage.Database.Effects("same") == 60, TimeSpan.FromSeconds(12), "the second takes over without waiting for the lease to end");
    }
}
