using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Fairground.Fairness.Bls12381;

/// <summary>Hashing to a curve by RFC 9380: the suites BLS12381G1_XMD:SHA-256_SSWU_RO_ and BLS12381G2_XMD:SHA-256_SSWU_RO_, and their _NU_ forms.</summary>
internal static class HashToCurve
{
    // L of section 8.8: enough bytes that the bias of the reduction does not matter.
    private const int ElementBytes = 64;

    // Section 8.8.1 and 8.8.2: multiplying by these takes a point of the curve into the subgroup.
    private static readonly BigInteger Cofactor1 = Curve.X + BigInteger.One;

    private static readonly BigInteger Cofactor2 = BigInteger.Parse(
        "0bc69f08f2ee75b3584c6a0ea91b352888e2a8e9145ad7689986ff031508ffe1329c2f178731db956d82bf015d1212b02ec0ec69d7477c1ae954cbc06689f6a359894c0adebbf6b4e8020005aaa95551",
        NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static CurvePoint<Fp> ToG1(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        var u = ToFp(message, tag, 2);
        return (MapG1(u[0]) + MapG1(u[1])).Times(Cofactor1);
    }

    public static CurvePoint<Fp2> ToG2(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        var u = ToFp(message, tag, 4);
        return (MapG2(new(u[0], u[1])) + MapG2(new(u[2], u[3]))).Times(Cofactor2);
    }

    /// <summary>encode_to_curve, the not uniform form; no beacon uses it, the published vectors do.</summary>
    public static CurvePoint<Fp> EncodeToG1(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag) => EncodeToG1(ToFp(message, tag, 1)[0]);

    public static CurvePoint<Fp> EncodeToG1(Fp u) => MapG1(u).Times(Cofactor1);

    public static CurvePoint<Fp2> EncodeToG2(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        var u = ToFp(message, tag, 2);
        return EncodeToG2(new Fp2(u[0], u[1]));
    }

    public static CurvePoint<Fp2> EncodeToG2(Fp2 u) => MapG2(u).Times(Cofactor2);

    /// <summary>map_to_curve without clearing the cofactor: the simplified SWU map to an isogenous curve, then the isogeny.</summary>
    public static CurvePoint<Fp> MapG1(Fp u)
    {
        var (x, y) = Swu(u, Isogeny1.A, Isogeny1.B, Isogeny1.Z);
        return Isogeny(x, y, Isogeny1.XNumerator, Isogeny1.XDenominator, Isogeny1.YNumerator, Isogeny1.YDenominator);
    }

    /// <inheritdoc cref="MapG1"/>
    public static CurvePoint<Fp2> MapG2(Fp2 u)
    {
        var (x, y) = Swu(u, Isogeny2.A, Isogeny2.B, Isogeny2.Z);
        return Isogeny(x, y, Isogeny2.XNumerator, Isogeny2.XDenominator, Isogeny2.YNumerator, Isogeny2.YDenominator);
    }

    /// <summary>hash_to_field of section 5.2, as a flat list of elements of the prime field.</summary>
    public static Fp[] ToFp(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, int count)
    {
        var bytes = ExpandMessage(message, tag, count * ElementBytes);
        var elements = new Fp[count];
        for (var i = 0; i < count; i++)
            elements[i] = Fp.From(new BigInteger(bytes.AsSpan(i * ElementBytes, ElementBytes), isUnsigned: true, isBigEndian: true));
        return elements;
    }

    /// <summary>expand_message_xmd of section 5.3.1 with SHA-256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 255 blocks are asked for.</exception>
    public static byte[] ExpandMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, int length)
    {
        const int block = 64;
        var blocks = (length + SHA256.HashSizeInBytes - 1) / SHA256.HashSizeInBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, 255, nameof(length));
        // Section 5.3.3: a tag too long for its length byte is hashed first.
        byte[] shortTag = tag.Length > 255 ? SHA256.HashData([.. "H2C-OVERSIZE-DST-"u8, .. tag]) : tag.ToArray();
        byte[] suffix = [.. shortTag, (byte)shortTag.Length];
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)length);

        var first = SHA256.HashData([.. new byte[block], .. message, .. size, 0, .. suffix]);
        var output = new byte[blocks * SHA256.HashSizeInBytes];
        var last = new byte[SHA256.HashSizeInBytes];
        for (var i = 1; i <= blocks; i++)
        {
            for (var j = 0; j < last.Length; j++) last[j] ^= first[j];
            last = SHA256.HashData([.. last, (byte)i, .. suffix]);
            last.CopyTo(output, (i - 1) * last.Length);
        }
        return output[..length];
    }

    /// <summary>The simplified SWU map of section 6.6.2 to y² = x³ + a·x + b, where neither a nor b is 0.</summary>
    private static (T X, T Y) Swu<T>(T u, T a, T b, T z) where T : struct, IField<T>
    {
        var zu2 = z * u.Square();
        var tv1 = (zu2.Square() + zu2).Inverse();
        var x1 = tv1.IsZero ? b * (z * a).Inverse() : -b * a.Inverse() * (T.One + tv1);
        var x = x1;
        if (((x1.Square() + a) * x1 + b).SquareRoot() is not { } y)
        {
            // One of the two is always a square.
            x = zu2 * x1;
            y = ((x.Square() + a) * x + b).SquareRoot()!.Value;
        }
        return (x, y.Sign == u.Sign ? y : -y);
    }

    /// <summary>The rational map of appendix E. Where a denominator is 0 the point goes to infinity.</summary>
    private static CurvePoint<T> Isogeny<T>(T x, T y, T[] xNumerator, T[] xDenominator, T[] yNumerator, T[] yDenominator) where T : struct, IField<T>
    {
        var (xUnder, yUnder) = (At(x, xDenominator), At(x, yDenominator));
        if (xUnder.IsZero || yUnder.IsZero) return CurvePoint<T>.Infinity;
        return CurvePoint<T>.At(At(x, xNumerator) * xUnder.Inverse(), y * At(x, yNumerator) * yUnder.Inverse());
    }

    /// <summary>The value of a polynomial, its constant factor first.</summary>
    private static T At<T>(T x, T[] factors) where T : struct, IField<T>
    {
        var value = T.Zero;
        for (var i = factors.Length - 1; i >= 0; i--) value = value * x + factors[i];
        return value;
    }
}
