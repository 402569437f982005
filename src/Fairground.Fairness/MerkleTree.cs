using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1.1), with its proofs.</summary>
public static class MerkleTree
{
    /// <summary>The length of every hash, in bytes.</summary>
    public const int HashSize = 32;

    // Below this many hashes handing the work to other threads costs more than it saves.
    private const int ParallelFrom = 4096;

    /// <summary>The root over the bytes of the leaves, in order. The root of no leaves is the hash of nothing.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        var hashes = new byte[checked(leaves.Count * HashSize)];
        InRanges(leaves.Count, (from, to) =>
        {
            for (var i = from; i < to; i++) LeafHash(leaves[i], hashes.AsSpan(i * HashSize, HashSize));
        });
        return Fold(hashes, leaves.Count);
    }

    /// <summary>The root over leaf hashes, in order.</summary>
    /// <exception cref="ArgumentException">A hash is not 32 bytes long.</exception>
    public static byte[] RootOfHashes(IReadOnlyList<byte[]> leafHashes) => RootOfRange(leafHashes, 0, leafHashes.Count);

    /// <summary>The hash of one leaf: SHA-256 of a zero byte and its bytes.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> leafBytes)
    {
        var hash = new byte[HashSize];
        LeafHash(leafBytes, hash);
        return hash;
    }

    /// <summary>As <see cref="LeafHash(ReadOnlySpan{byte})"/>, into 32 bytes of the caller's.</summary>
    public static void LeafHash(ReadOnlySpan<byte> leafBytes, Span<byte> hash)
    {
        const int small = 512;
        var length = leafBytes.Length + 1;
        var rented = length > small ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented is null ? stackalloc byte[small] : rented;
        input[0] = 0;
        leafBytes.CopyTo(input[1..]);
        SHA256.HashData(input[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The hash of a node: SHA-256 of a one byte and its two children.</summary>
    public static void NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[1 + 2 * HashSize];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        SHA256.HashData(input, hash);
    }

    /// <summary>The inclusion proof of one leaf, from the leaf upward.</summary>
    /// <param name="index">The place of the leaf, from 0 (a seq less one).</param>
    /// <param name="leafHashes">The hashes of all leaves (<see cref="LeafHash(ReadOnlySpan{byte})"/>), in order.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static IReadOnlyList<byte[]> InclusionProof(int index, IReadOnlyList<byte[]> leafHashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Count);
        var proof = new List<byte[]>();
        var (from, count) = (0, leafHashes.Count);
        while (count > 1)
        {
            var split = Split(count);
            if (index - from < split)
            {
                proof.Add(RootOfRange(leafHashes, from + split, count - split));
                count = split;
            }
            else
            {
                proof.Add(RootOfRange(leafHashes, from, split));
                (from, count) = (from + split, count - split);
            }
        }
        proof.Reverse();
        return proof;
    }

    /// <summary>Whether a leaf stands at a place of the tree with this root (RFC 9162 section 2.1.3.2). Never throws on
    /// bad input.</summary>
    public static bool VerifyInclusion(ReadOnlySpan<byte> leafBytes, long index, long size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        LeafHash(leafBytes, hash);
        return VerifyInclusionOfHash(hash, index, size, proof, root);
    }

    /// <summary>As <see cref="VerifyInclusion"/>, for a leaf of which only the hash is at hand.</summary>
    public static bool VerifyInclusionOfHash(ReadOnlySpan<byte> leafHash, long index, long size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (leafHash.Length != HashSize || index < 0 || index >= size) return false;
        Span<byte> hash = stackalloc byte[HashSize];
        leafHash.CopyTo(hash);
        var (node, last) = (index, size - 1);
        foreach (var sibling in proof)
        {
            if (last == 0 || sibling is not { Length: HashSize }) return false;
            if ((node & 1) == 1 || node == last)
            {
                NodeHash(sibling, hash, hash);
                SkipLevels(ref node, ref last);
            }
            else
            {
                NodeHash(hash, sibling, hash);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash.SequenceEqual(root);
    }

    /// <summary>The proof that the tree of the first <paramref name="oldSize"/> leaves is a beginning of this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old size is below 1 or above the number of leaves.</exception>
    public static IReadOnlyList<byte[]> ConsistencyProof(int oldSize, IReadOnlyList<byte[]> leafHashes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oldSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, leafHashes.Count);
        var proof = new List<byte[]>();
        var (from, count, old, whole) = (0, leafHashes.Count, oldSize, true);
        while (old != count)
        {
            var split = Split(count);
            if (old <= split)
            {
                proof.Add(RootOfRange(leafHashes, from + split, count - split));
                count = split;
            }
            else
            {
                proof.Add(RootOfRange(leafHashes, from, split));
                (from, count, old, whole) = (from + split, count - split, old - split, false);
            }
        }
        // The verifier knows the old root; only when the walk ended inside the old tree must this subtree be told.
        if (!whole) proof.Add(RootOfRange(leafHashes, from, count));
        proof.Reverse();
        return proof;
    }

    /// <summary>Whether the tree with the old root is a beginning of the tree with the new root (RFC 9162 section
    /// 2.1.4.2). A proof from an empty tree proves nothing and is refused. Never throws on bad input.</summary>
    public static bool VerifyConsistency(long oldSize, long newSize, ReadOnlySpan<byte> oldRoot, ReadOnlySpan<byte> newRoot, IReadOnlyList<byte[]> proof)
    {
        if (oldSize < 1 || oldSize > newSize) return false;
        if (oldSize == newSize) return proof.Count == 0 && oldRoot.SequenceEqual(newRoot);
        if (proof.Count == 0 || proof.Any(hash => hash is not { Length: HashSize })) return false;
        var startsAtOldRoot = BitOperations.IsPow2(oldSize);
        if (startsAtOldRoot && oldRoot.Length != HashSize) return false;

        var (node, last) = (oldSize - 1, newSize - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);
        Span<byte> oldHash = stackalloc byte[HashSize];
        Span<byte> newHash = stackalloc byte[HashSize];
        (startsAtOldRoot ? oldRoot : proof[0]).CopyTo(oldHash);
        oldHash.CopyTo(newHash);
        for (var i = startsAtOldRoot ? 0 : 1; i < proof.Count; i++)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                NodeHash(proof[i], oldHash, oldHash);
                NodeHash(proof[i], newHash, newHash);
                SkipLevels(ref node, ref last);
            }
            else
            {
                NodeHash(newHash, proof[i], newHash);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldHash.SequenceEqual(oldRoot) && newHash.SequenceEqual(newRoot);
    }

    // A node without a right sibling is its own parent until the first level at which it is a right child.
    private static void SkipLevels(ref long node, ref long last)
    {
        while (node != 0 && (node & 1) == 0) (node, last) = (node >> 1, last >> 1);
    }

    private static int Split(int count) => 1 << BitOperations.Log2((uint)(count - 1));

    private static byte[] RootOfRange(IReadOnlyList<byte[]> hashes, int from, int count)
    {
        var flat = new byte[checked(count * HashSize)];
        for (var i = 0; i < count; i++)
        {
            var hash = hashes[from + i];
            if (hash.Length != HashSize) throw new ArgumentException("A leaf hash must be 32 bytes.", nameof(hashes));
            hash.CopyTo(flat, i * HashSize);
        }
        return Fold(flat, count);
    }

    /// <summary>Pairs the level until one hash is left; an odd last one moves up as it is, which is the same tree as the
    /// split at powers of two.</summary>
    private static byte[] Fold(byte[] level, int count)
    {
        if (count == 0) return SHA256.HashData([]);
        var (source, target) = (level, count > 1 ? new byte[(count + 1) / 2 * HashSize] : level);
        while (count > 1)
        {
            var (from, to, pairs) = (source, target, count / 2);
            InRanges(pairs, (first, end) => HashPairs(from, to, first, end));
            if (count % 2 == 1) from.AsSpan((count - 1) * HashSize, HashSize).CopyTo(to.AsSpan(pairs * HashSize));
            count = pairs + count % 2;
            (source, target) = (target, source);
        }
        return source[..HashSize];
    }

    private static void HashPairs(byte[] from, byte[] to, int first, int end)
    {
        Span<byte> input = stackalloc byte[1 + 2 * HashSize];
        input[0] = 1;
        for (var i = first; i < end; i++)
        {
            from.AsSpan(i * 2 * HashSize, 2 * HashSize).CopyTo(input[1..]);
            SHA256.HashData(input, to.AsSpan(i * HashSize, HashSize));
        }
    }

    private static void InRanges(int count, Action<int, int> work)
    {
        if (count < ParallelFrom)
        {
            work(0, count);
            return;
        }
        var ranges = Environment.ProcessorCount * 4;
        Parallel.For(0, ranges, i => work((int)((long)count * i / ranges), (int)((long)count * (i + 1) / ranges)));
    }
}
