namespace Fairground.Fairness.Bls12381;

/// <summary>a + b·v + c·v² over Fp2, with v³ = ξ.</summary>
internal readonly record struct Fp6(Fp2 A, Fp2 B, Fp2 C)
{
    public static Fp6 Zero => default;

    public static Fp6 One { get; } = new(Fp2.One, Fp2.Zero, Fp2.Zero);

    public bool Is(Fp6 other) => A.Is(other.A) && B.Is(other.B) && C.Is(other.C);

    public static Fp6 operator +(in Fp6 x, in Fp6 y) => new(x.A + y.A, x.B + y.B, x.C + y.C);

    public static Fp6 operator -(in Fp6 x, in Fp6 y) => new(x.A - y.A, x.B - y.B, x.C - y.C);

    public static Fp6 operator -(in Fp6 x) => new(-x.A, -x.B, -x.C);

    public static Fp6 operator *(in Fp6 x, in Fp6 y)
    {
        var (aa, bb, cc) = (x.A * y.A, x.B * y.B, x.C * y.C);
        return new(
            aa + ((x.B + x.C) * (y.B + y.C) - bb - cc).TimesXi(),
            (x.A + x.B) * (y.A + y.B) - aa - bb + cc.TimesXi(),
            (x.A + x.C) * (y.A + y.C) - aa - cc + bb);
    }

    public Fp6 TimesV() => new(C.TimesXi(), A, B);

    public Fp6 Inverse()
    {
        var a = A.Square() - (B * C).TimesXi();
        var b = C.Square().TimesXi() - A * B;
        var c = B.Square() - A * C;
        var norm = (A * a + (B * c + C * b).TimesXi()).Inverse();
        return new(a * norm, b * norm, c * norm);
    }
}
