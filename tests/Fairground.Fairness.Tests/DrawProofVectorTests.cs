using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Verification;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class DrawProofVectorTests
{
    public static TheoryData<int> Cases => new(Enumerable.Range(0, Vectors.DrawProofs.Count));

    [Theory, MemberData(nameof(Cases))]
    public void Terms_hash_as_the_vectors_say(int index)
    {
        var vector = Vectors.DrawProofs[index]!;
        Assert.Equal(Text(vector, "termsHash"), DrawTerms.Parse(vector["terms"]).HashHex());
        Assert.Equal(Text(vector, "termsHash"), Convert.ToHexStringLower(DrawTerms.HashOf(vector["terms"]!)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Leaves_are_byte_for_byte_those_of_the_vectors(int index)
    {
        foreach (var line in Lines(Vectors.DrawProofs[index]!))
        {
            var entry = EntryLeaf.Parse(line);
            Assert.Equal(line, Encoding.UTF8.GetString(EntryLeaf.Bytes(entry.Lot, entry.Seq, entry.Number, Convert.FromHexString(entry.Holder))));
            Assert.Equal(line, CanonicalJson.Text(JsonNode.Parse(line)));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Root_seed_and_places_are_those_of_the_vectors(int index)
    {
        var vector = Vectors.DrawProofs[index]!;
        var lines = Lines(vector);
        var holders = lines.Select(line => EntryLeaf.Parse(line).Holder).ToList();
        var terms = DrawTerms.Parse(vector["terms"]);
        var secret = Convert.FromHexString(Text(vector, "secret"));

        var root = MerkleTree.Root(lines.Select(Encoding.UTF8.GetBytes).ToList());
        var seed = Seed.Derive(terms.Hash(), root, (ulong)lines.Count, secret);
        var places = WinnerSelection.Places(seed, lines.Count, seq => holders[seq - 1], terms.Winners + terms.Reserves);

        Assert.Equal(((CommitReveal)terms.Entropy).Commitment, Convert.ToHexStringLower(Seed.Commitment(secret)));
        Assert.Equal(Text(vector, "root"), Convert.ToHexStringLower(root));
        Assert.Equal(Text(vector, "seed"), Convert.ToHexStringLower(seed));
        Assert.Equal(vector["places"]!.AsArray().Select(place => (int)place!), places);
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_bundle_made_of_the_vectors_holds(int index)
    {
        var vector = Vectors.DrawProofs[index]!;
        var lines = Lines(vector);
        var terms = DrawTerms.Parse(vector["terms"]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = new Jwks(Jwk.FromKey(key));
        var closing = new ClosingStatement(terms.Lot, terms.HashHex(), lines.Count, Text(vector, "root"), terms.ClosesAt, null);
        var bundle = ProofBundle.Build(
            terms, closing.Sign(key, keys.Keys[0].Kid), "entries", new RevealedSecret(Text(vector, "secret")),
            vector["places"]!.AsArray().Select(place => (int)place!).ToList(), seq => EntryLeaf.Parse(lines[seq - 1]).Number, keys);

        var report = DrawVerifier.Verify(bundle.ToJson().ToJsonString(), lines, new Evidence { TrustedKeys = keys.ToJson().ToJsonString() });

        Assert.True(report.Holds, report.Sentence);
        // In the last vector one holder has more entries than the terms allow one person.
        Assert.Equal(index == 3 ? [Steps.EntriesLimits, Steps.EntropyPromise] : [Steps.EntropyPromise], report.With(StepOutcome.Note).Select(step => step.Id));
    }

    private static string Text(JsonNode vector, string name) => vector[name]!.GetValue<string>();

    private static List<string> Lines(JsonNode vector) => vector["leaves"]!.AsArray().Select(leaf => leaf!.GetValue<string>()).ToList();
}
