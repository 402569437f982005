using Fairground.Fairness.Bls12381;

namespace Fairground.Fairness;

/// <summary>Checks signatures of Boneh, Lynn and Shacham on BLS12-381: compressed points, hashing to the curve by RFC 9380. Checks only, and not in constant time,
/// because all it sees is public. A key or signature that is not canonical, not on the curve, outside the subgroup of prime order, or at infinity is refused.</summary>
public static class BlsSignature
{
    /// <summary>A signature on G1 (48 bytes) under a key on G2 (96 bytes), over a message hashed to G1. Never throws on bad bytes.</summary>
    /// <param name="publicKey">96 bytes.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="tag">The domain separation tag, ASCII.</param>
    /// <param name="signature">48 bytes.</param>
    public static bool VerifyOnG1(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> signature)
    {
        if (Curve.ReadG1(signature) is not { IsInfinity: false } s || Curve.ReadG2(publicKey) is not { IsInfinity: false } key) return false;
        return Pairing.ProductIsOne((-s, Curve.Generator2), (HashToCurve.ToG1(message, tag), key));
    }

    /// <summary>A signature on G2 (96 bytes) under a key on G1 (48 bytes), over a message hashed to G2. Never throws on bad bytes.</summary>
    /// <param name="publicKey">48 bytes.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="tag">The domain separation tag, ASCII.</param>
    /// <param name="signature">96 bytes.</param>
    public static bool VerifyOnG2(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> signature)
    {
        if (Curve.ReadG2(signature) is not { IsInfinity: false } s || Curve.ReadG1(publicKey) is not { IsInfinity: false } key) return false;
        return Pairing.ProductIsOne((-Curve.Generator1, s), (key, HashToCurve.ToG2(message, tag)));
    }
}
