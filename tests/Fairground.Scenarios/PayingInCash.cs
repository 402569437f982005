using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>Cash at a shop's till: for a code that the buyer shows, and out again; the shop keeps it of what it is owed.</summary>
public sealed class PayingInCash
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14"), Requirement("C-13"), Requirement("S-33")]
    public async Task A_code_is_good_once_at_a_till_and_what_the_shop_took_is_kept_of_its_next_payout(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, true, null, null,
            "FAIRGROUND_TILL_CASH=1", "FAIRGROUND_TILL_MOST=5000", "FAIRGROUND_TILL_DAY=7000", "FAIRGROUND_BANK_DETAILS_HOURS=0", "FAIRGROUND_BANK_HOLDER=Fair Market LLP", "FAIRGROUND_BANK_ACCOUNTS=KZT=KZ86125KZT5004100100/HSBKKZKX");
        var shop = await fair.Shop("Kettles and Co");
        var (staff, buyer, stranger) = (await shop.Staff("timur"), await fair.Buyer("aigerim", 0), await fair.Buyer("stranger", 0));

        var code = (string)(await buyer.Post("me/wallet/till-codes", new { }, 201))["code"]!;
        Assert.Equal(8, code.Length);
        Assert.Equal("access.forbidden", await Refused(stranger, shop, code, 4_000, 403));
        Assert.Equal("till.code_invalid", await Refused(staff, shop, "0000", 4_000, 422));
        Assert.Equal("till.amount_invalid", await Refused(staff, shop, code, 5_001, 422));
        var key = Guid.CreateVersion7().ToString();
        var receipt = await Uses(staff, shop, code, 4_000, key);
        Assert.Equal((string)receipt["entryId"]!, (string)(await Uses(staff, shop, code, 4_000, key))["entryId"]!);
        Assert.Equal(4_000, await buyer.Wallet());
        Assert.Equal("till.code_invalid", await Refused(staff, shop, code, 4_000, 422));
        // A till takes so much a day, and nobody takes for themself.
        Assert.Equal("till.day_full", await Refused(staff, shop, await Code(buyer), 3_001, 409));
        Assert.Equal("till.own_code", await Refused(staff, shop, await Code(staff), 100, 403));

        // Out again: what the code says, no more than the till has.
        Assert.Equal("till.amount_invalid", (string)(await buyer.Post("me/wallet/till-codes", new { payOut = true }, 422))["code"]!);
        var back = (string)(await buyer.Post("me/wallet/till-codes", new { payOut = true, amount = Person.Money(1_000) }, 201))["code"]!;
        Assert.Equal("till.amount_differs", await Refused(staff, shop, back, 900, 409));
        await Uses(staff, shop, back, 1_000);
        var tooMuch = (string)(await buyer.Post("me/wallet/till-codes", new { payOut = true, amount = Person.Money(3_500) }, 201))["code"]!;
        Assert.Equal("till.wallet_short", await Refused(staff, shop, tooMuch, 3_500, 409));
        await buyer.TopsUp(1_000);
        Assert.Equal("till.no_cash", await Refused(staff, shop, tooMuch, 3_500, 409));
        var late = await Code(buyer);
        fair.Clock!.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("till.code_invalid", await Refused(staff, shop, late, 100, 422));
        var report = await staff.Get($"shops/{shop.Id}/till");
        Assert.Equal(("400000", "100000", "300000", 2), ((string)report["took"]!["amount"]!, (string)report["paidOut"]!["amount"]!, (string)report["owes"]!["amount"]!, report["entries"]!.AsArray().Count));
        Assert.Equal("till.day_invalid", (string)(await staff.Get($"shops/{shop.Id}/till?day=yesterday", 422))["code"]!);

        // The shop is owed 10,000 for a lot and has 3,000 in its till already.
        var winner = await fair.Buyer("winner", 10_000);
        var lot = await shop.Opens("Kettle", price: 10_000, nominal: 1_000);
        await winner.Buys(10, lot);
        await lot.Becomes("drawn", "settled");
        var win = Assert.Single(await winner.Wins());
        await staff.Post("claims", new { token = (string)(await winner.Get($"me/wins/{win["winId"]}/claim-code"))["token"]! }, 200);
        await lot.Becomes("settled");
        await fair.Operator.Post("me/confirmations", new { password = Fair.OperatorPassword }, 204);
        await shop.Owner.Post("me/confirmations", new { password = Fair.Password }, 204);
        await shop.Owner.Post($"organisations/{shop.Id}/bank-details", new { currency = "KZT", holder = "Kettles and Co LLP", account = "DE89 3704 0044 0532 0130 00" }, 201);
        using (var check = await fair.Operator.Send($"payees/{shop.Id}/check", new { state = "checked" }, method: HttpMethod.Put)) Assert.True(check.IsSuccessStatusCode);
        Assert.Equal("700000", (string)(await shop.Owner.Get($"organisations/{shop.Id}/payable"))["balances"]![0]!["next"]!["amount"]!);
        await shop.Owner.Post($"organisations/{shop.Id}/payouts", new { currency = "KZT" }, 201);
        Assert.Equal("700000", (string)(await shop.Owner.Get($"organisations/{shop.Id}/payouts"))["items"]![0]!["amount"]!["amount"]!);
        Assert.Equal("0", (string)(await staff.Get($"shops/{shop.Id}/till"))["owes"]!["amount"]!);
    }

    [Fact]
    public async Task Where_the_operator_has_not_switched_it_on_no_till_takes_cash_and_who_is_excluded_pays_none_in()
    {
        await using (var off = await Fair.Open(DatabaseKind.Sqlite))
        {
            var shop = await off.Shop();
            var buyer = await off.Buyer("aigerim", 0);
            Assert.Equal("till.off", (string)(await buyer.Post("me/wallet/till-codes", new { }, 404))["code"]!);
            Assert.Equal("till.off", await Refused(shop.Owner, shop, "12345678", 100, 404));
        }
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: ["FAIRGROUND_TILL_CASH=1"]);
        var gone = await fair.Buyer("gone", 1_000);
        var till = await fair.Shop();
        var code = await Code(gone);
        await gone.Post("me/exclusions", new { months = 6, confirmed = true }, 204);
        Assert.Equal("protection.excluded", (string)(await gone.Post("me/wallet/till-codes", new { }, 403))["code"]!);
        Assert.Equal("protection.excluded", await Refused(till.Owner, till, code, 100, 403));
    }

    private static async Task<string> Code(Person person) => (string)(await person.Post("me/wallet/till-codes", new { }, 201))["code"]!;

    private static Task<JsonNode> Uses(Person staff, Shop shop, string code, long tenge, string? key = null) => staff.Post($"shops/{shop.Id}/till/entries", new { code, amount = Person.Money(tenge) }, 201, key);

    private static async Task<string> Refused(Person staff, Shop shop, string code, long tenge, int status) =>
        (string)(await staff.Post($"shops/{shop.Id}/till/entries", new { code, amount = Person.Money(tenge) }, status))["code"]!;
}
