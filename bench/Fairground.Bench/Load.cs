using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Fairground.Bench;

/// <summary>One kept-alive HTTP/1.1 connection that sends one request at a time. Bare, because the client shares the measured cores.</summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[32 * 1024];

    public ValueTask Connect(int port) => socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);

    /// <summary>Sends and reads the whole answer; returns its status.</summary>
    public async ValueTask<int> Ask(ReadOnlyMemory<byte> request)
    {
        await socket.SendAsync(request, SocketFlags.None);
        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
            if (read == 0) throw new IOException("The server closed the connection.");
            filled += read;
            if (IsWhole(buffer.AsSpan(0, filled), out var status)) return status;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer, out int status)
    {
        status = 0;
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        status = ((answer[9] - '0') * 100) + ((answer[10] - '0') * 10) + (answer[11] - '0');
        var headers = answer[..head];
        var body = answer[(head + 4)..];
        var at = headers.IndexOf("Content-Length: "u8);
        if (at < 0) return status is 204 or 304 || body.EndsWith("0\r\n\r\n"u8);
        var length = 0;
        for (var i = at + 16; i < headers.Length && headers[i] != '\r'; i++) length = (length * 10) + (headers[i] - '0');
        return body.Length >= length;
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>Buyers with their bearer tokens, and how often each comes: Zipf with exponent 1.</summary>
internal sealed class Buyers
{
    private readonly double[] upTo;

    public Buyers(IReadOnlyList<string> tokens)
    {
        Headers = [.. tokens.Select(t => Encoding.ASCII.GetBytes($"Authorization: Bearer {t}\r\n"))];
        upTo = new double[tokens.Count];
        var sum = 0.0;
        for (var i = 0; i < upTo.Length; i++) upTo[i] = sum += 1.0 / (i + 1);
        for (var i = 0; i < upTo.Length; i++) upTo[i] /= sum;
    }

    public byte[][] Headers { get; }

    public byte[] Next(Random random)
    {
        var at = Array.BinarySearch(upTo, random.NextDouble());
        return Headers[Math.Min(at < 0 ? ~at : at, Headers.Length - 1)];
    }
}

/// <summary>A load: where, who, on which lots.</summary>
internal sealed record Load(int Port, Buyers Buyers, IReadOnlyList<Guid> Lots, int Connections, int Quantity = 1);

/// <summary>What a load came to. Latencies in milliseconds, of the counted seconds only.</summary>
internal sealed class LoadResult
{
    public long Counted { get; set; }

    /// <summary>Answers 201 over the whole leg, warm-up included: what the database must hold.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Answers of another status than the expected one, over the whole leg.</summary>
    public long Others { get; set; }

    public double Seconds { get; set; }

    public List<double> Latencies { get; } = [];

    public double PerSecond => Counted / Seconds;

    public double Percentile(double of) => Latencies.Count == 0 ? double.NaN : Latencies[Math.Min(Latencies.Count - 1, (int)(of * Latencies.Count))];
}

/// <summary>Makes load: as fast as answers come, or at a fixed rate with latency counted from the scheduled instant.</summary>
internal static class Loader
{
    private static long keys;

    public static Task<LoadResult> Closed(Load load, int expected, int warmUp, int count, Func<bool, Task>? atEdges = null) =>
        Drive(load, expected, warmUp, count, null, TimeSpan.Zero, atEdges);

    /// <summary>Requests at a fixed rate a second.</summary>
    public static Task<LoadResult> Open(Load load, double rate, int warmUp, int count) => Drive(load, 201, warmUp, count, rate, TimeSpan.Zero, null);

    /// <summary>One buyer who pauses between purchases.</summary>
    public static Task<LoadResult> Alone(Load load, TimeSpan pause, int warmUp, int count) => Drive(load with { Connections = 1 }, 201, warmUp, count, null, pause, null);

    private static async Task<LoadResult> Drive(Load load, int expected, int warmUp, int count, double? rate, TimeSpan pause, Func<bool, Task>? atEdges)
    {
        var run = new Run(expected);
        var due = rate is null ? null : Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });
        var workers = new List<Task>();
        for (var i = 0; i < load.Connections; i++)
        {
            var wire = new Wire();
            await wire.Connect(load.Port);
            workers.Add(Task.Run(() => Work(load, run, wire, due?.Reader, pause)));
        }
        var clock = due is null ? Task.CompletedTask : Task.Run(() => Tick(run, due.Writer, rate!.Value));
        await Task.Delay(TimeSpan.FromSeconds(warmUp));
        if (atEdges is not null) await atEdges(false);
        run.CountFrom = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(count));
        run.CountTo = Stopwatch.GetTimestamp();
        if (atEdges is not null) await atEdges(true);
        run.Stop = true;
        await Task.WhenAll([.. workers, clock]).WaitAsync(TimeSpan.FromSeconds(60));
        run.Result.Seconds = Stopwatch.GetElapsedTime(run.CountFrom, run.CountTo).TotalSeconds;
        run.Result.Latencies.Sort();
        return run.Result;
    }

    // Sleeps a millisecond at a time and hands out all that has come due; what it is late by counts as latency.
    private static void Tick(Run run, ChannelWriter<long> due, double rate)
    {
        var (started, given) = (Stopwatch.GetTimestamp(), 0L);
        while (!run.Stop)
        {
            var target = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate);
            for (; given < target; given++) due.TryWrite(started + (long)(given / rate * Stopwatch.Frequency));
            Thread.Sleep(1);
        }
        due.Complete();
    }

    private static async Task Work(Load load, Run run, Wire wire, ChannelReader<long>? due, TimeSpan pause)
    {
        using var closing = wire;
        var random = new Random(HashCode.Combine(load.Port, Interlocked.Increment(ref keys)));
        var heads = load.Lots.Select(l => Encoding.ASCII.GetBytes($"POST /api/v1/lots/{l}/purchases HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")).ToArray();
        var body = $"{{\"quantity\":{load.Quantity}}}";
        var tail = Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n{body}");
        var writer = new ArrayBufferWriter<byte>(1024);
        var (latencies, counted, acknowledged, others) = (new List<double>(1 << 16), 0L, 0L, 0L);
        while (!run.Stop)
        {
            long scheduled = 0;
            if (due is not null && !due.TryRead(out scheduled))
            {
                if (!await due.WaitToReadAsync()) break;
                continue;
            }
            writer.ResetWrittenCount();
            writer.Write(heads[heads.Length == 1 ? 0 : random.Next(heads.Length)]);
            writer.Write(load.Buyers.Next(random));
            writer.Write("Idempotency-Key: "u8);
            Guid.CreateVersion7().TryFormat(writer.GetSpan(36), out var length);
            writer.Advance(length);
            writer.Write("\r\n"u8);
            writer.Write(tail);
            var from = due is null ? Stopwatch.GetTimestamp() : scheduled;
            var status = await wire.Ask(writer.WrittenMemory);
            var to = Stopwatch.GetTimestamp();
            if (status == 201) acknowledged++;
            if (status != run.Expected) others++;
            else if (run.CountFrom != 0 && to >= run.CountFrom && (run.CountTo == 0 || to <= run.CountTo))
            {
                counted++;
                latencies.Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);
            }
            if (pause > TimeSpan.Zero) await Task.Delay(pause);
        }
        run.Add(latencies, counted, acknowledged, others);
    }

    private sealed class Run(int expected)
    {
        private long countFrom;
        private long countTo;
        private volatile bool stop;

        public int Expected => expected;

        public LoadResult Result { get; } = new();

        public long CountFrom
        {
            get => Volatile.Read(ref countFrom);
            set => Volatile.Write(ref countFrom, value);
        }

        public long CountTo
        {
            get => Volatile.Read(ref countTo);
            set => Volatile.Write(ref countTo, value);
        }

        public bool Stop
        {
            get => stop;
            set => stop = value;
        }

        public void Add(List<double> latencies, long counted, long acknowledged, long others)
        {
            lock (Result)
            {
                Result.Latencies.AddRange(latencies);
                Result.Counted += counted;
                Result.Acknowledged += acknowledged;
                Result.Others += others;
            }
        }
    }
}
