namespace Fairground.Draws;

/// <summary>Holds our clock against the beacons: a verified round proves that its time has come.</summary>
internal sealed class BeaconClock(RelayHealth health)
{
    /// <summary>How far our clock is behind at the least, as the rounds seen prove it; null where nothing proves anything.</summary>
    public TimeSpan? Behind(DateTimeOffset now) => health.NewestSeen is { } newest && newest > now + BeaconOptions.ClockTolerance ? newest - now : null;

    /// <summary>True where our clock is proved to be slow: a round that we would choose may be known already.</summary>
    public bool IsSlow(DateTimeOffset now) => Behind(now) is not null;

    /// <summary>True where relays answer at this moment and yet their newest round is minutes old.</summary>
    public bool IsFast(DateTimeOffset now)
    {
        var answering = health.All.Where(s => s.SeenAt > now - Fresh).ToList();
        return answering.Count > 0 && answering.Max(s => s.RoundAt) < now - Minutes;
    }

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(2);
}
