using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Identity.IssueKeys;

/// <summary>A key with which a shop's program calls the API, within scopes. Its secret is shown once and kept as a hash.</summary>
internal sealed class ApiKey
{
    /// <summary>How every secret begins, so that one that strayed can be found by scanners.</summary>
    public const string Prefix = "fgk_";

    private const int SecretLength = 32;
    private const int ShownLength = 10;

    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    public required string Name { get; init; }

    /// <summary>Whoever made it. A key never does more than its maker may at this moment.</summary>
    public Guid MadeBy { get; init; }

    /// <summary>The first characters of the secret, to know it by.</summary>
    public required string Shown { get; init; }

    public required byte[] SecretHash { get; init; }

    /// <summary>Codes of permissions, in order, separated by spaces.</summary>
    public required string Scopes { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The key that this one takes the place of.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>A new secret, the part of it that is shown again, and its hash. With 256 random bits a plain hash is enough.</summary>
    public static (string Secret, string Shown, byte[] Hash) NewSecret()
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        return (secret, secret[..ShownLength], Hash(secret));
    }

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);
}
