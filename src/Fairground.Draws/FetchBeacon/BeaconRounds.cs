using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>Finds the round or pulse that decides, wherever it comes from.</summary>
internal sealed class BeaconRounds(DrandRelays drand, PulseBeacons pulses)
{
    /// <summary>The randomness of the first round or pulse at this instant, or null where it cannot be had now.</summary>
    /// <param name="decidesAt">Unix seconds.</param>
    public async Task<Randomness?> Find(BeaconEntropy source, long decidesAt, CancellationToken ct)
    {
        if (source is NistEntropy beacon) return await pulses.Fetch(beacon, decidesAt, ct) is { } pulse ? new Randomness(pulse, Convert.FromHexString(pulse.Randomness)) : null;
        var chain = (DrandEntropy)source;
        return await drand.Fetch(chain, chain.RoundAtOrAfter(decidesAt), ct) is { } round ? new Randomness(round, Convert.FromHexString(round.Randomness)) : null;
    }
}
