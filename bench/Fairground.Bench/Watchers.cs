using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairground.Bench;

/// <summary>People who follow a lot over server-sent events while others buy: one open connection each, read as it comes.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    private const int AtOnce = 64;

    private readonly List<Socket> sockets = [];
    private readonly List<Task> reading = [];
    private readonly CancellationTokenSource ending = new();
    private long events;
    private int left;

    /// <summary>Events received by all of them.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Watchers whose connection the server closed.</summary>
    public int Left => Volatile.Read(ref left);

    public int Count => sockets.Count;

    /// <summary>Connects so many and waits until each has been told the state of the lot.</summary>
    public static async Task<Watchers> Open(int port, Guid lot, int count)
    {
        var watchers = new Watchers();
        var request = Encoding.ASCII.GetBytes($"GET /api/v1/lots/{lot}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
        foreach (var batch in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var opened = await Task.WhenAll(batch.Select(async _ =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                await socket.SendAsync(request, SocketFlags.None);
                return socket;
            }));
            watchers.sockets.AddRange(opened);
            foreach (var socket in opened) watchers.reading.Add(Task.Run(() => watchers.Read(socket)));
        }
        for (var tries = 0; tries < 300 && watchers.Events < count; tries++) await Task.Delay(100);
        return watchers;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        foreach (var socket in sockets) socket.Dispose();
        await Task.WhenAll(reading);
        ending.Dispose();
    }

    private async Task Read(Socket socket)
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer, SocketFlags.None, ending.Token);
                if (read == 0) break;
                for (var (rest, at) = (buffer.AsMemory(0, read), 0); (at = rest.Span.IndexOf("event: "u8)) >= 0; rest = rest[(at + 7)..]) Interlocked.Increment(ref events);
            }
            Interlocked.Increment(ref left);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (!ending.IsCancellationRequested) Interlocked.Increment(ref left);
        }
    }
}
