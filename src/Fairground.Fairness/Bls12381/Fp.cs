using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fairground.Fairness.Bls12381;

/// <summary>The field of p elements over which BLS12-381 is defined. An element a is held as a·2^384 mod p (Montgomery's form) in six limbs, the lowest first.
/// Not constant-time: everything that is verified here is public.</summary>
internal readonly struct Fp(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4, ulong l5) : IField<Fp>
{
    public const int Bytes = 48;

    public static BigInteger P { get; } = BigInteger.Parse(
        "01a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private const ulong P0 = 0xb9feffffffffaaab, P1 = 0x1eabfffeb153ffff, P2 = 0x6730d2a0f6b0f624, P3 = 0x64774b84f38512bf, P4 = 0x4b1ba7b6434bacd7, P5 = 0x1a0111ea397fe69a;

    // -1/p mod 2^64.
    private const ulong MinusInverse = 0x89f3fffcfffcfffd;

    // 2^768 mod p: multiplying by it brings a number into Montgomery's form.
    private static readonly Fp RSquared = Raw((BigInteger.One << 768) % P);

    private static readonly byte[] PMinus2 = BigEndian(P - 2);
    private static readonly byte[] PPlus1Over4 = BigEndian((P + 1) / 4);
    private static readonly BigInteger Half = (P - 1) / 2;

    private readonly ulong l0 = l0, l1 = l1, l2 = l2, l3 = l3, l4 = l4, l5 = l5;

    public static Fp Zero => default;

    public static Fp One { get; } = From(BigInteger.One);

    public bool IsZero => (l0 | l1 | l2 | l3 | l4 | l5) == 0;

    /// <summary>Whether this is the larger of a and -a.</summary>
    public bool IsLarger => ToBigInteger() > Half;

    public int Sign => ToBigInteger().IsEven ? 0 : 1;

    public static Fp From(BigInteger value) => Raw(BigInteger.Remainder(BigInteger.Remainder(value, P) + P, P)) * RSquared;

    public static Fp FromHex(string hex) => From(BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>Reads 48 big-endian bytes; null where they are not below p, so that one element has one spelling.</summary>
    public static Fp? FromBytes(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        return bytes.Length == Bytes && value < P ? From(value) : null;
    }

    public BigInteger ToBigInteger()
    {
        // Multiplying by a plain 1 divides by 2^384.
        var plain = this * new Fp(1, 0, 0, 0, 0, 0);
        Span<byte> bytes = stackalloc byte[Bytes];
        ReadOnlySpan<ulong> limbs = [plain.l0, plain.l1, plain.l2, plain.l3, plain.l4, plain.l5];
        for (var i = 0; i < limbs.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * 8)..], limbs[i]);
        return new BigInteger(bytes, isUnsigned: true);
    }

    public bool Is(Fp other) => ((l0 ^ other.l0) | (l1 ^ other.l1) | (l2 ^ other.l2) | (l3 ^ other.l3) | (l4 ^ other.l4) | (l5 ^ other.l5)) == 0;

    public static Fp operator +(in Fp a, in Fp b)
    {
        unchecked
        {
            ulong carry = 0;
            var r0 = Add(a.l0, b.l0, ref carry);
            var r1 = Add(a.l1, b.l1, ref carry);
            var r2 = Add(a.l2, b.l2, ref carry);
            var r3 = Add(a.l3, b.l3, ref carry);
            var r4 = Add(a.l4, b.l4, ref carry);
            // Both are below 2^381, so nothing is carried out of the top.
            return Reduce(r0, r1, r2, r3, r4, a.l5 + b.l5 + carry);
        }
    }

    public static Fp operator -(in Fp a, in Fp b)
    {
        unchecked
        {
            ulong borrow = 0;
            var r0 = Subtract(a.l0, b.l0, ref borrow);
            var r1 = Subtract(a.l1, b.l1, ref borrow);
            var r2 = Subtract(a.l2, b.l2, ref borrow);
            var r3 = Subtract(a.l3, b.l3, ref borrow);
            var r4 = Subtract(a.l4, b.l4, ref borrow);
            var r5 = Subtract(a.l5, b.l5, ref borrow);
            if (borrow == 0) return new Fp(r0, r1, r2, r3, r4, r5);
            ulong carry = 0;
            r0 = Add(r0, P0, ref carry);
            r1 = Add(r1, P1, ref carry);
            r2 = Add(r2, P2, ref carry);
            r3 = Add(r3, P3, ref carry);
            r4 = Add(r4, P4, ref carry);
            return new Fp(r0, r1, r2, r3, r4, r5 + P5 + carry);
        }
    }

    public static Fp operator -(in Fp a) => Zero - a;

    /// <summary>Montgomery's product a·b/2^384 mod p, one limb of b after the other.</summary>
    public static Fp operator *(in Fp a, in Fp b)
    {
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0;
        Step(a, b.l0, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        Step(a, b.l1, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        Step(a, b.l2, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        Step(a, b.l3, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        Step(a, b.l4, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        Step(a, b.l5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        return Reduce(t0, t1, t2, t3, t4, t5);
    }

    public Fp Square() => this * this;

    /// <summary>a^(p-2), by Fermat's little theorem.</summary>
    public Fp Inverse() => Power(PMinus2);

    /// <summary>p is 3 mod 4, so a^((p+1)/4) is the root where there is one.</summary>
    public Fp? SquareRoot()
    {
        var root = Power(PPlus1Over4);
        return root.Square().Is(this) ? root : null;
    }

    /// <summary>a to the power of a big-endian exponent.</summary>
    private Fp Power(ReadOnlySpan<byte> exponent)
    {
        var result = One;
        foreach (var octet in exponent)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                result = result.Square();
                if (((octet >> bit) & 1) == 1) result *= this;
            }
        }
        return result;
    }

    /// <summary>t + a·b, then made divisible by 2^64 by adding a multiple of p, then divided by it. p leaves three bits free at the top, so that nothing is lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(in Fp a, ulong b, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3, ref ulong t4, ref ulong t5)
    {
        unchecked
        {
            ulong carry = 0;
            t0 = MultiplyAdd(a.l0, b, t0, ref carry);
            t1 = MultiplyAdd(a.l1, b, t1, ref carry);
            t2 = MultiplyAdd(a.l2, b, t2, ref carry);
            t3 = MultiplyAdd(a.l3, b, t3, ref carry);
            t4 = MultiplyAdd(a.l4, b, t4, ref carry);
            t5 = MultiplyAdd(a.l5, b, t5, ref carry);
            var top = carry;
            var m = t0 * MinusInverse;
            carry = 0;
            _ = MultiplyAdd(m, P0, t0, ref carry);
            t0 = MultiplyAdd(m, P1, t1, ref carry);
            t1 = MultiplyAdd(m, P2, t2, ref carry);
            t2 = MultiplyAdd(m, P3, t3, ref carry);
            t3 = MultiplyAdd(m, P4, t4, ref carry);
            t4 = MultiplyAdd(m, P5, t5, ref carry);
            t5 = top + carry;
        }
    }

    private static Fp Reduce(ulong r0, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        unchecked
        {
            ulong borrow = 0;
            var s0 = Subtract(r0, P0, ref borrow);
            var s1 = Subtract(r1, P1, ref borrow);
            var s2 = Subtract(r2, P2, ref borrow);
            var s3 = Subtract(r3, P3, ref borrow);
            var s4 = Subtract(r4, P4, ref borrow);
            var s5 = Subtract(r5, P5, ref borrow);
            return borrow == 0 ? new Fp(s0, s1, s2, s3, s4, s5) : new Fp(r0, r1, r2, r3, r4, r5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref ulong carry)
    {
        unchecked
        {
            var high = Math.BigMul(a, b, out var low);
            low += c;
            if (low < c) high++;
            low += carry;
            if (low < carry) high++;
            carry = high;
            return low;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        unchecked
        {
            var sum = a + b;
            var over = sum < a ? 1UL : 0;
            var result = sum + carry;
            carry = over | (result < sum ? 1UL : 0);
            return result;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        unchecked
        {
            var difference = a - b;
            var under = a < b ? 1UL : 0;
            var result = difference - borrow;
            borrow = under | (difference < borrow ? 1UL : 0);
            return result;
        }
    }

    private static byte[] BigEndian(BigInteger value) => value.ToByteArray(isUnsigned: true, isBigEndian: true);

    /// <summary>The limbs of a number below p, without bringing it into Montgomery's form.</summary>
    private static Fp Raw(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes.Clear();
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        static ulong Limb(ReadOnlySpan<byte> from, int i) => BinaryPrimitives.ReadUInt64LittleEndian(from[(i * 8)..]);
        return new Fp(Limb(bytes, 0), Limb(bytes, 1), Limb(bytes, 2), Limb(bytes, 3), Limb(bytes, 4), Limb(bytes, 5));
    }
}
