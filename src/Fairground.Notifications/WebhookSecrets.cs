using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Notifications;

/// <summary>Secrets and signatures as Standard Webhooks has them: <c>whsec_</c> and base64; HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    public const string Prefix = "whsec_";
    private const int Length = 32;

    private readonly IDataProtector protector = protection.CreateProtector("fairground.webhooks");

    /// <summary>A new one: as it is shown once, and as it is kept.</summary>
    public (string Shown, byte[] Kept) Make()
    {
        var secret = RandomNumberGenerator.GetBytes(Length);
        return (Prefix + Convert.ToBase64String(secret), protector.Protect(secret));
    }

    /// <summary>The header <c>webhook-signature</c>: one signature a secret, with blanks between.</summary>
    public string Sign(IEnumerable<byte[]> kept, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var signatures = new List<string>();
        foreach (var secret in kept) signatures.Add(Signature(protector.Unprotect(secret), id, timestamp, body));
        return string.Join(' ', signatures);
    }

    /// <summary>One signature, with the version before it.</summary>
    public static string Signature(ReadOnlySpan<byte> secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}";
    }
}
