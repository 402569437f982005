namespace Fairground.Verification;

/// <summary>A source of randomness, as the terms publish it.</summary>
internal abstract record Source(string Name)
{
    /// <summary>What it promises, in the words of the draw proof.</summary>
    public abstract string Promise { get; }

    /// <summary>SHA-256 of the operator's secret, where one takes part.</summary>
    public string? Commitment { get; init; }
}

/// <summary>The operator's secret alone.</summary>
internal sealed record SecretSource() : Source("commit-reveal")
{
    public override string Promise => "The operator cannot change its secret, but knows it while entries are sold, so an operator that enters last could choose its own entries.";
}

/// <summary>A public beacon.</summary>
internal abstract record BeaconSource(string Name, long Period, long Delay) : Source(Name)
{
    public IReadOnlyList<Step> Failover { get; init; } = [];

    /// <summary>When the first round or pulse at or after this time is due. Unix seconds.</summary>
    public abstract long Due(long earliest);
}

/// <summary>A step of the fail-over; without a source it gives everybody the money back.</summary>
internal sealed record Step(long After, BeaconSource? Source);

/// <summary>A drand chain.</summary>
internal sealed record DrandSource(string Chain, string Key, string Scheme, long Genesis, long Period, long Delay) : BeaconSource("drand", Period, Delay)
{
    public const string Chained = "pedersen-bls-chained";

    private const string MixedPromise =
        "Neither the operator nor whoever might lead the beacon could know or bend the outcome once the entries were frozen. The operator saw it first and could have kept its secret back, in everybody's sight.";

    // The chains of the League of Entropy that a stranger can check against drand's own pages.
    private static readonly DrandSource[] Public =
    [
        new("52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
            "bls-unchained-g1-rfc9380", 1_692_803_367, 3, 0),
        new("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
            "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
            Chained, 1_595_431_050, 30, 0),
    ];

    public override string Promise => Commitment is null ? "Nobody, the operator included, could know or bend the outcome once the entries were frozen." : MixedPromise;

    public long Round(long earliest) => earliest <= Genesis ? 1 : (earliest - Genesis + Period - 1) / Period + 1;

    public long TimeOf(long round) => Genesis + (round - 1) * Period;

    public override long Due(long earliest) => TimeOf(Round(earliest));

    /// <summary>What stands against the chain: that it borrows the name of a public one (a failure), or that it is none (a doubt).</summary>
    public (StepOutcome Outcome, string Sentence) Judge(IReadOnlyCollection<string> known)
    {
        if (Array.Find(Public, chain => chain.Chain == Chain) is { } chain)
        {
            return (chain.Key, chain.Scheme, chain.Genesis, chain.Period) == (Key, Scheme, Genesis, Period)
                ? (StepOutcome.Passed, $"The beacon is the public drand chain {Chain[..8]}… with its own key and times.")
                : (StepOutcome.Failed, $"The terms name the public drand chain {Chain[..8]}…, but give it another key, scheme or times: this is not that beacon.");
        }
        return known.Contains(Chain)
            ? (StepOutcome.Passed, "The beacon is the chain that you named as known to you.")
            : (StepOutcome.Doubt, $"The drand chain \"{Chain}\" is none of the public ones that this verifier knows. Whoever holds its keys could have known the outcome; name it as known to you only if you know whose it is.");
    }
}

/// <summary>A beacon of the reference format 2.0.</summary>
internal sealed record PulseSource(string Uri, long Chain, string Certificate, long Period, long Delay) : BeaconSource("nist-beacon", Period, Delay)
{
    public override string Promise => "The operator could not know or bend the outcome once the entries were frozen. Whoever runs the beacon could, if it knew of the draw.";

    public override long Due(long earliest) => (earliest + Period - 1) / Period * Period;
}

/// <summary>Reads the sources of the terms.</summary>
internal static class Sources
{
    private const int MostSteps = 8;

    // A century: longer periods and delays are mistakes, and short ones cannot overflow.
    private const long MostSeconds = 3_155_760_000;

    /// <exception cref="FormatException">The source is unknown, or breaks a rule of the draw proof.</exception>
    public static Source Read(Document entropy)
    {
        var name = entropy.Text("source");
        if (name == "commit-reveal" && entropy.Has("failover")) throw new FormatException("A draw by commit-reveal has no beacon to fail over from.");
        return name switch
        {
            "commit-reveal" => new SecretSource { Commitment = entropy.Hash("commitment") },
            "drand+commit-reveal" => Beacon(entropy, "drand") with { Commitment = entropy.Hash("commitment"), Failover = Steps(entropy) },
            _ => Beacon(entropy, name) with { Failover = Steps(entropy) },
        };
    }

    private static BeaconSource Beacon(Document json, string name) => name switch
    {
        "drand" => new DrandSource(
            json.Text("chain"), json.Text("publicKey"), json.Text("scheme"), json.Number("genesis", 0, 253_402_300_799), json.Number("period", 1, MostSeconds), json.Number("delaySeconds", 0, MostSeconds)),
        "nist-beacon" => new PulseSource(
            json.Text("uri"), json.Number("chain"), json.Hash("certificate", 64), json.Number("period", 1, MostSeconds), json.Number("delaySeconds", 0, MostSeconds)),
        _ => throw new FormatException($"The entropy source \"{name}\" is not known."),
    };

    private static List<Step> Steps(Document entropy)
    {
        if (!entropy.Has("failover")) return [];
        var steps = new List<Step>();
        foreach (var json in entropy.Parts("failover"))
        {
            var after = json.Number("afterSeconds", 1, MostSeconds);
            if (json.Has("failover")) throw new FormatException("A step of fail-over has no fail-over of its own.");
            var source = json.Text("source") == "refund" ? null : Beacon(json, json.Text("source"));
            if (steps.Count > 0 && steps[^1].Source is null) throw new FormatException("Only the last step of fail-over can be a refund.");
            if (steps.Count > 0 && after < steps[^1].After + steps[^1].Source!.Delay + steps[^1].Source!.Period) throw new FormatException($"Step {steps.Count + 1} of fail-over leaves step {steps.Count} too little time.");
            if (source is { Delay: < 1 }) throw new FormatException("A step of fail-over needs a delay, in which its switch is published.");
            steps.Add(new Step(after, source));
        }
        return steps.Count is > 0 and <= MostSteps ? steps : throw new FormatException($"Fail-over has between 1 and {MostSteps} steps.");
    }
}
