using System.Numerics;

namespace Fairground.Fairness.Bls12381;

/// <summary>A point of y² = x³ + b in Jacobian coordinates: x = X/Z², y = Y/Z³, and Z = 0 is the point at infinity. The same formulas serve G1 (over Fp) and G2 (over Fp2).</summary>
internal readonly record struct CurvePoint<T>(T X, T Y, T Z) where T : struct, IField<T>
{
    public static CurvePoint<T> Infinity => new(T.One, T.One, T.Zero);

    public static CurvePoint<T> At(T x, T y) => new(x, y, T.One);

    public bool IsInfinity => Z.IsZero;

    /// <summary>The coordinates x and y of a point that is not at infinity.</summary>
    public (T X, T Y) Affine()
    {
        var inverse = Z.Inverse();
        var square = inverse.Square();
        return (X * square, Y * square * inverse);
    }

    public bool Is(CurvePoint<T> other)
    {
        if (IsInfinity || other.IsInfinity) return IsInfinity == other.IsInfinity;
        var (z, otherZ) = (Z.Square(), other.Z.Square());
        return (X * otherZ).Is(other.X * z) && (Y * otherZ * other.Z).Is(other.Y * z * Z);
    }

    public bool IsOnCurve(T b)
    {
        if (IsInfinity) return true;
        var (x, y) = Affine();
        return y.Square().Is(x.Square() * x + b);
    }

    /// <summary>Whether the point is in the subgroup of order r: r times it is the point at infinity. The plain definition, at the cost of a multiplication.</summary>
    public bool IsInSubgroup() => Times(Curve.R).IsInfinity;

    public CurvePoint<T> Double()
    {
        if (IsInfinity) return this;
        var (a, b) = (X.Square(), Y.Square());
        var c = b.Square();
        var d = (X + b).Square() - a - c;
        d += d;
        var e = a + a + a;
        var x = e.Square() - d - d;
        var c8 = c + c;
        c8 += c8;
        c8 += c8;
        var z = Y * Z;
        return new(x, e * (d - x) - c8, z + z);
    }

    public static CurvePoint<T> operator -(CurvePoint<T> p) => p with { Y = -p.Y };

    public static CurvePoint<T> operator +(CurvePoint<T> p, CurvePoint<T> q)
    {
        if (p.IsInfinity) return q;
        if (q.IsInfinity) return p;
        var (pz, qz) = (p.Z.Square(), q.Z.Square());
        var (u1, u2) = (p.X * qz, q.X * pz);
        var (s1, s2) = (p.Y * q.Z * qz, q.Y * p.Z * pz);
        var (h, r) = (u2 - u1, s2 - s1);
        if (h.IsZero) return r.IsZero ? p.Double() : Infinity;
        var hh = h.Square();
        var (hhh, v) = (hh * h, u1 * hh);
        var x = r.Square() - hhh - v - v;
        return new(x, r * (v - x) - s1 * hhh, p.Z * q.Z * h);
    }

    /// <summary>A multiple by a non-negative number, by doubling and adding.</summary>
    public CurvePoint<T> Times(BigInteger factor)
    {
        var result = Infinity;
        Span<byte> bytes = factor.ToByteArray(isUnsigned: true, isBigEndian: true);
        foreach (var octet in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                result = result.Double();
                if (((octet >> bit) & 1) == 1) result += this;
            }
        }
        return result;
    }
}
