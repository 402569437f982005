using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>One entry on a receipt.</summary>
/// <param name="Seq">The place in order of acceptance, from 1.</param>
/// <param name="Number">The certificate number.</param>
public sealed record ReceiptEntry(int Seq, string Number);

/// <summary>What a purchase answers with: the server's signed word for the entries sold (draw proof, section 7; C-16).</summary>
/// <param name="Lot">The id of the lot.</param>
/// <param name="TermsHash">The hash of the terms, hex.</param>
/// <param name="Purchase">The id of the purchase.</param>
/// <param name="Holder">The blinded holder, hex; see <see cref="EntryLeaf.HolderHex"/>.</param>
/// <param name="Entries">The entries sold.</param>
/// <param name="At">When they were sold; see <see cref="ProofTime"/>.</param>
public sealed record Receipt(string Lot, string TermsHash, string Purchase, string Holder, IReadOnlyList<ReceiptEntry> Entries, string At)
{
    /// <summary>The <c>typ</c> of the signature.</summary>
    public const string Typ = "fairground-receipt+jws";

    /// <summary>The payload as it is signed.</summary>
    public JsonObject ToJson() => new()
    {
        ["v"] = 1,
        ["lot"] = Lot,
        ["termsHash"] = TermsHash,
        ["purchase"] = Purchase,
        ["holder"] = Holder,
        ["entries"] = new JsonArray([.. Entries.Select(entry => new JsonObject { ["seq"] = entry.Seq, ["number"] = entry.Number })]),
        ["at"] = At,
    };

    /// <summary>Reads a payload.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape.</exception>
    public static Receipt Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The receipt");
        _ = JsonRead.Int(json, "v", 1, 1);
        return new Receipt(
            JsonRead.Text(json, "lot"),
            JsonRead.Hash(json, "termsHash"),
            JsonRead.Text(json, "purchase"),
            JsonRead.Hash(json, "holder"),
            JsonRead.Array(json, "entries").Select(ParseEntry).ToList(),
            JsonRead.Time(json, "at"));
    }

    /// <summary>Signs the canonical bytes of the receipt.</summary>
    public string Sign(ECDsa key, string kid) => Jws.Sign(CanonicalJson.Serialize(ToJson()), key, kid, Typ);

    /// <summary>Checks the signature and reads the receipt; on failure the receipt is null and the problem a sentence.
    /// Never throws on bad input.</summary>
    public static (Receipt? Receipt, string? Problem) Verify(string jws, Jwks jwks)
    {
        var check = Jws.Verify(jws, jwks);
        if (check.Payload is null) return (null, check.Problem);
        try
        {
            return (Parse(CanonicalJson.Parse(check.Payload)), null);
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
    }

    private static ReceiptEntry ParseEntry(JsonNode? node)
    {
        var json = JsonRead.Object(node, "An entry of the receipt");
        return new ReceiptEntry(JsonRead.Int(json, "seq", 1), JsonRead.Text(json, "number"));
    }
}
