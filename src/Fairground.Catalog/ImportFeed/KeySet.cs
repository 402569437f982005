using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Catalog.ImportFeed;

/// <summary>
/// Remembers keys in eight bytes each: the beginning of their SHA-256. Among a million keys two look alike once in forty million feeds. They lie in buckets by
/// their first bits; a full one is split in two, so that growing leaves nothing behind that memory would have to be found for.
/// </summary>
internal sealed class KeySet
{
    private const int Room = 256;

    // So many bits are enough for millions. Whoever thinks up keys that begin alike in all of them gets a long bucket and no endless directory.
    private const int MostBits = 16;

    private Bucket[] directory = [new Bucket(1), new Bucket(1)];
    private int bits = 1;

    private sealed class Bucket(int bits)
    {
        public ulong[] Marks { get; set; } = new ulong[Room];

        public int Count { get; set; }

        /// <summary>How many first bits all of its marks share.</summary>
        public int Bits { get; set; } = bits;

        public bool Contains(ulong mark) => Marks.AsSpan(0, Count).Contains(mark);
    }

    /// <summary>How many keys it holds.</summary>
    public int Count { get; private set; }

    /// <summary>True where the key was not there yet.</summary>
    public bool Add(string key) => Add(Mark(key));

    /// <summary>As above, for a key's mark.</summary>
    public bool Add(ulong mark)
    {
        var bucket = Of(mark);
        if (bucket.Contains(mark)) return false;
        while (bucket.Count == bucket.Marks.Length)
        {
            if (bucket.Bits < MostBits) Split(bucket, mark);
            else bucket.Marks = [.. bucket.Marks, .. new ulong[Room]];
            bucket = Of(mark);
        }
        bucket.Marks[bucket.Count++] = mark;
        Count++;
        return true;
    }

    public bool Contains(ulong mark) => Of(mark).Contains(mark);

    /// <summary>What a key is remembered by.</summary>
    public static ulong Mark(string key)
    {
        var length = Encoding.UTF8.GetByteCount(key);
        Span<byte> text = length <= 512 ? stackalloc byte[512] : new byte[length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private Bucket Of(ulong mark) => directory[(int)(mark >> (64 - bits))];

    // The marks whose next bit is set move into a bucket of their own.
    private void Split(Bucket full, ulong mark)
    {
        if (full.Bits == bits)
        {
            var larger = new Bucket[directory.Length * 2];
            for (var i = 0; i < larger.Length; i++) larger[i] = directory[i / 2];
            (directory, bits) = (larger, bits + 1);
        }
        var upper = new Bucket(++full.Bits);
        var bit = 1UL << (64 - full.Bits);
        full.Count = 0;
        foreach (var one in full.Marks)
        {
            var into = (one & bit) != 0 ? upper : full;
            into.Marks[into.Count++] = one;
        }
        // All places of the directory that begin as the full bucket's marks do lead to it; the second half of them now to the other.
        var half = 1 << (bits - full.Bits);
        var first = (int)(mark >> (64 - bits)) & ~((2 * half) - 1);
        directory.AsSpan(first + half, half).Fill(upper);
    }
}
