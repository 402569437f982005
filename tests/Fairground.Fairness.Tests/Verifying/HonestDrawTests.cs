using System.Text.Json.Nodes;
using Fairground.Cheats;
using Fairground.Verification;
using Xunit;

namespace Fairground.Fairness.Tests.Verifying;

/// <summary>Honest draws by every source hold, and what is said beside them is exactly what should be.</summary>
public sealed class HonestDrawTests
{
    private static void HoldsWith(DrawFiles files, params string[] notes)
    {
        var report = CheatTests.Verify(files);
        Assert.True(report.Holds, report.Sentence);
        Assert.Equal(notes, report.With(StepOutcome.Note).Select(step => step.Id));
        foreach (var id in (string[])[Steps.Terms, Steps.ClosingSignature, Steps.ClosingTerms, Steps.Entries, Steps.EntriesLimits, Steps.ClosingSize, Steps.ClosingRoot, Steps.Entropy, Steps.Winners, Steps.Reserves, Steps.Receipt, Steps.Log, Steps.Head, Steps.Outcomes])
            Assert.Contains(report.Found, step => step.Id == id && step.Outcome == StepOutcome.Passed);
    }

    [Fact]
    public void A_draw_by_commit_and_reveal_holds_and_the_note_says_what_it_promises()
    {
        using var draw = new HonestDraw();
        HoldsWith(draw.Files(), Steps.EntropyPromise);
        Assert.Equal(CommitReveal.Promise, CheatTests.Verify(draw.Files()).With(StepOutcome.Note).Single().Sentence);
    }

    [Fact]
    public void A_draw_by_a_real_round_of_drand_holds_without_a_note()
    {
        using var draw = HonestDraw.ByDrand();
        HoldsWith(draw.Files());
        var report = CheatTests.Verify(draw.Files());
        Assert.Equal("The draw holds: every step was recomputed and agrees.", report.Sentence);
        Assert.Contains(report.Found, step => step.Sentence == DrandEntropy.Promise);
    }

    [Fact]
    public void A_draw_with_the_secret_mixed_in_holds_and_differs_from_that_of_the_round_alone()
    {
        using var draw = HonestDraw.Mixed();
        HoldsWith(draw.Files());
        using var alone = HonestDraw.ByDrand();
        Assert.NotEqual(Convert.ToHexString(alone.Randomness), Convert.ToHexString(draw.Randomness));
        Assert.Contains(CheatTests.Verify(draw.Files()).Found, step => step.Sentence == DrandEntropy.MixedPromise);
    }

    [Fact]
    public void A_draw_by_a_real_pulse_of_NIST_holds_without_a_note()
    {
        using var draw = HonestDraw.ByNist();
        HoldsWith(draw.Files());
        Assert.Contains(CheatTests.Verify(draw.Files()).Found, step => step.Sentence == NistEntropy.Promise);
    }

    [Fact]
    public void A_lawful_fail_over_holds_and_the_note_names_the_round_and_the_time()
    {
        using var draw = HonestDraw.FailedOver();
        HoldsWith(draw.Files(), Steps.Switches);
        var note = CheatTests.Verify(draw.Files()).With(StepOutcome.Note).Single().Sentence;
        Assert.Equal("The draw failed over to step 1: round 1001 could, the operator says, not be had by 2023-08-23T16:59:27Z. If you or anybody had it then, this draw is doubtful.", note);
    }

    [Fact]
    public void Reserves_called_in_order_each_for_a_reason_hold()
    {
        using var draw = new HonestDraw();
        var at = HonestDraw.After(draw.Closing.ClosedAt, 86_400);
        draw.Bundle = draw.Bundle with
        {
            Calls =
            [
                new ReserveCall(2, draw.Bundle.Reserves[0].Seq, 1, ReserveCall.Unclaimed, at),
                new ReserveCall(3, draw.Bundle.Reserves[1].Seq, 2, ReserveCall.Disqualified, at, "Works for the shop."),
                new ReserveCall(4, draw.Bundle.Reserves[2].Seq, 0, ReserveCall.Unpaid, at),
            ],
        };
        var report = CheatTests.Verify(draw.Files());
        Assert.True(report.Holds, report.Sentence);
        Assert.Equal(
            "3 reserves were called in the order of the draw: place 2 (unclaimed), place 3 (disqualified), place 4 (unpaid).",
            report.Found.Single(step => step.Id == Steps.Calls).Sentence);
    }

    [Fact]
    public void What_was_not_given_is_said_and_costs_no_failure()
    {
        using var draw = HonestDraw.ByDrand();
        var report = DrawVerifier.Verify(draw.Bundle.ToJson().ToJsonString(), draw.Entries);
        Assert.True(report.Holds, report.Sentence);
        Assert.Equal([Steps.Outcomes, Steps.Keys, Steps.Log], report.With(StepOutcome.Note).Select(step => step.Id));
        Assert.Equal("The draw holds: every step that was recomputed agrees. Read the notes before you rely on it.", report.Sentence);
    }

    [Fact]
    public void The_table_of_outcomes_is_read_out_for_the_entries_that_were_sold()
    {
        using var draw = new HonestDraw();
        Assert.EndsWith("for 40 sold entries it says draw: collected 10000000, seller 10000000, winners 2.", CheatTests.Verify(draw.Files()).Found.Single(step => step.Id == Steps.Outcomes).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_round_brought_along_confirms_the_draw_and_any_other_says_nothing()
    {
        using var draw = HonestDraw.ByDrand();
        var files = draw.Files();
        var beacon = (BeaconRound)draw.Bundle.Beacon;
        files.Beacon = new JsonObject { ["round"] = 1001, ["randomness"] = beacon.Randomness, ["signature"] = beacon.Signature }.ToJsonString();
        Assert.Contains(CheatTests.Verify(files).Found, step => step is { Id: Steps.Beacon, Outcome: StepOutcome.Passed });
        files.Beacon = new JsonObject { ["round"] = 1002, ["signature"] = beacon.Signature }.ToJsonString();
        HoldsWith(files, Steps.Beacon);
    }

    [Fact]
    public void A_chain_that_you_know_is_no_doubt()
    {
        using var draw = HonestDraw.ByDrand();
        draw.Terms = draw.Terms with { Entropy = DrandBeacon.Quicknet(30) with { Chain = "ours" } };
        draw.Log.Clear();
        draw.Close(draw.Closing.ClosedAt);
        draw.Draw(draw.Bundle.Beacon, draw.Randomness);
        var bundle = draw.Bundle.ToJson().ToJsonString();
        Assert.Equal(Verdict.InDoubt, DrawVerifier.Verify(bundle, draw.Entries).Verdict);
        Assert.Equal(Verdict.Holds, DrawVerifier.Verify(bundle, draw.Entries, new Evidence { KnownChains = ["ours"] }).Verdict);
    }

    [Fact]
    public void A_holder_with_more_entries_than_the_terms_allow_is_noted()
    {
        using var draw = new HonestDraw();
        for (var seq = 11; seq <= 16; seq++) draw.Entries[seq - 1] = HonestDraw.Leaf(seq, HonestDraw.Number(seq), "a friend");
        draw.Log.Clear();
        draw.Close(draw.Closing.ClosedAt);
        draw.Draw(draw.Bundle.Beacon, draw.Randomness);
        var report = CheatTests.Verify(draw.Files());
        Assert.True(report.Holds, report.Sentence);
        Assert.Contains("has 6 entries, but the terms allow one person 5.", report.With(StepOutcome.Note).First().Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_lots_whose_keys_nobody_knows_any_more_stand_in_the_log_without_harm()
    {
        using var draw = new HonestDraw();
        draw.Append("not.a.signature", draw.Log[^1].At);
        var files = draw.Files();
        HoldsWith(files, Steps.EntropyPromise);
    }
}
