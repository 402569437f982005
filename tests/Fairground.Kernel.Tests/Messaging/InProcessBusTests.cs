using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Kernel.Tests.Messaging;

/// <summary>The bus in the process, and what does not depend on the bus.</summary>
public sealed class InProcessBusTests : BusCompliance
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected override string? Broker => null;

    [Theory, MemberData(nameof(Engines))]
    public async Task Dead_letters_are_read_in_pages_given_up_one_by_one_and_replayed_only_to_a_consumer_that_is_there(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        Guid gone;
        await using (var node = await Node(storage, new Recorder("gone", Topic) { FailsOn = _ => true }))
        {
            await node.State(Topic, Enumerable.Range(0, 5));
            await Dead(storage, new Recorder("gone", Topic), 5);
            gone = (await node.Services.GetRequiredService<DeadLetterBook>().Read(null, 1, Ct)).Value.Items[0].EventId;
        }
        await using var later = await Node(storage, new Recorder("another", Topic));
        var book = later.Services.GetRequiredService<DeadLetterBook>();
        var (seen, cursor) = (new List<Guid>(), (string?)null);
        do
        {
            var page = (await book.Read(cursor, 2, Ct)).Value;
            seen.AddRange(page.Items.Select(l => l.EventId));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Equal("event.no_consumer", (await book.Replay(gone, "gone", Ct)).Refusal!.Code);
        Assert.Equal("event.not_dead", (await book.Replay(gone, "nobody", Ct)).Refusal!.Code);
        Assert.Equal(0, await book.ReplayAll(Ct));
        Assert.Equal(1, (await book.Discard(gone, "gone", Ct)).Value);
        Assert.Equal("event.not_dead", (await book.Discard(gone, "gone", Ct)).Refusal!.Code);
        Assert.Equal("request.cursor_invalid", (await book.Read("x", null, Ct)).Refusal!.Code);
        Assert.Equal(4, await book.Count(Ct));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_doctor_says_when_events_have_waited_too_long(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var clock = new SettableTime(new DateTimeOffset(2026, 6, 1, 12, 14, 0, TimeSpan.Zero));
        await using var node = await LedgerFixture.Start(storage.Database, modules: [new EffectsModule()], time: clock);
        await node.Audit();
        await node.State(Topic, 1, 2);
        await node.Audit();
        clock.Advance(TimeSpan.FromMinutes(2));
        var finding = Assert.Single(await node.Findings(), f => !f.Holds);
        Assert.Equal(("kernel outbox", "2 events wait to leave, the oldest for 16 minutes; is the server running, and the broker reachable?"), (finding.Check, finding.Text));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Marks_of_events_long_applied_are_removed_and_those_of_dead_letters_kept(DatabaseKind kind)
    {
        await using var storage = await TestDatabase.Migrated(kind);
        var clock = new SettableTime(TimeProvider.System.GetUtcNow());
        var recorder = new Recorder("same", Topic);
        await using var node = await LedgerFixture.Start(storage.Database, modules: [new EffectsModule(recorder)], time: clock);
        await node.State(Topic, 1, 2);
        var consumer = node.Services.GetRequiredService<IEventConsumer>();
        Guid[] events = [Ids.New(), Ids.New()];
        foreach (var id in events) await consumer.Handle(new EventEnvelope(id, Topic, """{"number":1}""", clock.GetUtcNow()), Ct);
        await node.Services.GetRequiredService<DeadLetterBook>().Add("same", new EventEnvelope(events[1], Topic, "{}", clock.GetUtcNow()), new GivenUp(5, "it failed"), Ct);
        var sweeper = node.Services.GetRequiredService<MarkSweeper>();
        clock.Advance(TimeSpan.FromDays(59));
        await sweeper.Sweep(Ct);
        Assert.Equal(2, await storage.Database.Count("select count(*) from kernel_inbox"));
        clock.Advance(TimeSpan.FromDays(2));
        await sweeper.Sweep(Ct);
        Assert.Equal(1, await storage.Database.Count("select count(*) from kernel_inbox"));
    }

    [Theory]
    [InlineData("amqp://user:secret@broker:5672/market", "broker:5672", "fairground", 20)]
    [InlineData("amqps://broker/?exchange=north-1&deliveries=5", "broker:5671", "north-1", 5)]
    [InlineData("http://user:secret@broker", null, null, 0)]
    [InlineData("amqp://user:secret@broker?exchange=a.b", null, null, 0)]
    [InlineData("amqp://user:secret@broker?deliveries=0", null, null, 0)]
    public void A_broker_is_named_fully_or_the_start_is_refused(string setting, string? place, string? exchange, int limit)
    {
        if (place is null)
        {
            Assert.DoesNotContain("secret", Assert.Throws<SettingException>(() => RabbitMqOptions.Parse(setting)).Message, StringComparison.Ordinal);
            return;
        }
        var options = RabbitMqOptions.Parse(setting);
        Assert.Equal((exchange, limit), (options.Exchange, options.DeliveryLimit));
        Assert.Equal("", options.Address.Query);
        Assert.Equal(place.Split(':')[0], options.Address.Host);
        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
    }
}
