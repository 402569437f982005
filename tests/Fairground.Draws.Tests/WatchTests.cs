using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

public sealed class WatchTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-19"), Requirement("C-23")]
    public async Task WhoWatchesSeesSalesTheClosingAndTheResult(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked() with { Entries = 2, DrawDelaySeconds = 0 });
        var watch = host.Get<LotWatch>();
        using var listener = watch.Listen(lot)!;
        Assert.Equal("sold", Assert.Single(await watch.Snapshot(lot, DrawsHost.Ct)).Name);
        await host.Buy(await host.Buyer(10_000), lot, 1);
        var percent = 0m;
        while (percent < 50) percent = JsonDocument.Parse((await Next(listener)).Data).RootElement.GetProperty("percentSold").GetDecimal();
        await host.Buy(await host.Buyer(10_000), lot, 1);
        await host.Settle();
        var names = new List<string>();
        LiveEvent last;
        do
        {
            last = await Next(listener);
            names.Add(last.Name);
        }
        while (last.Name != "drawn");
        Assert.Contains("closed", names);
        var winner = JsonDocument.Parse(last.Data).RootElement.GetProperty("winners")[0].GetProperty("number").GetString();
        Assert.Equal((await host.Reader.WinsOf(lot, DrawsHost.Ct))[0].Number, winner);
        Assert.Equal(["sold", "closed", "drawn"], (await watch.Snapshot(lot, DrawsHost.Ct)).Select(e => e.Name));
    }

    [Fact]
    public async Task ASlowWatcherLosesTheOldestEventsAndNeverTheNewest()
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var lot = await host.OpenLot(host.Asked());
        using var listener = host.Get<LotWatch>().Listen(lot)!;
        for (var i = 0; i < 100; i++) listener.Events.Writer.TryWrite(new LiveEvent("sold", $"{i}"));
        var kept = new List<string>();
        while (listener.Events.Reader.TryRead(out var item)) kept.Add(item!.Data);
        Assert.Equal(("68", "99"), (kept[0], kept[^1]));
    }

    private static async Task<LiveEvent> Next(LotWatch.Listener listener)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(DrawsHost.Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await listener.Events.Reader.ReadAsync(patience.Token) is { } item) return item;
        }
    }
}
