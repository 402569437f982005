using System.Numerics;

namespace Fairground.Fairness.Bls12381;

/// <summary>a + b·w over Fp6, with w² = v, so that w⁶ = ξ. Pairings take their values here.</summary>
internal readonly record struct Fp12(Fp6 A, Fp6 B)
{
    public static Fp12 One { get; } = new(Fp6.One, Fp6.Zero);

    // w^(p-1) = ξ^((p-1)/6), and its powers: what the p-th power does to w, w², …, w⁵.
    private static readonly Fp2[] FrobeniusOfW = Powers(Fp2.Xi.Power((Fp.P - 1) / 6));

    public bool Is(Fp12 other) => A.Is(other.A) && B.Is(other.B);

    public static Fp12 operator *(in Fp12 x, in Fp12 y)
    {
        var (aa, bb) = (x.A * y.A, x.B * y.B);
        return new(aa + bb.TimesV(), (x.A + x.B) * (y.A + y.B) - aa - bb);
    }

    public Fp12 Square()
    {
        var ab = A * B;
        return new((A + B) * (A + B.TimesV()) - ab - ab.TimesV(), ab + ab);
    }

    /// <summary>a - b·w, the p⁶-th power; the inverse of an element whose norm to Fp6 is 1.</summary>
    public Fp12 Conjugate() => new(A, -B);

    public Fp12 Inverse()
    {
        var norm = (A * A - (B * B).TimesV()).Inverse();
        return new(A * norm, -(B * norm));
    }

    /// <summary>The p-th power.</summary>
    public Fp12 Frobenius() => new(
        new Fp6(A.A.Conjugate(), A.B.Conjugate() * FrobeniusOfW[2], A.C.Conjugate() * FrobeniusOfW[4]),
        new Fp6(B.A.Conjugate() * FrobeniusOfW[1], B.B.Conjugate() * FrobeniusOfW[3], B.C.Conjugate() * FrobeniusOfW[5]));

    /// <summary>a to the power of a small exponent.</summary>
    public Fp12 Power(ulong exponent)
    {
        var result = this;
        for (var bit = 62 - BitOperations.LeadingZeroCount(exponent); bit >= 0; bit--)
        {
            result = result.Square();
            if (((exponent >> bit) & 1) == 1) result *= this;
        }
        return result;
    }

    private static Fp2[] Powers(Fp2 factor)
    {
        var powers = new Fp2[6];
        powers[0] = Fp2.One;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * factor;
        return powers;
    }
}
