using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Fairground.Verification;

/// <summary>Section 5 of the draw proof, word by word.</summary>
internal static class Selection
{
    private const int MostTries = 10_000;

    public static byte[] Seed(string termsHash, byte[] root, int size, byte[] randomness)
    {
        var n = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(n, (ulong)size);
        return SHA256.HashData([.. "fairground/draw/v1"u8, .. Convert.FromHexString(termsHash), .. root, .. n, .. randomness]);
    }

    /// <summary>The seqs of all places in order; fewer than asked for where no other holder is left.</summary>
    public static List<int> Places(byte[] seed, Entries entries, long places)
    {
        var (chosen, holders) = (new List<int>(), new HashSet<int>());
        while (chosen.Count < places && holders.Count < entries.Holders)
        {
            var seq = Place(seed, (uint)chosen.Count, entries, holders);
            chosen.Add(seq);
            holders.Add(entries.HolderOf(seq));
        }
        return chosen;
    }

    private static int Place(byte[] seed, uint place, Entries entries, HashSet<int> holders)
    {
        BigInteger n = entries.Count;
        // floor(2^256 / N) × N: what lies at or above it would favour the first entries.
        var limit = (BigInteger.One << 256) / n * n;
        byte[] input = [.. seed, .. new byte[8]];
        BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(32), place);
        var last = 1;
        for (uint j = 0; j < MostTries; j++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(36), j);
            var x = new BigInteger(SHA256.HashData(input), isUnsigned: true, isBigEndian: true);
            if (x >= limit) continue;
            last = (int)(x % n) + 1;
            if (!holders.Contains(entries.HolderOf(last))) return last;
        }
        var seq = last;
        while (holders.Contains(entries.HolderOf(seq))) seq = seq == entries.Count ? 1 : seq + 1;
        return seq;
    }
}
