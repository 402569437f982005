using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>A step of a fail-over with its instants.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Source">Null where everybody gets the money back.</param>
/// <param name="DueAt">From when it may be switched to.</param>
/// <param name="Until">Before when it must have been switched to; null for a refund.</param>
/// <param name="DecidesAt">The time of the round or pulse that then decides.</param>
internal sealed record ScheduledStep(int Step, BeaconEntropy? Source, DateTimeOffset DueAt, DateTimeOffset? Until, DateTimeOffset DecidesAt);

/// <summary>When a closed lot is drawn and by what: follows from its terms and the instant of its closing, and from nothing else (draw proof). Pure.</summary>
internal sealed class DrawSchedule
{
    private DrawSchedule(Entropy entropy, DateTimeOffset firstAt, long? round, IReadOnlyList<ScheduledStep> steps) => (Entropy, FirstAt, Round, Steps) = (entropy, firstAt, round, steps);

    public Entropy Entropy { get; }

    /// <summary>When the first source decides.</summary>
    public DateTimeOffset FirstAt { get; }

    /// <summary>The round that the closing names; null where the first source has none.</summary>
    public long? Round { get; }

    /// <summary>What comes where it does not answer.</summary>
    public IReadOnlyList<ScheduledStep> Steps { get; }

    /// <summary>True where the randomness is a public beacon's.</summary>
    public bool IsBeacon => Entropy is BeaconEntropy;

    public static DrawSchedule Of(DrawTerms terms, DateTimeOffset closedAt, TimeSpan drawDelay)
    {
        if (terms.Entropy is not BeaconEntropy beacon) return new DrawSchedule(terms.Entropy, closedAt + drawDelay, null, []);
        var closed = ProofTime.Format(closedAt);
        var steps = beacon.Failover.Select((step, i) =>
        {
            var due = beacon.StepDueFor(i + 1, closed, terms.DrawsAt);
            return step.Source is not { } source
                ? new ScheduledStep(i + 1, null, At(due), null, At(due))
                : new ScheduledStep(i + 1, source, At(due), At(due + source.DelaySeconds), At(source.DueAtOrAfter(due + source.DelaySeconds)));
        }).ToList();
        return new DrawSchedule(beacon, At(beacon.DueFor(closed, terms.DrawsAt)), (beacon as DrandEntropy)?.RoundFor(closed, terms.DrawsAt), steps);
    }

    /// <summary>The source in force.</summary>
    /// <param name="step">0 for the first.</param>
    public BeaconEntropy Source(int step) => step == 0 ? (BeaconEntropy)Entropy : Steps[step - 1].Source ?? throw new InvalidOperationException("A refund has no randomness.");

    /// <summary>The earliest instant of the round or pulse that decides under a step, Unix seconds.</summary>
    public long DecidesAt(int step) => (step == 0 ? FirstAt : Steps[step - 1].DecidesAt).ToUnixTimeSeconds();

    /// <summary>The step to which a draw without randomness is to be switched now; null where it goes on waiting. A step whose time has passed is left out.</summary>
    public ScheduledStep? SwitchNow(int inForce, DateTimeOffset now) => Steps.Skip(inForce).FirstOrDefault(s => now >= s.DueAt && (s.Until is null || now < s.Until));

    private static DateTimeOffset At(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds);
}
