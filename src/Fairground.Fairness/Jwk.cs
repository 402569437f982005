using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>A public P-256 key (RFC 7517).</summary>
/// <param name="Kid">The id of the key.</param>
/// <param name="X">The x coordinate, 32 bytes in base64url.</param>
/// <param name="Y">The y coordinate, 32 bytes in base64url.</param>
public sealed record Jwk(string Kid, string X, string Y)
{
    /// <summary>The public half of a key; without a kid the thumbprint of RFC 7638 is taken.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Jwk FromKey(ECDsa key, string? kid = null)
    {
        if (key.KeySize != 256) throw new ArgumentException("The key must be on P-256.", nameof(key));
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new Jwk("", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        return jwk with { Kid = kid ?? jwk.Thumbprint() };
    }

    /// <summary>The thumbprint of RFC 7638, base64url.</summary>
    public string Thumbprint()
    {
        var members = new JsonObject { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = X, ["y"] = Y };
        return Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Serialize(members)));
    }

    /// <summary>The key as it stands in a key set.</summary>
    public JsonObject ToJson() => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = X,
        ["y"] = Y,
        ["kid"] = Kid,
        ["alg"] = "ES256",
        ["use"] = "sig",
    };

    /// <summary>Reads a key of a key set.</summary>
    /// <exception cref="FormatException">It is not a P-256 key with a kid.</exception>
    public static Jwk Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "A key");
        if (JsonRead.Text(json, "kty") != "EC" || JsonRead.Text(json, "crv") != "P-256")
            throw new FormatException("The key is not on P-256.");
        var jwk = new Jwk(JsonRead.Text(json, "kid"), JsonRead.Text(json, "x"), JsonRead.Text(json, "y"));
        _ = (Coordinate(jwk.X), Coordinate(jwk.Y));
        return jwk;
    }

    /// <summary>The key for checking signatures; the caller disposes of it.</summary>
    /// <exception cref="FormatException">The coordinates are not a point of the curve.</exception>
    public ECDsa ToKey()
    {
        var point = new ECPoint { X = Coordinate(X), Y = Coordinate(Y) };
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        }
        catch (CryptographicException e)
        {
            throw new FormatException("The coordinates are not a point of P-256.", e);
        }
    }

    private static byte[] Coordinate(string text)
    {
        var bytes = Jws.Decode(text);
        return bytes.Length == 32 ? bytes : throw new FormatException("A coordinate must be 32 bytes.");
    }
}

/// <summary>A set of public keys, as served at <c>/.well-known/jwks.json</c>.</summary>
/// <param name="Keys">The P-256 keys of the set.</param>
public sealed record Jwks(IReadOnlyList<Jwk> Keys)
{
    /// <summary>A set of these keys.</summary>
    public Jwks(params Jwk[] keys) : this((IReadOnlyList<Jwk>)keys)
    {
    }

    /// <summary>The key with this id, or null.</summary>
    public Jwk? Find(string kid) => Keys.FirstOrDefault(key => key.Kid == kid);

    /// <summary>The set as it is served.</summary>
    public JsonObject ToJson() => new() { ["keys"] = new JsonArray([.. Keys.Select(key => key.ToJson())]) };

    /// <summary>Reads a key set. Keys of other kinds are passed over: a server may sign other things with them.</summary>
    /// <exception cref="FormatException">It is not a key set, or a P-256 key in it is malformed.</exception>
    public static Jwks Parse(JsonNode? node)
    {
        var keys = JsonRead.Array(JsonRead.Object(node, "The key set"), "keys");
        return new Jwks(keys.Where(IsP256).Select(Jwk.Parse).ToList());
    }

    private static bool IsP256(JsonNode? node)
    {
        var json = JsonRead.Object(node, "A key");
        return JsonRead.Text(json, "kty") == "EC" && JsonRead.Has(json, "crv") && JsonRead.Text(json, "crv") == "P-256" && JsonRead.Has(json, "kid");
    }
}
