using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A seller, three applicants and the shop's counter, each with a phone, from the draft of a two-stage lot to its settlement.</summary>
public sealed class BuyingByTwoPayments(Chromium chromium)
{
    [Fact]
    [Requirement("D-01"), Requirement("D-02"), Requirement("D-04"), Requirement("D-05"), Requirement("D-09"), Requirement("D-10"), Requirement("D-11"), Requirement("D-16"), Requirement("D-17"), Requirement("D-18"), Requirement("D-23"), Requirement("D-24"), Requirement("D-29")]
    public async Task One_is_drawn_and_gives_up_the_next_pays_collects_and_approves_and_the_others_have_mileage()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, movableClock: true, settings: ["FAIRGROUND_MOST_MILEAGE_RATE=5"]);
        var shop = await fair.Shop();
        await using var seller = await Visitor.At(fair, chromium);
        var lot = await Offers(seller, shop);

        var people = new List<(Person Person, Visitor Phone)>();
        foreach (var name in new[] { "aigerim", "daniyar", "nurlan" })
        {
            var phone = await Visitor.At(fair, chromium);
            people.Add((await fair.Buyer(name, 10_000), phone));
            await phone.SignsIn($"{name}@fair.example");
            await phone.Goes($"/lots/{lot}");
        }
        await using var first = people[0].Phone;
        await using var second = people[1].Phone;
        await using var third = people[2].Phone;
        // The last sees on the open page how many have applied before.
        await Applies(first);
        await Applies(second);
        await third.Sees("People who have applied: 2");
        await third.Sees("4 applications, 10 expected");
        await Applies(third);

        await seller.Goes($"/shop/lots/{lot}");
        await seller.Main.GetByText("Close the sale before its time").ClickAsync();
        await seller.Presses("Close the sale now");
        await seller.Sees("The sale is closed.");
        fair.Clock!.Advance(TimeSpan.FromMinutes(1));

        var drawn = await Candidate(people, lot);
        await drawn.Phone.Goes($"/lots/{lot}");
        await drawn.Phone.Sees("You were drawn");
        Assert.Equal("4000", await Figure(drawn.Phone, "#my-place"));
        await drawn.Phone.Main.GetByText("Give it up", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        await drawn.Phone.Presses("Give my place up");
        await drawn.Phone.Sees("You gave up your place. The next one is called.");
        await drawn.Phone.Sees("Given up");

        var buyer = await Candidate(people, lot);
        Assert.NotEqual(drawn.Person, buyer.Person);
        await buyer.Phone.Goes($"/lots/{lot}");
        Assert.Equal("4000", await Figure(buyer.Phone, "#my-place"));
        await buyer.Phone.Presses("Pay and buy");
        await buyer.Phone.Sees("Your second payment has arrived. The goods are yours.");
        await buyer.Phone.Sees("It is yours");
        Assert.Equal(4_000, await buyer.Person.Wallet());
        // Whoever was called was the first of the published reserves.
        var proof = await Proof(fair, lot);
        Assert.Equal("waived", (string)Assert.Single(proof["calls"]!.AsArray())!["reason"]!);

        await Collects(fair, shop, buyer);
        await Call.Until(async () => (string)(await buyer.Person.Get($"lots/{lot}"))["state"]!, state => state == "settled");
        await HaveMileage(people.Where(p => p.Person != buyer.Person), lot);
        await buyer.Phone.Goes("/me/mileage");
        await buyer.Phone.Sees("No mileage yet");
        await seller.Goes($"/shop/lots/{lot}");
        await seller.Sees("Delivered and settled");
        // The seller has the deposit back, and is owed exactly the price.
        Assert.Equal(1_000, await shop.Owner.Wallet());
        await seller.Sees("ended");
        // The browser notes that the form of the seller was refused once.
        Assert.Contains("422", Assert.Single(seller.Complaints), StringComparison.Ordinal);
        Assert.All(people, one => Assert.Empty(one.Phone.Complaints));
    }

    // From the form to the open lot: 10,000 over ten expected applications, 5 % of a first payment as mileage.
    private static async Task<string> Offers(Visitor seller, Shop shop)
    {
        await shop.Owner.TopsUp(1_000);
        await seller.SignsIn(shop.Owner.Contact);
        await seller.Goes($"/shop/lots/new-two-stage?product={await shop.Lists("Bicycle", 10_000)}");
        await seller.Main.Locator("[name=predicted]").FillAsync("10");
        await seller.Main.Locator("[name=ends]").SelectOptionAsync("hand");
        await seller.Main.Locator("[name=delay]").SelectOptionAsync("60");
        await seller.Main.Locator("[name=mileageRate]").FillAsync("5.01");
        await seller.Presses("Look at the preview");
        await seller.Sees("Mileage by rate is not above what the operator of the market allows");
        await seller.Main.Locator("[name=mileageRate]").FillAsync("5");
        await seller.Presses("Look at the preview");
        Assert.Equal("1000", Digits(await seller.Main.Locator("#preview .figure").InnerTextAsync()));
        await seller.Presses("Save the draft");
        await seller.Sees("The draft is saved. Pay its deposit, then open it.");
        await seller.Presses("Pay the deposit");
        await seller.Sees("with the operator");
        await seller.Presses("Open the sale");
        await seller.Sees("The lot is on sale.");
        return new Uri(seller.Page.Url).Segments[^1];
    }

    private static async Task Applies(Visitor phone)
    {
        await phone.Main.GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = "2", Exact = true }).CheckAsync();
        await phone.Presses("Apply");
        await phone.Sees("Your 2 applications are in. Good luck.");
    }

    // Whose turn it is now, as that person sees it.
    private static async Task<(Person Person, Visitor Phone)> Candidate(IEnumerable<(Person Person, Visitor Phone)> people, string lot)
    {
        var turn = await Call.Until(
            async () =>
            {
                foreach (var one in people)
                {
                    if ((string?)(await one.Person.Get($"lots/{lot}"))["twoStage"]!["mine"]?["state"] == "candidate") return one;
                }
                return default;
            },
            one => one.Person is not null);
        return turn;
    }

    // The code on the buyer's phone is read at the counter, and the buyer approves.
    private async Task Collects(Fair fair, Shop shop, (Person Person, Visitor Phone) buyer)
    {
        // The order is on its way for a moment.
        await Call.Until(async () => (await buyer.Person.Get("me/deliveries"))["items"]!.AsArray().Count, count => count > 0);
        var phone = buyer.Phone;
        await phone.Follows(phone.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "See how you get it" }));
        await phone.Presses("I pick it up at the shop");
        await phone.Sees("Show this at the counter");
        var token = await phone.ReadsCode();
        var staff = await shop.Staff("timur");
        await using var counter = await Visitor.At(fair, chromium);
        await counter.SignsIn(staff.Contact);
        await counter.Goes("/shop/scan");
        await counter.Page.GetByLabel("The winner's code").FillAsync(token);
        await counter.Presses("Check and hand over");
        await counter.Sees("The code is good. Hand over now:");
        await counter.Sees("Bicycle");
        Assert.Empty(counter.Complaints);
        await phone.Page.ReloadAsync();
        await phone.Presses("All is well: approve");
        await phone.Sees("Approved. The shop is paid.");
    }

    // Of two first payments of 1,000 each 5 %, in the smallest unit.
    private static async Task HaveMileage(IEnumerable<(Person Person, Visitor Phone)> losers, string lot)
    {
        foreach (var (person, phone) in losers)
        {
            Assert.Equal(8_000, await person.Wallet());
            await phone.Goes($"/lots/{lot}");
            await phone.Sees("Delivered and settled");
            await phone.Goes("/me/mileage");
            Assert.Equal("10000", await Figure(phone, "section"));
            await phone.Sees("Mileage for an application that was not drawn");
            Assert.Equal($"/lots/{lot}", await phone.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Bicycle" }).GetAttributeAsync("href"));
        }
    }

    private static async Task<JsonNode> Proof(Fair fair, string lot)
    {
        using var http = fair.Http();
        return await Call.Read(await http.GetAsync($"api/v1/lots/{lot}/proof"), 200);
    }

    private static async Task<string> Figure(Visitor phone, string where) => Digits(await phone.Main.Locator($"{where} .figure-big").First.InnerTextAsync());

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
