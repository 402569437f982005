using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>The seed of a draw (draw proof, section 4).</summary>
public static class Seed
{
    private static ReadOnlySpan<byte> MixDomain => "fairground/mix/v1"u8;

    private static ReadOnlySpan<byte> Domain => "fairground/draw/v1"u8;

    /// <summary>Binds the terms, the entries and the randomness into the 32 bytes that decide the draw.</summary>
    /// <param name="termsHash">32 bytes.</param>
    /// <param name="root">32 bytes.</param>
    /// <param name="size">The number of entries.</param>
    /// <param name="randomness">The 32 bytes of the beacon, or the revealed secret.</param>
    /// <exception cref="ArgumentException">An input is not 32 bytes long.</exception>
    public static byte[] Derive(byte[] termsHash, byte[] root, ulong size, byte[] randomness)
    {
        Require(termsHash, nameof(termsHash));
        Require(root, nameof(root));
        Require(randomness, nameof(randomness));
        Span<byte> input = stackalloc byte[Domain.Length + 32 + 32 + 8 + 32];
        Domain.CopyTo(input);
        var rest = input[Domain.Length..];
        termsHash.CopyTo(rest);
        root.CopyTo(rest[32..]);
        BinaryPrimitives.WriteUInt64BigEndian(rest[64..], size);
        randomness.CopyTo(rest[72..]);
        return SHA256.HashData(input);
    }

    /// <summary>The commitment to a secret: its SHA-256, published in the terms before the first entry is sold.</summary>
    /// <exception cref="ArgumentException">The secret is not 32 bytes long.</exception>
    public static byte[] Commitment(byte[] secret)
    {
        Require(secret, nameof(secret));
        return SHA256.HashData(secret);
    }

    /// <summary>The randomness of a mixed source: neither the beacon nor the operator's secret decides alone.</summary>
    /// <param name="beaconRandomness">The 32 bytes that the beacon alone would give.</param>
    /// <param name="secret">The operator's revealed secret, 32 bytes.</param>
    /// <exception cref="ArgumentException">An input is not 32 bytes long.</exception>
    public static byte[] Mix(byte[] beaconRandomness, byte[] secret)
    {
        Require(beaconRandomness, nameof(beaconRandomness));
        Require(secret, nameof(secret));
        return SHA256.HashData([.. MixDomain, .. beaconRandomness, .. secret]);
    }

    private static void Require(byte[] value, string name)
    {
        if (value.Length != 32) throw new ArgumentException("Must be 32 bytes.", name);
    }
}
