using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Verification;

/// <summary>The keys of the server and what is signed with them: JWS in compact form with ES256 (RFC 7515), keys by RFC 7517.</summary>
internal sealed class Signatures
{
    private readonly Dictionary<string, ECParameters> keys = new(StringComparer.Ordinal);

    /// <summary>Reads a key set. Keys of other kinds are passed over.</summary>
    /// <exception cref="FormatException">It is not a key set, or a P-256 key in it is malformed.</exception>
    public Signatures(Document set)
    {
        foreach (var key in set.Parts("keys"))
        {
            if (key.Text("kty") != "EC" || !key.Has("crv") || key.Text("crv") != "P-256" || !key.Has("kid")) continue;
            var point = new ECPoint { X = Coordinate(key.Text("x")), Y = Coordinate(key.Text("y")) };
            // Two programs could each believe another one of the two.
            if (!keys.TryAdd(key.Text("kid"), new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point })) throw new FormatException($"The key \"{key.Text("kid")}\" stands twice in the key set.");
        }
    }

    /// <summary>The signed bytes, or null and a sentence that says why they are not the server's. Never throws.</summary>
    public (byte[]? Payload, string Told) Check(string jws, string typ)
    {
        try
        {
            var parts = jws.Split('.');
            if (parts.Length != 3) return (null, "The signature is not in compact form: three parts with dots between.");
            var header = Document.Of(Decoded(parts[0]), "The header of the signature");
            var kid = header.Text("kid");
            if (header.Text("alg") != "ES256") return (null, "The signature is not made with ES256.");
            if (header.Has("crit")) return (null, "The signature asks for extensions that are not known.");
            if (header.Has("typ") && header.Text("typ").StartsWith("fairground-", StringComparison.Ordinal) && header.Text("typ") != typ) return (null, $"The signature is one of another kind: {header.Text("typ")}.");
            if (!keys.TryGetValue(kid, out var parameters)) return (null, $"The signature names the key \"{kid}\", which is not among the known keys.");
            using var key = ECDsa.Create(parameters);
            var holds = key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decoded(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return holds ? (Decoded(parts[1]), kid) : (null, $"The signature does not verify under the key \"{kid}\".");
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return (null, "The signature cannot be read: " + error.Message);
        }
    }

    /// <summary>What a JWS says, whoever signed it; null where it is none that can be read.</summary>
    public static Document? Unproved(string jws)
    {
        try
        {
            return jws.Split('.') is [_, var payload, _] ? Document.Of(Decoded(payload), "The statement") : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Coordinate(string text) => Decoded(text) is { Length: 32 } bytes ? bytes : throw new FormatException("A coordinate must be 32 bytes.");

    /// <summary>Base64url without padding; one value has one spelling.</summary>
    private static byte[] Decoded(string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : throw new FormatException("A part is not base64url without padding.");
    }
}
