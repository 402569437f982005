using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>Where the randomness of a draw comes from, as the terms publish it.</summary>
public abstract record Entropy
{
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
    public static Entropy Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "\"entropy\"");
        var source = JsonRead.Text(json, "source");
        return source switch
        {
            CommitReveal.Source => CommitReveal.Read(json),
            DrandEntropy.Source => DrandEntropy.Read(json),
            _ => throw new FormatException($"The entropy source \"{source}\" is not known."),
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

/// <summary>The randomness is a round of a drand beacon that nobody can know when the lot closes.</summary>
/// <param name="Chain">The chain hash, hex.</param>
/// <param name="PublicKey">The public key of the chain, hex.</param>
/// <param name="Scheme">The signature scheme of the chain.</param>
/// <param name="Genesis">The time of round 1, Unix seconds.</param>
/// <param name="Period">Seconds between rounds.</param>
/// <param name="DelaySeconds">Seconds between the closing and the earliest time of the round.</param>
public sealed record DrandEntropy(string Chain, string PublicKey, string Scheme, long Genesis, int Period, int DelaySeconds) : Entropy
{
    /// <summary>The value of <c>source</c> in the terms.</summary>
    public const string Source = "drand";

    /// <summary>What this source promises.</summary>
    public const string Promise = "Nobody, the operator included, could know or bend the outcome once the entries were frozen.";

    private const long LatestTime = 253_402_300_799;

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
    public long RoundFor(string closedAt, string? drawsAt)
    {
        var earliest = ProofTime.UnixSeconds(closedAt, "closedAt") + DelaySeconds;
        if (drawsAt is not null) earliest = Math.Max(earliest, ProofTime.UnixSeconds(drawsAt, "drawsAt"));
        return RoundAtOrAfter(earliest);
    }

    internal static DrandEntropy Read(JsonObject json) =>
        new(JsonRead.Text(json, "chain"),
            JsonRead.Text(json, "publicKey"),
            JsonRead.Text(json, "scheme"),
            JsonRead.Long(json, "genesis", 0, LatestTime),
            JsonRead.Int(json, "period", 1),
            JsonRead.Int(json, "delaySeconds"))
        { Extra = Rest(json, "source", "chain", "publicKey", "scheme", "genesis", "period", "delaySeconds") };

    internal override JsonObject Members() => new()
    {
        ["source"] = Source,
        ["chain"] = Chain,
        ["publicKey"] = PublicKey,
        ["scheme"] = Scheme,
        ["genesis"] = Genesis,
        ["period"] = Period,
        ["delaySeconds"] = DelaySeconds,
    };
}

/// <summary>Checks the signature of a beacon round. A real seam: the pairing arithmetic may live elsewhere.</summary>
public interface IBeaconVerifier
{
    /// <summary>Whether the signature of the round verifies under the chain's public key and scheme. Must not throw on
    /// bad bytes.</summary>
    bool Verify(DrandEntropy chain, long round, byte[] signature);
}
