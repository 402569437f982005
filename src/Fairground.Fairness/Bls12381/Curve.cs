using System.Globalization;
using System.Numerics;

namespace Fairground.Fairness.Bls12381;

/// <summary>The constants of BLS12-381 and the compressed form of its points: a top bit that says compressed, one that says infinity, one that says which of the two y is meant, then x.</summary>
internal static class Curve
{
    private const byte Compressed = 0x80, AtInfinity = 0x40, LargerY = 0x20, Flags = 0xe0;

    public const int G1Bytes = Fp.Bytes;

    public const int G2Bytes = 2 * Fp.Bytes;

    /// <summary>The curve is made from the number -X.</summary>
    public const ulong X = 0xd201000000010000;

    /// <summary>The order of both groups.</summary>
    public static BigInteger R { get; } = BigInteger.Parse("073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>G1 lies on y² = x³ + 4.</summary>
    public static Fp B1 { get; } = Fp.From(4);

    /// <summary>G2 lies on y² = x³ + 4·(1 + u).</summary>
    public static Fp2 B2 { get; } = Fp2.Xi * Fp.From(4);

    public static CurvePoint<Fp> Generator1 { get; } = G1("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb");

    public static CurvePoint<Fp2> Generator2 { get; } = G2(
        "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8");

    /// <summary>Reads a compressed point of G1; null where the bytes are not canonical, not on the curve, or outside the subgroup. Infinity is read as such.</summary>
    public static CurvePoint<Fp>? ReadG1(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != G1Bytes || (bytes[0] & Compressed) == 0) return null;
        if ((bytes[0] & AtInfinity) != 0) return IsBareInfinity(bytes) ? CurvePoint<Fp>.Infinity : null;
        return Fp.FromBytes(WithoutFlags(bytes)) is { } x ? WithX(x, B1, (bytes[0] & LargerY) != 0, static y => y.IsLarger) : null;
    }

    /// <summary>Reads a compressed point of G2, as <see cref="ReadG1"/>. The factor of u comes first.</summary>
    public static CurvePoint<Fp2>? ReadG2(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != G2Bytes || (bytes[0] & Compressed) == 0) return null;
        if ((bytes[0] & AtInfinity) != 0) return IsBareInfinity(bytes) ? CurvePoint<Fp2>.Infinity : null;
        if (Fp.FromBytes(WithoutFlags(bytes[..Fp.Bytes])) is not { } b || Fp.FromBytes(bytes[Fp.Bytes..]) is not { } a) return null;
        return WithX(new Fp2(a, b), B2, (bytes[0] & LargerY) != 0, static y => y.IsLarger);
    }

    private static CurvePoint<T>? WithX<T>(T x, T b, bool larger, Func<T, bool> isLarger) where T : struct, IField<T>
    {
        if ((x.Square() * x + b).SquareRoot() is not { } y) return null;
        var point = CurvePoint<T>.At(x, isLarger(y) == larger ? y : -y);
        return point.IsInSubgroup() ? point : null;
    }

    private static bool IsBareInfinity(ReadOnlySpan<byte> bytes) => bytes[0] == (Compressed | AtInfinity) && !bytes[1..].ContainsAnyExcept((byte)0);

    private static byte[] WithoutFlags(ReadOnlySpan<byte> bytes)
    {
        var plain = bytes.ToArray();
        plain[0] &= unchecked((byte)~Flags);
        return plain;
    }

    private static CurvePoint<Fp> G1(string hex) => ReadG1(Convert.FromHexString(hex))!.Value;

    private static CurvePoint<Fp2> G2(string hex) => ReadG2(Convert.FromHexString(hex))!.Value;
}
