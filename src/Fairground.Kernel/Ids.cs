using System.Security.Cryptography;
using System.Text;

namespace Fairground.Kernel;

/// <summary>Identifiers: time-ordered UUIDv7 for new things, UUIDv8 derived by SHA-256 where the same thing must get the same id.</summary>
public static class Ids
{
    /// <summary>A new, time-ordered id (UUIDv7). Not a secret.</summary>
    public static Guid New() => Guid.CreateVersion7();

    /// <summary>The same parts always give the same id (UUIDv8 over SHA-256), for effects that must happen once.</summary>
    public static Guid Derive(params ReadOnlySpan<string> parts)
    {
        var text = string.Join('\n', parts!);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
