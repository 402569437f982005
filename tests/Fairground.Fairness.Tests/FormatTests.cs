using System.Text.Json.Nodes;
using Fairground.Cheats;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>What is published reads back as it was written, byte for byte, and what breaks a rule of the format is refused with a sentence.</summary>
public sealed class FormatTests
{
    private const string Hash = "0101010101010101010101010101010101010101010101010101010101010101";
    private static readonly string Certificate = new('a', 128);

    private static readonly NistEntropy Nist = new("https://beacon.nist.gov/beacon/2.0", 2, Certificate, 60, 600);
    private static readonly DrandEntropy Drand = new("52db", "83cf", "bls-unchained-g1-rfc9380", 1_692_803_367, 3, 30);

    private static readonly DrandEntropy Mixed = Drand with
    {
        Commitment = Hash,
        Failover = [new FailoverStep(3600, Nist), new FailoverStep(86_400, null)],
    };

    private const string MixedJson =
        """{"source":"drand+commit-reveal","chain":"52db","publicKey":"83cf","scheme":"bls-unchained-g1-rfc9380","genesis":1692803367,"period":3,"delaySeconds":30,"commitment":"0101010101010101010101010101010101010101010101010101010101010101","failover":[{"source":"nist-beacon","uri":"https://beacon.nist.gov/beacon/2.0","chain":2,"certificate":"CERT","period":60,"delaySeconds":600,"afterSeconds":3600},{"source":"refund","afterSeconds":86400}]}""";

    private static void Refused(string json, string sentence)
    {
        var refused = Assert.Throws<FormatException>(() => Entropy.Parse(CanonicalJson.Parse(json.Replace("CERT", Certificate, StringComparison.Ordinal))));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixed_source_with_fail_over_is_written_as_the_format_says()
    {
        var json = MixedJson.Replace("CERT", Certificate, StringComparison.Ordinal);
        Assert.Equal(json, Mixed.ToJson().ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal(CanonicalJson.Text(JsonNode.Parse(json)), CanonicalJson.Text(Entropy.Parse(JsonNode.Parse(json)).ToJson()));
    }

    [Fact]
    public void Unknown_members_of_a_source_and_of_a_step_are_kept_because_the_hash_covers_them()
    {
        var json = JsonNode.Parse(MixedJson.Replace("CERT", Certificate, StringComparison.Ordinal))!;
        json["note"] = "x";
        json["afterSeconds"] = 1;
        json["failover"]![0]!["note"] = "y";
        Assert.Equal(CanonicalJson.Text(json), CanonicalJson.Text(Entropy.Parse(json).ToJson()));
    }

    [Fact]
    public void Fail_over_that_could_leave_two_sources_in_force_or_none_is_refused()
    {
        Refused(MixedJson.Replace("86400", "4259", StringComparison.Ordinal), "Step 2 of fail-over leaves step 1 too little time.");
        _ = Entropy.Parse(JsonNode.Parse(MixedJson.Replace("86400", "4260", StringComparison.Ordinal).Replace("CERT", Certificate, StringComparison.Ordinal)));
        Refused(MixedJson.Replace("\"afterSeconds\":3600", "\"afterSeconds\":0", StringComparison.Ordinal), "\"afterSeconds\" must lie between");
        Refused(MixedJson.Replace("\"delaySeconds\":600", "\"delaySeconds\":0", StringComparison.Ordinal), "needs a delay");
        Refused(MixedJson.Replace("{\"source\":\"refund\",\"afterSeconds\":86400}", "{\"source\":\"refund\",\"afterSeconds\":86400},{\"source\":\"refund\",\"afterSeconds\":99999}", StringComparison.Ordinal), "Only the last step");
        Refused(MixedJson.Replace("\"source\":\"refund\"", "\"source\":\"commit-reveal\",\"commitment\":\"" + Hash + "\"", StringComparison.Ordinal), "is not known here");
        Refused("""{"source":"nist-beacon","uri":"u","chain":2,"certificate":"CERT","period":60,"delaySeconds":600,"failover":[]}""", "must be left out");
        Refused("""{"source":"nist-beacon","uri":"u","chain":2,"certificate":"ABC","period":60,"delaySeconds":600}""", "128 lower-case");
    }

    [Fact]
    public void Steps_are_due_counted_from_the_time_of_the_first_source()
    {
        // 2026-01-08T00:00:30Z is 1767830430, and (1767830430 - 1692803367) is a multiple of 3.
        Assert.Equal(1_767_830_430, Mixed.DueFor("2026-01-08T00:00:00Z", null));
        Assert.Equal(1_767_830_430 + 3600, Mixed.StepDueFor(1, "2026-01-08T00:00:00Z", null));
        Assert.Equal(1_767_830_430 + 3600 + 600, Mixed.StepEarliestFor(1, "2026-01-08T00:00:00Z", null));
        Assert.Equal(1_767_830_430 + 86_400, Mixed.StepDueFor(2, "2026-01-08T00:00:00Z", null));
        Assert.Equal(1_767_831_000, Nist.DueFor("2026-01-08T00:00:00Z", null));
        Assert.Equal(1_767_831_060, Nist.DueFor("2026-01-08T00:00:01Z", null));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_692_803_367, 1)]
    [InlineData(1_692_803_368, 2)]
    [InlineData(1_692_803_370, 2)]
    [InlineData(1_692_803_371, 3)]
    public void The_round_is_the_first_at_or_after_the_time(long time, long round)
    {
        Assert.Equal(round, Drand.RoundAtOrAfter(time));
        if (time >= Drand.Genesis) Assert.InRange(Drand.TimeOfRound(round) - time, 0, Drand.Period - 1);
    }

    [Fact]
    public void The_round_waits_for_the_later_of_the_delay_and_the_announced_time()
    {
        var afterDelay = Drand.RoundFor("2026-01-08T00:00:00Z", null);
        Assert.Equal(afterDelay, Drand.RoundFor("2026-01-08T00:00:00Z", "2026-01-08T00:00:10Z"));
        Assert.Equal(afterDelay + 10, Drand.RoundFor("2026-01-08T00:00:00Z", "2026-01-08T00:01:00Z"));
    }

    [Fact]
    public void Switches_heads_and_log_lines_read_back_and_have_these_bytes()
    {
        var change = new SwitchStatement("lot", Hash, Hash, 1, "2026-01-08T01:00:30Z");
        Assert.Equal(change, SwitchStatement.Parse(change.ToJson()));
        Assert.Equal($$"""{"at":"2026-01-08T01:00:30Z","lot":"lot","root":"{{Hash}}","step":1,"termsHash":"{{Hash}}"}""", CanonicalJson.Text(change.ToJson()));
        var first = ClosingLogLine.After(null, "2026-01-08T00:00:00Z", "closing");
        var second = ClosingLogLine.After(first, "2026-01-08T01:00:31Z", "jws", isSwitch: true);
        Assert.Equal($$"""{"at":"2026-01-08T01:00:31Z","index":1,"previous":"{{first.Hash()}}","switch":"jws"}""", second.ToLine());
        Assert.Equal(second, ClosingLogLine.Parse(second.ToLine()));
        var head = ClosingLogHead.After(second, "2026-01-08T02:00:00Z");
        Assert.Equal((2, second.Hash()), (head.Size, head.Head));
        Assert.Equal(head, ClosingLogHead.Parse(head.ToJson()));
        Assert.Equal($$"""{"at":"2026-01-08T02:00:00Z","head":"{{new string('0', 64)}}","size":0}""", CanonicalJson.Text(ClosingLogHead.After(null, "2026-01-08T02:00:00Z").ToJson()));
    }

    [Fact]
    public void A_bundle_without_fail_over_and_calls_has_the_eight_members_of_version_1_and_no_more()
    {
        var plain = new HonestDraw().Bundle;
        Assert.Equal(["v", "terms", "closing", "entries", "beacon", "winners", "reserves", "jwks"], plain.ToJson().Select(member => member.Key));
        var called = plain with { Switches = ["a.b.c"], Calls = [new ReserveCall(2, 7, 0, ReserveCall.Unclaimed, "2026-02-01T00:00:00Z")] };
        var json = CanonicalJson.Text(called.ToJson());
        Assert.Contains("""[{"at":"2026-02-01T00:00:00Z","insteadOf":0,"place":2,"reason":"unclaimed","seq":7}]""", json, StringComparison.Ordinal);
        Assert.Contains("\"switches\":[\"a.b.c\"]", json, StringComparison.Ordinal);
        Assert.Equal(json, CanonicalJson.Text(ProofBundle.Parse(json).ToJson()));
    }

    [Fact]
    public void Beacons_of_every_kind_read_back()
    {
        Beacon[] beacons =
        [
            new RevealedSecret(Hash),
            new BeaconRound(7, "aa", Hash),
            new BeaconRound(7, "aa", Hash) { PreviousSignature = "bb", Secret = Hash },
            new BeaconPulse(new JsonObject { ["pulseIndex"] = 2 }, new JsonObject { ["pulseIndex"] = 1 }, "PEM", Hash) { Secret = Hash },
        ];
        foreach (var beacon in beacons) Assert.Equal(beacon.ToJson().ToJsonString(), Beacon.Parse(beacon.ToJson()).ToJson().ToJsonString());
    }

    [Fact]
    public void A_table_of_outcomes_says_the_money_for_every_number_of_entries_and_has_one_hash()
    {
        var table = new OutcomeTable("KZT", 1_000, 10, 100, 1,
        [
            new(0, 99, "cash", new Dictionary<string, OutcomeFigure>
            {
                ["collected"] = OutcomeFigure.PerEntry(10), ["winners"] = OutcomeFigure.Constant(1), ["winnerGets"] = new(0, 7, 1, 0),
            }),
            new(100, 100, "draw", new Dictionary<string, OutcomeFigure>
            {
                ["collected"] = OutcomeFigure.PerEntry(10), ["winners"] = OutcomeFigure.Constant(1), ["seller"] = OutcomeFigure.Constant(1_000),
            }),
        ]);
        Assert.Equal((70, 30), (table.For(10).At("winnerGets", 10), table.For(10).OperatorAt(10)));
        Assert.Equal((1_000, 0), (table.For(100).At("seller", 100), table.For(100).OperatorAt(100)));
        var json = CanonicalJson.Text(table.ToJson());
        Assert.StartsWith("""{"currency":"KZT","entries":100,"entryPrice":10,"pieces":[{"figures":{"collected":[0,10,1,0],"winnerGets":[0,7,1,0],"winners":[1,0,1,0]},"from":0,"outcome":"cash","to":99},""", json, StringComparison.Ordinal);
        Assert.Equal(table.HashHex(), OutcomeTable.Parse(CanonicalJson.Parse(json)).HashHex());
        Assert.Equal(table.HashHex(), (new HonestDraw().Terms with { Outcomes = table.HashHex() }).ToJson()["outcomes"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(7, 0, 2, 0, 5, 3)]
    [InlineData(-7, 0, 2, 0, 5, -4)]
    [InlineData(-900_000, 1_000, -1, 1, 1_100, 181)]
    public void A_figure_is_the_floor_of_an_exact_quotient(long a, long b, long c, long d, long n, long value) =>
        Assert.Equal(value, new OutcomeFigure(a, b, c, d).At(n));

    [Theory]
    [InlineData("\"to\":99", "\"to\":98", "a gap or an overlap at 99")]
    [InlineData("\"from\":0", "\"from\":1", "a gap or an overlap at 0")]
    [InlineData("\"to\":100", "\"to\":99", "a gap or an overlap at 100")]
    [InlineData("\"entries\":100", "\"entries\":101", "ends at 100 sold entries, but 101 can be sold")]
    [InlineData("\"refund\",\"to\"", "\"riot\",\"to\"", "is not an outcome")]
    [InlineData("\"collected\"", "\"bribes\"", "is not a figure of the table")]
    [InlineData("[0,10,1,0]", "[0,10,0,1]", "divides by less than 1")]
    [InlineData("[0,10,1,0]", "[0,10,1]", "a list of four numbers")]
    [InlineData("[0,10,1,0]", "[0,9007199254740992,1,0]", "must lie between")]
    public void A_table_that_breaks_a_rule_is_refused(string honest, string forged, string sentence)
    {
        const string table = """{"currency":"KZT","entries":100,"entryPrice":10,"pieces":[{"figures":{"collected":[0,10,1,0]},"from":0,"outcome":"refund","to":99},{"figures":{},"from":100,"outcome":"draw","to":100}],"price":1000,"v":1,"winners":1}""";
        _ = OutcomeTable.Parse(CanonicalJson.Parse(table));
        var refused = Assert.Throws<FormatException>(() => OutcomeTable.Parse(CanonicalJson.Parse(table.Replace(honest, forged, StringComparison.Ordinal))));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }
}
