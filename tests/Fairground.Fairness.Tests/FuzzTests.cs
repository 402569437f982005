using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>Bad input is answered with a failed step, never with an exception, and never with a pass.</summary>
public sealed class FuzzTests
{
    private readonly TestDraw _draw = new();

    private VerifierOptions Options => new() { TrustedJwks = _draw.Keys };

    private string BundleText => CanonicalJson.Text(_draw.Bundle.ToJson());

    // The address of the entries and the bundle's own keys prove nothing and may change when keys are brought along.
    private static string Meaning(string bundleJson)
    {
        var json = ProofBundle.Parse(bundleJson).ToJson();
        json.Remove("entries");
        json.Remove("jwks");
        return CanonicalJson.Text(json);
    }

    private void HoldsOnlyIfUnchanged(string bundleJson)
    {
        var report = Verifier.Verify(bundleJson, _draw.Entries, Options);
        Assert.NotEmpty(report.Steps);
        if (report.Holds) Assert.Equal(Meaning(BundleText), Meaning(bundleJson));
    }

    [Fact]
    public void Any_bit_flipped_in_the_bundle_fails_or_changes_nothing_that_counts()
    {
        var bytes = Encoding.UTF8.GetBytes(BundleText);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 7));
            HoldsOnlyIfUnchanged(Encoding.UTF8.GetString(bytes));
            bytes[i] ^= (byte)(1 << (i % 7));
        }
    }

    [Fact]
    public void Any_bit_flipped_in_the_entries_fails()
    {
        for (var i = 0; i < _draw.Entries.Count; i++)
        {
            var honest = _draw.Entries[i];
            for (var at = i % 5; at < honest.Length; at += 5)
            {
                _draw.Entries[i] = honest[..at] + (char)(honest[at] ^ (1 << (at % 7))) + honest[(at + 1)..];
                Assert.Equal(Verdict.Failed, _draw.Verify().Verdict);
            }
            _draw.Entries[i] = honest;
        }
        Assert.True(_draw.Verify().Holds);
    }

    [Fact]
    public void Any_truncation_of_the_bundle_fails()
    {
        var text = BundleText;
        for (var length = 0; length < text.Length; length += 7)
            Assert.Equal(Verdict.Failed, Verifier.Verify(text[..length], _draw.Entries, Options).Verdict);
    }

    [Fact]
    public void Any_member_of_the_bundle_replaced_by_something_odd_fails_or_changes_nothing_that_counts()
    {
        string[] odd =
        [
            "null", "true", "-1", "0", "1", "2", "2147483647", "2147483648", "9007199254740991", "1e300", "1.5", "\"\"", "\"x\"", "\"\\u0000\"",
            "[]", "[null]", "[{}]", "{}", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "\"9999-12-31T23:59:59Z\"",
        ];
        foreach (var path in Paths(_draw.Bundle.ToJson()))
        {
            foreach (var value in odd)
            {
                var json = _draw.Bundle.ToJson();
                Replace(json, path, JsonNode.Parse(value));
                HoldsOnlyIfUnchanged(json.ToJsonString());
            }
        }
    }

    [Fact]
    public void Terms_signed_by_a_hostile_operator_are_judged_and_never_throw()
    {
        int[] extremes = [0, 1, 2, 40, int.MaxValue];
        foreach (var winners in extremes)
        {
            foreach (var reserves in extremes)
            {
                var terms = _draw.Terms with { Winners = winners, Reserves = reserves };
                var closing = (_draw.Closing with { TermsHash = terms.HashHex() }).Sign(_draw.Key, TestDraw.Kid);
                Assert.NotEmpty(_draw.Verify(_draw.Bundle with { Terms = terms.ToJson(), Closing = closing }).Steps);
            }
        }
        var chain = new DrandEntropy("c", "k", "s", 253_402_300_799, int.MaxValue, int.MaxValue);
        var late = _draw.Terms with { Entropy = chain, DrawsAt = "9999-12-31T23:59:59Z" };
        foreach (var round in (long[])[1, 2, 9_007_199_254_740_991])
        {
            var closing = _draw.Closing with { TermsHash = late.HashHex(), Round = round, ClosedAt = "9999-12-31T23:59:59Z" };
            var bundle = _draw.Bundle with
            {
                Terms = late.ToJson(),
                Closing = closing.Sign(_draw.Key, TestDraw.Kid),
                Beacon = new BeaconRound(round, "00", new string('0', 64)),
            };
            Assert.Equal(Verdict.Failed, _draw.Verify(bundle, options: Options with { LogLines = _draw.Log() }).Verdict);
        }
    }

    [Fact]
    public void Arbitrary_text_in_any_place_fails_and_never_throws()
    {
        Prop.ForAll<string?>(text =>
        {
            var junk = text ?? "";
            var reports = new[]
            {
                Verifier.Verify(junk, _draw.Entries, Options),
                _draw.Verify(entries: _draw.Entries.Append(junk + ".")),
                _draw.Verify(_draw.Bundle with { Closing = junk }),
                _draw.Verify(options: Options with { ReceiptJws = junk }),
                _draw.Verify(options: Options with { LogLines = [junk, .. _draw.Log()] }),
                _draw.Verify(_draw.Bundle with { Beacon = new RevealedSecret(junk) }),
            };
            return reports.All(report => report.Verdict == Verdict.Failed) && !CertificateNumber.IsValid(junk + "!");
        }).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void Proofs_of_arbitrary_shape_are_refused_and_never_throw()
    {
        Prop.ForAll<long, long, byte[][]>((index, size, proof) =>
        {
            var hashes = (proof ?? []).Select(hash => hash ?? []).ToList();
            var root = new byte[32];
            return !MerkleTree.VerifyInclusion("leaf"u8, index, size, hashes, root)
                && !MerkleTree.VerifyInclusion("leaf"u8, Math.Abs(index % 64), 64, hashes, root)
                && !MerkleTree.VerifyConsistency(index, size, root, root.AsSpan(1), hashes);
        }).Check(Config.QuickThrowOnFailure);
    }

    private static IEnumerable<string[]> Paths(JsonNode? node)
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject json => json.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (key, value) in children)
        {
            yield return [key];
            foreach (var rest in Paths(value)) yield return [key, .. rest];
        }
    }

    private static void Replace(JsonNode json, string[] path, JsonNode? value)
    {
        var parent = path[..^1].Aggregate(json, Child);
        if (parent is JsonArray items) items[int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        else parent[path[^1]] = value;
    }

    private static JsonNode Child(JsonNode node, string key) =>
        node is JsonArray items ? items[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)]! : node[key]!;
}
