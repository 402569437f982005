using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A winner's phone and a browser at the shop's counter.</summary>
public sealed class HandingOver(Chromium chromium)
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-05"), Requirement("C-29"), Requirement("C-30"), Requirement("C-31")]
    public async Task The_code_on_the_winners_phone_is_scanned_by_the_counters_camera_and_works_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var (shop, winner, staff) = await Drawn(fair);
        await using var phone = await Visitor.At(fair, chromium);
        await phone.SignsIn(winner.Contact);
        await phone.Goes("/me/wins");
        await phone.Follows(phone.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Show the code" }));
        await phone.Sees("Abay Avenue 10");
        var token = await phone.ReadsCode();
        Assert.Equal(58, token.Length);

        CameraFilm.Write(chromium.Film, token);
        await using var counter = await Visitor.At(fair, chromium);
        await counter.SignsIn(staff.Contact);
        await counter.Goes("/shop/scan");
        await counter.Follows(counter.Main.Locator("[data-scanner-toggle]"));
        await counter.Sees("The code is good. Hand over now:");
        await counter.Sees("Kettle");
        await counter.Sees(winner.Contact.Split('@')[0]);
        await Assertions.Expect(counter.Main.Locator(".verdict-good")).ToBeVisibleAsync();
        Assert.Empty(counter.Complaints);

        await counter.Goes("/shop/scan");
        await counter.Follows(counter.Main.Locator("[data-scanner-toggle]"));
        await counter.Sees("claim.already_redeemed");
        await counter.Sees("Do not hand anything over.");

        await phone.Page.ReloadAsync();
        await phone.Sees("Handed over");
        Assert.Empty(phone.Complaints);
        Assert.Equal("claimed", (string)(await winner.Wins())[0]["state"]!);
        Assert.NotEqual(shop.Owner.Id, staff.Id);
    }

    [Fact]
    [Requirement("C-29"), Requirement("C-31")]
    public async Task Without_camera_and_scripts_the_code_is_typed()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (_, winner, staff) = await Drawn(fair);
        await using var phone = await Visitor.At(fair, chromium, scripts: false);
        await phone.SignsIn(winner.Contact);
        await phone.Goes($"/me/wins/{(await winner.Wins())[0]["winId"]}");
        await phone.Main.GetByText("No camera? Let them type it").ClickAsync();
        var spoken = await phone.Main.Locator("details .hash").InnerTextAsync();

        await using var counter = await Visitor.At(fair, chromium, scripts: false);
        await counter.SignsIn(staff.Contact);
        await counter.Goes("/shop/scan");
        await counter.Page.GetByLabel("The winner's code").FillAsync("not a code");
        await counter.Presses("Check and hand over");
        await counter.Sees("claim.token_invalid");
        await counter.Page.GetByLabel("The winner's code").FillAsync(spoken.ToLowerInvariant());
        await counter.Presses("Check and hand over");
        await counter.Sees("The code is good. Hand over now:");
        Assert.Equal("claimed", (string)(await winner.Wins())[0]["state"]!);
    }

    private static async Task<(Shop Shop, Person Winner, Person Staff)> Drawn(Fair fair)
    {
        var shop = await fair.Shop();
        var staff = await shop.Staff("timur");
        var lot = await shop.Opens("Kettle", price: 2_000, nominal: 1_000);
        var winner = await fair.Buyer("aigerim");
        await winner.Buys(2, lot);
        await lot.Becomes("drawn");
        return (shop, winner, staff);
    }
}
