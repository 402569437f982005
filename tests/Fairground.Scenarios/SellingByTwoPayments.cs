using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Fairground.Verification;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>A first payment of everybody, a draw, a second payment of whoever was drawn.</summary>
public sealed class SellingByTwoPayments
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-01"), Requirement("D-02"), Requirement("D-03"), Requirement("D-04"), Requirement("D-05"), Requirement("D-06"), Requirement("D-08"), Requirement("D-09"), Requirement("D-10"), Requirement("D-11"), Requirement("D-22"), Requirement("D-23"), Requirement("D-24"), Requirement("D-26"), Requirement("D-28"), Requirement("D-29")]
    public async Task The_buyer_pays_what_the_first_payments_leave_and_the_seller_nets_the_price(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1"]);
        var shop = await fair.Shop();
        var lot = await Draft(shop, new { drawByHand = true, maxEntriesPerPerson = 4, predicted = 10, deposit = new { percent = 15 } });
        Assert.Equal("two_stage.deposit_unpaid", (string)(await shop.Owner.Post($"lots/{lot}/opening", new { }, 409))["code"]!);
        await PaysDeposit(shop, lot, 1_500);
        Assert.Equal(0, await shop.Owner.Wallet());
        await shop.Owner.Post($"lots/{lot}/opening", new { }, 200);
        var (a, b, c) = (await fair.Buyer("aigerim", 10_000), await fair.Buyer("daniyar", 10_000), await fair.Buyer("nurlan", 10_000));

        // P1 is 10,000 over 10; at most four a person; everybody who has not applied sees how many did.
        Assert.Equal(4_000, Purchase.Of(await a.Post($"lots/{lot}/applications", new { quantity = 4 }, 201)).ChargedTenge);
        Assert.Equal("lot.entry_cap", (string)(await a.Post($"lots/{lot}/applications", new { quantity = 1 }, 409))["code"]!);
        Assert.Equal("lot.wrong_kind", (string)(await b.Post($"lots/{lot}/purchases", new { quantity = 1 }, 409))["code"]!);
        await b.Post($"lots/{lot}/applications", new { quantity = 3 }, 201, "one application");
        await b.Post($"lots/{lot}/applications", new { quantity = 3 }, 201, "one application");
        // What protects people counts first payments as it counts certificates.
        using (var limited = await c.Send("me/limits", new { kind = "entries", period = "week", max = 2 }, method: HttpMethod.Put)) Assert.True(limited.IsSuccessStatusCode);
        Assert.Equal("protection.entry_limit", (string)(await c.Post($"lots/{lot}/applications", new { quantity = 3 }, 409))["code"]!);
        await c.Post($"lots/{lot}/applications", new { quantity = 2 }, 201);
        var seen = await Look(fair, lot);
        Assert.Equal((9, 3, 10), ((int)seen["sold"]!, (int)seen["twoStage"]!["applicants"]!, (int)seen["twoStage"]!["predicted"]!));
        Assert.Equal((6_000, 7_000, 8_000), (await a.Wallet(), await b.Wallet(), await c.Wallet()));

        await shop.Owner.Post($"lots/{lot}/closing", new { }, 200);
        await Becomes(fair, lot, "drawn");
        var candidate = await Drawn([a, b, c], lot);
        var place = (await candidate.Get($"lots/{lot}"))["twoStage"]!["mine"]!;
        Assert.Equal(("candidate", 1_000), ((string)place["state"]!, Tenge(place["secondPayment"]!)));
        var other = new[] { a, b, c }.First(p => p != candidate);
        Assert.Equal("second_payment.not_candidate", (string)(await other.Post($"lots/{lot}/second-payment", new { }, 404))["code"]!);
        var before = await candidate.Wallet();
        var paid = await candidate.Post($"lots/{lot}/second-payment", new { }, 201, "the second");
        await candidate.Post($"lots/{lot}/second-payment", new { }, 201, "the second");
        Assert.Equal((1_000, before - 1_000), (Tenge(paid["charged"]!), await candidate.Wallet()));
        Assert.Equal("second_payment.already_paid", (string)(await candidate.Post($"lots/{lot}/waiver", new { }, 409))["code"]!);

        await Collects(shop, candidate, lot);
        await Becomes(fair, lot, "settled");
        Assert.Equal("sold", (string)(await Look(fair, lot))["twoStage"]!["result"]!);
        // 30,000 came in; 10,000 went to the seller; whoever was not drawn has nothing back; the deposit is.
        Assert.Equal(20_000, await a.Wallet() + await b.Wallet() + await c.Wallet());
        Assert.Equal(1_500, await shop.Owner.Wallet());
        // Two receipts for what was paid, and the shop's invoice for the goods at exactly their price.
        var papers = await Call.Until(() => candidate.Get("me/documents"), seen => seen["items"]!.AsArray().Any(d => (string)d!["kind"]! == "invoice"));
        Assert.Equal(
            ["invoice goods 10000", "receipt application 1000", $"receipt application {10_000 - before}", "receipt top-up 10000"],
            papers["items"]!.AsArray().Select(d => $"{d!["kind"]} {d["supply"]} {Tenge(d["gross"]!)}"));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-12"), Requirement("D-13"), Requirement("D-14"), Requirement("D-15"), Requirement("D-16"), Requirement("D-17"), Requirement("D-20")]
    public async Task What_comes_in_above_the_price_is_mileage_that_pays_a_later_application(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, settings: ["FAIRGROUND_MOST_MILEAGE_RATE=0.5"]);
        var shop = await fair.Shop();
        var product = await shop.Lists("Skates", 10_000);
        var above = await shop.Owner.Post("lots", new { productId = product, kind = "two-stage", predicted = 5, mileageRate = "0.51", closesAt = TimeProvider.System.GetUtcNow().AddDays(1) }, 422);
        Assert.Equal(("two_stage.mileage_rate_invalid", "0.5"), ((string)above["code"]!, (string)above["most"]!));
        var lot = await Opened(shop, new { drawByHand = true, predicted = 5, surplus = "mileage", mileageRate = "0.5", mileageDays = 90 });
        var people = new[] { await fair.Buyer("aigerim", 10_000), await fair.Buyer("daniyar", 10_000), await fair.Buyer("nurlan", 10_000) };
        foreach (var person in people) await person.Post($"lots/{lot}/applications", new { quantity = 2 }, 201);
        await shop.Owner.Post($"lots/{lot}/closing", new { }, 200);
        await Becomes(fair, lot, "drawn");
        // S is 12,000 of a price of 10,000: whoever is drawn is the buyer at once.
        var buyer = await Drawn(people, lot, "bought");
        await Collects(shop, buyer, lot);
        await Becomes(fair, lot, "settled");
        // 2,000 over the four applications that were not drawn and are no buyer's, and 0.5 % of 2,000 besides.
        Assert.Equal(51_000, (long)(await Look(fair, lot))["twoStage"]!["mileageEach"]!);
        Assert.Empty((await buyer.Get("me/mileage")).AsArray());
        var loser = people.First(p => p != buyer);
        var held = Assert.Single((await loser.Get("me/mileage")).AsArray())!;
        Assert.Equal(("MILEAGE.KZT", 102_000), ((string)held["asset"]!, (long)held["amount"]!));

        var next = await Opened(shop, new { predicted = 5 });
        Assert.Equal("mileage.too_small", (string)(await loser.Post($"lots/{next}/applications", new { quantity = 1, mileage = 102_001 }, 409))["code"]!);
        await loser.Post($"lots/{next}/applications", new { quantity = 1, mileage = 102_000 }, 201);
        Assert.Equal(6_000 - 980, await loser.Wallet());
        // A page's form sent twice is one payment, although the mileage that it offered is spent the second time.
        var other = people.First(p => p != buyer && p != loser);
        using var browser = await Browser.PlainBrowser.Of(fair, other);
        var third = await Opened(shop, new { predicted = 5 });
        var form = await browser.Form($"/lots/{third}", "apply");
        (form["quantity"], form["byMileage"]) = ("1", "true");
        Assert.Equal((HttpStatusCode.Found, HttpStatusCode.Found), (await browser.Posts($"/lots/{third}", form), await browser.Posts($"/lots/{third}", form)));
        Assert.Equal((6_000 - 980, 1), (await other.Wallet(), (int)(await Look(fair, third))["sold"]!));
        // However many are asked for, the answer is a refusal.
        (form["quantity"], form["idempotencyKey"]) = ("2147483647", Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await browser.Posts($"/lots/{third}", form));
        var lines = (await loser.Get("me/mileage/transfers?currency=KZT"))["items"]!.AsArray();
        Assert.Equal([-102_000, 102_000], lines.Select(l => (long)l!["amount"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-18"), Requirement("D-19"), Requirement("D-21")]
    public async Task Whoever_gives_up_or_does_not_pay_is_followed_in_the_published_order_until_nobody_is_left(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await Opened(shop, new { drawByHand = true, predicted = 10, secondPaymentSeconds = 3 });
        var people = new[] { await fair.Buyer("aigerim", 10_000), await fair.Buyer("daniyar", 10_000), await fair.Buyer("nurlan", 10_000) };
        foreach (var person in people) await person.Post($"lots/{lot}/applications", new { quantity = 1 }, 201);
        await shop.Owner.Post($"lots/{lot}/closing", new { }, 200);
        await Becomes(fair, lot, "drawn");
        var order = JsonNode.Parse(await Text(fair, $"lots/{lot}/proof"))!;
        var first = await Drawn(people, lot);
        Assert.Equal("waived", (string)(await first.Post($"lots/{lot}/waiver", new { }, 200))["state"]!);
        Assert.Equal("waived", (string)(await first.Post($"lots/{lot}/waiver", new { }, 200))["state"]!);
        // The second lets three seconds pass, the third gives up: nobody is left.
        var third = await Drawn(people, lot, "candidate", skip: 2);
        await third.Post($"lots/{lot}/waiver", new { }, 200);
        await Becomes(fair, lot, "settled");
        Assert.Equal("failed", (string)(await Look(fair, lot))["twoStage"]!["result"]!);
        foreach (var person in people) Assert.Equal(10_000, await person.Wallet());
        Assert.Equal(1_000, await shop.Owner.Wallet());

        var bundle = await Text(fair, $"lots/{lot}/proof");
        var proof = JsonNode.Parse(bundle)!;
        Assert.Equal(order["reserves"]!.ToJsonString(), proof["reserves"]!.ToJsonString());
        Assert.Equal(["waived", "unpaid"], proof["calls"]!.AsArray().Select(call => (string)call!["reason"]!));
        var entries = (await Text(fair, $"lots/{lot}/entries")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var report = DrawVerifier.Verify(bundle, entries, new Evidence { Outcomes = await Text(fair, $"lots/{lot}/outcomes") });
        Assert.True(report.Holds, report.Sentence);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-02"), Requirement("D-22"), Requirement("D-24")]
    public async Task What_is_lost_and_not_sent_again_in_time_is_paid_back_to_everybody_and_the_deposit_with_it(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true);
        var shop = await fair.Shop();
        var (lot, people, buyer, delivery) = await Sold(fair, shop);
        var address = await buyer.Post("me/addresses", new { name = "Айгерім Серікқызы", phone = "+7 701 234 56 78", country = "KZ", street = "Абай даңғылы 52, 14", city = "Алматы", postcode = "050000" }, 201);
        await buyer.Post($"me/deliveries/{delivery}/choice", new { way = "shipment", addressId = (string)address["addressId"]! }, 200);
        var parcel = (string)(await shop.Owner.Post("shipments", new { deliveryId = delivery, carrier = "own" }, 201))["shipmentId"]!;
        foreach (var kind in new[] { "handed_over", "lost" }) await shop.Owner.Post($"shipments/{parcel}/events", new { kind }, 204);
        // The seller has the whole time once more, and lets it pass.
        Assert.Equal("open", (string)(await buyer.Get($"me/deliveries/{delivery}"))["state"]!);
        Assert.Equal("drawn", (string)(await Look(fair, lot))["state"]!);
        fair.Clock!.Advance(TimeSpan.FromDays(14.5));
        await IsPaidBack(fair, shop, lot, people, buyer, delivery, "not-handed-over");
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-35"), Requirement("D-02"), Requirement("D-23"), Requirement("D-24")]
    public async Task What_is_ruled_for_the_buyer_is_paid_back_as_well_where_modules_hear_each_other_over_a_broker(DatabaseKind engine)
    {
        await using var exchange = Exchange.OfTheBroker();
        await using var fair = await Fair.Open(engine, settings: [$"FAIRGROUND_RABBITMQ={exchange.Address}"]);
        exchange.Consumers = [.. fair.Service<IEnumerable<IEventConsumer>>().Select(c => c.Name)];
        var shop = await fair.Shop();
        var (lot, people, buyer, delivery) = await Sold(fair, shop);
        await TakesAtCounter(shop, buyer, delivery);
        await buyer.Post($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "The frame is broken in two" }, 204);
        Assert.Equal("drawn", (string)(await Look(fair, lot))["state"]!);
        await fair.Operator.Post($"deliveries/{delivery}/ruling", new { @for = "buyer", reasons = "The pictures show it broken." }, 204);
        await IsPaidBack(fair, shop, lot, people, buyer, delivery, "ruling");
    }

    // Four applications at 1,000 and the rest of 10,000 by whoever is drawn, who is the final buyer then.
    private static async Task<(string Lot, Person[] People, Person Buyer, string Delivery)> Sold(Fair fair, Shop shop)
    {
        var lot = await Opened(shop, new { drawByHand = true, predicted = 10 });
        Person[] people = [await fair.Buyer("aigerim", 10_000), await fair.Buyer("daniyar", 10_000), await fair.Buyer("nurlan", 10_000)];
        for (var i = 0; i < people.Length; i++) await people[i].Post($"lots/{lot}/applications", new { quantity = i == 0 ? 2 : 1 }, 201);
        await shop.Owner.Post($"lots/{lot}/closing", new { }, 200);
        await Becomes(fair, lot, "drawn");
        var buyer = await Drawn(people, lot);
        Assert.Equal(6_000, Tenge((await buyer.Post($"lots/{lot}/second-payment", new { }, 201))["charged"]!));
        return (lot, people, buyer, await Delivery(buyer, lot));
    }

    // Both payments go back, the seller has nothing for it, and the deposit of 1,000 is shared by applications.
    private static async Task IsPaidBack(Fair fair, Shop shop, string lot, Person[] people, Person buyer, string delivery, string reason)
    {
        await Becomes(fair, lot, "settled");
        Assert.Equal("failed", (string)(await Look(fair, lot))["twoStage"]!["result"]!);
        // A clock that was moved has made the sessions old.
        var now = await Task.WhenAll(people.Select(fair.SignsInAgain));
        var wallets = await Task.WhenAll(now.Select(p => p.Wallet()));
        Assert.Equal([10_500, 10_250, 10_250], wallets);
        var owner = await fair.SignsInAgain(shop.Owner);
        Assert.Equal(0, await owner.Wallet());
        Assert.Empty((await owner.Get($"organisations/{shop.Id}/statement"))["items"]!.AsArray());
        var again = now[Array.IndexOf(people, buyer)];
        var ended = await again.Get($"me/deliveries/{delivery}");
        Assert.Equal(("failed", reason), ((string)ended["state"]!, (string)ended["reason"]!));
        var win = (await again.Wins()).First(w => (string)w["lotId"]! == lot);
        Assert.Equal("not_delivered", (string)win["state"]!);
        Assert.Equal("claim.paid_back", (string)(await again.Get($"me/wins/{win["winId"]}/claim-code", 409))["code"]!);
    }

    private static async Task<string> Draft(Shop shop, object more)
    {
        var product = await shop.Lists($"Bicycle {Guid.CreateVersion7():N}", 10_000);
        var request = new JsonObject
        {
            ["productId"] = product, ["kind"] = "two-stage", ["drawDelaySeconds"] = 0, ["entropy"] = "commit-reveal",
            ["closesAt"] = TimeProvider.System.GetUtcNow().AddDays(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject().ToList()) request[name] = value?.DeepClone();
        return (string)(await shop.Owner.Post("lots", request, 201))["lotId"]!;
    }

    private static async Task<string> Opened(Shop shop, object more)
    {
        var lot = await Draft(shop, more);
        await PaysDeposit(shop, lot, 1_000);
        await shop.Owner.Post($"lots/{lot}/opening", new { }, 200);
        return lot;
    }

    private static async Task PaysDeposit(Shop shop, string lot, long tenge)
    {
        await shop.Owner.TopsUp(tenge);
        Assert.Equal("paid", (string)(await shop.Owner.Post($"lots/{lot}/deposit", new { from = "wallet" }, 200))["twoStage"]!["depositState"]!);
    }

    private static async Task<JsonNode> Look(Fair fair, string lot)
    {
        using var http = fair.Http();
        return await Call.Read(await http.GetAsync($"api/v1/lots/{lot}"), 200);
    }

    private static async Task<string> Text(Fair fair, string path)
    {
        using var http = fair.Http();
        return await http.GetStringAsync($"api/v1/{path}");
    }

    private static Task<string> Becomes(Fair fair, string lot, string state) => Call.Until(async () => (string)(await Look(fair, lot))["state"]!, s => s == state);

    // Whose turn it is, as each person sees it.
    private static async Task<Person> Drawn(Person[] people, string lot, string state = "candidate", int skip = 0)
    {
        Person? found = null;
        await Call.Until(async () =>
        {
            var fell = 0;
            found = null;
            foreach (var person in people)
            {
                var mine = (string?)(await person.Get($"lots/{lot}"))["twoStage"]!["mine"]?["state"];
                if (mine is "waived" or "unpaid") fell++;
                if (mine == state) found = person;
            }
            return fell >= skip && found is not null;
        }, yes => yes);
        return found!;
    }

    private static async Task Collects(Shop shop, Person buyer, string lot)
    {
        var delivery = await Delivery(buyer, lot);
        await TakesAtCounter(shop, buyer, delivery);
        await buyer.Post($"deliveries/{delivery}/approval", new { }, 204);
    }

    private static async Task<string> Delivery(Person buyer, string lot)
    {
        var win = (await buyer.Wins()).First(w => (string)w["lotId"]! == lot);
        var refused = await buyer.Get($"me/wins/{win["winId"]}/claim-code", 409);
        Assert.Equal("claim.by_delivery", (string)refused["code"]!);
        // The order is on its way for a moment.
        await Call.Until(async () => (await buyer.Get("me/deliveries"))["items"]!.AsArray().Count, count => count > 0);
        return (string)refused["deliveryId"]!;
    }

    private static async Task TakesAtCounter(Shop shop, Person buyer, string delivery)
    {
        await buyer.Post($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 200);
        var token = (string)(await buyer.Get($"me/deliveries/{delivery}/claim-code"))["token"]!;
        await shop.Owner.Post("claims", new { token }, 200);
    }

    private static long Tenge(JsonNode money) => long.Parse((string)money["amount"]!, CultureInfo.InvariantCulture) / 100;
}
