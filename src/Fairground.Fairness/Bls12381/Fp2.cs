using System.Numerics;

namespace Fairground.Fairness.Bls12381;

/// <summary>a + b·u with u² = -1.</summary>
internal readonly record struct Fp2(Fp A, Fp B) : IField<Fp2>
{
    public static Fp2 Zero => default;

    public static Fp2 One { get; } = new(Fp.One, Fp.Zero);

    /// <summary>ξ = 1 + u, no square and no cube, over which the tower and the twist are built.</summary>
    public static Fp2 Xi { get; } = new(Fp.One, Fp.One);

    private static readonly Fp OneHalf = (Fp.One + Fp.One).Inverse();

    public bool IsZero => A.IsZero && B.IsZero;

    /// <summary>Whether this is the larger of a and -a, compared by the factor of u first.</summary>
    public bool IsLarger => B.IsZero ? A.IsLarger : B.IsLarger;

    public int Sign => A.IsZero ? B.Sign : A.Sign;

    /// <summary>a - b·u, which is also the p-th power.</summary>
    public Fp2 Conjugate() => new(A, -B);

    public bool Is(Fp2 other) => A.Is(other.A) && B.Is(other.B);

    public static Fp2 operator +(in Fp2 x, in Fp2 y) => new(x.A + y.A, x.B + y.B);

    public static Fp2 operator -(in Fp2 x, in Fp2 y) => new(x.A - y.A, x.B - y.B);

    public static Fp2 operator -(in Fp2 x) => new(-x.A, -x.B);

    public static Fp2 operator *(in Fp2 x, in Fp2 y)
    {
        var (a, b) = (x.A * y.A, x.B * y.B);
        return new(a - b, (x.A + x.B) * (y.A + y.B) - a - b);
    }

    public static Fp2 operator *(in Fp2 x, in Fp y) => new(x.A * y, x.B * y);

    public Fp2 Square()
    {
        var ab = A * B;
        return new((A + B) * (A - B), ab + ab);
    }

    public Fp2 TimesXi() => new(A - B, A + B);

    public Fp2 Inverse()
    {
        var norm = (A.Square() + B.Square()).Inverse();
        return new(A * norm, -(B * norm));
    }

    /// <summary>Where (c + d·u)² = a + b·u, c² is (a ± √(a² + b²))/2 and d is b/2c.</summary>
    public Fp2? SquareRoot()
    {
        if (B.IsZero) return A.SquareRoot() is { } plain ? new(plain, Fp.Zero) : new(Fp.Zero, (-A).SquareRoot()!.Value);
        if ((A.Square() + B.Square()).SquareRoot() is not { } norm) return null;
        if ((((A + norm) * OneHalf).SquareRoot() ?? ((A - norm) * OneHalf).SquareRoot()) is not { } c) return null;
        var root = new Fp2(c, B * OneHalf * c.Inverse());
        return root.Square().Is(this) ? root : null;
    }

    /// <summary>a to the power of a non-negative exponent.</summary>
    public Fp2 Power(BigInteger exponent)
    {
        var result = One;
        for (var bit = (int)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            result = result.Square();
            if (!(exponent >> bit).IsEven) result *= this;
        }
        return result;
    }
}
