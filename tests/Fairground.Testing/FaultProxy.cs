using System.Net;
using System.Net.Sockets;

namespace Fairground.Testing;

/// <summary>A TCP proxy on loopback between a program and its server that can be told to refuse, to cut, and to lose exactly the answer to a commit.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    // The server's CommandComplete for COMMIT, and the text of the command as the client first sends it.
    private static readonly byte[] Committed = [(byte)'C', 0, 0, 0, 11, .. "COMMIT\0"u8];
    private static readonly byte[] Commit = [.. "commit\0"u8];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly (string Host, int Port) server;
    private readonly CancellationTokenSource closing = new();
    private readonly List<(TcpClient Client, TcpClient Server)> open = [];
    private readonly Task accepting;
    private volatile bool refusing;
    private int loseAnswer;
    private int cutBehindCommit;
    private int cuts;

    public FaultProxy(string host, int port)
    {
        server = (host, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept();
    }

    /// <summary>Where the program connects instead.</summary>
    public int Port { get; }

    /// <summary>Commits whose answer was lost so far.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>The next commit takes effect, its answer is swallowed, and the connection is closed.</summary>
    public void LoseNextCommitAnswer() => Interlocked.Exchange(ref loseAnswer, 1);

    /// <summary>The connection is closed right behind the next commit, whose fate is then open.</summary>
    public void CutBehindNextCommit() => Interlocked.Exchange(ref cutBehindCommit, 1);

    /// <summary>The server is away: connections are cut, and new ones closed at once.</summary>
    public void Refuse()
    {
        refusing = true;
        CutAll();
    }

    /// <summary>The server is back.</summary>
    public void Allow() => refusing = false;

    public void CutAll()
    {
        lock (open)
        {
            foreach (var pair in open) Close(pair);
            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        CutAll();
        await accepting;
        closing.Dispose();
    }

    private async Task Accept()
    {
        while (!closing.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(closing.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            if (refusing) client.Dispose();
            else _ = Serve(client);
        }
    }

    private async Task Serve(TcpClient client)
    {
        var upstream = new TcpClient();
        var pair = (client, upstream);
        try
        {
            await upstream.ConnectAsync(server.Host, server.Port);
            (client.NoDelay, upstream.NoDelay) = (true, true);
            lock (open) open.Add(pair);
            await Task.WhenAny(Copy(client, upstream, ToServer), Copy(upstream, client, ToClient));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went away: close the other.
        }
        Close(pair);
        lock (open) open.Remove(pair);
    }

    // Both say whether the bytes are passed on, and whether the connection lives on after them.
    private (bool Pass, bool Live) ToClient(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf(Committed) < 0 || Interlocked.Exchange(ref loseAnswer, 0) == 0) return (true, true);
        Interlocked.Increment(ref cuts);
        return (false, false);
    }

    private (bool Pass, bool Live) ToServer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf(Commit) < 0 || Interlocked.Exchange(ref cutBehindCommit, 0) == 0) return (true, true);
        Interlocked.Increment(ref cuts);
        return (true, false);
    }

    private delegate (bool Pass, bool Live) Judge(ReadOnlySpan<byte> bytes);

    private static async Task Copy(TcpClient from, TcpClient to, Judge judge)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer) is var read and > 0)
        {
            var (pass, live) = judge(buffer.AsSpan(0, read));
            if (pass) await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
            if (!live) return;
        }
    }

    private static void Close((TcpClient Client, TcpClient Server) pair)
    {
        pair.Client.Dispose();
        pair.Server.Dispose();
    }
}
