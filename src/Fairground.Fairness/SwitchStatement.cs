using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>The operator's signed word that the source in force gave no valid randomness in time, so that the next step of the published fail-over decides.
/// It stands in the closing log before the randomness of that step can be known (draw proof, Fail-over).</summary>
/// <param name="Lot">The id of the lot.</param>
/// <param name="TermsHash">The hash of the terms, hex.</param>
/// <param name="Root">The root of the entry tree, hex.</param>
/// <param name="Step">The step that decides from now on, from 1.</param>
/// <param name="At">When it was signed; see <see cref="ProofTime"/>.</param>
public sealed record SwitchStatement(string Lot, string TermsHash, string Root, int Step, string At)
{
    /// <summary>The <c>typ</c> of the signature.</summary>
    public const string Typ = "fairground-switch+jws";

    /// <summary>The statement as it is signed.</summary>
    public JsonObject ToJson() => new() { ["lot"] = Lot, ["termsHash"] = TermsHash, ["root"] = Root, ["step"] = Step, ["at"] = At };

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape.</exception>
    public static SwitchStatement Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The switch");
        return new SwitchStatement(
            JsonRead.Text(json, "lot"), JsonRead.Hash(json, "termsHash"), JsonRead.Hash(json, "root"), JsonRead.Int(json, "step", 1, FailoverStep.Most), JsonRead.Time(json, "at"));
    }

    /// <summary>Signs the canonical bytes of the statement.</summary>
    public string Sign(ECDsa key, string kid) => Jws.Sign(CanonicalJson.Serialize(ToJson()), key, kid, Typ);
}
