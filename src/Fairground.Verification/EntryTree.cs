using System.Numerics;
using System.Security.Cryptography;

namespace Fairground.Verification;

/// <summary>The Merkle tree of RFC 6962 section 2.1, by its definition: split at the largest power of two below n.</summary>
internal static class EntryTree
{
    // Below this many leaves a second thread costs more than it saves.
    private const int WorthSharing = 1 << 14;

    public static byte[] LeafHash(byte[] leaf) => SHA256.HashData([0, .. leaf]);

    public static byte[] Root(List<byte[]> leafHashes) => leafHashes.Count == 0 ? SHA256.HashData([]) : Root(leafHashes, 0, leafHashes.Count);

    private static byte[] Root(List<byte[]> hashes, int from, int count)
    {
        if (count == 1) return hashes[from];
        var split = 1 << BitOperations.Log2((uint)(count - 1));
        byte[] left = [], right = [];
        if (count < WorthSharing) (left, right) = (Root(hashes, from, split), Root(hashes, from + split, count - split));
        else Parallel.Invoke(() => left = Root(hashes, from, split), () => right = Root(hashes, from + split, count - split));
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[33..]);
        return SHA256.HashData(node);
    }
}
