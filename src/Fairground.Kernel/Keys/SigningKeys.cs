using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Kernel.Keys;

/// <summary>The server's key for papers that stay (P-256, ES256), made once and shared by all nodes, with the public keys of those that came before it. Sign-in has <see cref="SignInKeys"/> of its own.</summary>
public sealed class SigningKeys(Database database, IDataProtectionProvider protection, TimeProvider time) : IDisposable
{
    private readonly IDataProtector protector = protection.CreateProtector("fairground.signing-key");
    private readonly SemaphoreSlim loading = new(1, 1);
    // An ECDsa instance serves one thread at a time, and importing a key costs more than signing with it.
    private readonly ConcurrentBag<ECDsa> idle = [];
    private volatile Loaded? loaded;

    /// <summary>The key's RFC 7638 thumbprint, base64url.</summary>
    public string Kid => Now.Kid;

    /// <summary>The public key as a JSON Web Key. A fresh copy.</summary>
    public JsonObject PublicJwk => Parse(Now.PublicJwk);

    /// <summary>The public keys in use and retired, as a JSON Web Key Set. A fresh copy.</summary>
    public JsonObject Jwks => new() { ["keys"] = new JsonArray([.. Now.AllJwks.Select(j => (JsonNode)Parse(j))]) };

    private Loaded Now => loaded ?? throw new InvalidOperationException("Await EnsureLoaded before using the signing key.");

    /// <summary>Reads the key, or makes the first one. The host does this at start; a command-line verb does it itself.</summary>
    public async Task EnsureLoaded(CancellationToken ct)
    {
        if (loaded is not null) return;
        await loading.WaitAsync(ct);
        try
        {
            if (loaded is not null) return;
            if (Read().Count == 0) Make();
            var rows = Read();
            var current = rows.Last(r => !r.Retired);
            loaded = new Loaded(current.Kid, current.PublicJwk, protector.Unprotect(current.Private), [.. rows.Select(r => r.PublicJwk)]);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Signs with ES256 (SHA-256, raw r‖s, 64 bytes). Safe to call from many threads.</summary>
    public byte[] SignData(ReadOnlySpan<byte> data)
    {
        if (!idle.TryTake(out var key))
        {
            key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(Now.Private, out _);
        }
        try
        {
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            idle.Add(key);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var key)) key.Dispose();
        loading.Dispose();
    }

    private void Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        // RFC 7638: the required members in this order, without spaces.
        var kid = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y, ["kid"] = kid, ["use"] = "sig", ["alg"] = "ES256" };
        // The number makes two nodes that start together agree on one first key.
        KeyRows.Write(
            database,
            "insert into kernel_signing_key (number, kid, public_jwk, private_key, created_at) values (1, @kid, @jwk, @private, @at) on conflict (number) do nothing",
            ("@kid", kid), ("@jwk", jwk.ToJsonString()), ("@private", protector.Protect(key.ExportPkcs8PrivateKey())), ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    private List<Row> Read() => KeyRows.Read(
        database,
        "select kid, public_jwk, private_key, retired_at from kernel_signing_key where purpose = 'papers' order by number",
        row => new Row(row.GetString(0), row.GetString(1), (byte[])row.GetValue(2), !row.IsDBNull(3)));

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private sealed record Row(string Kid, string PublicJwk, byte[] Private, bool Retired);

    private sealed record Loaded(string Kid, string PublicJwk, byte[] Private, IReadOnlyList<string> AllJwks);
}
