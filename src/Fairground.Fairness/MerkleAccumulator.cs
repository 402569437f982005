using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>The root of a tree whose leaves come one by one; holds at most one hash a level, whatever the size. Not safe
/// for several threads at once.</summary>
public sealed class MerkleAccumulator
{
    // One complete subtree for each bit of the size, the largest first.
    private readonly List<byte[]> _subtrees = [];

    /// <summary>The number of leaves so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the bytes of the next leaf.</summary>
    public void Add(ReadOnlySpan<byte> leafBytes) => Push(MerkleTree.LeafHash(leafBytes));

    /// <summary>Adds the next leaf by its hash.</summary>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
    public void AddHash(ReadOnlySpan<byte> leafHash)
    {
        if (leafHash.Length != MerkleTree.HashSize) throw new ArgumentException("A leaf hash must be 32 bytes.", nameof(leafHash));
        Push(leafHash.ToArray());
    }

    /// <summary>Adds many leaves, hashing them on all cores; a batch of them is in memory at a time, whatever their number.</summary>
    public void AddAll(IEnumerable<byte[]> leaves)
    {
        const int batchSize = 8192;
        foreach (var batch in leaves.Chunk(batchSize))
        {
            var hashes = new byte[batch.Length][];
            Parallel.For(0, batch.Length, i => hashes[i] = MerkleTree.LeafHash(batch[i]));
            foreach (var hash in hashes) Push(hash);
        }
    }

    /// <summary>The root over the leaves so far; more may be added after.</summary>
    public byte[] Root()
    {
        if (_subtrees.Count == 0) return SHA256.HashData([]);
        var root = _subtrees[^1].AsSpan().ToArray();
        for (var i = _subtrees.Count - 2; i >= 0; i--) MerkleTree.NodeHash(_subtrees[i], root, root);
        return root;
    }

    private void Push(byte[] hash)
    {
        for (var bits = Count; (bits & 1) == 1; bits >>= 1)
        {
            MerkleTree.NodeHash(_subtrees[^1], hash, hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }
        _subtrees.Add(hash);
        Count++;
    }
}
