using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Cheats;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class EntryLeafTests
{
    private static readonly string Holder = new('a', 64);

    [Theory]
    [InlineData("lot-1", "4G7ZWYRD6ZAB", 1)]
    [InlineData("лот «1»", "№ 7", 42)]
    [InlineData("a\"b\\c", "tab\tend\u007f", int.MaxValue)]
    [InlineData("", "", 1_000_000)]
    [InlineData("emoji 😀", "</script>&'", 9)]
    public void A_leaf_is_canonical_and_reads_back_whatever_its_texts_hold(string lot, string number, int seq)
    {
        var bytes = EntryLeaf.Bytes(lot, seq, number, Holder);
        var members = new JsonObject { ["seq"] = seq, ["number"] = number, ["lot"] = lot, ["holder"] = Holder };
        Assert.Equal(CanonicalJson.Serialize(members), bytes);
        Assert.Equal(new PublishedEntry(Holder, lot, number, seq), EntryLeaf.Parse(bytes));
    }

    [Theory]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":0}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":-1}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":01}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":1.0}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":2147483648}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":1} """)]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":1}}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":1""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n"}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"n","seq":1,"z":1}""")]
    [InlineData("""{"holder":"H","lot":"l","number":"\u006e","seq":1}""")]
    [InlineData("""{"lot":"l","holder":"H","number":"n","seq":1}""")]
    [InlineData("""{"holder":"h","lot":"l","number":"n","seq":1}""")]
    [InlineData("""{"holder":"H","lot":null,"number":"n","seq":1}""")]
    [InlineData("""{"holder":"H","lot":"l","lot":"l","number":"n","seq":1}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Any_other_spelling_of_a_leaf_is_refused(string line) =>
        Assert.Throws<FormatException>(() => EntryLeaf.Parse(line.Replace("H", Holder, StringComparison.Ordinal)));

    [Fact]
    public void A_holder_is_the_hash_over_lot_salt_and_user_with_zero_bytes_between()
    {
        const string salt = "000102030405060708090a0b0c0d0e0f";
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes("fairground/holder/v1лот\0" + salt + "\0user-1"));
        Assert.Equal(expected, EntryLeaf.Holder("лот", salt, "user-1"));
        Assert.Equal(Convert.ToHexStringLower(expected), EntryLeaf.HolderHex("лот", salt, "user-1"));
        Assert.NotEqual(expected, EntryLeaf.Holder("other", salt, "user-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("000102030405060708090A0B0C0D0E0F")]
    [InlineData("0001")]
    public void A_salt_that_is_not_sixteen_bytes_in_lower_case_hex_is_refused(string salt) =>
        Assert.Throws<FormatException>(() => EntryLeaf.Holder("lot", salt, "user"));

    [Fact]
    public void Terms_survive_their_JSON_with_members_that_the_library_does_not_know()
    {
        var terms = HonestDraw.TermsWith(new DrandEntropy("c", "k", "s", 1, 3, 30)) with { DrawsAt = "2026-01-09T00:00:00Z" };
        var published = terms.ToJson();
        published["entropy"]!["mirror"] = "https://example.org";
        published["later"] = new JsonArray(1, "two", null);
        var read = DrawTerms.Parse(CanonicalJson.Parse(published.ToJsonString()));
        Assert.Equal(CanonicalJson.Text(published), CanonicalJson.Text(read.ToJson()));
        Assert.Equal(DrawTerms.HashOf(published), read.Hash());
        Assert.NotEqual(terms, read);
        Assert.Equal(terms, DrawTerms.Parse(terms.ToJson()));
    }

    [Fact]
    public void An_additional_term_may_not_pose_as_a_fixed_one_and_times_must_be_whole_seconds_of_UTC()
    {
        var terms = HonestDraw.TermsWith(new CommitReveal(Holder));
        Assert.Throws<FormatException>(() => (terms with { Extra = new JsonObject { ["drawsAt"] = "x" } }).ToJson());
        Assert.Throws<FormatException>(() => (terms with { OpensAt = "2026-01-01T00:00:00.5Z" }).Hash());
        Assert.Throws<FormatException>(() => (terms with { ClosesAt = "2026-01-01T05:00:00+05:00" }).Hash());
    }
}
