using System.Security.Cryptography;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class BeaconTests
{
    private static readonly DrandEntropy Chain = new("52db9ba7", "83cf0f28", "bls-unchained-g1-rfc9380", 1_692_803_367, 3, 30);
    private static readonly byte[] Signature = SHA256.HashData("stands for a signature"u8);

    private sealed class Believes(bool verdict) : IBeaconVerifier
    {
        public bool Verify(DrandEntropy chain, long round, byte[] signature) => verdict && signature.AsSpan().SequenceEqual(Signature);
    }

    private static TestDraw Draw(Func<long, long>? otherRound = null)
    {
        var round = Chain.RoundFor("2026-01-08T00:00:00Z", null);
        var randomness = SHA256.HashData(Signature);
        var beacon = new BeaconRound(otherRound?.Invoke(round) ?? round, Convert.ToHexStringLower(Signature), Convert.ToHexStringLower(randomness));
        return new TestDraw(Chain, beacon, randomness);
    }

    private static VerificationReport Verify(TestDraw draw, ProofBundle? bundle = null, IBeaconVerifier? beacon = null, IEnumerable<string>? log = null) =>
        draw.Verify(bundle, options: new VerifierOptions { TrustedJwks = draw.Keys, BeaconVerifier = beacon, LogLines = log ?? draw.Log() });

    private static void Caught(VerificationReport report, string step, string sentence) =>
        Assert.Contains(sentence, Assert.Single(report.Failures, failed => failed.Id == step).Sentence, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_692_803_367, 1)]
    [InlineData(1_692_803_368, 2)]
    [InlineData(1_692_803_370, 2)]
    [InlineData(1_692_803_371, 3)]
    public void The_round_is_the_first_at_or_after_the_time(long time, long round)
    {
        Assert.Equal(round, Chain.RoundAtOrAfter(time));
        if (time >= Chain.Genesis) Assert.InRange(Chain.TimeOfRound(round) - time, 0, Chain.Period - 1);
    }

    [Fact]
    public void The_round_waits_for_the_later_of_the_delay_and_the_announced_time()
    {
        var afterDelay = Chain.RoundFor("2026-01-08T00:00:00Z", null);
        Assert.Equal(afterDelay, Chain.RoundFor("2026-01-08T00:00:00Z", "2026-01-08T00:00:10Z"));
        Assert.Equal(afterDelay + 10, Chain.RoundFor("2026-01-08T00:00:00Z", "2026-01-08T00:01:00Z"));
    }

    [Fact]
    public void A_draw_from_a_beacon_that_verifies_passes_without_doubts()
    {
        var report = Verify(Draw(), beacon: new Believes(true));
        Assert.Equal(Verdict.Passed, report.Verdict);
        Assert.Contains(report.Steps, step => step.Sentence == DrandEntropy.Promise);
    }

    [Fact]
    public void Without_means_to_check_the_beacon_the_draw_does_not_pass_and_the_report_says_so() =>
        Caught(Verify(Draw()), VerificationSteps.Entropy, "this verifier was given no means to check drand signatures");

    [Fact]
    public void A_beacon_signature_that_does_not_verify_is_caught() =>
        Caught(Verify(Draw(), beacon: new Believes(false)), VerificationSteps.Entropy, "does not verify under the chain's public key");

    [Fact]
    public void Randomness_that_is_not_the_hash_of_the_signature_is_caught()
    {
        var draw = Draw();
        var bundle = draw.Bundle with { Beacon = (BeaconRound)draw.Bundle.Beacon with { Randomness = new string('0', 64) } };
        Caught(Verify(draw, bundle, new Believes(true)), VerificationSteps.Entropy, "not the hash of the beacon's signature");
    }

    [Fact]
    public void A_draw_from_another_round_than_the_closing_named_is_caught() =>
        Caught(Verify(Draw(round => round + 1), beacon: new Believes(true)), VerificationSteps.Entropy, "but the closing named round");

    [Fact]
    public void A_closing_that_names_another_round_than_the_terms_fix_is_caught()
    {
        var draw = Draw();
        var closing = (draw.Closing with { Round = draw.Closing.Round + 1 }).Sign(draw.Key, TestDraw.Kid);
        Caught(Verify(draw, draw.Bundle with { Closing = closing }, new Believes(true)), VerificationSteps.ClosingRound, $"fix round {draw.Closing.Round}");
        closing = (draw.Closing with { Round = null }).Sign(draw.Key, TestDraw.Kid);
        Caught(Verify(draw, draw.Bundle with { Closing = closing }, new Believes(true)), VerificationSteps.ClosingRound, "names round none");
    }

    [Fact]
    public void A_closing_logged_after_its_round_was_known_is_caught()
    {
        var draw = Draw();
        var late = ClosingLogLine.After(null, "2026-01-08T00:00:31Z", draw.ClosingJws).ToLine();
        Caught(Verify(draw, beacon: new Believes(true), log: [late]), VerificationSteps.Log, "when its round was already known");
    }

    [Fact]
    public void Without_a_log_a_beacon_draw_leaves_a_doubt()
    {
        var draw = Draw();
        var report = draw.Verify(options: new VerifierOptions { TrustedJwks = draw.Keys, BeaconVerifier = new Believes(true) });
        Assert.Equal(Verdict.PassedWithDoubts, report.Verdict);
    }
}
