using System.Security.Cryptography;
using System.Text;

namespace Fairground.Catalog.HearStores;

/// <summary>How WooCommerce and Shopify sign: base64 of HMAC-SHA256 over the body as it was sent.</summary>
internal static class HookSignature
{
    public static bool IsRight(string secret, ReadOnlySpan<byte> body, string given)
    {
        Span<byte> sent = stackalloc byte[64];
        if (!Convert.TryFromBase64String(given, sent, out var length)) return false;
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body), sent[..length]);
    }
}
