using System.Text;
using System.Text.Json.Nodes;
using Fairground.Verification;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Fairground.Fairness.Tests.Verifying;

/// <summary>The draw's code and the verifier's were written apart; here they are held against each other.</summary>
public sealed class TwoWritersTests
{
    private static readonly Random Dice = new(20_260_101);

    [Fact]
    public void Both_write_the_same_canonical_JSON()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var json = Anything(4)!.ToJsonString();
            Assert.Equal(CanonicalJson.Text(CanonicalJson.Parse(json)), Json.Canonical(Json.Read(json)));
        }
    }

    /// <summary>Both have a short way for lines of plain ASCII; a line that is off by one character must take neither.</summary>
    [Fact]
    public void Both_take_the_same_lines_for_entries()
    {
        var holder = new string('a', 64);
        string Line(string seq, string number = "K7Q2", string? by = null) => $$"""{"holder":"{{by ?? holder}}","lot":"L","number":"{{number}}","seq":{{seq}}}""";
        string[] good = [Line("1"), Line("1", "a b"), Line("1", "\u007f"), Line("1", "\u20b8"), Line("1", "\\\""), Line("1", "\\n")];
        string[] bad =
        [
            Line("01"), Line("+1"), Line("-1"), Line("0"), Line("1.0"), Line("1e0"), Line("2147483648"), Line(" 1"), Line("1 "), Line("\"1\""), Line("1") + " ", " " + Line("1"), Line("1") + "}",
            Line("1", by: new string('A', 64)), Line("1", by: new string('a', 62)), Line("1", "\\u0041"), Line("1", "\t"), Line("1", "\\/"), Line("1").Replace("lot", "Lot", StringComparison.Ordinal), Line("1,\"x\":1"), Line(""),
        ];

        Assert.All(good, line => Assert.True(IsLeaf(line) && Entries.Read([line], "L").Problem is null, line));
        Assert.All(bad, line => Assert.False(IsLeaf(line) || Entries.Read([line], "L").Problem is null, line));
    }

    private static bool IsLeaf(string line)
    {
        try
        {
            return EntryLeaf.Parse(line).Lot == "L";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    [Fact]
    public void Both_write_every_number_alike()
    {
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(Dice.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value)) continue;
            var token = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            if (!token.Contains('E', StringComparison.Ordinal) && !token.Contains('.', StringComparison.Ordinal)) continue;
            Assert.Equal(CanonicalNumber.FromJson(token), Json.WrittenNumber(token));
        }
        foreach (var token in (string[])["0", "-0", "0.0", "1e0", "1E21", "1e-7", "1e-6", "5e-324", "1.7976931348623157e308", "-1.5", "100", "333333333.33333329", "9007199254740992"])
            Assert.Equal(CanonicalNumber.FromJson(token), Json.WrittenNumber(token));
    }

    [Fact]
    public void Both_refuse_the_same_texts()
    {
        string[] texts =
        [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "+1", "-", "1e", "nul", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\t\"", "{\"a\" 1}", "[1 2]", "1 2", "'a'", "{a:1}", "NaN", "1e999",
            "9007199254740993", "123456789012345678", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "[[]]", "{\"\":{}}", " [ 1 , 2 ] ", "\"\u007f\"", "true", "tru", "/**/1", "\ufeff1",
        ];
        foreach (var text in texts) Assert.True(Reads(() => CanonicalJson.Serialize(CanonicalJson.Parse(text))) == Reads(() => Json.Canonical(Json.Read(text))), text);
        var deep = new string('[', 200) + new string(']', 200);
        Assert.False(Reads(() => Json.Read(deep)));
        Prop.ForAll<string?>(text => Reads(() => CanonicalJson.Serialize(CanonicalJson.Parse(text ?? ""))) == Reads(() => Json.Canonical(Json.Read(text ?? "")))).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void Both_grow_the_same_tree_and_choose_the_same_places()
    {
        foreach (var size in (int[])[1, 2, 3, 5, 8, 40, 97, 1000, 16_383, 16_385, 40_000])
        {
            var holders = Math.Max(1, size / 3);
            var lines = Enumerable.Range(1, size).Select(seq => Encoding.UTF8.GetString(EntryLeaf.Bytes("lot", seq, $"N{seq}", Seed.Commitment(PersonOf(seq % holders))))).ToList();
            var entries = Entries.Read(lines, "lot");
            Assert.Null(entries.Problem);
            var root = MerkleTree.Root([.. lines.Select(Encoding.UTF8.GetBytes)]);
            Assert.Equal(root, entries.Root());
            var seed = Seed.Derive(new byte[32], root, (ulong)size, PersonOf(size));
            Assert.Equal(seed, Selection.Seed(new string('0', 64), root, size, PersonOf(size)));
            Assert.Equal(WinnerSelection.Places(seed, size, seq => $"{seq % holders}", 12), Selection.Places(seed, entries, 12));
        }
    }

    [Fact]
    public void Both_walk_on_when_nearly_every_holder_was_chosen_and_stop_when_all_were()
    {
        // One holder has all entries but two.
        var lines = Enumerable.Range(1, 3_000).Select(seq => Encoding.UTF8.GetString(EntryLeaf.Bytes("lot", seq, $"N{seq}", Seed.Commitment(PersonOf(seq is 17 or 1999 ? seq : 0))))).ToList();
        var entries = Entries.Read(lines, "lot");
        var places = Selection.Places(PersonOf(7), entries, 50);
        Assert.Equal(3, places.Count);
        Assert.Equal(WinnerSelection.Places(PersonOf(7), 3_000, seq => seq is 17 or 1999 ? $"{seq}" : "0", 50), places);
    }

    private static byte[] PersonOf(int number)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, number);
        return bytes;
    }

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static JsonNode? Anything(int depth) => Dice.Next(depth == 0 ? 4 : 6) switch
    {
        0 => JsonValue.Create(Dice.NextInt64(-9_007_199_254_740_991, 9_007_199_254_740_991)),
        1 => JsonValue.Create((Dice.NextDouble() - 0.5) * Math.Pow(10, Dice.Next(-30, 30))),
        2 => JsonValue.Create(Word()),
        3 => JsonValue.Create(Dice.Next(2) == 0),
        4 => new JsonArray([.. Enumerable.Range(0, Dice.Next(5)).Select(_ => Anything(depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, Dice.Next(5)).Select(_ => Word()).Distinct().Select(key => KeyValuePair.Create(key, Anything(depth - 1)))),
    };

    private static string Word() => new([.. Enumerable.Range(0, Dice.Next(8)).Select(_ => (char)(Dice.Next(3) switch { 0 => Dice.Next(0, 128), 1 => Dice.Next(0x80, 0xd800), _ => Dice.Next('a', 'z') }))]);
}
