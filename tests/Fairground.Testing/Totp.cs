using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Fairground.Testing;

/// <summary>An authenticator app: RFC 6238 with SHA-1, six digits, 30 seconds.</summary>
public static class Totp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>What the app shows some steps from now. The framework looks at the machine's own clock.</summary>
    public static string Shows(string secret, int steps = 0)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + steps);
#pragma warning disable CA5350 // The standard's own hash.
        var hash = HMACSHA1.HashData(Decode(secret), counter);
#pragma warning restore CA5350
        var at = hash[^1] & 0xf;
        return ((BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(at)) & 0x7fffffff) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string secret)
    {
        var (bytes, buffer, bits) = (new List<byte>(), 0, 0);
        foreach (var c in secret)
        {
            (buffer, bits) = ((buffer << 5) | Base32.IndexOf(c, StringComparison.Ordinal), bits + 5);
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
