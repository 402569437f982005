using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Fairground.Verification;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>From a price to a prize handed over, and every way it can end instead.</summary>
public sealed class WholeLifeOfALot
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-09"), Requirement("C-10"), Requirement("C-11"), Requirement("C-12"), Requirement("C-15"), Requirement("C-16"), Requirement("C-17"), Requirement("C-24"), Requirement("C-25"), Requirement("C-29"), Requirement("C-30"), Requirement("C-31")]
    public async Task A_sold_out_lot_is_drawn_and_its_prize_is_handed_over_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var staff = await shop.Staff("timur");
        var lot = await shop.Opens("Kettle", price: 10_000, nominal: 1_000);
        Assert.Equal(10, lot.Entries);
        var (aigerim, daniyar) = (await fair.Buyer("aigerim", 20_000), await fair.Buyer("daniyar", 20_000));

        var first = await aigerim.Buys(4, lot);
        var second = await daniyar.Buys(6, lot);

        Assert.Equal((4_000, 6_000), (first.ChargedTenge, second.ChargedTenge));
        Assert.Equal([1, 2, 3, 4], first.Entries.Select(e => e.Seq));
        var numbers = first.Entries.Concat(second.Entries).Select(e => e.Number).ToList();
        Assert.Equal(10, numbers.Distinct().Count());
        Assert.All(numbers, n => Assert.True(CertificateNumber.IsValid(n) && n.Any(char.IsAsciiDigit) && n.Any(char.IsAsciiLetter), n));
        Assert.Equal((16_000, 14_000), (await aigerim.Wallet(), await daniyar.Wallet()));

        await lot.Becomes("drawn", "settled");
        var wins = (Aigerim: await aigerim.Wins(), Daniyar: await daniyar.Wins());
        var winner = wins.Aigerim.Count > 0 ? aigerim : daniyar;
        var loser = winner == aigerim ? daniyar : aigerim;
        var win = Assert.Single(wins.Aigerim.Concat(wins.Daniyar));
        Assert.Contains((string)win["number"]!, numbers);
        // Those who did not win are annulled; a reserve waits in case the winner does not come.
        Assert.All(await loser.Certificates(), c => Assert.Contains((string)c["state"]!, new[] { "annulled", "reserve" }));

        var token = (string)(await winner.Get($"me/wins/{win["winId"]}/claim-code"))["token"]!;
        Assert.Equal("access.forbidden", (string)(await loser.Post("claims", new { token }, 403))["code"]!);
        await staff.Post("claims", new { token }, 200);
        Assert.Equal("claim.already_redeemed", (string)(await staff.Post("claims", new { token }, 409))["code"]!);
        await lot.Becomes("settled");
        Assert.All(await loser.Certificates(), c => Assert.Equal("annulled", (string)c["state"]!));
        Assert.Equal(40_000 - 10_000, await aigerim.Wallet() + await daniyar.Wallet());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-17"), Requirement("C-32")]
    public async Task What_is_published_is_enough_to_compute_the_winner_again(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(price: 7_000, nominal: 1_000, reserves: 2);
        var buyers = new[] { await fair.Buyer("a"), await fair.Buyer("b"), await fair.Buyer("c") };
        var purchases = new List<Purchase> { await buyers[0].Buys(2, lot), await buyers[1].Buys(3, lot), await buyers[2].Buys(2, lot) };
        await lot.Becomes("drawn");

        var entries = (await lot.Text("entries")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bundle = await lot.Text("proof");
        using var http = fair.Http();
        var log = (await http.GetStringAsync("api/v1/closing-log")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var trusted = await http.GetStringAsync(".well-known/jwks.json");
        foreach (var purchase in purchases)
        {
            var report = DrawVerifier.Verify(bundle, entries, new Evidence { Receipt = purchase.Receipt, Log = log, TrustedKeys = trusted });
            Assert.True(report.Holds, report.Sentence);
        }
        Assert.Equal(DrawTerms.HashOf(JsonNode.Parse(await lot.Text("terms"))!), Convert.FromHexString((string)(await lot.Look())["termsHash"]!));
        var inclusion = JsonNode.Parse(await lot.Text("entries/5/inclusion"))!;
        var path = inclusion["path"]!.AsArray().Select(h => Convert.FromHexString((string)h!)).ToList();
        Assert.True(MerkleTree.VerifyInclusion(System.Text.Encoding.UTF8.GetBytes(entries[4]), 4, 7, path, Convert.FromHexString((string)inclusion["root"]!)));
        var swapped = JsonNode.Parse(bundle)!;
        swapped["winners"]![0]!["seq"] = (int)swapped["winners"]![0]!["seq"]! % 7 + 1;
        Assert.False(DrawVerifier.Verify(swapped.ToJsonString(), entries).Holds);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-22")]
    public async Task A_lot_that_promises_refunds_pays_everybody_back_to_the_tenge(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(policy: "refund-all");
        var buyers = new[] { await fair.Buyer("a", 5_000), await fair.Buyer("b", 5_000) };
        await buyers[0].Buys(3, lot);
        await buyers[1].Buys(1, lot);
        await lot.Closes();
        await lot.Becomes("refunded");
        Assert.Equal((5_000, 5_000), (await buyers[0].Wallet(), await buyers[1].Wallet()));
        Assert.Empty(await buyers[0].Wins());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-22")]
    public async Task A_lot_that_promises_a_draw_anyway_draws_among_those_who_bought(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(policy: "draw-anyway");
        var buyer = await fair.Buyer("a", 5_000);
        await buyer.Buys(2, lot);
        await lot.Closes();
        await lot.Becomes("drawn");
        Assert.Single(await buyer.Wins());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-22")]
    public async Task A_cash_alternative_pays_the_winner_its_share_and_the_shop_the_rest(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(policy: "cash-alternative(70)");
        var buyer = await fair.Buyer("a", 5_000);
        await buyer.Buys(3, lot);
        await lot.Closes();
        await lot.Becomes("settled");
        // 70 % of 3,000 comes back to the only buyer; 900 stay with the shop.
        Assert.Equal(5_000 - 3_000 + 2_100, await buyer.Wallet());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-18"), Requirement("C-21"), Requirement("C-22")]
    public async Task The_week_after_the_first_certificate_ends_sales_and_the_time_is_extended_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true);
        var shop = await fair.Shop();
        var lot = await shop.Opens(policy: "extend-once", closesInSeconds: 30 * 86_400);
        var buyer = await fair.Buyer("a", 5_000);
        await buyer.Buys(2, lot);
        var weekEnd = fair.Clock!.GetUtcNow().AddDays(7);
        Assert.InRange(DateTimeOffset.Parse((string)(await lot.Look())["closesAt"]!, System.Globalization.CultureInfo.InvariantCulture), weekEnd.AddMinutes(-1), weekEnd.AddSeconds(1));

        fair.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        var extended = await Call.Until(async () => DateTimeOffset.Parse((string)(await lot.Look())["closesAt"]!, System.Globalization.CultureInfo.InvariantCulture), at => at > fair.Clock.GetUtcNow());
        Assert.Equal("open", await lot.State());

        fair.Clock.Advance(extended - fair.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        await lot.Becomes("refunded");
        // Two weeks on, the session of then has ended.
        Assert.Equal(5_000, await (await fair.SignsInAgain(buyer)).Wallet());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-20"), Requirement("C-21"), Requirement("C-28")]
    public async Task When_all_are_sold_everybody_is_told_when_the_draw_is_and_the_winner_apart(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(price: 4_000, nominal: 1_000);
        var (a, b) = (await fair.Buyer("a"), await fair.Buyer("b"));
        await a.Buys(2, lot);
        await b.Buys(2, lot);
        await lot.Becomes("drawn");
        using var http = fair.Http();
        async Task<JsonArray> Inbox(Person person) => JsonNode.Parse(await http.GetStringAsync($"dev/inbox?to={Uri.EscapeDataString(person.Contact)}"))!.AsArray();
        var root = Verifiable.Root(await lot.Text("proof"));
        foreach (var person in new[] { a, b })
        {
            var told = await Call.Until(() => Inbox(person), inbox => inbox.Count(m => ((string)m!["text"]!).Contains(root, StringComparison.Ordinal)) == 1);
            Assert.NotNull(told);
        }
        var winner = (await a.Wins()).Count > 0 ? a : b;
        await Call.Until(() => Inbox(winner), inbox => inbox.Any(m => ((string)m!["subject"]!).Contains("won", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_cancelled_lot_gives_the_money_back(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens();
        var buyer = await fair.Buyer("a", 5_000);
        await buyer.Buys(5, lot);
        await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = "Withdrawn." }, 200);
        await lot.Becomes("refunded", "cancelled");
        await Call.Until(buyer.Wallet, w => w == 5_000);
    }
}

internal static class Verifiable
{
    /// <summary>The root inside a bundle's closing statement.</summary>
    public static string Root(string bundle)
    {
        var jws = (string)JsonNode.Parse(bundle)!["closing"]!;
        return (string)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(jws.Split('.')[1]))!["root"]!;
    }
}
