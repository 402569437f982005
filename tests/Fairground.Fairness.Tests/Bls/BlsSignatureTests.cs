using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Fairness.Tests.Bls;

/// <summary>Signatures and real beacon rounds: each one given verifies, and each one corrupted does not.</summary>
public sealed class BlsSignatureTests
{
    private static readonly byte[] TagG1 = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"u8.ToArray();
    private static readonly byte[] TagG2 = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"u8.ToArray();

    private static readonly byte[] InfinityG1 = [0xc0, .. new byte[47]];
    private static readonly byte[] InfinityG2 = [0xc0, .. new byte[95]];

    // On the curve and outside the subgroup: the published cases "not_in_G1" and "not_in_G2".
    private static readonly byte[] OutsideG1 = Convert.FromHexString("8123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

    private static readonly byte[] OutsideG2 = Vectors.Bytes(
        Vectors.Of("deserialization")["deserialization_G2"]!.AsArray().Single(test => test!["name"]!.GetValue<string>() == "deserialization_fails_not_in_G2")!["input"]!["signature"]);

    private static IEnumerable<(byte[] Message, byte[] Signature, byte[] Key)> Signatures(string file) =>
        Vectors.Of(file)["vectors"]!.AsArray().Select(v => (Vectors.Bytes(v!["message"]), Vectors.Bytes(v["signature"]), Vectors.Bytes(v["public_key"])));

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }

    [Fact]
    public void Published_signatures_on_G1_verify_and_no_other_message_does()
    {
        var i = 0;
        foreach (var (message, signature, key) in Signatures("signatures-on-g1"))
        {
            Assert.True(BlsSignature.VerifyOnG1(key, message, TagG1, signature));
            if (i++ % 32 == 0) Assert.False(BlsSignature.VerifyOnG1(key, [.. message, 0], TagG1, signature) || BlsSignature.VerifyOnG1(key, message, TagG2, signature));
        }
        Assert.Equal(128, i);
    }

    [Fact]
    public void Published_signatures_on_G2_verify_and_no_other_message_does()
    {
        var i = 0;
        foreach (var (message, signature, key) in Signatures("signatures-on-g2"))
        {
            Assert.True(BlsSignature.VerifyOnG2(key, message, TagG2, signature));
            if (i++ % 32 == 0) Assert.False(BlsSignature.VerifyOnG2(key, [.. message, 0], TagG2, signature) || BlsSignature.VerifyOnG2(key, message, TagG1, signature));
        }
        Assert.Equal(160, i);
    }

    [Fact]
    public void Any_bit_flipped_in_a_signature_or_a_key_is_refused()
    {
        var (message, signature, key) = Signatures("signatures-on-g1").First();
        for (var bit = 0; bit < signature.Length * 8; bit += 11) Assert.False(BlsSignature.VerifyOnG1(key, message, TagG1, Flipped(signature, bit)), $"signature bit {bit}");
        for (var bit = 0; bit < key.Length * 8; bit += 29) Assert.False(BlsSignature.VerifyOnG1(Flipped(key, bit), message, TagG1, signature), $"key bit {bit}");
        (message, signature, key) = Signatures("signatures-on-g2").First();
        for (var bit = 0; bit < signature.Length * 8; bit += 29) Assert.False(BlsSignature.VerifyOnG2(key, message, TagG2, Flipped(signature, bit)), $"signature bit {bit}");
        for (var bit = 0; bit < key.Length * 8; bit += 17) Assert.False(BlsSignature.VerifyOnG2(Flipped(key, bit), message, TagG2, signature), $"key bit {bit}");
    }

    [Fact]
    public void Infinity_points_outside_the_subgroup_and_wrong_lengths_are_refused_in_every_place()
    {
        var (message, signature, key) = Signatures("signatures-on-g1").First();
        // With the key at infinity, a signature at infinity would satisfy the equation for every message.
        Assert.False(BlsSignature.VerifyOnG1(InfinityG2, message, TagG1, InfinityG1));
        foreach (var bad in (byte[][])[InfinityG1, OutsideG1, [], signature[..^1], [.. signature, 0], new byte[48], Convert.FromHexString(new string('f', 96))])
            Assert.False(BlsSignature.VerifyOnG1(key, message, TagG1, bad));
        foreach (var bad in (byte[][])[InfinityG2, OutsideG2, [], key[..^1], [.. key, 0], new byte[96]]) Assert.False(BlsSignature.VerifyOnG1(bad, message, TagG1, signature));

        (message, signature, key) = Signatures("signatures-on-g2").First();
        Assert.False(BlsSignature.VerifyOnG2(InfinityG1, message, TagG2, InfinityG2));
        foreach (var bad in (byte[][])[InfinityG2, OutsideG2, [], signature[..^1], [.. signature, 0], new byte[96]]) Assert.False(BlsSignature.VerifyOnG2(key, message, TagG2, bad));
        foreach (var bad in (byte[][])[InfinityG1, OutsideG1, [], key[..^1], [.. key, 0], new byte[48]]) Assert.False(BlsSignature.VerifyOnG2(bad, message, TagG2, signature));
    }

    private static DrandEntropy ChainOf(string name)
    {
        var chain = Vectors.Of("chains")["chains"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;
        return new DrandEntropy(
            chain["hash"]!.GetValue<string>(), chain["public_key"]!.GetValue<string>(), chain["scheme"]!.GetValue<string>(), chain["genesis_time"]!.GetValue<long>(), chain["period"]!.GetValue<int>(), 30);
    }

    private static byte[]? Previous(JsonNode beacon) => beacon["previous_signature"] is { } previous ? Vectors.Bytes(previous) : null;

    private static IEnumerable<(DrandEntropy Chain, long Round, byte[] Signature, byte[]? Previous, string Randomness)> Beacons(string file) =>
        Vectors.Of(file)["beacons"]!.AsArray().Select(b => (
            ChainOf(b!["chain"]!.GetValue<string>()), b["round"]!.GetValue<long>(), Vectors.Bytes(b["signature"]), Previous(b), b["randomness"]!.GetValue<string>()));

    [Fact]
    public void The_pinned_chains_are_those_of_the_public_network()
    {
        Assert.Equal(ChainOf("quicknet"), DrandBeacon.Quicknet(30));
        Assert.Equal(ChainOf("default"), DrandBeacon.Default(30));
    }

    [Theory]
    [InlineData("beacons-mainnet", 32)]
    [InlineData("beacons-testnet", 9)]
    public void Real_rounds_verify_and_no_neighbour_of_them_does(string file, int count)
    {
        var seen = 0;
        foreach (var (chain, round, signature, previous, randomness) in Beacons(file))
        {
            Assert.True(DrandBeacon.Verify(chain, round, signature, previous), $"{chain.Scheme} round {round}");
            Assert.Equal(randomness, Convert.ToHexStringLower(DrandBeacon.Randomness(signature)));
            Assert.False(DrandBeacon.Verify(chain, round + 1, signature, previous));
            Assert.False(DrandBeacon.Verify(chain, round, Flipped(signature, signature.Length * 8 - 8), previous));
            if (previous is not null) Assert.False(DrandBeacon.Verify(chain, round, signature, Flipped(previous, 3)) || DrandBeacon.Verify(chain, round, signature, null));
            else Assert.False(DrandBeacon.Verify(chain, round, signature, []));
            seen++;
        }
        Assert.Equal(count, seen);
    }

    [Fact]
    public void A_chain_with_the_wrong_tag_is_no_chain_of_ours_and_its_rounds_need_the_wrong_tag()
    {
        var i = 0;
        foreach (var (chain, round, signature, _, _) in Beacons("beacons-fastnet"))
        {
            var message = System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(round)));
            var key = Convert.FromHexString(chain.PublicKey);
            Assert.True(BlsSignature.VerifyOnG1(key, message, TagG2, signature), $"round {round}");
            if (i++ % 20 != 0) continue;
            Assert.False(BlsSignature.VerifyOnG1(key, message, TagG1, signature));
            Assert.False(DrandBeacon.Verify(chain, round, signature, null));
            Assert.False(DrandBeacon.Verify(chain with { Scheme = DrandBeacon.UnchainedOnG1 }, round, signature, null));
        }
        Assert.Equal(265, i);
    }

    [Fact]
    public void The_published_cases_of_the_drand_client_come_out_as_published()
    {
        foreach (var (list, expected) in (IEnumerable<(string, bool)>)[("must_verify", true), ("must_not_verify", false)])
        {
            foreach (var test in Vectors.Of("beacon-cases")[list]!.AsArray())
            {
                var beacon = test!["beacon"]!;
                var chain = new DrandEntropy("", test["public_key"]!.GetValue<string>(), test["scheme"]!.GetValue<string>(), 0, 3, 30);
                var signature = Vectors.Bytes(beacon["signature"]);
                var holds = DrandBeacon.Verify(chain, beacon["round"]!.GetValue<long>(), signature, Previous(beacon))
                    && Convert.ToHexStringLower(DrandBeacon.Randomness(signature)) == beacon["randomness"]!.GetValue<string>();
                Assert.True(expected == holds, test["why"]!.GetValue<string>());
            }
        }
    }

    [Fact]
    public void Odd_chains_and_rounds_are_refused_without_an_exception()
    {
        var (chain, round, signature, _, _) = Beacons("beacons-mainnet").First(beacon => beacon.Chain.Scheme == DrandBeacon.UnchainedOnG1);
        Assert.True(DrandBeacon.Verify(chain, round, signature, null));
        foreach (var odd in (DrandEntropy[])[chain with { PublicKey = "" }, chain with { PublicKey = "zz" }, chain with { PublicKey = "0" }, chain with { Scheme = "" }, chain with { PublicKey = chain.PublicKey.ToUpperInvariant() }])
            Assert.False(DrandBeacon.Verify(odd, round, signature, null));
        foreach (var odd in (long[])[0, -1, long.MinValue, long.MaxValue]) Assert.False(DrandBeacon.Verify(chain, odd, signature, null));
    }
}
