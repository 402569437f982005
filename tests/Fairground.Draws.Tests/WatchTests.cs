using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, address.Port, DrawsHost.Ct);
        await idle.GetStream().WriteAsync(ThatTakesNothing($"/{lot}", address.Authority), DrawsHost.Ct);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var reader = new StreamReader(await http.GetStreamAsync(new Uri(address, lot.ToString()), DrawsHost.Ct));
        var told = new List<string>();
        while (told.Count < 3)
        {
            if (await reader.ReadLineAsync(DrawsHost.Ct) is { } line && line.StartsWith("event: ", StringComparison.Ordinal)) told.Add(line[7..]);
        }
        Assert.Equal(["sold", "closed", "drawn"], told);
        Assert.True(await IsCutOff(idle.GetStream()));
        await Eventually.Holds(() => Task.FromResult(watch.Listeners == 1), TimeSpan.FromSeconds(20), "the one who does not read is let go");
    }

    /// <summary>The endpoint on a port of its own, by HTTP/2, where a client says how much it takes.</summary>
    private static async Task<WebApplication> OverTheWire(DrawsHost host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxResponseBufferSize = 32;
            kestrel.ConfigureEndpointDefaults(end => end.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.MapGet("/{lot:guid}", (Guid lot, HttpContext http) => host.In<LotViews, IResult>(views => WatchEndpoint.Handle(lot, host.Get<LotWatch>(), views, http)));
        await app.StartAsync(DrawsHost.Ct);
        return app;
    }

    /// <summary>A request of a client whose window stands at 0 (RFC 9113, section 6.9.2): the server may send it headers, and not a byte of the body.</summary>
    private static byte[] ThatTakesNothing(string path, string authority)
    {
        static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) => [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
        static byte[] Field(byte index, string value) => [index, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
        // Method GET and scheme http stand in the static table of RFC 7541 at 2 and 6, path and authority at 4 and 1.
        return [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [0, 4, 0, 0, 0, 0]), .. Frame(1, 5, 1, [0x82, 0x86, .. Field(4, path), .. Field(1, authority)])];
    }

    /// <summary>Whether the stream is reset or the connection ends, whatever else is said before.</summary>
    private static async Task<bool> IsCutOff(NetworkStream stream)
    {
        const int reset = 3;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(DrawsHost.Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var head = new byte[9];
        try
        {
            while (head[3] != reset)
            {
                await stream.ReadExactlyAsync(head, patience.Token);
                await stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], patience.Token);
            }
            return true;
        }
        catch (IOException)
        {
            return true;
        }
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
