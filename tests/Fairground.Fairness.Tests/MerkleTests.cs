using System.Security.Cryptography;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class MerkleTests
{
    private static List<byte[]> ReferenceLeaves =>
        Vectors.MerkleTree["leaves"]!.AsArray().Select(leaf => Convert.FromHexString(leaf!.GetValue<string>())).ToList();

    private static List<byte[]> Leaves(int count) => Enumerable.Range(0, count).Select(BitConverter.GetBytes).ToList();

    private static List<byte[]> Hashes(IEnumerable<byte[]> leaves) => leaves.Select(leaf => MerkleTree.LeafHash(leaf)).ToList();

    [Fact]
    public void Roots_over_the_first_n_reference_leaves_are_the_published_ones()
    {
        var roots = Vectors.MerkleTree["roots"]!.AsArray();
        for (var n = 0; n < roots.Count; n++)
        {
            var leaves = ReferenceLeaves.Take(n).ToList();
            var expected = roots[n]!.GetValue<string>();
            Assert.Equal(expected, Convert.ToHexStringLower(MerkleTree.Root(leaves)));
            Assert.Equal(expected, Convert.ToHexStringLower(MerkleTree.RootOfHashes(Hashes(leaves))));
            var accumulator = new MerkleAccumulator();
            leaves.ForEach(leaf => accumulator.Add(leaf));
            Assert.Equal(expected, Convert.ToHexStringLower(accumulator.Root()));
        }
    }

    public static TheoryData<int> InclusionCases => new(Enumerable.Range(0, Vectors.Inclusion.Count));

    [Theory, MemberData(nameof(InclusionCases))]
    public void Inclusion_proofs_are_accepted_and_refused_as_published(int index)
    {
        var c = Vectors.Inclusion[index]!;
        var leafIndex = unchecked((long)c["leafIdx"]!.GetValue<ulong>());
        var accepted = MerkleTree.VerifyInclusionOfHash(
            Vectors.Hash(c["leafHash"]), leafIndex, c["treeSize"]!.GetValue<long>(), Vectors.Proof(c["proof"]), Vectors.Hash(c["root"]));
        Assert.Equal(!c["wantErr"]!.GetValue<bool>(), accepted);
    }

    public static TheoryData<int> ConsistencyCases => new(Enumerable.Range(0, Vectors.Consistency.Count));

    [Theory, MemberData(nameof(ConsistencyCases))]
    public void Consistency_proofs_are_accepted_and_refused_as_published(int index)
    {
        var c = Vectors.Consistency[index]!;
        var accepted = MerkleTree.VerifyConsistency(
            c["size1"]!.GetValue<long>(), c["size2"]!.GetValue<long>(), Vectors.Hash(c["root1"]), Vectors.Hash(c["root2"]), Vectors.Proof(c["proof"]));
        Assert.Equal(!c["wantErr"]!.GetValue<bool>(), accepted);
    }

    [Fact]
    public void Proofs_made_here_are_those_of_the_published_good_cases()
    {
        var hashes = Hashes(ReferenceLeaves);
        foreach (var c in Vectors.Inclusion.Where(c => !c!["wantErr"]!.GetValue<bool>() && c["desc"]!.GetValue<string>() == "happy path"))
        {
            var made = MerkleTree.InclusionProof(c!["leafIdx"]!.GetValue<int>(), hashes.Take(c["treeSize"]!.GetValue<int>()).ToList());
            Assert.Equal(Vectors.Proof(c["proof"]), made);
        }
        foreach (var c in Vectors.Consistency.Where(c => !c!["wantErr"]!.GetValue<bool>() && c["desc"]!.GetValue<string>() == "happy path"))
        {
            var made = MerkleTree.ConsistencyProof(c!["size1"]!.GetValue<int>(), hashes.Take(c["size2"]!.GetValue<int>()).ToList());
            Assert.Equal(Vectors.Proof(c["proof"]), made);
        }
    }

    [Fact]
    public void Every_leaf_of_every_tree_up_to_65_has_a_proof_that_holds_at_its_own_place_only()
    {
        for (var size = 1; size <= 65; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            for (var i = 0; i < size; i++)
            {
                var proof = MerkleTree.InclusionProof(i, Hashes(leaves));
                Assert.True(MerkleTree.VerifyInclusion(leaves[i], i, size, proof, root));
                for (var other = 0; other < size; other++)
                    Assert.Equal(other == i, MerkleTree.VerifyInclusion(leaves[i], other, size, proof, root));
            }
        }
    }

    [Fact]
    public void Every_beginning_of_every_tree_up_to_40_is_proven_consistent_and_no_other_root_is()
    {
        for (var size = 1; size <= 40; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            for (var old = 1; old <= size; old++)
            {
                var proof = MerkleTree.ConsistencyProof(old, Hashes(leaves));
                var oldRoot = MerkleTree.Root(leaves.Take(old).ToList());
                Assert.True(MerkleTree.VerifyConsistency(old, size, oldRoot, root, proof));
                oldRoot[0] ^= 1;
                Assert.False(MerkleTree.VerifyConsistency(old, size, oldRoot, root, proof));
            }
        }
    }

    [Fact]
    public void A_stream_and_a_list_of_leaves_have_the_same_root_also_where_the_list_is_hashed_in_parallel()
    {
        foreach (var size in (int[])[4095, 4096, 4097, 8191, 8193, 200_000])
        {
            var leaves = Leaves(size);
            var accumulator = new MerkleAccumulator();
            leaves.ForEach(leaf => accumulator.Add(leaf));
            Assert.Equal(accumulator.Root(), MerkleTree.Root(leaves));
            var together = new MerkleAccumulator();
            together.AddAll(leaves.Take(3));
            together.AddAll(leaves.Skip(3));
            Assert.Equal(accumulator.Root(), together.Root());
            Assert.Equal(size, accumulator.Count);
        }
    }

    [Fact]
    public void Leaves_longer_than_the_stack_buffer_hash_by_the_same_rule()
    {
        var leaf = new byte[5000];
        Assert.Equal(SHA256.HashData([0, .. leaf]), MerkleTree.LeafHash(leaf));
    }
}
