using System.Security.Cryptography;
using Fairground.Fairness;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Draws;

/// <summary>What a draw is decided by: the published beacon and the 32 bytes that go into the seed.</summary>
internal sealed record Randomness(Beacon Beacon, byte[] Bytes);

/// <summary>The sources of randomness that this server has, and what each one's terms say. What a lot was opened with stands in its terms and is used whatever the settings say later.</summary>
internal sealed class EntropySources(BeaconOptions options, RelayHealth health, IDataProtectionProvider protection, TimeProvider time)
{
    private const int StepDelaySeconds = 120;
    private static readonly TimeSpan ReachableFor = TimeSpan.FromMinutes(5);

    private readonly IDataProtector protector = protection.CreateProtector("draws.secret");

    /// <summary>As sellers name them and the terms publish them.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. options.Relays.Count > 0 ? new[] { DrandEntropy.Source, DrandEntropy.MixedSource } : [],
        .. options.Pulses is null ? Array.Empty<string>() : [NistEntropy.Source],
        CommitReveal.Source,
    ];

    /// <summary>What is used where the seller names none: a beacon where one was reached lately, because then nobody has to trust the operator.</summary>
    public string Preferred => IsReachable ? DrandEntropy.Source : CommitReveal.Source;

    /// <summary>True where a drand relay gave a true answer in the last minutes.</summary>
    public bool IsReachable => options.Relays.Count > 0 && health.LastGoodAt > time.GetUtcNow() - ReachableFor;

    /// <summary>True where the source is a public beacon, alone or mixed.</summary>
    public static bool IsBeacon(string source) => source != CommitReveal.Source;

    /// <summary>What the terms of a lot publish, and what must be remembered until the draw, protected at rest.</summary>
    public (Entropy Published, byte[]? Remembered) Begin(string source, int drawDelaySeconds)
    {
        if (source == CommitReveal.Source)
        {
            var (commitment, remembered) = Commit();
            return (new CommitReveal(commitment), remembered);
        }
        var failover = Failover(source);
        if (source == NistEntropy.Source) return (options.Pulses!.Terms(drawDelaySeconds) with { Failover = failover }, null);
        var chain = options.Chain.Terms(drawDelaySeconds) with { Failover = failover };
        if (source == DrandEntropy.Source) return (chain, null);
        var (mixed, secret) = Commit();
        return (chain with { Commitment = mixed }, secret);
    }

    /// <summary>The secret of a lot that committed to one; it is checked against the terms.</summary>
    public byte[] Secret(string commitment, byte[]? remembered)
    {
        var secret = protector.Unprotect(remembered ?? throw new InvalidOperationException("The secret of this lot is not there."));
        return Convert.ToHexStringLower(Seed.Commitment(secret)) == commitment ? secret : throw new InvalidOperationException("The secret of this lot does not match its published commitment.");
    }

    private (string Commitment, byte[] Remembered) Commit()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return (Convert.ToHexStringLower(Seed.Commitment(secret)), protector.Protect(secret));
    }

    // Steps that this server cannot take, or that would follow themselves, are left out; the refund always stays.
    private List<FailoverStep> Failover(string first)
    {
        var steps = new List<FailoverStep>();
        foreach (var plan in options.Failover)
        {
            BeaconEntropy? source = plan.Source switch
            {
                "drand-default" when options.Relays.Count > 0 && (first == NistEntropy.Source || options.Chain != DrandChain.Default) => DrandChain.Default.Terms(StepDelaySeconds),
                NistEntropy.Source when options.Pulses is { } pulses && first != NistEntropy.Source => pulses.Terms(StepDelaySeconds),
                _ => null,
            };
            if (source is null && plan.Source != FailoverStep.Refund) continue;
            steps.Add(new FailoverStep(plan.AfterSeconds, source));
        }
        return steps;
    }
}
