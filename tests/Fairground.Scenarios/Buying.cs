using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What may be bought, what is refused, and what a crowd does.</summary>
public sealed class Buying
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_refusal_has_its_code_and_charges_nothing(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(price: 6_000, nominal: 1_000, cap: 4);
        var draft = await shop.Drafts("Teapot");
        var (rich, poor) = (await fair.Buyer("rich", 50_000), await fair.Buyer("poor", 500));

        Assert.Equal("lot.not_open", await rich.IsRefused(1, draft, 409));
        Assert.Equal("lot.entry_cap", await rich.IsRefused(5, lot, 409));
        Assert.Equal("wallet.insufficient_funds", await poor.IsRefused(1, lot, 402));
        Assert.Equal(422, (int)(await rich.Send($"lots/{lot.Id}/purchases", new { quantity = 0 })).StatusCode);
        Assert.Equal("idempotency.key_missing", await rich.IsRefused(1, lot, 400, key: ""));
        await rich.Buys(4, lot);
        Assert.Equal("lot.entry_cap", await rich.IsRefused(1, lot, 409));
        await (await fair.Buyer("other", 50_000)).Buys(2, lot);
        Assert.Contains(await (await fair.Buyer("late", 50_000)).IsRefused(1, lot, 409), new[] { "lot.sold_out", "lot.not_open" });
        Assert.Equal((50_000 - 4_000, 500), (await rich.Wallet(), await poor.Wallet()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_key_gives_the_same_answer_and_charges_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens();
        var buyer = await fair.Buyer("a", 10_000);
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.Buys(2, lot, key)));
        await fair.Restart();
        Assert.All(answers, a => Assert.Equal(answers[0].Receipt, a.Receipt));
        Assert.Equal(8_000, await Call.Until(() => new Person(fair, buyer.Contact, buyer.Id, buyer.Token).Wallet(), _ => true));
        var again = new Person(fair, buyer.Contact, buyer.Id, buyer.Token);
        var replay = await again.Send($"lots/{lot.Id}/purchases", new { quantity = 2 }, key);
        Assert.Equal("true", replay.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(answers[0].Receipt, (string)(await Call.Read(replay, 201))["receipt"]!);
        Assert.Equal("idempotency.key_reused", await again.IsRefused(3, lot, 422, key));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-11"), Requirement("C-15"), Requirement("C-16")]
    public async Task A_crowd_on_one_hot_lot_sells_it_exactly_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens(price: 150_000, nominal: 1_000, cap: 7);
        var crowd = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => fair.Buyer($"b{i}", 10_000)));
        var tries = crowd.SelectMany(b => Enumerable.Range(0, 5).Select(async _ =>
        {
            using var response = await b.Send($"lots/{lot.Id}/purchases", new { quantity = 2 });
            return (Buyer: b, Status: (int)response.StatusCode, Body: JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }));
        var answers = await Task.WhenAll(tries);

        var sold = answers.Where(a => a.Status == 201).ToList();
        var entries = sold.SelectMany(a => a.Body["entries"]!.AsArray()).ToList();
        // 40 people may hold 7 each, in twos 6: 240 wanted, 150 there, an even number.
        Assert.Equal(150, entries.Count);
        Assert.Equal(150, entries.Select(e => (string)e!["number"]!).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 150), entries.Select(e => (int)e!["seq"]!).Order());
        Assert.All(sold.GroupBy(a => a.Buyer), g => Assert.InRange(g.Count(), 1, 3));
        Assert.All(answers.Where(a => a.Status != 201), a => Assert.Contains((string)a.Body["code"]!, new[] { "lot.sold_out", "lot.entry_cap", "lot.not_open" }));
        var wallets = await Task.WhenAll(crowd.Select(b => b.Wallet()));
        Assert.Equal((40 * 10_000) - 150_000, wallets.Sum());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-19"), Requirement("C-23")]
    public async Task The_share_sold_and_the_draw_can_be_watched_live(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens(price: 4_000, nominal: 1_000);
        var buyer = await fair.Buyer("a");
        using var http = fair.Http();
        using var stream = await http.GetStreamAsync($"api/v1/lots/{lot.Id}/events");
        using var reader = new StreamReader(stream);
        var seen = new List<string>();
        async Task Sees(string text)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (await reader.ReadLineAsync(limit.Token) is { } line)
            {
                seen.Add(line);
                if (line.Contains(text, StringComparison.Ordinal)) return;
            }
            Assert.Fail($"The stream ended before '{text}': {string.Join('\n', seen)}");
        }
        await buyer.Buys(1, lot);
        await Sees("\"percentSold\":25");
        await buyer.Buys(3, lot);
        await Sees("event: drawn");
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-06"), Requirement("C-08")]
    public async Task Essential_goods_are_not_raffled_and_a_price_stays_while_certificates_exist(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var bread = await shop.Lists("Bread", 500, essential: true);
        var refused = await shop.Owner.Post("lots", new { productId = bread, kind = "certificates", nominal = Person.Money(100), winners = 1, reserves = 0, maxEntriesPerPerson = 1, closesAt = TimeProvider.System.GetUtcNow().AddDays(1), drawDelaySeconds = 0, unsoldPolicy = "refund-all", entropy = "commit-reveal" }, 422);
        Assert.Equal("lot.essential_goods", (string)refused["code"]!);
        var lot = await shop.Opens("Kettle", price: 10_000);
        using var response = await shop.Owner.Send($"products/{lot.ProductId}", new { price = Person.Money(12_000) }, method: HttpMethod.Patch);
        Assert.Equal("product.price_frozen", (string)(await Call.Read(response, 409))["code"]!);
        Assert.Equal("1000000", (string)(await lot.Look())["price"]!["amount"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_makes_a_lot_of_another_shops_goods(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var product = await (await fair.Shop()).Lists("Kettle", 10_000);
        var other = await fair.Shop("Other");
        var lot = new { productId = product, kind = "certificates", nominal = Person.Money(1_000), winners = 1, reserves = 0, maxEntriesPerPerson = 5, closesAt = TimeProvider.System.GetUtcNow().AddDays(1), drawDelaySeconds = 0, unsoldPolicy = "refund-all", entropy = "commit-reveal" };
        foreach (var stranger in new[] { other.Owner, await fair.Buyer("a", 0) })
            Assert.Equal("access.forbidden", (string)(await stranger.Post("lots", lot, 403))["code"]!);
    }
}
