using Fairground.Fairness;
using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>When a lot closes and is drawn, by what, and how long whoever is drawn has: the same for every kind of lot.</summary>
/// <param name="ClosesAt">Whole seconds.</param>
/// <param name="ClaimSeconds">To collect, or to make the second payment.</param>
internal sealed record DrawTiming(DateTimeOffset ClosesAt, int DelaySeconds, string Entropy, int ClaimSeconds)
{
    private const int LongestDelaySeconds = 3 * 24 * 3600;
    private const int LongestClaimSeconds = 90 * 24 * 3600;
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(366);

    /// <summary>From what was asked for, or the first refusal of the ladder. Pure.</summary>
    public static Result<DrawTiming> Decide(CreateLotRequest request, IReadOnlyCollection<string> sources, string preferred, DrawsOptions options, DateTimeOffset now)
    {
        if (request.ClosesAt is not { } closesAt || closesAt <= now || closesAt > now + Furthest) return DrawsRefusals.ClosesAtInvalid;
        var delay = request.DrawDelaySeconds ?? 60;
        if (delay is < 0 or > LongestDelaySeconds) return DrawsRefusals.DelayInvalid;
        // Where nobody asked for a beacon, too short a delay for one means the source that needs none.
        var entropy = request.Entropy is null ? (delay < BeaconOptions.ShortestDelaySeconds ? CommitReveal.Source : preferred) : request.Entropy.Name ?? "";
        if (entropy is not (CommitReveal.Source or DrandEntropy.Source or DrandEntropy.MixedSource or NistEntropy.Source)) return DrawsRefusals.EntropyUnknown;
        if (!sources.Contains(entropy)) return DrawsRefusals.EntropyUnavailable;
        if (EntropySources.IsBeacon(entropy) && delay < BeaconOptions.ShortestDelaySeconds) return DrawsRefusals.BeaconDelayTooShort.With(("shortestSeconds", BeaconOptions.ShortestDelaySeconds));
        var claim = request.ClaimSeconds ?? CreateLotDecision.DefaultClaimSeconds;
        if (claim < options.ShortestClaimSeconds || claim > LongestClaimSeconds) return DrawsRefusals.ClaimPeriodInvalid;
        return new DrawTiming(LotTerms.WholeSeconds(closesAt), delay, entropy, claim);
    }
}
