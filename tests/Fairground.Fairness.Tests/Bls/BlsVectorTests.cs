using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness.Bls12381;
using Xunit;

namespace Fairground.Fairness.Tests.Bls;

/// <summary>The curve and its maps against every published vector.</summary>
public sealed class BlsVectorTests
{
    private static IEnumerable<JsonNode> Cases(string file, string? list = null) => (list is null ? Vectors.Of(file) : Vectors.Of(file)[list]!).AsArray().Select(node => node!);

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static Fp Element(string hex) => Fp.FromBytes(Convert.FromHexString(hex.Replace("0x", "", StringComparison.Ordinal)))!.Value;

    private static Fp2 Element2(string pair)
    {
        var parts = pair.Split(',');
        return new Fp2(Element(parts[0]), Element(parts[1]));
    }

    private static CurvePoint<Fp> Point1(JsonNode point) => CurvePoint<Fp>.At(Element(Text(point, "x")), Element(Text(point, "y")));

    private static CurvePoint<Fp2> Point2(JsonNode point) => CurvePoint<Fp2>.At(Element2(Text(point, "x")), Element2(Text(point, "y")));

    [Fact]
    public void Messages_expand_as_in_RFC_9380()
    {
        foreach (var file in (string[])["expand_message_xmd_SHA256_38", "expand_message_xmd_SHA256_256"])
        {
            var tag = Encoding.ASCII.GetBytes(Text(Vectors.Of(file), "DST"));
            foreach (var test in Cases(file, "tests"))
            {
                var length = int.Parse(Text(test, "len_in_bytes").AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                Assert.Equal(Text(test, "uniform_bytes"), Convert.ToHexStringLower(HashToCurve.ExpandMessage(Encoding.ASCII.GetBytes(Text(test, "msg")), tag, length)));
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => HashToCurve.ExpandMessage(default, default, 255 * 32 + 1));
    }

    [Fact]
    public void Messages_hash_to_G1_as_in_RFC_9380()
    {
        foreach (var (file, random) in (IEnumerable<(string, bool)>)[("BLS12381G1_XMD_SHA-256_SSWU_RO_", true), ("BLS12381G1_XMD_SHA-256_SSWU_NU_", false)])
        {
            var tag = Encoding.ASCII.GetBytes(Text(Vectors.Of(file), "dst"));
            foreach (var vector in Cases(file, "vectors"))
            {
                var message = Encoding.ASCII.GetBytes(Text(vector, "msg"));
                var u = HashToCurve.ToFp(message, tag, random ? 2 : 1);
                Assert.True(u.Zip(vector["u"]!.AsArray(), (made, published) => made.Is(Element(published!.GetValue<string>()))).All(same => same));
                Assert.True(HashToCurve.MapG1(u[0]).Is(Point1(vector[random ? "Q0" : "Q"]!)));
                if (random) Assert.True(HashToCurve.MapG1(u[1]).Is(Point1(vector["Q1"]!)));
                var point = random ? HashToCurve.ToG1(message, tag) : HashToCurve.EncodeToG1(message, tag);
                Assert.True(point.Is(Point1(vector["P"]!)) && point.IsOnCurve(Curve.B1) && point.IsInSubgroup());
            }
        }
    }

    [Fact]
    public void Messages_hash_to_G2_as_in_RFC_9380()
    {
        foreach (var (file, random) in (IEnumerable<(string, bool)>)[("BLS12381G2_XMD_SHA-256_SSWU_RO_", true), ("BLS12381G2_XMD_SHA-256_SSWU_NU_", false)])
        {
            var tag = Encoding.ASCII.GetBytes(Text(Vectors.Of(file), "dst"));
            foreach (var vector in Cases(file, "vectors"))
            {
                var message = Encoding.ASCII.GetBytes(Text(vector, "msg"));
                var u = HashToCurve.ToFp(message, tag, random ? 4 : 2);
                Assert.True(HashToCurve.MapG2(new Fp2(u[0], u[1])).Is(Point2(vector[random ? "Q0" : "Q"]!)));
                if (random) Assert.True(HashToCurve.MapG2(new Fp2(u[2], u[3])).Is(Point2(vector["Q1"]!)));
                var point = random ? HashToCurve.ToG2(message, tag) : HashToCurve.EncodeToG2(message, tag);
                Assert.True(point.Is(Point2(vector["P"]!)) && point.IsOnCurve(Curve.B2) && point.IsInSubgroup());
            }
        }
    }

    [Fact]
    public void Multiples_of_the_generators_read_as_published()
    {
        var (g1, g2) = (Cases("generator-multiples", "g1").ToList(), Cases("generator-multiples", "g2").ToList());
        for (var k = 0; k < g1.Count; k++)
        {
            Assert.True(Curve.ReadG1(Vectors.Bytes(g1[k]))!.Value.Is(Curve.Generator1.Times(k)));
            Assert.True(Curve.ReadG2(Vectors.Bytes(g2[k]))!.Value.Is(Curve.Generator2.Times(k)));
        }
    }

    [Fact]
    public void Points_are_read_and_refused_as_published()
    {
        foreach (var test in Cases("deserialization", "deserialization_G1"))
            Assert.True(test["output"]!.GetValue<bool>() == Curve.ReadG1(Vectors.Bytes(test["input"]!["pubkey"])).HasValue, Text(test, "name"));
        foreach (var test in Cases("deserialization", "deserialization_G2"))
            Assert.True(test["output"]!.GetValue<bool>() == Curve.ReadG2(Vectors.Bytes(test["input"]!["signature"])).HasValue, Text(test, "name"));
    }

    [Fact]
    public void Sums_and_multiples_are_those_of_EIP_2537()
    {
        foreach (var test in Cases("add_G1_bls")) Assert.True((Eip.G1(test, 0)!.Value + Eip.G1(test, 128)!.Value).Is(Eip.ExpectedG1(test)), Text(test, "Name"));
        foreach (var test in Cases("add_G2_bls")) Assert.True((Eip.G2(test, 0)!.Value + Eip.G2(test, 256)!.Value).Is(Eip.ExpectedG2(test)), Text(test, "Name"));
        foreach (var test in Cases("mul_G1_bls")) Assert.True(Eip.G1(test, 0)!.Value.Times(Eip.Number(test, 128)).Is(Eip.ExpectedG1(test)), Text(test, "Name"));
        foreach (var test in Cases("mul_G2_bls")) Assert.True(Eip.G2(test, 0)!.Value.Times(Eip.Number(test, 256)).Is(Eip.ExpectedG2(test)), Text(test, "Name"));
    }

    [Fact]
    public void Maps_to_the_groups_are_those_of_EIP_2537()
    {
        foreach (var test in Cases("map_fp_to_G1_bls")) Assert.True(HashToCurve.EncodeToG1(Eip.Field(test, 0)!.Value).Is(Eip.ExpectedG1(test)), Text(test, "Name"));
        foreach (var test in Cases("map_fp2_to_G2_bls"))
            Assert.True(HashToCurve.EncodeToG2(new Fp2(Eip.Field(test, 0)!.Value, Eip.Field(test, 64)!.Value)).Is(Eip.ExpectedG2(test)), Text(test, "Name"));
    }

    [Fact]
    public void Products_of_pairings_are_those_of_EIP_2537()
    {
        foreach (var test in Cases("pairing_check_bls"))
        {
            var pairs = Eip.Pairs(test)!;
            var expected = Text(test, "Expected").EndsWith('1');
            Assert.True(expected == Pairing.ProductIsOne([.. pairs]), Text(test, "Name"));
        }
    }

    [Theory]
    [InlineData("fail-add_G1_bls", 256)]
    [InlineData("fail-add_G2_bls", 512)]
    [InlineData("fail-mul_G1_bls", 160)]
    [InlineData("fail-mul_G2_bls", 288)]
    [InlineData("fail-map_fp_to_G1_bls", 64)]
    [InlineData("fail-map_fp2_to_G2_bls", 128)]
    public void What_EIP_2537_refuses_is_refused(string file, int length)
    {
        foreach (var test in Cases(file))
        {
            var input = Vectors.Bytes(test["Input"]);
            var read = input.Length == length && file switch
            {
                "fail-add_G1_bls" => Eip.G1(test, 0) is not null && Eip.G1(test, 128) is not null,
                "fail-add_G2_bls" => Eip.G2(test, 0) is not null && Eip.G2(test, 256) is not null,
                "fail-mul_G1_bls" => Eip.G1(test, 0) is { } p && p.IsInSubgroup(),
                "fail-mul_G2_bls" => Eip.G2(test, 0) is { } p && p.IsInSubgroup(),
                "fail-map_fp_to_G1_bls" => Eip.Field(test, 0) is not null,
                _ => Eip.Field(test, 0) is not null && Eip.Field(test, 64) is not null,
            };
            Assert.False(read, Text(test, "Name"));
        }
    }

    [Fact]
    public void Pairs_that_EIP_2537_refuses_are_refused()
    {
        foreach (var test in Cases("fail-pairing_check_bls"))
            Assert.True(Eip.Pairs(test) is not { } pairs || pairs.Any(pair => !pair.Item1.IsInSubgroup() || !pair.Item2.IsInSubgroup()), Text(test, "Name"));
    }

    [Fact]
    public void The_field_obeys_its_laws_at_its_edges_and_at_random()
    {
        var random = new Random(1);
        var numbers = new List<BigInteger> { 0, 1, 2, Fp.P - 1, Fp.P - 2, (Fp.P - 1) / 2, (Fp.P + 1) / 2, BigInteger.One << 380, (BigInteger.One << 64) - 1 };
        for (var i = 0; i < 40; i++)
        {
            var bytes = new byte[64];
            random.NextBytes(bytes);
            numbers.Add(new BigInteger(bytes, isUnsigned: true) % Fp.P);
        }
        foreach (var x in numbers)
        {
            Assert.Equal(x, Fp.From(x).ToBigInteger());
            Assert.Equal((Fp.P - x) % Fp.P, (-Fp.From(x)).ToBigInteger());
            if (!x.IsZero) Assert.True((Fp.From(x) * Fp.From(x).Inverse()).Is(Fp.One));
            Assert.True(Fp.From(x).Square().SquareRoot() is { } root && (root.Is(Fp.From(x)) || root.Is(-Fp.From(x))));
            foreach (var y in numbers)
            {
                Assert.Equal((x + y) % Fp.P, (Fp.From(x) + Fp.From(y)).ToBigInteger());
                Assert.Equal((x - y + Fp.P) % Fp.P, (Fp.From(x) - Fp.From(y)).ToBigInteger());
                Assert.Equal(x * y % Fp.P, (Fp.From(x) * Fp.From(y)).ToBigInteger());
            }
            var z = new Fp2(Fp.From(x), Fp.From(numbers[(numbers.IndexOf(x) + 7) % numbers.Count]));
            Assert.True(z.Square().SquareRoot() is { } r2 && (r2.Is(z) || r2.Is(-z)));
            Assert.Null((z.Square() * Fp2.Xi).SquareRoot() is { } none && !z.IsZero ? none : (Fp2?)null);
        }
        Assert.Null((-Fp.One).SquareRoot());
    }
}

/// <summary>The uncompressed form of EIP-2537: each element in 64 bytes, of which the first 16 are 0.</summary>
internal static class Eip
{
    public static BigInteger Number(JsonNode test, int at) => new(Vectors.Bytes(test["Input"]).AsSpan(at, 32), isUnsigned: true, isBigEndian: true);

    public static Fp? Field(JsonNode test, int at) => Field(Vectors.Bytes(test["Input"]), at);

    public static CurvePoint<Fp>? G1(JsonNode test, int at) => G1(Vectors.Bytes(test["Input"]), at);

    public static CurvePoint<Fp2>? G2(JsonNode test, int at) => G2(Vectors.Bytes(test["Input"]), at);

    public static CurvePoint<Fp> ExpectedG1(JsonNode test) => G1(Vectors.Bytes(test["Expected"]), 0)!.Value;

    public static CurvePoint<Fp2> ExpectedG2(JsonNode test) => G2(Vectors.Bytes(test["Expected"]), 0)!.Value;

    public static List<(CurvePoint<Fp>, CurvePoint<Fp2>)>? Pairs(JsonNode test)
    {
        var input = Vectors.Bytes(test["Input"]);
        if (input.Length == 0 || input.Length % 384 != 0) return null;
        var pairs = new List<(CurvePoint<Fp>, CurvePoint<Fp2>)>();
        for (var at = 0; at < input.Length; at += 384)
        {
            if (G1(input, at) is not { } p || G2(input, at + 128) is not { } q) return null;
            pairs.Add((p, q));
        }
        return pairs;
    }

    private static Fp? Field(byte[] input, int at)
    {
        if (at + 64 > input.Length || input.AsSpan(at, 16).ContainsAnyExcept((byte)0)) return null;
        return Fp.FromBytes(input.AsSpan(at + 16, 48));
    }

    private static CurvePoint<Fp>? G1(byte[] input, int at)
    {
        if (Field(input, at) is not { } x || Field(input, at + 64) is not { } y) return null;
        if (x.IsZero && y.IsZero) return CurvePoint<Fp>.Infinity;
        var point = CurvePoint<Fp>.At(x, y);
        return point.IsOnCurve(Curve.B1) ? point : null;
    }

    private static CurvePoint<Fp2>? G2(byte[] input, int at)
    {
        if (Field(input, at) is not { } xa || Field(input, at + 64) is not { } xb || Field(input, at + 128) is not { } ya || Field(input, at + 192) is not { } yb) return null;
        var (x, y) = (new Fp2(xa, xb), new Fp2(ya, yb));
        if (x.IsZero && y.IsZero) return CurvePoint<Fp2>.Infinity;
        var point = CurvePoint<Fp2>.At(x, y);
        return point.IsOnCurve(Curve.B2) ? point : null;
    }
}
