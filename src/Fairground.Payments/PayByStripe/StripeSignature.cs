using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Payments.PayByStripe;

/// <summary>The <c>Stripe-Signature</c> header: <c>t</c> is when it was signed, each <c>v1</c> the hex of HMAC-SHA256 over <c>{t}.{body}</c>.</summary>
internal static class StripeSignature
{
    /// <summary>How old, or how far ahead, a notice may be: older ones may be played again by whoever recorded them.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>True where one of the secrets signed exactly this body, not long ago.</summary>
    public static bool Holds(string header, ReadOnlySpan<byte> body, IEnumerable<string> secrets, DateTimeOffset now)
    {
        string? at = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(','))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is var i and > 0 ? (part[..i].Trim(), part[(i + 1)..].Trim()) : ("", "");
            if (name == "t") at = value;
            else if (name == "v1" && value.Length == 64 && value.All(char.IsAsciiHexDigit)) signatures.Add(Convert.FromHexString(value));
        }
        if (signatures.Count == 0 || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799) return false;
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance) return false;
        foreach (var secret in secrets)
        {
            var right = Of(at, body, secret);
            if (signatures.Any(s => CryptographicOperations.FixedTimeEquals(s, right))) return true;
        }
        return false;
    }

    private static byte[] Of(string at, ReadOnlySpan<byte> body, string secret)
    {
        var signed = new byte[Encoding.UTF8.GetByteCount(at) + 1 + body.Length];
        var head = Encoding.UTF8.GetBytes(at + ".", signed);
        body.CopyTo(signed.AsSpan(head));
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
    }
}
