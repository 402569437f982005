using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>People have certificates bought by a rule of theirs, and pay for a purchase in part at a gateway.</summary>
public sealed class BuyingByItself
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-12")]
    public async Task A_rule_buys_its_number_of_every_new_lot_of_its_category_until_the_month_s_budget_is_spent(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var before = await shop.Opens("Before");
        var buyer = await fair.Buyer("aigerim", 50_000);
        var home = (string)(await Categories(fair)).Single(c => (string)c!["name"]! == "Home")!["categoryId"]!;

        var key = Guid.CreateVersion7().ToString();
        var rule = await Makes(buyer, "category", home, quantity: 3, ceiling: 1_000, budget: 5_000, key: key);
        Assert.Equal(rule, await Makes(buyer, "category", home, quantity: 3, ceiling: 1_000, budget: 5_000, key: key));
        Assert.Equal("idempotency.key_reused", (string)(await buyer.Post("me/purchase-rules", Body("category", home, 2, 1_000, 5_000), 422, key))["code"]!);

        var first = await shop.Opens("Kettle");
        var dear = await shop.Opens("Samovar", price: 60_000, nominal: 2_000);
        await Runs(buyer, rule, 1);
        Assert.Equal((3, 0, 0), (await Held(buyer, first), await Held(buyer, dear), await Held(buyer, before)));
        Assert.Equal(47_000, await buyer.Wallet());
        // 3,000 of 5,000 are spent: another 3,000 do not fit.
        var second = await shop.Opens("Teapot");
        var runs = await Runs(buyer, rule, 2);
        Assert.Equal(["not_bought rule.budget_spent", "bought "], runs.Select(r => $"{r!["state"]} {r["reason"]}"));
        Assert.Equal(0, await Held(buyer, second));
        Assert.Equal((47_000, "300000"), (await buyer.Wallet(), (string)(await Rule(buyer, rule))["spentThisMonth"]!["amount"]!));

        var letters = await Letters(fair, buyer, 2);
        Assert.Contains(letters, l => l.Contains("Your rule bought 3 certificates of Kettle for 3 000", StringComparison.Ordinal));
        Assert.Contains(letters, l => l.Contains("Teapot opened, and 3 certificates of it would go beyond", StringComparison.Ordinal));
        // Its budget is told once a month.
        await shop.Opens("Lamp");
        await Runs(buyer, rule, 3);
        Assert.Equal(2, (await Letters(fair, buyer, 2)).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-12")]
    public async Task Who_is_excluded_or_over_a_limit_buys_nothing_by_rule_is_told_and_the_rule_waits(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var (limited, gone, poor, staff) = (await fair.Buyer("limited"), await fair.Buyer("gone"), await fair.Buyer("poor", 0), await shop.Staff("clerk"));
        await staff.TopsUp(10_000);
        var rules = new Dictionary<Person, string>();
        foreach (var person in new[] { limited, gone, poor, staff }) rules[person] = await Makes(person, "any", null, 3, 1_000, 100_000);
        using (var set = await limited.Send("me/limits", new { kind = "entries", period = "day", max = 2 }, method: HttpMethod.Put)) Assert.True(set.IsSuccessStatusCode);
        await gone.Post("me/exclusions", new { months = 6, confirmed = true }, 204);

        var lot = await shop.Opens("Kettle");
        foreach (var (person, reason, state, wallet) in new[] { (limited, "protection.entry_limit", "paused", 100_000L), (gone, "protection.excluded", "paused", 100_000L), (poor, "wallet.insufficient_funds", "active", 0L), (staff, "lot.staff_excluded", "active", 10_000L) })
        {
            var run = (await Runs(person, rules[person], 1))[0]!;
            Assert.Equal(("not_bought", reason), ((string)run["state"]!, (string)run["reason"]!));
            Assert.Equal((state, wallet, 0), ((string)(await Rule(person, rules[person]))["state"]!, await person.Wallet(), await Held(person, lot)));
        }
        Assert.Contains("a limit that you set does not allow it. The rule waits until you let it go on.", Assert.Single(await Letters(fair, limited, 1)), StringComparison.Ordinal);
        Assert.Contains("you are on a break, or have excluded yourself", Assert.Single(await Letters(fair, gone, 1)), StringComparison.Ordinal);

        // A rule that waits looks at no lot; let on again it looks at those that open from then on.
        var meanwhile = await shop.Opens("Teapot");
        await Runs(poor, rules[poor], 2);
        Assert.Single(await Runs(limited, rules[limited], 1));
        using (var raised = await limited.Send("me/limits", new { kind = "entries", period = "day", max = 1 }, method: HttpMethod.Put)) Assert.True(raised.IsSuccessStatusCode);
        await Patch(limited, rules[limited], "active");
        Assert.Equal("rule.state_unknown", (string)(await Call.Read(await limited.Send($"me/purchase-rules/{rules[limited]}", new { state = "merry" }, method: HttpMethod.Patch), 422))["code"]!);
        var later = await shop.Opens("Lamp");
        Assert.Equal("protection.entry_limit", (string)(await Runs(limited, rules[limited], 2))[0]!["reason"]!);
        Assert.Equal((0, 0), (await Held(limited, meanwhile), await Held(limited, later)));
    }

    [Fact]
    [Requirement("C-12")]
    public async Task A_rule_is_its_person_s_alone_is_paused_and_ended_and_refused_where_it_makes_no_sense()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var (buyer, other) = (await fair.Buyer("aigerim"), await fair.Buyer("other"));
        foreach (var (body, code) in new (object, string)[]
        {
            (Body("moon", null, 1, 10, 100), "rule.scope_unknown"), (Body("shop", Guid.CreateVersion7().ToString(), 1, 10, 100), "rule.scope_unknown"), (Body("any", shop.Id, 1, 10, 100), "rule.scope_unknown"),
            (Body("any", null, 0, 10, 100), "rule.quantity_invalid"), (Body("any", null, 1_001, 10, 100_000), "rule.quantity_invalid"), (Body("any", null, 1, 0, 100), "rule.amount_invalid"), (Body("any", null, 11, 10, 100), "rule.budget_too_small"),
        }) Assert.Equal(code, (string)(await buyer.Post("me/purchase-rules", body, 422))["code"]!);

        var rule = await Makes(buyer, "shop", shop.Id, 1, 1_000, 10_000);
        Assert.Equal(404, (int)(await other.Send($"me/purchase-rules/{rule}", new { state = "paused" }, method: HttpMethod.Patch)).StatusCode);
        Assert.Equal("rule.not_found", (string)(await other.Get($"me/purchase-rules/{rule}/runs", 404))["code"]!);
        await Patch(buyer, rule, "paused");
        var passed = await shop.Opens("Kettle");
        await Patch(buyer, rule, "active");
        var lot = await shop.Opens("Teapot");
        await Runs(buyer, rule, 1);
        Assert.Equal((0, 1), (await Held(buyer, passed), await Held(buyer, lot)));
        Assert.Equal(204, (int)(await buyer.Send($"me/purchase-rules/{rule}", new { }, method: HttpMethod.Delete)).StatusCode);
        Assert.Equal("rule.ended", (string)(await Call.Read(await buyer.Send($"me/purchase-rules/{rule}", new { state = "active" }, method: HttpMethod.Patch), 409))["code"]!);
        for (var i = 0; i < 20; i++) await Makes(buyer, "any", null, 1, 10, 100);
        Assert.Equal("rule.too_many", (string)(await buyer.Post("me/purchase-rules", Body("any", null, 1, 10, 100), 409))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10"), Requirement("C-13"), Requirement("S-52")]
    public async Task What_the_wallet_has_and_a_payment_of_the_rest_buy_together(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Kettle");
        var buyer = await fair.Buyer("aigerim", 1_000);
        var key = Guid.CreateVersion7().ToString();
        var order = await buyer.Post("me/purchase-orders", new { lotId = lot.Id, quantity = 3 }, 201, key);
        Assert.Equal(("300000", "100000", "200000", "waiting"), ((string)order["total"]!["amount"]!, (string)order["fromWallet"]!["amount"]!, (string)order["toPay"]!["amount"]!, (string)order["state"]!));
        Assert.Equal((string)order["orderId"]!, (string)(await buyer.Post("me/purchase-orders", new { lotId = lot.Id, quantity = 3 }, 201, key))["orderId"]!);
        // What is set aside cannot be spent otherwise.
        Assert.Equal("wallet.insufficient_funds", await buyer.IsRefused(1, lot, 402));
        Assert.Equal(("order.not_needed", 409), await Refused(await fair.Buyer("rich", 5_000), lot.Id, 3));
        Assert.Equal(("order.lot_unknown", 404), await Refused(buyer, Guid.CreateVersion7().ToString(), 1));
        Assert.Equal(("order.quantity_invalid", 422), await Refused(buyer, lot.Id, 0));
        Assert.Equal(("order.lot_closed", 409), await Refused(buyer, lot.Id, 900));

        await buyer.Post($"payments/{order["paymentId"]}/demo-completion", new { outcome = "succeeded" }, 200);
        var done = await Ends(buyer, order);
        Assert.Equal(("bought", 3, 0L), ((string)done["state"]!, await Held(buyer, lot), await buyer.Wallet()));
        Assert.Contains("3 certificates of Kettle are yours for 3 000", Assert.Single(await Letters(fair, buyer, 1)), StringComparison.Ordinal);
        // The seller learns what was paid for, and not by whom.
        var sold = Assert.Single(await Letters(fair, shop.Owner, 1), l => l.Contains("A buyer has paid", StringComparison.Ordinal));
        Assert.Contains("3 000", sold, StringComparison.Ordinal);
        Assert.DoesNotContain("aigerim", sold, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("order.ended", (string)(await Call.Read(await buyer.Send($"me/purchase-orders/{order["orderId"]}", new { }, method: HttpMethod.Delete), 409))["code"]!);
        var other = await fair.Buyer("other", 0);
        Assert.Equal("order.not_found", (string)(await other.Get($"me/purchase-orders/{order["orderId"]}", 404))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10"), Requirement("C-13")]
    public async Task Where_the_lot_sold_out_or_nobody_paid_all_of_it_is_in_the_wallet(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Kettle", drawDelaySeconds: 7_200);
        var (late, failed, forgot, excluded, fast) = (await fair.Buyer("late", 1_000), await fair.Buyer("failed", 1_000), await fair.Buyer("forgot", 1_000), await fair.Buyer("excluded", 1_000), await fair.Buyer("fast", 10_000));
        await excluded.Post("me/exclusions", new { months = 6, confirmed = true }, 204);
        Assert.Equal(("protection.excluded", 403), await Refused(excluded, lot.Id, 2));
        var (a, b, c) = (await Orders(late, lot), await Orders(failed, lot), await Orders(forgot, lot));
        await fast.Buys(10, lot);
        await late.Post($"payments/{a["paymentId"]}/demo-completion", new { outcome = "succeeded" }, 200);
        await failed.Post($"payments/{b["paymentId"]}/demo-completion", new { outcome = "failed" }, 200);
        Assert.Equal(("not_bought", "lot.sold_out", 2_000L), ((string)(await Ends(late, a))["state"]!, (string)(await Ends(late, a))["reason"]!, await late.Wallet()));
        Assert.Equal(("lapsed", 1_000L), ((string)(await Ends(failed, b))["state"]!, await failed.Wallet()));
        Assert.Contains("All of the 2 000", Assert.Single(await Letters(fair, late, 1)), StringComparison.Ordinal);

        fair.Clock!.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("lapsed", (string)(await Ends(forgot, c))["state"]!);
        // Money that comes after all stays in the wallet; the hour's hold is over.
        await forgot.Post($"payments/{c["paymentId"]}/demo-completion", new { outcome = "succeeded" }, 200);
        Assert.Equal((2_000L, 2_000L), (await forgot.Wallet(), await Free(forgot)));
    }

    private static async Task<JsonNode> Orders(Person buyer, Lot lot) => await buyer.Post("me/purchase-orders", new { lotId = lot.Id, quantity = 2 }, 201);

    private static Task<JsonNode> Ends(Person buyer, JsonNode order) => Call.Until(() => buyer.Get($"me/purchase-orders/{order["orderId"]}"), o => (string)o["state"]! != "waiting");

    private static async Task<(string Code, int Status)> Refused(Person buyer, string lot, int quantity)
    {
        using var answer = await buyer.Send("me/purchase-orders", new { lotId = lot, quantity });
        return ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!, (int)answer.StatusCode);
    }

    private static async Task<long> Free(Person person) => long.Parse((string)(await person.Get("me/wallet"))["available"]!["amount"]!, System.Globalization.CultureInfo.InvariantCulture) / 100;

    private static object Body(string scope, string? id, int quantity, long ceiling, long budget) => new { scope, scopeId = id, quantity, priceCeiling = Person.Money(ceiling), monthlyBudget = Person.Money(budget) };

    private static async Task<string> Makes(Person person, string scope, string? id, int quantity, long ceiling, long budget, string? key = null) =>
        (string)(await person.Post("me/purchase-rules", Body(scope, id, quantity, ceiling, budget), 201, key))["ruleId"]!;

    private static async Task Patch(Person person, string rule, string state) => Assert.Equal(204, (int)(await person.Send($"me/purchase-rules/{rule}", new { state }, method: HttpMethod.Patch)).StatusCode);

    private static async Task<JsonNode> Rule(Person person, string rule) => (await person.Get("me/purchase-rules"))["items"]!.AsArray().Single(r => (string)r!["ruleId"]! == rule)!;

    private static async Task<JsonArray> Runs(Person person, string rule, int count) =>
        await Call.Until(async () => (await person.Get($"me/purchase-rules/{rule}/runs"))["items"]!.AsArray(), runs => runs.Count >= count && runs.All(r => (string)r!["state"]! != "under_way"));

    private static async Task<int> Held(Person person, Lot lot) => (await person.Certificates()).Count(c => (string)c["lotId"]! == lot.Id);

    private static async Task<JsonArray> Categories(Fair fair)
    {
        using var http = fair.Http();
        var answer = await Call.Read(await http.GetAsync("api/v1/categories"), 200);
        return answer as JsonArray ?? answer["items"]!.AsArray();
    }

    // The texts of letters about rules and orders; the first one is about the registration.
    private static async Task<List<string>> Letters(Fair fair, Person person, int count)
    {
        using var http = fair.Http();
        return await Call.Until(
            async () => ((await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<JsonArray>(http, $"dev/inbox?to={Uri.EscapeDataString(person.Contact)}"))!).Where(m => m!["code"] is null).Select(m => ((string)m!["text"]!).Replace('\u00a0', ' ').Replace('\u202f', ' ')).ToList(),
            letters => letters.Count >= count);
    }
}
