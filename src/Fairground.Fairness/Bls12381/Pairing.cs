using System.Numerics;

namespace Fairground.Fairness.Bls12381;

/// <summary>The optimal ate pairing G1 × G2 → Fp12, as far as a check of a product of pairings needs it.</summary>
internal static class Pairing
{
    /// <summary>Whether the product of the pairings e(P, Q) is 1. All points must be in their subgroups.</summary>
    public static bool ProductIsOne(params ReadOnlySpan<(CurvePoint<Fp> P, CurvePoint<Fp2> Q)> pairs) => FinalPower(MillerLoop(pairs)).Is(Fp12.One);

    /// <summary>The product of the Miller functions of all pairs, with the squarings shared. A pair with a point at infinity contributes 1.</summary>
    private static Fp12 MillerLoop(ReadOnlySpan<(CurvePoint<Fp> P, CurvePoint<Fp2> Q)> pairs)
    {
        var steps = new List<MillerStep>(pairs.Length);
        foreach (var (p, q) in pairs)
        {
            if (!p.IsInfinity && !q.IsInfinity) steps.Add(new MillerStep(p, q));
        }
        var f = Fp12.One;
        for (var bit = 62 - BitOperations.LeadingZeroCount(Curve.X); bit >= 0; bit--)
        {
            f = f.Square();
            foreach (var step in steps) f *= step.Double();
            if (((Curve.X >> bit) & 1) == 0) continue;
            foreach (var step in steps) f *= step.Add();
        }
        // The number of the curve is negative.
        return f.Conjugate();
    }

    /// <summary>f to the power of 3·(p¹² - 1)/r. The 3 changes nothing (r is prime to it) and gives the hard part a short form:
    /// 3·(p⁴ - p² + 1)/r = (x - 1)²·(x + p)·(x² + p² - 1) + 3, where x is the number of the curve.</summary>
    private static Fp12 FinalPower(Fp12 f)
    {
        // (p⁶ - 1)·(p² + 1). From here on a conjugate is an inverse.
        f = f.Conjugate() * f.Inverse();
        f = f.Frobenius().Frobenius() * f;

        var a = PowerOfX(f) * f.Conjugate();
        a = PowerOfX(a) * a.Conjugate();
        a = PowerOfX(a) * a.Frobenius();
        a = PowerOfX(PowerOfX(a)) * a.Frobenius().Frobenius() * a.Conjugate();
        return a * f.Square() * f;
    }

    private static Fp12 PowerOfX(Fp12 f) => f.Power(Curve.X).Conjugate();

    /// <summary>A point T that runs through the multiples of Q, and the lines through it at P.
    ///
    /// The twist takes (x, y) on E' to (x/w², y/w³) on E. A line of slope s through T' on the twist is a line of slope s/w there, and its value at P is
    /// yP - s·xP/w + (s·xT - yT)/w³. Times w³, which the final power sends to 1, this is (s·xT - yT) - s·xP·w² + yP·w³. A factor in Fp2 is sent to 1 too, so the
    /// slope is never divided: its denominator goes into the other terms.</summary>
    private sealed class MillerStep
    {
        private readonly Fp px, py;
        private readonly Fp2 qx, qy;
        private readonly CurvePoint<Fp2> q;
        private CurvePoint<Fp2> t;

        public MillerStep(CurvePoint<Fp> p, CurvePoint<Fp2> q)
        {
            (px, py) = p.Affine();
            (qx, qy) = q.Affine();
            this.q = t = CurvePoint<Fp2>.At(qx, qy);
        }

        /// <summary>The tangent at T, of slope 3X²/2YZ, then T becomes 2T. Times 2YZ³.</summary>
        public Fp12 Double()
        {
            var (x2, y2, z2) = (t.X.Square(), t.Y.Square(), t.Z.Square());
            var threeX2 = x2 + x2 + x2;
            var yz3 = t.Y * t.Z * z2;
            var line = Line(threeX2 * t.X - y2 - y2, threeX2 * z2, yz3 + yz3);
            t = t.Double();
            return line;
        }

        /// <summary>The line through T and Q, of slope (Y - qy·Z³)/(Z·(X - qx·Z²)), then T becomes T + Q. Times the denominator.</summary>
        public Fp12 Add()
        {
            var z2 = t.Z.Square();
            var over = t.Y - qy * z2 * t.Z;
            var under = t.Z * (t.X - qx * z2);
            var line = Line(over * qx - under * qy, over, under);
            t += q;
            return line;
        }

        private Fp12 Line(Fp2 constant, Fp2 slope, Fp2 scale) =>
            new(new Fp6(constant, -(slope * px), Fp2.Zero), new Fp6(Fp2.Zero, scale * py, Fp2.Zero));
    }
}
