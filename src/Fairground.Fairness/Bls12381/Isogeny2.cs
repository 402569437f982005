namespace Fairground.Fairness.Bls12381;

/// <summary>The 3-isogeny from y² = x³ + A·x + B to the curve of G2 (RFC 9380, section 8.8.2 and appendix E.3). Polynomials with the constant factor first.</summary>
internal static class Isogeny2
{
    public static Fp2 A { get; } = new(Fp.Zero, Fp.From(240));

    public static Fp2 B { get; } = new(Fp.From(1012), Fp.From(1012));

    public static Fp2 Z { get; } = -new Fp2(Fp.From(2), Fp.One);

    public static Fp2[] XNumerator { get; } =
    [
        new(Fp.FromHex("5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6"), Fp.FromHex("5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6")),
        new(Fp.FromHex("0"), Fp.FromHex("11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71a")),
        new(Fp.FromHex("11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71e"), Fp.FromHex("8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38d")),
        new(Fp.FromHex("171d6541fa38ccfaed6dea691f5fb614cb14b4e7f4e810aa22d6108f142b85757098e38d0f671c7188e2aaaaaaaa5ed1"), Fp.FromHex("0")),
    ];

    public static Fp2[] XDenominator { get; } =
    [
        new(Fp.FromHex("0"), Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa63")),
        new(Fp.FromHex("c"), Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa9f")),
        new(Fp.FromHex("1"), Fp.FromHex("0")),
    ];

    public static Fp2[] YNumerator { get; } =
    [
        new(Fp.FromHex("1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706"), Fp.FromHex("1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706")),
        new(Fp.FromHex("0"), Fp.FromHex("5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97be")),
        new(Fp.FromHex("11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71c"), Fp.FromHex("8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38f")),
        new(Fp.FromHex("124c9ad43b6cf79bfbf7043de3811ad0761b0f37a1e26286b0e977c69aa274524e79097a56dc4bd9e1b371c71c718b10"), Fp.FromHex("0")),
    ];

    public static Fp2[] YDenominator { get; } =
    [
        new(Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb"), Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb")),
        new(Fp.FromHex("0"), Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa9d3")),
        new(Fp.FromHex("12"), Fp.FromHex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa99")),
        new(Fp.FromHex("1"), Fp.FromHex("0")),
    ];
}
