using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Kernel;

/// <summary>Identifiers: time-ordered UUIDv7 for new things, UUIDv8 derived by SHA-256 where the same thing must get the same id.</summary>
public static class Ids
{
    // Milliseconds since 1970 in the upper bits, a count within the millisecond in the lower 12.
    private static long last;

    /// <summary>A new, time-ordered id (UUIDv7, RFC 9562 section 6.2 method 1): in one process each is above the one before, also within a millisecond. Not a secret.</summary>
    public static Guid New()
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(id, bigEndian: true, out _);
        var clock = (long)(BinaryPrimitives.ReadUInt64BigEndian(id) >> 16) << 12;
        long before, next;
        do
        {
            before = Volatile.Read(ref last);
            next = Math.Max(before + 1, clock);
        }
        while (Interlocked.CompareExchange(ref last, next, before) != before);
        BinaryPrimitives.WriteUInt64BigEndian(id, ((ulong)(next >> 12) << 16) | 0x7000 | (ulong)(next & 0xfff));
        return new Guid(id, bigEndian: true);
    }

    /// <summary>A bound: every time-ordered id that was made longer ago than this is below it.</summary>
    public static Guid Ago(TimeSpan span)
    {
        Span<byte> id = stackalloc byte[16];
        New().TryWriteBytes(id, bigEndian: true, out _);
        var clock = BinaryPrimitives.ReadUInt64BigEndian(id) >> 16;
        id.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(id, (clock - (ulong)span.TotalMilliseconds) << 16);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>As <see cref="Derive"/>, but in order beside another id: rows that are written together then lie together in their index.</summary>
    /// <param name="beside">Its first 48 bits are taken, where a time-ordered id has its time; it should be among the parts too.</param>
    public static Guid DeriveBeside(Guid beside, params ReadOnlySpan<string> parts)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> derived = stackalloc byte[16];
        beside.TryWriteBytes(id, bigEndian: true, out _);
        Derive(parts).TryWriteBytes(derived, bigEndian: true, out _);
        derived[6..].CopyTo(id[6..]);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>The same parts always give the same id (UUIDv8 over SHA-256), for effects that must happen once.</summary>
    public static Guid Derive(params ReadOnlySpan<string> parts)
    {
        var length = parts.Length;
        foreach (var part in parts) length += Encoding.UTF8.GetByteCount(part);
        Span<byte> text = length <= 512 ? stackalloc byte[length] : new byte[length];
        var at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) text[at++] = (byte)'\n';
            at += Encoding.UTF8.GetBytes(parts[i], text[at..]);
        }
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..at], hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
