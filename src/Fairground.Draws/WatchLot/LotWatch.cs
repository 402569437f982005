using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>Lets people follow lots live (C-19, C-23). One reader a watched lot, shared by all who watch it: at most two reads of the database a second, whatever the crowd.
/// News of sales is told the more seldom the more people watch, so that a crowd costs the same few thousand writes a second; what is decided is told at once.</summary>
internal sealed class LotWatch(DrawsReader reader, LotNews news, IHostApplicationLifetime lifetime, ILogger<LotWatch> logger)
{
    private const int MostListeners = 20_000;
    private const int Backlog = 32;
    private const int AtOnce = 250;
    private const int FramesASecond = 2_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Guid, Watched> watched = new();
    private int listeners;

    /// <summary>Who does not take what is sent to it for so long is let go.</summary>
    public TimeSpan LongestWrite { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Ends when the server stops.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>People who watch now.</summary>
    public int Listeners => Volatile.Read(ref listeners);

    /// <summary>Begins to listen; null where too many do already. Dispose to end.</summary>
    public Listener? Listen(Guid lotId)
    {
        if (Interlocked.Increment(ref listeners) > MostListeners)
        {
            Interlocked.Decrement(ref listeners);
            return null;
        }
        var listener = new Listener(this, lotId);
        lock (watched)
        {
            var lot = watched.GetOrAdd(lotId, _ => new Watched());
            lot.Listeners.Add(listener);
            lot.Reading ??= Task.Run(() => Read(lotId, lot));
        }
        return listener;
    }

    /// <summary>What someone who just came has to know, in order. Where others watch already, nothing is read for it.</summary>
    public async Task<IReadOnlyList<LiveEvent>> Snapshot(Guid lotId, CancellationToken ct)
    {
        if (watched.TryGetValue(lotId, out var lot) && lot.Snapshot is { } known) return known;
        var sale = await reader.Sale(lotId, ct);
        return sale is null ? [] : await news.Between(null, sale, ct);
    }

    /// <summary>True where people watch this lot already, so that it is known to be public.</summary>
    public bool IsWatched(Guid lotId) => watched.TryGetValue(lotId, out var lot) && lot.Snapshot is not null;

    private void Leave(Listener listener)
    {
        lock (watched)
        {
            if (watched.TryGetValue(listener.LotId, out var lot) && lot.Listeners.Remove(listener)) Interlocked.Decrement(ref listeners);
        }
    }

    private async Task Read(Guid lotId, Watched lot)
    {
        using var timer = new PeriodicTimer(Every);
        while (!Stopping.IsCancellationRequested)
        {
            lock (watched)
            {
                if (lot.Listeners.Count == 0)
                {
                    watched.TryRemove(lotId, out _);
                    return;
                }
            }
            try
            {
                await Look(lotId, lot);
                await timer.WaitForNextTickAsync(Stopping);
            }
            catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) when (error is System.Data.Common.DbException or InvalidOperationException or TimeoutException or OperationCanceledException)
            {
                logger.LogWarning(error, "Lot {Lot} could not be read for its watchers", lotId);
                await Task.Delay(Every * 4, CancellationToken.None);
            }
        }
    }

    private async Task Look(Guid lotId, Watched lot)
    {
        var now = Environment.TickCount64;
        var sale = await reader.Sale(lotId, Stopping);
        if (sale is null) return;
        // The first look tells all: what happened since the first watcher's snapshot would be lost otherwise.
        var onlySold = lot.Told is { } told && told.State == sale.State && told.Step == sale.Step && told.ClosesAt == sale.ClosesAt;
        if (!onlySold || (lot.Told!.Sold != sale.Sold && now - lot.ToldAt >= Pause(lot).TotalMilliseconds))
        {
            var events = await news.Between(lot.Told, sale, Stopping);
            lot.Snapshot = lot.Told is null ? events : await news.Between(null, sale, Stopping);
            (lot.Told, lot.ToldAt) = (sale, now);
            await Tell(lot, [.. events], onlySold);
        }
        if (now - lot.BeatAt < HeartbeatEvery.TotalMilliseconds) return;
        lot.BeatAt = now;
        await Tell(lot, [null], gently: true);
    }

    private static TimeSpan Pause(Watched lot)
    {
        var crowd = TimeSpan.FromSeconds((double)lot.Listeners.Count / FramesASecond);
        return crowd > Every ? crowd : Every / 2;
    }

    // Waking ten thousand at once would keep the processor from those who buy, so the crowd is told in small groups.
    private async Task Tell(Watched lot, LiveEvent?[] events, bool gently)
    {
        if (events.Length == 0) return;
        Listener[] all;
        lock (watched) all = [.. lot.Listeners];
        foreach (var group in all.Chunk(AtOnce))
        {
            foreach (var listener in group)
            {
                foreach (var item in events) listener.Events.Writer.TryWrite(item);
            }
            if (gently && all.Length > AtOnce) await Task.Delay(Breath, Stopping);
        }
    }

    private sealed class Watched
    {
        public HashSet<Listener> Listeners { get; } = [];

        public Task? Reading { get; set; }

        public Sale? Told { get; set; }

        public long ToldAt { get; set; }

        public long BeatAt { get; set; } = Environment.TickCount64;

        public IReadOnlyList<LiveEvent>? Snapshot { get; set; }
    }

    /// <summary>One who watches.</summary>
    internal sealed class Listener(LotWatch watch, Guid lotId) : IDisposable
    {
        public Guid LotId => lotId;

        /// <summary>A slow listener loses the oldest events, never the newest, and never holds up the others. Null stands for a heartbeat.</summary>
        public Channel<LiveEvent?> Events { get; } = Channel.CreateBounded<LiveEvent?>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public void Dispose() => watch.Leave(this);
    }
}
