using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>What checking a signature found.</summary>
/// <param name="Payload">The signed bytes where the signature verifies, otherwise null.</param>
/// <param name="Kid">The key id the signature names, where it can be read.</param>
/// <param name="Problem">Why the signature does not verify, as a sentence, otherwise null.</param>
public sealed record JwsCheck(byte[]? Payload, string? Kid, string? Problem)
{
    /// <summary>Whether the signature verifies.</summary>
    public bool Ok => Problem is null;
}

/// <summary>JWS in compact serialisation with ES256 (RFC 7515, RFC 7518 section 3.4), and nothing else.</summary>
public static class Jws
{
    private const int SignatureSize = 64;

    /// <summary>Signs a payload.</summary>
    /// <param name="payload">The bytes to sign.</param>
    /// <param name="key">A private key on P-256.</param>
    /// <param name="kid">The id of the key in the server's key set.</param>
    /// <param name="typ">The kind of object, where one is to be named.</param>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static string Sign(ReadOnlySpan<byte> payload, ECDsa key, string kid, string? typ = null)
    {
        if (key.KeySize != 256) throw new ArgumentException("The key must be on P-256.", nameof(key));
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = kid };
        if (typ is not null) header["typ"] = typ;
        var signed = Base64Url.EncodeToString(CanonicalJson.Serialize(header)) + "." + Base64Url.EncodeToString(payload);
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    /// <summary>Checks a signature against a key set. Never throws on bad input.</summary>
    public static JwsCheck Verify(string jws, Jwks jwks)
    {
        string? kid = null;
        try
        {
            var parts = jws.Split('.');
            if (parts.Length != 3) return new(null, null, "The signature is not in compact form: three parts with dots between.");
            var header = JsonRead.Object(CanonicalJson.Parse(Decode(parts[0])), "The header of the signature");
            kid = JsonRead.Text(header, "kid");
            if (JsonRead.Text(header, "alg") != "ES256") return new(null, kid, "The signature is not made with ES256.");
            if (JsonRead.Has(header, "crit")) return new(null, kid, "The signature asks for extensions that are not known.");
            var (payload, signature) = (Decode(parts[1]), Decode(parts[2]));
            if (signature.Length != SignatureSize) return new(null, kid, "The signature is not 64 bytes long.");
            if (jwks.Find(kid) is not { } jwk) return new(null, kid, $"The signature names the key \"{kid}\", which is not among the known keys.");
            using var key = jwk.ToKey();
            var signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ? new(payload, kid, null)
                : new(null, kid, $"The signature does not verify under the key \"{kid}\".");
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return new(null, kid, "The signature cannot be read: " + e.Message);
        }
    }

    /// <summary>Reads base64url strictly: one value has one spelling.</summary>
    internal static byte[] Decode(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(text);
        }
        catch (FormatException e)
        {
            throw new FormatException("A part is not base64url.", e);
        }
        return Base64Url.EncodeToString(bytes) == text ? bytes : throw new FormatException("A part is not base64url without padding.");
    }
}
