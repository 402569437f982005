using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Keys;

namespace Fairground.Draws;

/// <summary>Signs closing statements and receipts with the server's key, as JWS in compact form (draw proof, sections 3 and 7).</summary>
internal sealed class ProofSigner(SigningKeys keys)
{
    /// <summary>How much of a key's id is kept with a receipt, to find the key again.</summary>
    public const int KidPrefix = 6;

    private readonly ConcurrentDictionary<(string Kid, string Typ), string> headers = new();

    /// <summary>The id of the key in use.</summary>
    public string Kid => keys.Kid;

    /// <summary>The server's public keys, old ones included.</summary>
    public Jwks Jwks => Jwks.Parse(keys.Jwks);

    /// <summary>Makes the key ready where the host has not.</summary>
    public Task EnsureLoaded(CancellationToken ct) => keys.EnsureLoaded(ct);

    /// <summary>A signed payload.</summary>
    public string Sign(ReadOnlySpan<byte> payload, string typ)
    {
        var text = Signed(payload, typ, keys.Kid);
        return $"{text}.{Base64Url.EncodeToString(keys.SignData(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>Only the signature, base64url; <see cref="Assemble"/> gives the whole again from the same payload.</summary>
    public string SignatureOf(ReadOnlySpan<byte> payload, string typ) =>
        Base64Url.EncodeToString(keys.SignData(Encoding.ASCII.GetBytes(Signed(payload, typ, keys.Kid))));

    /// <summary>The JWS whose signature was made earlier, perhaps with a key that is retired by now.</summary>
    public string Assemble(ReadOnlySpan<byte> payload, string typ, string kidPrefix, string signature)
    {
        var kid = keys.Kid;
        if (!kid.StartsWith(kidPrefix, StringComparison.Ordinal))
            kid = Jwks.Keys.FirstOrDefault(k => k.Kid.StartsWith(kidPrefix, StringComparison.Ordinal))?.Kid ?? throw new InvalidOperationException($"The key {kidPrefix}… is not among the server's keys.");
        return $"{Signed(payload, typ, kid)}.{signature}";
    }

    private string Signed(ReadOnlySpan<byte> payload, string typ, string kid) => $"{headers.GetOrAdd((kid, typ), HeaderOf)}.{Base64Url.EncodeToString(payload)}";

    private static string HeaderOf((string Kid, string Typ) of) =>
        Base64Url.EncodeToString(CanonicalJson.Serialize(new JsonObject { ["alg"] = "ES256", ["kid"] = of.Kid, ["typ"] = of.Typ }));
}
