using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>Checks rounds of drand beacons.</summary>
public static class DrandBeacon
{
    /// <summary>Signatures on G1, each of its round alone: the scheme of quicknet.</summary>
    public const string UnchainedOnG1 = "bls-unchained-g1-rfc9380";

    /// <summary>Signatures on G2, each over the one before: the scheme of the default chain.</summary>
    public const string Chained = "pedersen-bls-chained";

    /// <summary>Signatures on G2, each of its round alone.</summary>
    public const string UnchainedOnG2 = "pedersen-bls-unchained";

    private static ReadOnlySpan<byte> TagOnG1 => "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"u8;

    private static ReadOnlySpan<byte> TagOnG2 => "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"u8;

    /// <summary>The public network's chain with a round every 3 seconds.</summary>
    public static DrandEntropy Quicknet(int delaySeconds) => new(
        "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
        UnchainedOnG1, 1_692_803_367, 3, delaySeconds);

    /// <summary>The public network's first chain, with a round every 30 seconds.</summary>
    public static DrandEntropy Default(int delaySeconds) => new(
        "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
        Chained, 1_595_431_050, 30, delaySeconds);

    /// <summary>Whether a round verifies under the chain's key and scheme. Never throws on bad input.</summary>
    /// <param name="chain">Key and scheme; a scheme that is not one of those named here verifies nothing.</param>
    /// <param name="round">From 1.</param>
    /// <param name="signature">The signature of the round.</param>
    /// <param name="previousSignature">The signature of the round before (of round 1, the group hash) for a chained scheme; null for any other.</param>
    public static bool Verify(DrandEntropy chain, long round, byte[] signature, byte[]? previousSignature)
    {
        if (round < 1 || (chain.Scheme == Chained) != (previousSignature is not null)) return false;
        if (!Hex.Is(chain.PublicKey, chain.PublicKey.Length / 2)) return false;
        var (key, message) = (Convert.FromHexString(chain.PublicKey), Message(round, previousSignature ?? []));
        return chain.Scheme switch
        {
            UnchainedOnG1 => BlsSignature.VerifyOnG1(key, message, TagOnG1, signature),
            Chained or UnchainedOnG2 => BlsSignature.VerifyOnG2(key, message, TagOnG2, signature),
            _ => false,
        };
    }

    /// <summary>The randomness of a round: SHA-256 of its signature, 32 bytes.</summary>
    public static byte[] Randomness(byte[] signature) => SHA256.HashData(signature);

    private static byte[] Message(long round, byte[] previousSignature)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, round);
        return SHA256.HashData([.. previousSignature, .. number]);
    }
}
