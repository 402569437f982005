using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>Where the randomness of a draw comes from, as the terms publish it.</summary>
public abstract record Entropy
{
    /// <summary>The latest instant that a proof can name, Unix seconds.</summary>
    internal const long LatestTime = 253_402_300_799;

    /// <summary>Members of the published object that this library does not know; they are hashed all the same.</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>The published object.</summary>
    public JsonObject ToJson()
    {
        var json = Members();
        foreach (var (key, value) in Extra ?? []) json.Add(key, value?.DeepClone());
        return json;
    }

    /// <summary>Reads the published object.</summary>
    /// <exception cref="FormatException">The source is unknown, or a member is missing or of the wrong shape.</exception>
    public static Entropy Parse(JsonNode? node) => Parse(JsonRead.Object(node, "\"entropy\""), mayBeCommitment: true);

    internal static Entropy Parse(JsonObject json, bool mayBeCommitment)
    {
        var source = JsonRead.Text(json, "source");
        return source switch
        {
            CommitReveal.Source when mayBeCommitment => CommitReveal.Read(json),
            DrandEntropy.MixedSource when mayBeCommitment => DrandEntropy.Read(json, JsonRead.Hash(json, "commitment")),
            DrandEntropy.Source => DrandEntropy.Read(json, commitment: null),
            NistEntropy.Source => NistEntropy.Read(json),
            _ => throw new FormatException($"The entropy source \"{source}\" is not known here."),
        };
    }

    internal abstract JsonObject Members();

    internal static JsonObject? Rest(JsonObject json, params ReadOnlySpan<string> known)
    {
        JsonObject? rest = null;
        foreach (var (key, value) in json)
        {
            if (!known.Contains(key)) (rest ??= []).Add(key, value?.DeepClone());
        }
        return rest;
    }
}

/// <summary>The operator committed to a secret when the lot opened and reveals it at the draw.</summary>
/// <param name="Commitment">SHA-256 of the 32-byte secret, lower-case hex.</param>
public sealed record CommitReveal(string Commitment) : Entropy
{
    /// <summary>The value of <c>source</c> in the terms.</summary>
    public const string Source = "commit-reveal";

    /// <summary>What this source promises and what it does not; pages and the verifier say it in these words.</summary>
    public const string Promise =
        "The operator cannot change its secret, but knows it while entries are sold, so an operator that enters last could choose its own entries.";

    internal static CommitReveal Read(JsonObject json) =>
        new(JsonRead.Hash(json, "commitment")) { Extra = Rest(json, "source", "commitment") };

    internal override JsonObject Members() => new() { ["source"] = Source, ["commitment"] = Commitment };
}

/// <summary>Randomness that a public beacon makes known after the closing.</summary>
/// <param name="Period">Seconds between two rounds or pulses.</param>
/// <param name="DelaySeconds">Seconds between the closing (or, for a fail-over step, the time it is due) and the earliest time of the round.</param>
public abstract record BeaconEntropy(int Period, int DelaySeconds) : Entropy
{
    /// <summary>What comes in this source's place where its randomness cannot be had; see <see cref="FailoverStep"/>.</summary>
    public IReadOnlyList<FailoverStep> Failover { get; init; } = [];

    /// <summary>The later of <c>closedAt + delaySeconds</c> and <c>drawsAt</c>, Unix seconds: no earlier round or pulse decides.</summary>
    /// <exception cref="FormatException">A time is not RFC 3339 UTC in whole seconds.</exception>
    public long EarliestFor(string closedAt, string? drawsAt)
    {
        var earliest = ProofTime.UnixSeconds(closedAt, "closedAt") + DelaySeconds;
        return drawsAt is null ? earliest : Math.Max(earliest, ProofTime.UnixSeconds(drawsAt, "drawsAt"));
    }

    /// <summary>When the first round or pulse at or after this instant is due. Unix seconds in and out.</summary>
    public abstract long DueAtOrAfter(long unixSeconds);

    /// <summary>When the source of the terms is due: <c>P</c> in the draw proof, Unix seconds.</summary>
    /// <exception cref="FormatException">A time is not RFC 3339 UTC in whole seconds.</exception>
    public long DueFor(string closedAt, string? drawsAt) => DueAtOrAfter(EarliestFor(closedAt, drawsAt));

    /// <summary>When a step is due: <c>D_k</c> in the draw proof, Unix seconds.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="closedAt">When the lot closed.</param>
    /// <param name="drawsAt">The announced time of the draw, where the terms have one.</param>
    public long StepDueFor(int step, string closedAt, string? drawsAt) => DueFor(closedAt, drawsAt) + Failover[step - 1].AfterSeconds;

    /// <summary>The earliest time of the round or pulse that decides after a switch to this step, Unix seconds. The switch itself must be signed and logged before.</summary>
    /// <exception cref="InvalidOperationException">The step is the refund.</exception>
    public long StepEarliestFor(int step, string closedAt, string? drawsAt) => StepDueFor(step, closedAt, drawsAt)
        + (Failover[step - 1].Source ?? throw new InvalidOperationException("A refund has no randomness.")).DelaySeconds;

    internal JsonObject WithFailover(JsonObject json)
    {
        if (Failover.Count > 0) json["failover"] = FailoverStep.ListJson(this, Failover);
        return json;
    }
}

/// <summary>The randomness is a round of a drand beacon that nobody can know when the lot closes.</summary>
/// <param name="Chain">The chain hash, hex.</param>
/// <param name="PublicKey">The public key of the chain, hex.</param>
/// <param name="Scheme">The signature scheme of the chain.</param>
/// <param name="Genesis">The time of round 1, Unix seconds.</param>
/// <param name="Period">Seconds between rounds.</param>
/// <param name="DelaySeconds">Seconds between the closing and the earliest time of the round.</param>
public sealed record DrandEntropy(string Chain, string PublicKey, string Scheme, long Genesis, int Period, int DelaySeconds) : BeaconEntropy(Period, DelaySeconds)
{
    /// <summary>The value of <c>source</c> in the terms.</summary>
    public const string Source = "drand";

    /// <summary>The value of <c>source</c> where the operator's secret is mixed in.</summary>
    public const string MixedSource = "drand+commit-reveal";

    /// <summary>What this source promises.</summary>
    public const string Promise = "Nobody, the operator included, could know or bend the outcome once the entries were frozen.";

    /// <summary>What the mixed source promises.</summary>
    public const string MixedPromise =
        "Neither the operator nor whoever might lead the beacon could know or bend the outcome once the entries were frozen. The operator saw it first and could have kept its secret back, in everybody's sight.";

    /// <summary>SHA-256 of the operator's 32-byte secret that is mixed in, hex; null where none is.</summary>
    public string? Commitment { get; init; }

    /// <summary>The time of a round, Unix seconds.</summary>
    public long TimeOfRound(long round) => Genesis + (round - 1) * Period;

    /// <summary>The first round whose time is at or after the given Unix second.</summary>
    public long RoundAtOrAfter(long unixSeconds)
    {
        if (unixSeconds <= Genesis) return 1;
        return (unixSeconds - Genesis + Period - 1) / Period + 1;
    }

    /// <summary>The round that section 3 of the draw proof fixes: the first at or after the later of
    /// <c>closedAt + delaySeconds</c> and <c>drawsAt</c>.</summary>
    /// <exception cref="FormatException">A time is not RFC 3339 UTC in whole seconds.</exception>
    public long RoundFor(string closedAt, string? drawsAt) => RoundAtOrAfter(EarliestFor(closedAt, drawsAt));

    /// <inheritdoc/>
    public override long DueAtOrAfter(long unixSeconds) => TimeOfRound(RoundAtOrAfter(unixSeconds));

    internal static DrandEntropy Read(JsonObject json, string? commitment) =>
        new(JsonRead.Text(json, "chain"),
            JsonRead.Text(json, "publicKey"),
            JsonRead.Text(json, "scheme"),
            JsonRead.Long(json, "genesis", 0, LatestTime),
            JsonRead.Int(json, "period", 1),
            JsonRead.Int(json, "delaySeconds"))
        {
            Commitment = commitment,
            Failover = FailoverStep.ReadList(json),
            Extra = Rest(json, "source", "chain", "publicKey", "scheme", "genesis", "period", "delaySeconds", "failover", commitment is null ? "source" : "commitment"),
        };

    internal override JsonObject Members()
    {
        var json = new JsonObject
        {
            ["source"] = Commitment is null ? Source : MixedSource,
            ["chain"] = Chain,
            ["publicKey"] = PublicKey,
            ["scheme"] = Scheme,
            ["genesis"] = Genesis,
            ["period"] = Period,
            ["delaySeconds"] = DelaySeconds,
        };
        if (Commitment is not null) json["commitment"] = Commitment;
        return WithFailover(json);
    }
}

/// <summary>The randomness is a pulse of a beacon of the reference format 2.0 (NISTIR 8213), such as that of NIST.</summary>
/// <param name="Uri">The address of the beacon; the <c>uri</c> of each of its pulses begins with it.</param>
/// <param name="Chain">The number of the chain (<c>chainIndex</c>).</param>
/// <param name="Certificate">SHA-512 of the DER of the certificate that signs, 128 lower-case hex digits.</param>
/// <param name="Period">Seconds between pulses.</param>
/// <param name="DelaySeconds">Seconds between the closing and the earliest time of the pulse.</param>
public sealed record NistEntropy(string Uri, long Chain, string Certificate, int Period, int DelaySeconds) : BeaconEntropy(Period, DelaySeconds)
{
    /// <summary>The value of <c>source</c> in the terms.</summary>
    public const string Source = "nist-beacon";

    /// <summary>What this source promises.</summary>
    public const string Promise = "The operator could not know or bend the outcome once the entries were frozen. Whoever runs the beacon could, if it knew of the draw.";

    /// <inheritdoc/>
    public override long DueAtOrAfter(long unixSeconds) => (unixSeconds + Period - 1) / Period * Period;

    internal static NistEntropy Read(JsonObject json) =>
        new(JsonRead.Text(json, "uri"),
            JsonRead.Long(json, "chain"),
            Sha512(json, "certificate"),
            JsonRead.Int(json, "period", 1, int.MaxValue / 1000),
            JsonRead.Int(json, "delaySeconds"))
        {
            Failover = FailoverStep.ReadList(json),
            Extra = Rest(json, "source", "uri", "chain", "certificate", "period", "delaySeconds", "failover"),
        };

    internal override JsonObject Members() => WithFailover(new JsonObject
    {
        ["source"] = Source,
        ["uri"] = Uri,
        ["chain"] = Chain,
        ["certificate"] = Certificate,
        ["period"] = Period,
        ["delaySeconds"] = DelaySeconds,
    });

    private static string Sha512(JsonObject json, string name)
    {
        var text = JsonRead.Text(json, name);
        return Hex.Is(text, 64) ? text : throw new FormatException($"\"{name}\" must be 128 lower-case hexadecimal digits.");
    }
}
