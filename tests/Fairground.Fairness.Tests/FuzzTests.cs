using System.Text;
using System.Text.Json.Nodes;
using Fairground.Cheats;
using Fairground.Verification;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>Bad input is answered with a failed step, never with an exception, and never with a pass that means something else.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly HonestDraw _draw = HonestDraw.FailedOver();

    public void Dispose() => _draw.Dispose();

    private string BundleText => CanonicalJson.Text(_draw.Bundle.ToJson());

    private string Keys => _draw.Keys.ToJson().ToJsonString();

    private VerificationReport Verify(string bundle, IEnumerable<string>? entries = null, Func<Evidence, Evidence>? with = null)
    {
        var evidence = new Evidence { TrustedKeys = Keys, Log = _draw.Log.Select(line => line.ToLine()) };
        return DrawVerifier.Verify(bundle, entries ?? _draw.Entries, with?.Invoke(evidence) ?? evidence);
    }

    // The address of the entries and the bundle's own keys prove nothing and may change when keys are brought along; PEM may carry text around the certificate.
    private static string Meaning(string bundleJson)
    {
        var json = CanonicalJson.Parse(bundleJson)!.AsObject();
        json.Remove("entries");
        json.Remove("jwks");
        foreach (var pulse in (string[])["pulse", "previous"])
        {
            // Hex may be in either case, and what stands beside the signed members is not signed.
            if (json["beacon"]![pulse] is JsonObject served) json["beacon"]![pulse] = Convert.ToHexString(NistBeacon.Signed(served)) + (string)served["outputValue"]!;
        }
        json["beacon"]!["certificate"] = "";
        return CanonicalJson.Text(json).ToUpperInvariant();
    }

    private void HoldsOnlyIfUnchanged(string bundleJson)
    {
        var report = Verify(bundleJson);
        Assert.NotEmpty(report.Found);
        if (report.Holds) Assert.Equal(Meaning(BundleText), Meaning(bundleJson));
    }

    [Fact]
    public void An_honest_draw_holds_before_it_is_bent()
    {
        var report = Verify(BundleText);
        Assert.True(report.Holds, report.Sentence);
    }

    [Fact]
    public void Any_bit_flipped_in_the_bundle_fails_or_changes_nothing_that_counts()
    {
        var bytes = Encoding.UTF8.GetBytes(BundleText);
        for (var i = 0; i < bytes.Length; i += 11)
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
            for (var at = i % 5; at < honest.Length; at += 31)
            {
                _draw.Entries[i] = honest[..at] + (char)(honest[at] ^ (1 << (at % 7))) + honest[(at + 1)..];
                Assert.Equal(Verdict.Fails, Verify(BundleText).Verdict);
            }
            _draw.Entries[i] = honest;
        }
    }

    [Fact]
    public void Any_truncation_of_any_document_fails()
    {
        var files = _draw.Files();
        for (var length = 0; length < BundleText.Length; length += 97) Assert.Equal(Verdict.Fails, Verify(BundleText[..length]).Verdict);
        for (var length = 0; length < files.Receipt!.Length; length += 23) Assert.Equal(Verdict.Fails, Verify(BundleText, with: e => e with { Receipt = files.Receipt[..length] }).Verdict);
        for (var length = 1; length < files.Heads![1].Length; length += 23) Assert.Equal(Verdict.Fails, Verify(BundleText, with: e => e with { Heads = [files.Heads[1][..length]] }).Verdict);
        var outcomes = files.Outcomes!.ToJsonString();
        for (var length = 0; length < outcomes.Length; length += 23) Assert.Equal(Verdict.Fails, Verify(BundleText, with: e => e with { Outcomes = outcomes[..length] }).Verdict);
        for (var length = 1; length < files.Log![1].Length; length += 23) Assert.Equal(Verdict.Fails, Verify(BundleText, with: e => e with { Log = [files.Log[0], files.Log[1][..length]] }).Verdict);
    }

    [Fact]
    public void Any_member_of_the_bundle_replaced_by_something_odd_fails_or_changes_nothing_that_counts()
    {
        string[] odd =
        [
            "null", "true", "-1", "0", "1", "2", "2147483648", "9007199254740991", "1e300", "1.5", "\"\"", "\"\\u0000\"",
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
        int[] extremes = [0, 1, 40, int.MaxValue];
        foreach (var winners in extremes)
        {
            foreach (var reserves in extremes)
            {
                var terms = _draw.Terms with { Winners = winners, Reserves = reserves };
                Assert.NotEmpty(Verify(Signed(terms, _draw.Closing)).Found);
            }
        }
        foreach (var seconds in (int[])[0, 1, int.MaxValue])
        {
            var chain = new DrandEntropy("c", "k", "s", 253_402_300_799, Math.Max(1, seconds), seconds) { Failover = [new FailoverStep(1 + (long)seconds, new NistEntropy("u", 1, new string('0', 128), 1, 1 + seconds / 2)), new FailoverStep(253_402_300_799, null)] };
            var late = _draw.Terms with { Entropy = chain, DrawsAt = "9999-12-31T23:59:59Z", ClosesAt = "9999-12-31T23:59:59Z" };
            foreach (var round in (long[])[1, 2, 9_007_199_254_740_991]) Assert.Equal(Verdict.Fails, Verify(Signed(late, _draw.Closing with { Round = round, ClosedAt = "9999-12-31T23:59:59Z" })).Verdict);
        }
    }

    private string Signed(DrawTerms terms, ClosingStatement closing)
    {
        var bundle = _draw.Bundle.ToJson();
        bundle["terms"] = terms.ToJson();
        bundle["closing"] = (closing with { TermsHash = terms.HashHex() }).Sign(_draw.Key, HonestDraw.Kid);
        return bundle.ToJsonString();
    }

    [Fact]
    public void Arbitrary_text_in_any_place_fails_and_never_throws()
    {
        Prop.ForAll<string?>(text =>
        {
            var junk = text ?? "";
            var beacon = (Evidence e) => e with { Beacon = junk };
            VerificationReport[] reports =
            [
                Verify(junk),
                Verify(BundleText, _draw.Entries.Append(junk + ".")),
                Verify(BundleText, with: e => e with { Receipt = junk }),
                Verify(BundleText, with: e => e with { Log = [junk + ".", .. _draw.Log.Select(line => line.ToLine())] }),
                Verify(BundleText, with: e => e with { Heads = [junk + "."] }),
                Verify(BundleText, with: e => e with { Outcomes = junk }),
                Verify(BundleText, with: beacon),
                Verify(BundleText, with: e => e with { TrustedKeys = junk }),
            ];
            return reports.All(report => report.Verdict == Verdict.Fails) && !CertificateNumber.IsValid(junk + "!");
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
