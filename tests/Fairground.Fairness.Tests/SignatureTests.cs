using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class SignatureTests
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private Jwks Keys => new(Jwk.FromKey(_key, "k1"));

    [Fact]
    public void What_was_signed_verifies_and_gives_the_payload_back()
    {
        var check = Jws.Verify(Jws.Sign("a payload"u8, _key, "k1", "x+jws"), Keys);
        Assert.True(check.Ok);
        Assert.Equal("k1", check.Kid);
        Assert.Equal("a payload", Encoding.UTF8.GetString(check.Payload!));
    }

    [Fact]
    public void Every_single_character_changed_breaks_the_signature()
    {
        var jws = Jws.Sign("a payload"u8, _key, "k1");
        for (var i = 0; i < jws.Length; i++)
        {
            var changed = jws[..i] + (jws[i] == 'A' ? 'B' : 'A') + jws[(i + 1)..];
            Assert.False(Jws.Verify(changed, Keys).Ok);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.e30.e30")]
    public void What_is_not_a_signature_is_refused_with_a_sentence(string jws) => Assert.NotNull(Jws.Verify(jws, Keys).Problem);

    [Theory]
    [InlineData("""{"alg":"none","kid":"k1"}""", "not made with ES256")]
    [InlineData("""{"alg":"HS256","kid":"k1"}""", "not made with ES256")]
    [InlineData("""{"alg":"ES256","kid":"k1","crit":["b64"],"b64":false}""", "extensions that are not known")]
    [InlineData("""{"alg":"ES256"}""", "\"kid\" is missing")]
    public void Other_algorithms_and_extensions_are_refused(string header, string problem)
    {
        var parts = Jws.Sign("a payload"u8, _key, "k1").Split('.');
        var forged = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + parts[1] + "." + parts[2];
        Assert.Contains(problem, Jws.Verify(forged, Keys).Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_survives_its_JSON_and_keys_of_other_kinds_are_passed_over()
    {
        var set = Keys.ToJson();
        set["keys"]!.AsArray().Add(new JsonObject { ["kty"] = "RSA", ["n"] = "AQAB", ["e"] = "AQAB", ["kid"] = "r" });
        var read = Jwks.Parse(CanonicalJson.Parse(set.ToJsonString()));
        Assert.Equal(Keys.Keys, read.Keys);
        Assert.True(Jws.Verify(Jws.Sign("x"u8, _key, "k1"), read).Ok);
    }

    [Fact] // RFC 7515 appendix A.3: the key and the signature are printed there.
    public void The_signature_printed_in_RFC_7515_verifies_under_its_key()
    {
        var jwk = new Jwk("rfc", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        const string signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        var signature = Jws.Decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
        using var key = jwk.ToKey();
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void A_key_without_a_name_is_called_by_the_thumbprint_of_RFC_7638()
    {
        var jwk = Jwk.FromKey(_key);
        var text = $$"""{"crv":"P-256","kty":"EC","x":"{{jwk.X}}","y":"{{jwk.Y}}"}""";
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text))), jwk.Kid);
    }

    [Fact]
    public void Coordinates_off_the_curve_are_refused_with_a_sentence()
    {
        var jwk = Jwk.FromKey(_key, "k1");
        var keys = new Jwks(jwk with { Y = jwk.X });
        Assert.Contains("cannot be read", Jws.Verify(Jws.Sign("x"u8, _key, "k1"), keys).Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closing_a_receipt_and_a_log_line_survive_their_JSON()
    {
        var closing = new ClosingStatement("l", new string('a', 64), 3, new string('b', 64), "2026-01-01T00:00:00Z", 12);
        Assert.Equal(closing, ClosingStatement.Parse(closing.ToJson()));
        Assert.Equal(closing with { Round = null }, ClosingStatement.Parse((closing with { Round = null }).ToJson()));
        Assert.False((closing with { Round = null }).ToJson().ContainsKey("round"));

        var receipt = new Receipt("l", new string('a', 64), "p", new string('c', 64), [new(1, "N1"), new(2, "N2")], "2026-01-01T00:00:00Z");
        var (read, problem) = Receipt.Verify(receipt.Sign(_key, "k1"), Keys);
        Assert.Null(problem);
        Assert.Equal(CanonicalJson.Text(receipt.ToJson()), CanonicalJson.Text(read!.ToJson()));

        var line = ClosingLogLine.After(null, "2026-01-01T00:00:00Z", closing.Sign(_key, "k1"));
        Assert.Equal(line, ClosingLogLine.Parse(line.ToLine()));
        Assert.Equal(new string('0', 64), line.Previous);
        Assert.Equal(line.Hash(), ClosingLogLine.After(line, "2026-01-01T00:00:01Z", "x.y.z").Previous);
    }
}
