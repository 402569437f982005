using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>One server-sent event, ready to be written.</summary>
internal sealed record LiveEvent(string Name, string Data);

/// <summary>Lets people follow lots live (C-19, C-23). One reader a watched lot, shared by all who watch it: at most two reads of the database a second, whatever the crowd.</summary>
internal sealed class LotWatch(DrawsReader reader, IHostApplicationLifetime lifetime, ILogger<LotWatch> logger)
{
    private const int MostListeners = 5_000;
    private const int Backlog = 32;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private readonly ConcurrentDictionary<Guid, Watched> watched = new();
    private int listeners;

    /// <summary>Ends when the server stops.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

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

    /// <summary>What someone who just came has to know, in order.</summary>
    public async Task<IReadOnlyList<LiveEvent>> Snapshot(Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        return sale is null ? [] : await Changes(null, sale, ct);
    }

    private void Leave(Listener listener)
    {
        lock (watched)
        {
            if (watched.TryGetValue(listener.LotId, out var lot) && lot.Listeners.Remove(listener)) Interlocked.Decrement(ref listeners);
        }
    }

    private async Task Read(Guid lotId, Watched lot)
    {
        Sale? last = null;
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
                var sale = await reader.Sale(lotId, Stopping);
                // The first look tells all: what happened since the first watcher's snapshot would be lost otherwise.
                if (sale is not null) Tell(lot, await Changes(last, sale, Stopping));
                last = sale;
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

    private void Tell(Watched lot, List<LiveEvent> events)
    {
        if (events.Count == 0) return;
        lock (watched)
        {
            foreach (var listener in lot.Listeners)
            {
                foreach (var item in events) listener.Events.Writer.TryWrite(item);
            }
        }
    }

    // From nothing to the lot as it is now gives the snapshot; from before to now gives what is new.
    private async Task<List<LiveEvent>> Changes(Sale? from, Sale to, CancellationToken ct)
    {
        var events = new List<LiveEvent>();
        if (from is null || from.Sold != to.Sold || from.State != to.State || from.ClosesAt != to.ClosesAt)
            events.Add(Event("sold", new { to.Sold, to.Entries, to.PercentSold, State = to.State.Wire(), to.ClosesAt }));
        var (hadClosed, hadDrawn) = (from?.DrawsAt is not null, IsDrawn(from));
        if (!hadClosed && to.DrawsAt is not null)
            events.Add(Event("closed", new { to.DrawsAt, Root = Convert.ToHexStringLower(to.Root!), Size = to.Sold, Closing = await reader.Closing(to.LotId, ct) }));
        if (!hadDrawn && IsDrawn(to)) events.Add(await Result(to, ct));
        if (from?.State != to.State && to.State is LotState.Cancelled or LotState.Refunded) events.Add(Event("cancelled", new { State = to.State.Wire() }));
        return events;
    }

    private async Task<LiveEvent> Result(Sale sale, CancellationToken ct)
    {
        var wins = await reader.WinsOf(sale.LotId, ct);
        // Reserves stand after the winners, in the order in which they were drawn.
        var winners = wins.Where(w => w.State != WinState.Reserve).Select(w => new { w.Place, w.Seq, w.Number });
        var reserves = wins.Where(w => w.State == WinState.Reserve).Select(w => new { w.Place, w.Seq, w.Number });
        return Event("drawn", new { Secret = sale.Secret is null ? null : Convert.ToHexStringLower(sale.Secret), Winners = winners, Reserves = reserves });
    }

    private static bool IsDrawn(Sale? sale) => sale?.State is LotState.Drawn or LotState.Settled;

    private static LiveEvent Event(string name, object data) => new(name, JsonSerializer.Serialize(data, Json));

    private sealed class Watched
    {
        public List<Listener> Listeners { get; } = [];

        public Task? Reading { get; set; }
    }

    /// <summary>One who watches.</summary>
    internal sealed class Listener(LotWatch watch, Guid lotId) : IDisposable
    {
        public Guid LotId => lotId;

        /// <summary>A slow listener loses the oldest events, never the newest, and never holds up the others.</summary>
        public Channel<LiveEvent> Events { get; } = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public void Dispose() => watch.Leave(this);
    }
}
