using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>The signed head of the closing log: with it a copy, or another head, can be held against the server (draw proof, Closing log).</summary>
/// <param name="Size">The number of lines.</param>
/// <param name="Head">The hash of the last line, hex; 64 zeros where there is none.</param>
/// <param name="At">When it was signed; see <see cref="ProofTime"/>.</param>
public sealed record ClosingLogHead(long Size, string Head, string At)
{
    /// <summary>The <c>typ</c> of the signature.</summary>
    public const string Typ = "fairground-log-head+jws";

    /// <summary>The head of a log whose last line this is; null for an empty log.</summary>
    public static ClosingLogHead After(ClosingLogLine? last, string at) =>
        last is null ? new ClosingLogHead(0, ClosingLogLine.NoPrevious, at) : new ClosingLogHead(last.Index + 1, last.Hash(), at);

    /// <summary>The head as it is signed.</summary>
    public JsonObject ToJson() => new() { ["at"] = At, ["head"] = Head, ["size"] = Size };

    /// <summary>Reads a head.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape.</exception>
    public static ClosingLogHead Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The head of the closing log");
        return new ClosingLogHead(JsonRead.Long(json, "size"), JsonRead.Hash(json, "head"), JsonRead.Time(json, "at"));
    }

    /// <summary>Signs the canonical bytes of the head.</summary>
    public string Sign(ECDsa key, string kid) => Jws.Sign(CanonicalJson.Serialize(ToJson()), key, kid, Typ);
}
