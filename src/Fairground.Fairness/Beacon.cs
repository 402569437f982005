using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>What was revealed after the closing: the randomness of the draw.</summary>
public abstract record Beacon
{
    internal abstract JsonObject ToJson();

    internal static Beacon Parse(JsonObject json)
    {
        if (JsonRead.Has(json, "pulse")) return BeaconPulse.Read(json);
        return JsonRead.Has(json, "round") ? BeaconRound.Read(json) : new RevealedSecret(JsonRead.Hash(json, "secret"));
    }

    private protected static string? Optional(JsonObject json, string name, Func<JsonObject, string, string> read) =>
        JsonRead.Has(json, name) ? read(json, name) : null;
}

/// <summary>The secret of a commit-reveal draw.</summary>
/// <param name="Secret">32 bytes, hex.</param>
public sealed record RevealedSecret(string Secret) : Beacon
{
    internal override JsonObject ToJson() => new() { ["secret"] = Secret };
}

/// <summary>A round of a drand beacon.</summary>
/// <param name="Round">The number of the round, from 1.</param>
/// <param name="Signature">Its signature, hex.</param>
/// <param name="Randomness">SHA-256 of the signature, hex.</param>
public sealed record BeaconRound(long Round, string Signature, string Randomness) : Beacon
{
    /// <summary>The signature of the round before, hex, where the scheme chains them; otherwise null.</summary>
    public string? PreviousSignature { get; init; }

    /// <summary>The operator's secret where it is mixed in, 32 bytes, hex; otherwise null.</summary>
    public string? Secret { get; init; }

    internal static BeaconRound Read(JsonObject json) =>
        new(JsonRead.Long(json, "round", 1), JsonRead.Text(json, "signature"), JsonRead.Hash(json, "randomness"))
        {
            PreviousSignature = Optional(json, "previousSignature", JsonRead.Text),
            Secret = Optional(json, "secret", JsonRead.Hash),
        };

    internal override JsonObject ToJson()
    {
        var json = new JsonObject { ["round"] = Round, ["signature"] = Signature, ["randomness"] = Randomness };
        if (PreviousSignature is not null) json["previousSignature"] = PreviousSignature;
        if (Secret is not null) json["secret"] = Secret;
        return json;
    }
}

/// <summary>A pulse of a beacon of the reference format 2.0.</summary>
/// <param name="Pulse">The pulse as the beacon serves it under <c>"pulse"</c>.</param>
/// <param name="Previous">The pulse before it, likewise.</param>
/// <param name="Certificate">The certificate that signs, PEM text.</param>
/// <param name="Randomness">SHA-256 of the 64 bytes of the pulse's output value, hex.</param>
public sealed record BeaconPulse(JsonObject Pulse, JsonObject Previous, string Certificate, string Randomness) : Beacon
{
    /// <summary>The operator's secret where it is mixed in, 32 bytes, hex; otherwise null.</summary>
    public string? Secret { get; init; }

    internal static BeaconPulse Read(JsonObject json) =>
        new((JsonObject)JsonRead.Object(json, "pulse").DeepClone(), (JsonObject)JsonRead.Object(json, "previous").DeepClone(),
            JsonRead.Text(json, "certificate"), JsonRead.Hash(json, "randomness"))
        {
            Secret = Optional(json, "secret", JsonRead.Hash),
        };

    internal override JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["pulse"] = Pulse.DeepClone(),
            ["previous"] = Previous.DeepClone(),
            ["certificate"] = Certificate,
            ["randomness"] = Randomness,
        };
        if (Secret is not null) json["secret"] = Secret;
        return json;
    }
}
