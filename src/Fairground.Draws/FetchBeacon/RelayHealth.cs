using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>How a relay answered, the last time and in all. Times are UTC.</summary>
/// <param name="Round">The newest round that it served and that verified.</param>
/// <param name="RoundAt">The time of that round.</param>
/// <param name="SeenAt">When it was seen.</param>
/// <param name="Latency">How long the last answer took.</param>
/// <param name="Failures">Answers that did not come, or said nothing.</param>
/// <param name="Lies">Answers that were wrong: a false signature, another round, no JSON, too long.</param>
/// <param name="Trouble">What was last wrong; null where the last answer was good.</param>
internal sealed record RelayState(string Relay, long? Round, DateTimeOffset? RoundAt, DateTimeOffset? SeenAt, TimeSpan? Latency, int Good, int Failures, int Lies, string? Trouble);

/// <summary>Remembers of each relay how it answered this server since it started. A relay that lies is never believed, and never silently.</summary>
internal sealed class RelayHealth(TimeProvider time, ILogger<RelayHealth> logger)
{
    private readonly ConcurrentDictionary<string, RelayState> states = new();

    /// <summary>All relays that were asked.</summary>
    public IReadOnlyList<RelayState> All => [.. states.Values.OrderBy(s => s.Relay, StringComparer.Ordinal)];

    /// <summary>The newest verified instant that any relay showed: a time that has certainly come, whatever our clock says. Null where none answered yet.</summary>
    public DateTimeOffset? NewestSeen => states.Values.Max(s => s.RoundAt);

    /// <summary>When a relay last gave a good answer.</summary>
    public DateTimeOffset? LastGoodAt => states.Values.Max(s => s.SeenAt);

    public void Good(string relay, long round, DateTimeOffset roundAt, TimeSpan latency) => Change(relay, s => s with
    {
        Round = s.RoundAt > roundAt ? s.Round : round,
        RoundAt = s.RoundAt > roundAt ? s.RoundAt : roundAt,
        SeenAt = time.GetUtcNow(),
        Latency = latency,
        Good = s.Good + 1,
        Trouble = null,
    });

    /// <summary>It has not got the round yet, which is no fault.</summary>
    public void Late(string relay) => Change(relay, s => s with { Trouble = "does not have the round yet" });

    public void Failed(string relay, string why)
    {
        logger.LogDebug("Beacon relay {Relay} gave no answer: {Why}", relay, why);
        Change(relay, s => s with { Failures = s.Failures + 1, Trouble = why });
    }

    public void Lied(string relay, string how)
    {
        logger.LogWarning("Beacon relay {Relay} gave a false answer and was not believed: {How}", relay, how);
        Change(relay, s => s with { Lies = s.Lies + 1, Trouble = how });
    }

    private void Change(string relay, Func<RelayState, RelayState> change) => states.AddOrUpdate(
        relay, r => change(new RelayState(r, null, null, null, null, 0, 0, 0, null)), (_, s) => change(s));
}
