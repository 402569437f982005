using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class CanonicalJsonTests
{
    private static string Canonical(string json) => CanonicalJson.Text(CanonicalJson.Parse(json));

    [Theory] // RFC 8785, appendix B
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Doubles_are_written_as_ECMAScript_writes_them(string bits, string expected)
    {
        var value = BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16));
        Assert.Equal(expected, CanonicalJson.Text(JsonValue.Create(value)));
        Assert.Equal(expected, Canonical(expected));
    }

    [Fact]
    public void The_sample_of_RFC_8785_section_3_2_2_comes_out_as_printed_there()
    {
        const string input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string expected = """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""";
        Assert.Equal(expected, Canonical(input));
    }

    [Fact]
    public void Keys_are_sorted_by_UTF16_code_units()
    {
        const string input = """{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""";
        var values = CanonicalJson.Parse(Canonical(input))!.AsObject().Select(member => member.Value!.GetValue<string>());
        string[] expected =
        [
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ];
        Assert.Equal(expected, values);
    }

    [Fact]
    public void Control_characters_are_escaped_in_the_short_form_where_there_is_one_and_others_stay_as_they_are()
    {
        var text = new string([.. Enumerable.Range(0, 0x21).Select(c => (char)c), '\u007f', '\u2028', '<', '&', '\'']);
        const string expected =
            """
            "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f 
            """;
        Assert.Equal(expected.TrimEnd('\n', '\r') + "\u007f\u2028<&'\"", CanonicalJson.Text(JsonValue.Create(text)));
    }

    [Fact]
    public void Values_put_in_by_code_and_values_read_from_text_have_the_same_bytes()
    {
        var made = new JsonObject { ["b"] = 1, ["a"] = 10_000_000_000L, ["c"] = new JsonArray(1.50m, 0.1f, "x", true, null), ["d"] = (byte)7 };
        const string expected = """{"a":10000000000,"b":1,"c":[1.5,0.1,"x",true,null],"d":7}""";
        Assert.Equal(expected, CanonicalJson.Text(made));
        Assert.Equal(expected, Canonical(made.ToJsonString()));
        var id = new JsonObject { ["id"] = JsonValue.Create(Guid.Empty) };
        Assert.Equal("""{"id":"00000000-0000-0000-0000-000000000000"}""", CanonicalJson.Text(id));
        Assert.Equal("null", CanonicalJson.Text(null));
    }

    [Fact]
    public void Duplicate_keys_are_refused()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Parse("""{"a":1,"a":2}"""));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse("""{"a":1,"\u0061":2}"""));
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(JsonNode.Parse("""{"x":{"a":1,"a":1}}""")));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused(double value) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(new JsonObject { ["x"] = JsonValue.Create(value) }));

    [Theory]
    [InlineData("1e400")]
    [InlineData("9007199254740993")]
    [InlineData("-123456789012345678901")]
    public void Numbers_that_a_double_would_change_or_cannot_hold_are_refused(string number) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(number));

    [Fact]
    public void Lone_surrogates_are_refused_in_values_and_in_keys()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(JsonValue.Create("\ud800")));
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(new JsonObject { ["\udead"] = 1 }));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse("""{"a":"\ud800"}"""));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse("""{"\udead":1}"""));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse([(byte)'"', 0xed, 0xa0, 0x80, (byte)'"']));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("{} {}")]
    [InlineData("// no\n1")]
    public void Text_that_is_not_JSON_is_refused(string text) => Assert.Throws<FormatException>(() => CanonicalJson.Parse(text));

    [Fact]
    public void Nesting_beyond_64_levels_is_refused()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(new string('[', 100) + new string(']', 100)));
        JsonNode deep = 1;
        for (var i = 0; i < 5000; i++) deep = new JsonArray(deep);
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(deep));
    }

    [Fact]
    public void Canonical_text_is_its_own_canonical_form()
    {
        for (var i = 0UL; i < 20_000; i++)
        {
            // A multiplicative walk over the bit patterns; those of no number are left out.
            var value = BitConverter.UInt64BitsToDouble(unchecked(i * 0x9E3779B97F4A7C15));
            if (!double.IsFinite(value)) continue;
            var text = CanonicalJson.Text(JsonValue.Create(value));
            Assert.Equal(value, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(text, Canonical(text));
            Assert.Equal(text, Encoding.UTF8.GetString(CanonicalJson.Serialize(JsonNode.Parse(text))));
        }
    }
}
