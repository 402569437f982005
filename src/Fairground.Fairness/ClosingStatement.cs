using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>What the operator publishes at closing, before the randomness can be known (draw proof, section 3; C-20).</summary>
/// <param name="Lot">The id of the lot.</param>
/// <param name="TermsHash">The hash of the terms, hex.</param>
/// <param name="Size">The number of entries.</param>
/// <param name="Root">The root of the entry tree, hex.</param>
/// <param name="ClosedAt">When the lot closed; see <see cref="ProofTime"/>.</param>
/// <param name="Round">The beacon round that will decide; null for commit-reveal.</param>
public sealed record ClosingStatement(string Lot, string TermsHash, int Size, string Root, string ClosedAt, long? Round)
{
    /// <summary>The <c>typ</c> of the signature.</summary>
    public const string Typ = "fairground-closing+jws";

    /// <summary>The statement as it is signed; no <c>round</c> member where there is no round.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["lot"] = Lot,
            ["termsHash"] = TermsHash,
            ["size"] = Size,
            ["root"] = Root,
            ["closedAt"] = ClosedAt,
        };
        if (Round is { } round) json["round"] = round;
        return json;
    }

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape.</exception>
    public static ClosingStatement Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The closing statement");
        return new ClosingStatement(
            JsonRead.Text(json, "lot"),
            JsonRead.Hash(json, "termsHash"),
            JsonRead.Int(json, "size"),
            JsonRead.Hash(json, "root"),
            JsonRead.Time(json, "closedAt"),
            json["round"] is null ? null : JsonRead.Long(json, "round", 1));
    }

    /// <summary>Signs the canonical bytes of the statement.</summary>
    public string Sign(ECDsa key, string kid) => Jws.Sign(CanonicalJson.Serialize(ToJson()), key, kid, Typ);
}
