using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.VerifyPage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Fairground.Verification;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What a stranger fetches over HTTP proves a draw, or shows where it does not.</summary>
public sealed class ProvingToStrangers
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-20"), Requirement("C-23")]
    public async Task Signed_heads_of_the_closing_log_agree_and_a_rewritten_copy_is_found_out(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var buyer = await fair.Buyer("buyer");
        var empty = await Text(fair, "closing-log/head");
        var first = await Drawn(shop, buyer, "Kettle");
        var (one, early) = (await Text(fair, "closing-log/head"), await Text(fair, "closing-log"));
        var second = await Drawn(shop, buyer, "Lamp");
        var (two, log) = (await Text(fair, "closing-log/head"), await Text(fair, "closing-log"));

        // Each line is told once and never changes; who has one follows with the next.
        Assert.StartsWith(early, log, StringComparison.Ordinal);
        Assert.Equal(log[early.Length..], await Text(fair, "closing-log?from=1"));
        Assert.Equal(early, await Text(fair, "closing-log?take=1"));
        Assert.Equal("", await Text(fair, "closing-log?from=2"));
        foreach (var odd in (string[])["from=-1", "take=0", "take=10001"])
            Assert.Equal("request.invalid", (string?)JsonNode.Parse(await Text(fair, $"closing-log?{odd}", 422))!["code"]);

        var keys = await Text(fair, "../../.well-known/jwks.json");
        var sizes = new[] { empty, one, two }.Select(jws => (int)JsonNode.Parse(Jws.Verify(jws, Jwks.Parse(JsonNode.Parse(keys)!)).Payload)!["size"]!);
        Assert.Equal([0, 1, 2], sizes);
        var lines = log.TrimEnd('\n').Split('\n');
        foreach (var lot in (Lot[])[first, second])
        {
            var report = await Verified(lot, keys, lines, [empty, one, two]);
            Assert.True(report.Holds, report.Sentence);
            Assert.Contains(report.Found, step => step is { Id: Steps.Head, Outcome: StepOutcome.Passed } && step.Sentence.StartsWith("All 3 signed heads", StringComparison.Ordinal));
        }

        // The same for people who read.
        var page = await Text(fair, "../../closing-log");
        Assert.Contains($"/lots/{second.Id}", page, StringComparison.Ordinal);
        Assert.Contains("2 lines, the newest first", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/lots/{second.Id}", await Text(fair, "../../closing-log?before=1"), StringComparison.Ordinal);

        // The same statements in a chain that was made anew: unbroken, and not the one whose head was signed.
        var copy = new List<ClosingLogLine>();
        foreach (var line in lines.Select(ClosingLogLine.Parse)) copy.Add(ClosingLogLine.After(copy.LastOrDefault(), ProofTime.Format(ProofTime.Parse(line.At).AddSeconds(1)), line.Statement));
        var found = await Verified(first, keys, [.. copy.Select(line => line.ToLine())], [one, two]);
        Assert.Contains(found.Failures, step => step.Id == Steps.Head && step.Sentence.EndsWith("this proves that the log was rewritten.", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("C-22")]
    public async Task The_table_of_outcomes_is_told_row_by_row_and_odd_questions_are_refused()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var lot = await shop.Drafts(price: 10_000, nominal: 1_000, policy: "cash-alternative");
        // A draft is nobody's business but the shop's.
        Assert.Equal("lot.not_found", await Code(lot, "outcomes", 404));
        Assert.Equal("lot.not_found", await Code(lot, "outcomes/1", 404));
        Assert.Equal("cash", (string?)(await shop.Owner.Get($"lots/{lot.Id}/outcomes/4"))["ends"]);
        await lot.Opens();

        var published = await lot.Text("outcomes");
        Assert.Equal((string?)JsonNode.Parse(await lot.Text("terms"))!["outcomes"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(published))));
        var row = JsonNode.Parse(await lot.Text("outcomes/4"))!;
        // Four of ten at 1,000: 4,000 come in, 70 per cent go to the one winner, the rest to the shop.
        Assert.Equal(("cash", 1, "400000", "280000", "120000"), ((string)row["ends"]!, (int)row["winners"]!, (string)row["collected"]!["amount"]!, (string)row["winnerGets"]!["amount"]!, (string)row["toShop"]!["amount"]!));
        Assert.Equal(("refund", "draw"), ((string)JsonNode.Parse(await lot.Text("outcomes/0"))!["ends"]!, (string)JsonNode.Parse(await lot.Text("outcomes/10"))!["ends"]!));
        Assert.Equal("lot.sold_out_of_range", await Code(lot, "outcomes/11", 422));
        Assert.Equal("lot.sold_out_of_range", await Code(lot, "outcomes/-1", 422));

        var refused = await shop.Owner.Post("lots", new { productId = lot.ProductId, nominal = Person.Money(1_000), closesAt = DateTimeOffset.UtcNow.AddDays(1), unclaimedPolicy = "burn-it" }, 422);
        Assert.Equal("lot.unclaimed_policy_unknown", (string?)refused["code"]);
    }

    [Fact]
    [Requirement("C-19")]
    public async Task Who_comes_back_with_the_id_of_what_was_seen_last_is_told_only_what_is_new()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var lot = await (await fair.Shop()).Opens(price: 4_000);
        var buyer = await fair.Buyer("buyer");
        await buyer.Buys(1, lot);
        var (name, id, data) = await Next(fair, lot, null);
        Assert.Equal(("sold", 1), (name, (int)JsonNode.Parse(data)!["sold"]!));
        // Another id, or none: the present state comes first.
        Assert.Equal(id, (await Next(fair, lot, "0-0-0-0")).Id);

        // The same id: nothing until something happens.
        var next = Next(fair, lot, id, async () => await buyer.Buys(2, lot));
        Assert.Equal(3, (int)JsonNode.Parse((await next).Data)!["sold"]!);
    }

    [Fact]
    [Requirement("C-20"), Requirement("C-23")]
    public async Task A_round_of_the_chained_beacon_that_was_really_published_decides_and_proves_itself()
    {
        var clock = new ShiftedTime();
        clock.Advance(PublishedRelay.TimeOf(51).AddSeconds(1) - clock.GetUtcNow());
        await using var relay = await PublishedRelay.Start(clock, Scripts.PublishedRounds);
        await using var liar = await PublishedRelay.Start(clock, Scripts.PublishedRounds, lies: true);
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, clock: clock, settings: [$"FAIRGROUND_DRAND={relay.Address},{liar.Address}", "FAIRGROUND_DRAND_CHAIN=default"]);
        JsonNode? Relay(JsonNode beacons, string name) => beacons["relays"]!.AsArray().FirstOrDefault(r => (string)r!["relay"]! == name);
        await Call.Until(() => fair.Operator.Get("beacons"), seen => Relay(seen, relay.Name)?["round"]?.GetValue<long>() == 51);
        var lot = await (await fair.Shop()).Opens(price: 2_000, drawDelaySeconds: 60, entropy: "drand");
        var buyer = await fair.Buyer("buyer");
        await buyer.Buys(1, lot);

        // What closes within the next 28 seconds is decided by round 367.
        clock.Advance(PublishedRelay.TimeOf(367).AddSeconds(-88) - clock.GetUtcNow());
        buyer = await fair.SignsInAgain(buyer);
        var office = await fair.SignIn("operator@fair.example", Fair.OperatorPassword);
        await buyer.Buys(1, lot);
        await lot.Becomes("drawing");
        var waiting = (await office.Get("beacons"))["waiting"]!.AsArray().Single()!;
        Assert.Equal((lot.Id, 367, 0, PublishedRelay.TimeOf(367)), ((string)waiting["lotId"]!, (long)waiting["round"]!, (int)waiting["step"]!, (DateTimeOffset)waiting["drawsAt"]!));

        clock.Advance(PublishedRelay.TimeOf(367) - clock.GetUtcNow());
        await lot.Becomes("drawn");

        var seen = await office.Get("beacons");
        Assert.Equal(("default", "drand", 367), ((string)seen["chain"]!, (string)seen["preferred"]!, (long)Relay(seen, relay.Name)!["round"]!));
        Assert.Equal(["drand", "drand+commit-reveal", "commit-reveal"], seen["sources"]!.AsArray().Select(s => (string)s!));
        Assert.Equal((0, 0), ((int)Relay(seen, relay.Name)!["lies"]!, seen["waiting"]!.AsArray().Count));
        var keys = await Text(fair, "../../.well-known/jwks.json");
        var report = await Verified(lot, keys, (await Text(fair, "closing-log")).TrimEnd('\n').Split('\n'), [await Text(fair, "closing-log/head")]);
        Assert.Equal("The draw holds: every step was recomputed and agrees.", report.Sentence);
        Assert.Contains(report.Found, step => step.Sentence == "The signature of beacon round 367 verifies under the chain's public key.");
        Assert.Contains(report.Found, step => step is { Id: Steps.Chain, Outcome: StepOutcome.Passed });
        // The server has checked itself, and says so.
        await Call.Until(async () => (string?)(await lot.Look())["proofCheck"]?["state"], state => state == "proved");
    }

    private static async Task<Lot> Drawn(Shop shop, Person buyer, string thing)
    {
        var lot = await shop.Opens(thing, price: 2_000);
        await buyer.Buys(2, lot);
        await lot.Becomes("drawn");
        return lot;
    }

    private static async Task<VerificationReport> Verified(Lot lot, string keys, string[] log, string[] heads) => DrawVerifier.Verify(
        await lot.Text("proof"), (await lot.Text("entries")).Split('\n'), new Evidence { Log = log, Heads = heads, TrustedKeys = keys, Outcomes = await lot.Text("outcomes") });

    private static async Task<string?> Code(Lot lot, string what, int status) => (string?)JsonNode.Parse(await lot.Text(what, status))!["code"];

    private static async Task<string> Text(Fair fair, string path, int expected = 200)
    {
        using var http = fair.Http();
        using var answer = await http.GetAsync($"api/v1/{path}");
        Assert.Equal((HttpStatusCode)expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The first event that comes, and what is done once the server has begun to answer.</summary>
    private static async Task<(string Name, string Id, string Data)> Next(Fair fair, Lot lot, string? lastSeen, Func<Task>? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var http = fair.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/lots/{lot.Id}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastSeen is not null) request.Headers.Add("Last-Event-ID", lastSeen);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        var fields = new Dictionary<string, string>();
        Assert.Equal("retry: 2000", await reader.ReadLineAsync(patience.Token));
        if (meanwhile is not null) await meanwhile();
        while (!fields.ContainsKey("data"))
        {
            var line = await reader.ReadLineAsync(patience.Token) ?? throw new IOException("The stream ended.");
            if (line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0) fields[line[..colon]] = line[(colon + 2)..];
        }
        return (fields["event"], fields["id"], fields["data"]);
    }
}
