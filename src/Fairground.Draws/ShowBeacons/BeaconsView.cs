using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;

namespace Fairground.Draws;

/// <summary>A relay as this node has seen it since it started.</summary>
/// <param name="Round">The newest round that it served and that verified.</param>
/// <param name="LatencyMs">Of its last good answer, milliseconds.</param>
/// <param name="Lies">False answers: never believed.</param>
internal sealed record RelayView(string Relay, long? Round, DateTimeOffset? RoundAt, DateTimeOffset? SeenAt, int? LatencyMs, int Good, int Failures, int Lies, string? Trouble);

/// <summary>A draw that waits for randomness.</summary>
/// <param name="Step">The step of its published fail-over that is in force; 0 for its first source.</param>
/// <param name="NextStepAt">From when it goes on to the next one.</param>
internal sealed record WaitingDraw(Guid LotId, string Title, DateTimeOffset DrawsAt, int Step, long? Round, DateTimeOffset? NextStepAt);

/// <summary>The state of the sources of randomness on this node.</summary>
/// <param name="ClockBehindSeconds">How far this server's clock is behind at least, as a round proves; null where nothing proves it wrong.</param>
/// <param name="ClockFast">True where answering relays are minutes behind this server's clock.</param>
internal sealed record BeaconsView(string Chain, IReadOnlyList<string> Sources, string Preferred, IReadOnlyList<RelayView> Relays, double? ClockBehindSeconds, bool ClockFast, IReadOnlyList<WaitingDraw> Waiting);

/// <summary>Looks at beacons and the draws that wait for them; page and API call this. Nothing here can be changed: no person decides which source is used.</summary>
internal sealed class Beacons(BeaconOptions options, EntropySources sources, RelayHealth health, BeaconClock clock, DrawsReader reader, DrawShows draws, TimeProvider time)
{
    private const int MostWaiting = 50;

    public async Task<BeaconsView> Look(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var ids = await reader.List(
            $"select lot_id from draws_sale where state = {(int)LotState.Drawing} order by draws_at limit @take", r => r.Uuid(0), ct, ("@take", MostWaiting));
        var waiting = new List<WaitingDraw>();
        foreach (var id in ids)
        {
            if (await draws.Find(id, ct) is not { Schedule.IsBeacon: true, Sale.DrawsAt: { } at } draw) continue;
            waiting.Add(new WaitingDraw(id, draw.Terms.Title, at, draw.Sale.Step, draw.Round, draw.Schedule.Steps.Skip(draw.Sale.Step).FirstOrDefault()?.DueAt));
        }
        return new BeaconsView(
            options.Chain.Name, sources.Names, sources.Preferred,
            [.. health.All.Select(s => new RelayView(s.Relay, s.Round, s.RoundAt, s.SeenAt, (int?)s.Latency?.TotalMilliseconds, s.Good, s.Failures, s.Lies, s.Trouble))],
            clock.Behind(now)?.TotalSeconds, clock.IsFast(now), waiting);
    }

    /// <summary><c>GET beacons</c>.</summary>
    public static async Task<IResult> Handle(Beacons beacons, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await beacons.Look(ct));
    }
}
