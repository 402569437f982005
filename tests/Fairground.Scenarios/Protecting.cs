using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>Limits, breaks and the law of the chosen place, as people meet them over HTTP.</summary>
public sealed class Protecting
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_person_sets_for_themselves_holds_when_they_buy(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens(price: 60_000, nominal: 1_000);
        var buyer = await fair.Buyer("careful", 50_000);

        await Put(buyer, "me/limits", new { kind = "spend", period = "day", currency = "KZT", max = 300_000 }, 200);
        await Put(buyer, "me/limits", new { kind = "entries", period = "week", max = 5 }, 200);
        await buyer.Buys(3, lot);
        var over = await buyer.Post($"lots/{lot.Id}/purchases", new { quantity = 1 }, 409);
        Assert.Equal(("protection.spend_limit", "day", 300_000, 300_000, "KZT"), ((string)over["code"]!, (string)over["period"]!, (int)over["limit"]!, (int)over["used"]!, (string)over["currency"]!));
        var raised = await Put(buyer, "me/limits", new { kind = "spend", period = "day", currency = "KZT", max = 400_000 }, 200);
        Assert.NotNull(raised["holdsAt"]);
        Assert.Equal("protection.spend_limit", await buyer.IsRefused(1, lot, 409));
        await buyer.Post("me/limits/kept", new { kind = "spend", period = "day", currency = "KZT" }, 204);
        Assert.Equal("protection.nothing_waits", (string)(await buyer.Post("me/limits/kept", new { kind = "spend", period = "day", currency = "KZT" }, 404))["code"]!);
        Assert.Equal("protection.limit_invalid", (string)(await Put(buyer, "me/limits", new { kind = "luck", period = "day", max = 1 }, 422))["code"]!);
        var mine = await buyer.Get("me/protection");
        Assert.Equal(["entries week 5 3", "spend day 300000 300000"], mine["limits"]!.AsArray().Select(l => $"{l!["kind"]} {l["period"]} {l["max"]} {l["used"]}"));

        var other = await fair.Buyer("many", 50_000);
        await Put(other, "me/limits", new { kind = "entries", period = "month", max = 2 }, 200);
        Assert.Equal("protection.entry_limit", await other.IsRefused(3, lot, 409));
        await other.Buys(2, lot);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_takes_a_break_or_is_excluded_neither_buys_nor_tops_up_until_it_is_over(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true);
        var lot = await (await fair.Shop()).Opens(closesInSeconds: 300 * 86_400);
        var (resting, gone) = (await fair.Buyer("resting"), await fair.Buyer("gone"));
        Assert.Equal("protection.break_invalid", (string)(await resting.Post("me/breaks", new { hours = 23 }, 422))["code"]!);
        await resting.Post("me/breaks", new { hours = 48 }, 204);
        Assert.Equal("protection.cannot_shorten", (string)(await resting.Post("me/breaks", new { hours = 24 }, 409))["code"]!);
        Assert.Equal("protection.exclusion_unconfirmed", (string)(await gone.Post("me/exclusions", new { months = 6, confirmed = false }, 422))["code"]!);
        Assert.Equal("protection.exclusion_invalid", (string)(await gone.Post("me/exclusions", new { months = 5, confirmed = true }, 422))["code"]!);
        await gone.Post("me/exclusions", new { months = 6, confirmed = true }, 204);

        Assert.Equal("protection.on_break", await resting.IsRefused(1, lot, 403));
        Assert.Equal("protection.excluded", await gone.IsRefused(1, lot, 403));
        Assert.Equal("protection.excluded", (string)(await gone.Post("me/wallet/top-ups", new { amount = new { amount = "1000", currency = "KZT" } }, 403))["code"]!);
        Assert.Equal(100_000, await gone.Wallet());
        fair.Clock!.Advance(TimeSpan.FromHours(49));
        (resting, gone) = (await fair.SignsInAgain(resting), await fair.SignsInAgain(gone));
        await resting.Buys(1, lot);
        Assert.Equal("protection.excluded", await gone.IsRefused(1, lot, 403));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_shop_s_staff_and_who_lives_with_them_take_no_part_in_its_draws(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var (shop, other) = (await fair.Shop(), await fair.Shop("Other"));
        var (lot, elsewhere) = (await shop.Opens(), await other.Opens("Teapot"));
        var (clerk, wife) = (await shop.Staff("clerk"), await fair.Buyer("wife"));
        await clerk.Post("me/household", new { contact = wife.Contact }, 204);
        await clerk.Post("me/household", new { contact = "nobody@fair.example" }, 204);

        Assert.Equal("lot.staff_excluded", await clerk.IsRefused(1, lot, 403));
        Assert.Equal("protection.insider", await wife.IsRefused(1, lot, 403));
        await wife.Buys(1, elsewhere);
        var link = (string)(await clerk.Get("me/household")).AsArray().Single()!["linkId"]!;
        Assert.Equal(404, (int)(await wife.Send($"me/household/{link}", new { }, method: HttpMethod.Delete)).StatusCode);
        Assert.Equal(204, (int)(await clerk.Send($"me/household/{link}", new { }, method: HttpMethod.Delete)).StatusCode);
        await wife.Buys(1, lot);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_chosen_place_decides_what_is_opened_and_who_may_buy(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var open = await shop.Opens();
        var buyer = await fair.Buyer("young");
        Assert.Equal("demo", (string)(await buyer.Get("jurisdiction"))["pack"]!["id"]!);
        Assert.Equal("jurisdiction.not_confirmed", (string)(await Put(fair.Operator, "jurisdiction", new { pack = "kz", confirmed = false }, 422))["code"]!);
        Assert.Equal("access.forbidden", (string)(await Put(buyer, "jurisdiction", new { pack = "kz", confirmed = true }, 403))["code"]!);

        await Put(fair.Operator, "jurisdiction", new { pack = "kz", confirmed = true }, 200);
        Assert.Equal("jurisdiction.licence_missing", await buyer.IsRefused(1, open, 403));
        var draft = await shop.Drafts("Teapot");
        Assert.Equal("jurisdiction.licence_missing", (string)(await shop.Owner.Post($"lots/{draft.Id}/opening", new { }, 403))["code"]!);

        await Put(fair.Operator, "jurisdiction", new { pack = "kz", licence = "Lottery licence 7 of 2026", confirmed = true }, 200);
        Assert.Equal("protection.age_unknown", await buyer.IsRefused(1, open, 403));
        await Put(buyer, "me/birth-date", new { birthDate = DateTime.UtcNow.AddYears(-18).AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) }, 204);
        Assert.Equal("protection.under_age", await buyer.IsRefused(1, open, 403));
        await Put(fair.Operator, $"people/{buyer.Id}/age", new { birthDate = "1990-01-01" }, 204);
        await buyer.Buys(1, open);
        await Put(fair.Operator, "jurisdiction", new { pack = "gb", licence = "None yet, asked for", confirmed = true }, 200);
        var careful = await fair.Buyer("careful");
        await Put(careful, "me/birth-date", new { birthDate = "1990-01-01" }, 204);
        Assert.Equal("protection.age_unchecked", await careful.IsRefused(1, open, 403));
        await Put(fair.Operator, "jurisdiction", new { pack = "kr", confirmed = true }, 200);
        Assert.Equal("jurisdiction.mode_closed", await careful.IsRefused(1, open, 403));
    }

    [Fact]
    public async Task Without_a_chosen_place_nothing_that_sells_a_chance_is_offered()
    {
        await using var server = await ServerProcess.Create(DatabaseKind.Sqlite);
        server.Settings["FAIRGROUND_JURISDICTION"] = "";
        await server.Start();
        var fair = await Fair.At(server.Address);
        var shop = await fair.Shop();
        var draft = await shop.Drafts();
        Assert.Equal("jurisdiction.not_chosen", (string)(await shop.Owner.Post($"lots/{draft.Id}/opening", new { }, 409))["code"]!);
        Assert.Equal("jurisdiction.not_chosen", (string)(await shop.Owner.Get("jurisdiction", 409))["code"]!);
        Assert.Contains("No pack is chosen", (await server.Run("jurisdiction")).Output, StringComparison.Ordinal);

        var (refused, why) = await server.Run("jurisdiction", "set", "atlantis", "--yes");
        Assert.Equal(1, refused);
        Assert.Contains("jurisdiction.unknown", why, StringComparison.Ordinal);
        Assert.Equal(0, (await server.Run("jurisdiction", "set", "demo", "--yes")).Code);
        Assert.StartsWith("Chosen: demo (Demo), version 1.", (await server.Run("jurisdiction")).Output, StringComparison.Ordinal);
        // The server that runs knows of it within seconds.
        await Call.Until(async () => (int)(await shop.Owner.Send($"lots/{draft.Id}/opening", new { })).StatusCode, status => status is >= 200 and < 300);
    }

    private static async Task<JsonNode> Put(Person person, string path, object body, int expected) => await Call.Read(await person.Send(path, body, method: HttpMethod.Put), expected);
}
