using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>The catalogue of cheats: each is caught at the step it belongs to, with a sentence that says why.</summary>
public sealed class CheatTests
{
    private readonly TestDraw _draw = new();

    private static void Caught(VerificationReport report, string step, string sentence)
    {
        Assert.Equal(Verdict.Failed, report.Verdict);
        var failure = Assert.Single(report.Failures, failed => failed.Id == step);
        Assert.Contains(sentence, failure.Sentence, StringComparison.Ordinal);
    }

    private VerifierOptions Options(string? receipt = null, IEnumerable<string>? log = null) =>
        new() { TrustedJwks = _draw.Keys, ReceiptJws = receipt, LogLines = log };

    private ClosingStatement Reclosed(List<string> entries) => _draw.Closing with
    {
        Size = entries.Count,
        Root = Convert.ToHexStringLower(MerkleTree.Root(entries.Select(System.Text.Encoding.UTF8.GetBytes).ToList())),
    };

    [Fact]
    public void An_honest_draw_holds_and_the_only_doubt_is_what_commit_reveal_promises()
    {
        var report = _draw.Verify(options: Options(_draw.ReceiptFor(5).Sign(_draw.Key, TestDraw.Kid), _draw.Log()));
        Assert.Equal(Verdict.PassedWithDoubts, report.Verdict);
        var doubt = Assert.Single(report.Steps, step => step.Outcome == StepOutcome.Doubt);
        Assert.Equal((VerificationSteps.EntropyPromise, CommitReveal.Promise), (doubt.Id, doubt.Sentence));
        Assert.Contains(report.Steps, step => step is { Id: VerificationSteps.Receipt, Outcome: StepOutcome.Passed });
        Assert.Contains(report.Steps, step => step is { Id: VerificationSteps.Log, Outcome: StepOutcome.Passed });
    }

    [Fact]
    public void An_entry_removed_is_caught()
    {
        _draw.Entries.RemoveAt(16);
        Caught(_draw.Verify(), VerificationSteps.Entries, "Entry 17 is missing");
    }

    [Fact]
    public void The_last_entry_removed_is_caught()
    {
        _draw.Entries.RemoveAt(39);
        Caught(_draw.Verify(), VerificationSteps.ClosingSize, "The closing counts 40 entries, but the list holds 39.");
    }

    [Fact]
    public void An_entry_added_is_caught()
    {
        _draw.Entries.Add(TestDraw.Leaf(41, TestDraw.Number(41), "person-99"));
        Caught(_draw.Verify(), VerificationSteps.ClosingSize, "The closing counts 40 entries, but the list holds 41.");
        Caught(_draw.Verify(), VerificationSteps.EntriesLimits, "the terms allow 40");
    }

    [Fact]
    public void An_entry_doubled_is_caught()
    {
        _draw.Entries.Insert(9, _draw.Entries[9]);
        Caught(_draw.Verify(), VerificationSteps.Entries, "Entry 10 stands in the list more than once.");
    }

    [Fact]
    public void A_number_given_out_twice_is_caught()
    {
        _draw.Entries[9] = TestDraw.Leaf(10, TestDraw.Number(3), TestDraw.Person(10));
        Caught(_draw.Verify(), VerificationSteps.Entries, "was given out twice, to entries 3 and 10");
    }

    [Fact]
    public void Entries_reordered_are_caught()
    {
        (_draw.Entries[4], _draw.Entries[5]) = (_draw.Entries[5], _draw.Entries[4]);
        Caught(_draw.Verify(), VerificationSteps.Entries, "The entries are out of order: line 5 holds entry 6.");
    }

    [Fact]
    public void An_entry_of_another_lot_is_caught()
    {
        _draw.Entries[4] = _draw.Entries[4].Replace(TestDraw.Lot, "other", StringComparison.Ordinal);
        Caught(_draw.Verify(), VerificationSteps.Entries, "Line 5 of the entries belongs to lot \"other\"");
    }

    [Fact]
    public void An_entry_spelt_otherwise_is_caught()
    {
        _draw.Entries[4] = _draw.Entries[4].Replace(",", ", ", StringComparison.Ordinal);
        Caught(_draw.Verify(), VerificationSteps.Entries, "Line 5 of the entries cannot be read: It is not in canonical form.");
    }

    [Fact]
    public void An_entry_moved_to_another_holder_is_caught()
    {
        _draw.Entries[4] = TestDraw.Leaf(5, TestDraw.Number(5), "the operator's friend");
        Caught(_draw.Verify(), VerificationSteps.ClosingRoot, "The entries were changed");
    }

    [Fact]
    public void A_number_changed_in_the_entries_is_caught()
    {
        _draw.Entries[4] = TestDraw.Leaf(5, TestDraw.Number(500), TestDraw.Person(5));
        Caught(_draw.Verify(), VerificationSteps.ClosingRoot, "The entries were changed");
    }

    [Fact]
    public void A_winner_swapped_is_caught()
    {
        var (first, second) = (_draw.Bundle.Winners[0], _draw.Bundle.Winners[1]);
        var swapped = _draw.Bundle with { Winners = [first with { Place = 1 }, second with { Place = 0 }] };
        Caught(_draw.Verify(swapped), VerificationSteps.Winners, "where place 0 belongs");
        swapped = _draw.Bundle with { Winners = [second with { Place = 0 }, first with { Place = 1 }] };
        Caught(_draw.Verify(swapped), VerificationSteps.Winners, $"The winner for place 0 is entry {first.Seq}, but the bundle lists entry {second.Seq}.");
    }

    [Fact]
    public void A_winner_left_out_and_one_too_many_are_caught()
    {
        Caught(_draw.Verify(_draw.Bundle with { Winners = [_draw.Bundle.Winners[0]] }), VerificationSteps.Winners, "place 1 is missing from the bundle");
        var more = _draw.Bundle with { Winners = [.. _draw.Bundle.Winners, new DrawnPlace(2, 1, TestDraw.Number(1))] };
        Caught(_draw.Verify(more), VerificationSteps.Winners, "where nobody was drawn");
    }

    [Fact]
    public void A_reserve_swapped_is_caught()
    {
        var changed = _draw.Bundle with { Reserves = [.. _draw.Bundle.Reserves.Reverse().Select((reserve, i) => reserve with { Place = 2 + i })] };
        Caught(_draw.Verify(changed), VerificationSteps.Reserves, "The reserve for place 2 is entry");
    }

    [Fact]
    public void A_winning_number_changed_is_caught()
    {
        var changed = _draw.Bundle with { Winners = [_draw.Bundle.Winners[0] with { Number = TestDraw.Number(999) }, _draw.Bundle.Winners[1]] };
        Caught(_draw.Verify(changed), VerificationSteps.Winners, $"but the bundle gives the number {TestDraw.Number(999)}");
    }

    [Theory]
    [InlineData("reserves", 4)]
    [InlineData("price", 1)]
    [InlineData("unsoldPolicy", "refund")]
    [InlineData("addedLater", true)]
    public void Terms_changed_are_caught_also_in_members_that_the_library_does_not_know(string name, object value)
    {
        var terms = (JsonObject)_draw.Bundle.Terms.DeepClone();
        terms[name] = JsonValue.Create(value);
        Caught(_draw.Verify(_draw.Bundle with { Terms = terms }), VerificationSteps.ClosingTerms, "The terms were changed");
    }

    [Fact]
    public void A_root_changed_under_a_valid_signature_is_caught()
    {
        var closing = _draw.Closing with { Root = new string('0', 64) };
        Caught(_draw.Verify(_draw.Bundle with { Closing = closing.Sign(_draw.Key, TestDraw.Kid) }), VerificationSteps.ClosingRoot, "but the closing froze 0000");
    }

    [Fact]
    public void A_secret_that_does_not_match_is_caught()
    {
        var other = _draw.Bundle with { Beacon = new RevealedSecret(new string('1', 64)) };
        Caught(_draw.Verify(other), VerificationSteps.Entropy, "The secret does not match the commitment");
    }

    [Fact]
    public void Randomness_of_another_kind_than_announced_is_caught()
    {
        var other = _draw.Bundle with { Beacon = new BeaconRound(1, "00", new string('1', 64)) };
        Caught(_draw.Verify(other), VerificationSteps.Entropy, "another kind of randomness than the terms announce");
    }

    [Fact]
    public void A_closing_signed_by_another_key_is_caught()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bundle = _draw.Bundle with { Closing = _draw.Closing.Sign(other, TestDraw.Kid), Jwks = new Jwks(Jwk.FromKey(other, TestDraw.Kid)) };
        Caught(_draw.Verify(bundle), VerificationSteps.ClosingSignature, "does not verify under the key");
        Caught(_draw.Verify(_draw.Bundle with { Closing = _draw.Closing.Sign(other, "k2") }), VerificationSteps.ClosingSignature, "not among the known keys");
        Caught(_draw.Verify(bundle with { Jwks = _draw.Keys }, options: new VerifierOptions()), VerificationSteps.ClosingSignature, "does not verify");
    }

    [Fact]
    public void A_closing_changed_after_signing_is_caught()
    {
        var parts = _draw.ClosingJws.Split('.');
        var payload = CanonicalJson.Serialize((_draw.Closing with { ClosedAt = "2026-01-07T00:00:00Z" }).ToJson());
        var forged = $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(payload)}.{parts[2]}";
        Caught(_draw.Verify(_draw.Bundle with { Closing = forged }), VerificationSteps.ClosingSignature, "does not verify under the key");
    }

    [Fact]
    public void A_closing_of_another_lot_or_with_a_round_is_caught()
    {
        var other = (_draw.Closing with { Lot = "other" }).Sign(_draw.Key, TestDraw.Kid);
        Caught(_draw.Verify(_draw.Bundle with { Closing = other }), VerificationSteps.ClosingTerms, "The closing is of lot \"other\"");
        var round = (_draw.Closing with { Round = 7 }).Sign(_draw.Key, TestDraw.Kid);
        Caught(_draw.Verify(_draw.Bundle with { Closing = round }), VerificationSteps.ClosingRound, "the terms say commit-reveal");
    }

    [Fact]
    public void Keys_from_the_bundle_alone_leave_a_doubt()
    {
        var report = _draw.Verify(options: new VerifierOptions());
        Assert.Equal(Verdict.PassedWithDoubts, report.Verdict);
        Assert.Contains(report.Steps, step => step is { Id: VerificationSteps.Keys, Outcome: StepOutcome.Doubt });
    }

    [Fact]
    public void A_receipt_that_the_entries_contradict_proves_fraud()
    {
        VerificationReport With(Receipt receipt) => _draw.Verify(options: Options(receipt.Sign(_draw.Key, TestDraw.Kid)));
        var receipt = _draw.ReceiptFor(5);
        Caught(With(receipt with { Entries = [new(5, "OTHER")] }), VerificationSteps.Receipt, "The receipt proves fraud: it gives entry 5 the number OTHER");
        Caught(With(receipt with { Entries = [new(41, "OTHER")] }), VerificationSteps.Receipt, "it names entry 41, which the published entries lack");
        Caught(With(receipt with { Holder = TestDraw.Holder("person-99") }), VerificationSteps.Receipt, "give entry 5 to another holder");
        Caught(With(receipt with { TermsHash = new string('0', 64) }), VerificationSteps.Receipt, "it was given for terms that hash to 0000");
        Caught(With(receipt with { Lot = "other" }), VerificationSteps.Receipt, "The receipt is for lot \"other\"");
    }

    [Fact]
    public void A_forged_receipt_proves_nothing()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Caught(_draw.Verify(options: Options(_draw.ReceiptFor(5).Sign(other, TestDraw.Kid))), VerificationSteps.Receipt, "The receipt is not one of the server's.");
        Caught(_draw.Verify(options: Options(_draw.ClosingJws)), VerificationSteps.Receipt, "The receipt is not one of the server's.");
    }

    [Fact]
    public void A_whole_list_replaced_and_closed_again_is_caught_by_a_receipt()
    {
        var entries = _draw.Entries.ToList();
        entries[4] = TestDraw.Leaf(5, TestDraw.Number(5), "the operator's friend");
        var bundle = _draw.Bundle with { Closing = Reclosed(entries).Sign(_draw.Key, TestDraw.Kid) };
        var receipt = _draw.ReceiptFor(5).Sign(_draw.Key, TestDraw.Kid);
        Caught(_draw.Verify(bundle, entries, Options(receipt)), VerificationSteps.Receipt, "The receipt proves fraud");
    }

    [Fact]
    public void A_log_rewritten_is_caught()
    {
        var log = _draw.Log();
        var first = ClosingLogLine.Parse(log[0]);
        log[0] = (first with { At = "2026-01-07T00:00:02Z" }).ToLine();
        Caught(_draw.Verify(options: Options(log: log)), VerificationSteps.Log, "Line 1 of the closing log does not carry the hash of the line before it");
    }

    [Fact]
    public void A_closing_that_is_not_in_the_log_or_stands_there_otherwise_is_caught()
    {
        Caught(_draw.Verify(options: Options(log: [_draw.Log()[0]])), VerificationSteps.Log, "does not stand in the closing log");
        var earlier = ClosingLogLine.After(null, "2026-01-07T00:00:00Z", (_draw.Closing with { Size = 39 }).Sign(_draw.Key, TestDraw.Kid));
        var log = new[] { earlier.ToLine(), ClosingLogLine.After(earlier, "2026-01-08T00:00:00Z", _draw.ClosingJws).ToLine() };
        Caught(_draw.Verify(options: Options(log: log)), VerificationSteps.Log, "holds another closing of this lot");
    }

    [Fact]
    public void Two_copies_of_the_log_that_differ_in_a_shared_line_prove_fraud()
    {
        var log = _draw.Log();
        Assert.True(ClosingLog.Compare(log, log.Skip(1)).Ok);
        var rewritten = log.ToList();
        rewritten[1] = (ClosingLogLine.Parse(log[1]) with { At = "2026-01-08T00:00:02Z" }).ToLine();
        var comparison = ClosingLog.Compare(log, rewritten);
        Assert.False(comparison.Ok);
        Assert.Equal(1, comparison.Index);
        Assert.Contains("the log was rewritten", comparison.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_over_the_cap_leaves_a_doubt_because_the_computation_stands()
    {
        var entries = _draw.Entries.ToList();
        for (var seq = 1; seq <= 6; seq++) entries[seq - 1] = TestDraw.Leaf(seq, TestDraw.Number(seq), "hoarder");
        var report = _draw.Verify(entries: entries);
        var step = Assert.Single(report.Steps, step => step.Id == VerificationSteps.EntriesLimits);
        Assert.Equal(StepOutcome.Doubt, step.Outcome);
        Assert.Contains("has 6 entries, but the terms allow one person 5", step.Sentence, StringComparison.Ordinal);
    }
}
