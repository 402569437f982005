using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Kernel.Keys;

/// <summary>One key that signs what other applications check at sign-in.</summary>
/// <param name="Kid">Its RFC 7638 thumbprint, base64url.</param>
/// <param name="PrivateKey">PKCS#8.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RetiredAt">Since when another signs; missing for the one that signs now.</param>
public sealed record SignInKey(string Kid, byte[] PrivateKey, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

/// <summary>
/// The keys (RSA 2048, RS256: what every OpenID Connect client can check) that sign identity tokens. Apart from the key for papers, so that neither is ever
/// taken for the other. A key that was replaced is published for two more days, in which what it signed runs out and clients fetch the new one.
/// </summary>
public sealed class SignInKeys(Database database, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>How long a replaced key is still published.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(2);

    private const string Purpose = "sign-in";
    private const int Bits = 2048;

    private readonly IDataProtector protector = protection.CreateProtector("fairground.sign-in-key");

    /// <summary>The key that signs, first, and those that were replaced less than two days ago. Makes the first one.</summary>
    public IReadOnlyList<SignInKey> Read()
    {
        if (Rows().Count == 0) Make(replace: false);
        var now = time.GetUtcNow();
        return [.. Rows().Where(k => k.RetiredAt is null || now - k.RetiredAt < Overlap).OrderBy(k => k.RetiredAt is not null).ThenByDescending(k => k.CreatedAt)];
    }

    /// <summary>Changes whenever <see cref="Read"/> would give something else; empty where no key was made yet.</summary>
    public string Version()
    {
        var since = (time.GetUtcNow() - Overlap).ToUnixTimeMilliseconds();
        return string.Join(' ', KeyRows.Read(
            database, "select kid from kernel_signing_key where purpose = @purpose and (retired_at is null or retired_at > @since) order by number", row => row.GetString(0), ("@purpose", Purpose), ("@since", since)));
    }

    /// <summary>Makes a new key, which signs from now on; gives its kid.</summary>
    public string Rotate() => Make(replace: true);

    private string Make(bool replace)
    {
        using var key = RSA.Create(Bits);
        var open = key.ExportParameters(false);
        var (e, n) = (Base64Url.EncodeToString(open.Exponent), Base64Url.EncodeToString(open.Modulus));
        // RFC 7638: the required members in this order, without spaces.
        var kid = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}""")));
        var jwk = new JsonObject { ["kty"] = "RSA", ["n"] = n, ["e"] = e, ["kid"] = kid, ["use"] = "sig", ["alg"] = "RS256" };
        // Of two nodes that make the first key at once, or rotate at once, one inserts: what stands in the table counts.
        var first = replace ? "" : " where not exists (select 1 from kernel_signing_key where purpose = @purpose)";
        KeyRows.Write(
            database,
            $"insert into kernel_signing_key (number, kid, public_jwk, private_key, created_at, purpose) select (select coalesce(max(number), 1) + 1 from kernel_signing_key), @kid, @jwk, @private, @at, @purpose{first} on conflict (number) do nothing",
            ("@kid", kid), ("@jwk", jwk.ToJsonString()), ("@private", protector.Protect(key.ExportPkcs8PrivateKey())), ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()), ("@purpose", Purpose));
        if (replace)
        {
            KeyRows.Write(
                database,
                "update kernel_signing_key set retired_at = @at where purpose = @purpose and retired_at is null and number < (select max(number) from kernel_signing_key where purpose = @purpose)",
                ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()), ("@purpose", Purpose));
        }
        return kid;
    }

    private List<SignInKey> Rows() => KeyRows.Read(
        database,
        "select kid, private_key, created_at, retired_at from kernel_signing_key where purpose = @purpose order by number",
        row => new SignInKey(row.GetString(0), protector.Unprotect((byte[])row.GetValue(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.IsDBNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
        ("@purpose", Purpose));
}
