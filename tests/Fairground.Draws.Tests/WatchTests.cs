using System.IO.Pipelines;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
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

    [Fact]
    [Requirement("C-23")]
    public async Task WhoDoesNotReadIsCutOffAndTheOthersNeverWait()
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var lot = await host.OpenLot(host.Asked() with { DrawDelaySeconds = 0 });
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        await host.Settle();
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        var watch = host.Get<LotWatch>();
        watch.LongestWrite = TimeSpan.FromMilliseconds(400);
        await using var server = await OverTheWire(host);
        var address = new Uri(server.Urls.First());
        using var idle = new Unread();
        var stuck = host.In<LotViews, IResult>(views => WatchEndpoint.Handle(lot, watch, views, idle.Request));
        using var http = new HttpClient();
        using var reader = new StreamReader(await http.GetStreamAsync(new Uri(address, lot.ToString()), DrawsHost.Ct));
        var told = new List<string>();
        while (told.Count < 3)
        {
            if (await reader.ReadLineAsync(DrawsHost.Ct) is { } line && line.StartsWith("event: ", StringComparison.Ordinal)) told.Add(line[7..]);
        }
        Assert.Equal(["sold", "closed", "drawn"], told);
        await stuck.WaitAsync(TimeSpan.FromSeconds(20), DrawsHost.Ct);
        Assert.True(idle.RequestAborted.IsCancellationRequested);
        await Eventually.Holds(() => Task.FromResult(watch.Listeners == 1), TimeSpan.FromSeconds(20), "the one who does not read is let go");
    }

    /// <summary>The endpoint on a port of its own.</summary>
    private static async Task<WebApplication> OverTheWire(DrawsHost host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{lot:guid}", (Guid lot, HttpContext http) => host.In<LotViews, IResult>(views => WatchEndpoint.Handle(lot, host.Get<LotWatch>(), views, http)));
        await app.StartAsync(DrawsHost.Ct);
        return app;
    }

    /// <summary>The connection of somebody who takes nothing: what is written stays where it is. Over a real one the buffers of two systems and of the server decide when that shows.</summary>
    private sealed class Unread : IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 32, resumeWriterThreshold: 16, useSynchronizationContext: false));
        private readonly CancellationTokenSource aborted = new();

        public Unread()
        {
            RequestAborted = aborted.Token;
            Request = new DefaultHttpContext();
            Request.Features.Set<IHttpResponseBodyFeature>(this);
            Request.Features.Set<IHttpRequestLifetimeFeature>(this);
        }

        public HttpContext Request { get; }

        public CancellationToken RequestAborted { get; set; }

        public Stream Stream => pipe.Writer.AsStream();

        public PipeWriter Writer => pipe.Writer;

        public void Abort() => aborted.Cancel();

        public void Dispose() => aborted.Dispose();

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
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
