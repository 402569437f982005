using System.Globalization;
using System.Numerics;

namespace Fairground.Cheats;

/// <summary>What a forger does with a signature on G1: other spellings of the same point, and other points that a careless pairing takes for it. Written with plain numbers, apart from the library.</summary>
internal static class PointTricks
{
    private static readonly BigInteger P = Hex("01a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    private static readonly BigInteger R = Hex("073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

    /// <summary>Both coordinates, without flags: 96 bytes.</summary>
    public static byte[] Uncompressed(byte[] signature) => [.. Bytes(Read(signature).X), .. Bytes(Read(signature).Y)];

    /// <summary>The point on the other side: the same x, the other y.</summary>
    public static byte[] Negated(byte[] signature) => [(byte)(signature[0] ^ 0x20), .. signature[1..]];

    /// <summary>The point moved by one of an order that the pairing does not see, so that only a test of the subgroup finds it.</summary>
    public static byte[] OutsideTheSubgroup(byte[] signature)
    {
        for (BigInteger x = 1; ; x++)
        {
            // R times a point of the curve has an order that divides the cofactor.
            if (Root(x * x * x + 4) is not { } y || Times(R, (x, y)) is not { } stray) continue;
            return Write(Add(Read(signature), stray)!.Value);
        }
    }

    /// <summary>The first point whose x can be written a second time, with p added to it; so written.</summary>
    public static byte[] NotCanonical()
    {
        for (BigInteger x = 1; ; x++)
        {
            if (Root(x * x * x + 4) is not null) return Flagged(Bytes(x + P), larger: false);
        }
    }

    private static BigInteger Hex(string digits) => BigInteger.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static (BigInteger X, BigInteger Y) Read(byte[] compressed)
    {
        byte[] plain = [(byte)(compressed[0] & 0x1f), .. compressed[1..]];
        var x = new BigInteger(plain, isUnsigned: true, isBigEndian: true);
        var y = Root(x * x * x + 4)!.Value;
        return (x, y > P / 2 == ((compressed[0] & 0x20) != 0) ? y : P - y);
    }

    private static byte[] Write((BigInteger X, BigInteger Y) point) => Flagged(Bytes(point.X), point.Y > P / 2);

    private static byte[] Flagged(byte[] x, bool larger) => [(byte)(x[0] | 0x80 | (larger ? 0x20 : 0)), .. x[1..]];

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[48 - bytes.Length], .. bytes];
    }

    private static BigInteger? Root(BigInteger square)
    {
        var root = BigInteger.ModPow(square, (P + 1) / 4, P);
        return root * root % P == square % P ? root : null;
    }

    private static (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? a, (BigInteger X, BigInteger Y)? b)
    {
        if (a is not { } p || b is not { } q) return a ?? b;
        if (p.X == q.X && (p.Y + q.Y) % P == 0) return null;
        var slope = p == q ? 3 * p.X * p.X * Inverse(2 * p.Y) : (q.Y - p.Y) * Inverse(q.X - p.X);
        var x = Positive(slope * slope - p.X - q.X);
        return (x, Positive(slope * (p.X - x) - p.Y));
    }

    private static (BigInteger X, BigInteger Y)? Times(BigInteger factor, (BigInteger X, BigInteger Y) point)
    {
        (BigInteger, BigInteger)? sum = null;
        for (var bit = (int)factor.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            if (!(factor >> bit).IsEven) sum = Add(sum, point);
        }
        return sum;
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Positive(value), P - 2, P);

    private static BigInteger Positive(BigInteger value) => (value % P + P) % P;
}
