using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>What a shop's people and the operator do with goods, on a phone.</summary>
public sealed class KeepingGoods(Chromium chromium)
{
    private const string Table = "Code;What;Money;Left\nA-1;Kettle;12 500,00;3\nA-2;Samovar;120 000,00;1\n";

    [Fact, Requirement("C-06")]
    public async Task A_table_is_understood_looked_at_imported_and_its_prices_raised_and_brought_back()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        await using var owner = await Visitor.At(fair, chromium);
        await owner.SignsIn(shop.Owner.Contact);
        await owner.Goes($"/shop/{shop.Id}/office/imports");
        await owner.Main.Locator("input[name=file]").SetInputFilesAsync(new FilePayload { Name = "price list.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(Table) });
        await owner.Presses("Look at it first");
        await owner.Sees("What the file is");
        // Words that we do not know are told us.
        await owner.Page.GetByLabel("What What is").SelectOptionAsync("name");
        await owner.Page.GetByLabel("What Money is").SelectOptionAsync("price");
        await owner.Presses("Show what would change");
        await owner.Sees("What would change");
        await owner.Sees("12500.00 KZT");
        Assert.Empty(await Prices(fair, shop));

        await owner.Follows(owner.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Say what it is" }));
        await Assertions.Expect(owner.Page.GetByLabel("What Money is")).ToHaveValueAsync("price");
        await owner.Presses("Import");
        await owner.Sees("Undo this import");
        Assert.Equal(["Kettle 1250000", "Samovar 12000000"], await Prices(fair, shop));

        await owner.Goes($"/shop/{shop.Id}/office/goods");
        await owner.Main.GetByText("Change several at once").ClickAsync();
        await owner.Page.GetByLabel("Choose Kettle").CheckAsync();
        await owner.Main.Locator("input[name=percent]").FillAsync("+10");
        await owner.Presses("See what would change");
        await owner.Presses("Change this one");
        await owner.Sees("Undo this import");
        Assert.Equal(["Kettle 1375000", "Samovar 12000000"], await Prices(fair, shop));
        await owner.Presses("Undo this import");
        await owner.Sees("1 product is as it was before.");
        Assert.Equal(["Kettle 1250000", "Samovar 12000000"], await Prices(fair, shop));
        Assert.Empty(owner.Complaints);
    }

    [Fact, Requirement("C-06"), Requirement("C-36")]
    public async Task One_thing_gets_a_price_and_pictures_from_camera_and_album_and_its_history_is_seen()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var staff = await shop.Staff("timur");
        var kettle = await shop.Lists("Kettle", 10_000);
        await using var phone = await Visitor.At(fair, chromium);
        await phone.SignsIn(staff.Contact);
        await phone.Goes($"/shop/{shop.Id}/office/goods/{kettle}");
        await phone.Page.GetByLabel("Price", new PageGetByLabelOptions { Exact = true }).FillAsync("12000");
        await phone.Presses("Save");
        await Assertions.Expect(phone.Page.GetByLabel("Price", new PageGetByLabelOptions { Exact = true })).ToHaveValueAsync("12000.00");
        await phone.Sees("By hand");

        // A phone's camera and its album are two ways; the browser's own pictures stand in for photographs.
        await Assertions.Expect(phone.Main.Locator("input[capture=environment]")).ToHaveAttributeAsync("accept", "image/jpeg,image/png,image/webp,image/gif,image/avif");
        await phone.Main.Locator("#f-camera").SetInputFilesAsync(await Photo(phone, "camera.png", 40));
        await phone.Main.Locator("#f-album").SetInputFilesAsync([await Photo(phone, "one.png", 60), await Photo(phone, "two.png", 80)]);
        await phone.Presses("Add pictures");
        await Assertions.Expect(phone.Main.Locator(".picture-line img")).ToHaveCountAsync(3);
        await phone.Follows(phone.Main.GetByLabel("Move picture 3 up"));
        await phone.Follows(phone.Main.GetByLabel("Remove picture 1"));
        await Assertions.Expect(phone.Main.Locator(".picture-line img")).ToHaveCountAsync(2);
        // What is no picture is said by its name, and harms nothing.
        await phone.Main.Locator("#f-album").SetInputFilesAsync([new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() }, await Photo(phone, "three.png", 90)]);
        await phone.Presses("Add pictures");
        await Assertions.Expect(phone.Page.Locator("body")).ToContainTextAsync("“notes.png”: This is not a picture we take");
        Assert.Empty(phone.Complaints);

        using var http = fair.Http();
        var seen = await Call.Read(await http.GetAsync($"api/v1/products/{kettle}"), 200);
        Assert.Equal((2, "1200000"), (seen["pictures"]!.AsArray().Count, (string)seen["price"]!["amount"]!));
    }

    [Fact, Requirement("C-07")]
    public async Task The_operator_makes_renames_and_merges_a_category_and_its_old_addresses_lead_on()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await (await fair.Shop()).Lists("Kettle", 10_000);
        await using var desk = await Visitor.At(fair, chromium, width: 1280);
        await desk.SignsIn(fair.Operator.Contact, Fair.OperatorPassword);
        await desk.Goes("/office/categories");
        await desk.Main.Locator("input[name=name]").FillAsync("Kitchen");
        await desk.Presses("Make it");
        await desk.Follows(desk.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Kitchen" }));
        await desk.Main.Locator("input[name=name]").FillAsync("Cooking");
        await desk.Presses("Save");
        await desk.Goes("/catalogue/kitchen");
        Assert.EndsWith("/catalogue/cooking", desk.Page.Url, StringComparison.Ordinal);
        await desk.Goes("/office/categories");
        await desk.Follows(desk.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Cooking" }));
        await desk.Main.Locator("select[name=into]").SelectOptionAsync(new SelectOptionValue { Label = "Home" });
        await desk.Presses("Merge");
        Assert.Equal(200, await desk.Goes("/catalogue/kitchen"));
        Assert.EndsWith("/catalogue/home", desk.Page.Url, StringComparison.Ordinal);
        await desk.Sees("Kettle");
        Assert.Empty(desk.Complaints);
    }

    private static async Task<FilePayload> Photo(Visitor visitor, string name, int side) =>
        new() { Name = name, MimeType = "image/png", Buffer = await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Clip = new Clip { X = 0, Y = 0, Width = side, Height = side } }) };

    private static async Task<string[]> Prices(Fair fair, Shop shop)
    {
        using var http = fair.Http();
        var goods = await Call.Read(await http.GetAsync($"api/v1/products?shop={shop.Id}&sort=name"), 200);
        return [.. goods["items"]!.AsArray().Select(g => $"{g!["name"]} {g["price"]!["amount"]}")];
    }
}
