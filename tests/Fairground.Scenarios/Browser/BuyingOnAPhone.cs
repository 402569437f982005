using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A stranger with a phone whose browser runs no scripts.</summary>
public sealed partial class BuyingOnAPhone(Chromium chromium)
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-03"), Requirement("C-05"), Requirement("C-14"), Requirement("C-15")]
    public async Task Without_scripts_a_stranger_registers_tops_up_finds_a_lot_buys_two_and_sees_them(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Copper kettle", price: 10_000, nominal: 1_000);
        await using var phone = await Visitor.At(fair, chromium, scripts: false);

        await Registers(phone, "stranger@fair.example", "Asel");
        await phone.Sees("Welcome, Asel.");

        await phone.Goes("/wallet");
        await phone.Page.GetByLabel("Amount").FillAsync("5000");
        await phone.Presses("Continue to payment");
        await phone.Presses("Let the payment succeed");
        await phone.Sees("is in your wallet");
        Assert.Equal("5000", await ToSpend(phone));

        await phone.Goes("/");
        await phone.Follows(phone.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Copper kettle" }));
        Assert.EndsWith($"/lots/{lot.Id}", phone.Page.Url, StringComparison.Ordinal);
        await phone.Main.GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = "2", Exact = true }).CheckAsync();
        await phone.Presses("Buy");
        await phone.Sees("2 certificates are yours");
        await phone.Sees("2 of 10 sold");

        await phone.Goes("/me/certificates");
        var numbers = await phone.Main.Locator(".ticket-number").AllInnerTextsAsync();
        Assert.Equal(2, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.True(Fairness.CertificateNumber.IsValid(number), number));
        await phone.Goes("/wallet");
        Assert.Equal("3000", await ToSpend(phone));
        Assert.Empty(phone.Complaints);
    }

    private static async Task<string> ToSpend(Visitor visitor) => string.Concat((await visitor.Main.Locator(".figure-big").InnerTextAsync()).Where(char.IsAsciiDigit));

    // Through the pages, with the code from the development inbox as one would read it on the same phone.
    private static async Task Registers(Visitor visitor, string contact, string name)
    {
        await visitor.Goes("/register");
        await visitor.Page.GetByLabel("E-mail or mobile number").FillAsync(contact);
        await visitor.Page.GetByLabel("Your name").FillAsync(name);
        await visitor.Presses("Send me a code");
        var form = visitor.Page.Url;
        await visitor.Goes($"/dev/inbox?to={Uri.EscapeDataString(contact)}");
        var code = await visitor.Main.Locator("article .figure").First.InnerTextAsync();
        Assert.Matches(SixDigits(), code);
        await visitor.Page.GotoAsync(form);
        await visitor.Page.GetByLabel("Code").FillAsync(code);
        await visitor.Page.GetByLabel("Choose a password").FillAsync(Fair.Password);
        await visitor.Presses("Open my account");
    }

    [GeneratedRegex("^[0-9]{6}$")]
    private static partial Regex SixDigits();
}
