using Fairground.Kernel.Storage;
using Fairground.Sandbox;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A person pays at each payment company's page, comes back, and has some of it paid back; the companies are played by the sandbox, over HTTP.</summary>
public sealed class PayingThroughACompany(Chromium chromium)
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-13"), Requirement("C-14")]
    public async Task A_person_pays_at_each_company_s_page_and_comes_back_to_money_in_the_wallet(DatabaseKind engine)
    {
        await using var sandbox = await SandboxServer.Start();
        await using var fair = await Fair.Open(engine, settings: [.. SandboxServer.Settings(sandbox.Address).Select(s => $"{s.Name}={s.Value}")]);
        sandbox.Notices.Send(fair.Address);
        await fair.Register("payer@fair.example", "Payer");
        await using var payer = await Visitor.At(fair, chromium);
        await payer.SignsIn("payer@fair.example");

        await Pays(payer, "/wallet", "5000", "stripe", "4242 4242 4242 4242");
        await Pays(payer, "/wallet", "700", "epay", "4000 0000 0000 3220");
        await Pays(payer, "/wallet?currency=USD", "30", "paypal", "4242 4242 4242 4242");
        await payer.Goes("/wallet");
        Assert.Equal(["5700", "30"], (await payer.Main.Locator(".figure-big").AllInnerTextsAsync()).Select(text => string.Concat(text.Where(char.IsAsciiDigit))));

        // Of the last payment a third goes back.
        await payer.Goes("/wallet?currency=USD");
        var paypal = sandbox.Till.Plays.Single(p => p.Company == "paypal");
        await payer.Goes($"/wallet/payments/{paypal.Merchant}");
        await payer.Sees("costs nothing");
        await payer.Page.GetByLabel("Amount").FillAsync("10");
        await payer.Presses("Pay it back");
        await payer.Sees("is on its way back");
        await payer.Sees("Partly paid back");
        Assert.Equal(1_000, paypal.Refunded);
        Assert.Empty(payer.Complaints);
        await sandbox.Notices.Quiet();
    }

    [Fact]
    [Requirement("C-13")]
    public async Task Whoever_turns_back_or_is_declined_is_told_that_nothing_was_charged_and_can_try_again_without_scripts()
    {
        await using var sandbox = await SandboxServer.Start();
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: [.. SandboxServer.Settings(sandbox.Address).Select(s => $"{s.Name}={s.Value}")]);
        sandbox.Notices.Send(fair.Address);
        await fair.Register("payer@fair.example", "Payer");
        await using var payer = await Visitor.At(fair, chromium, scripts: false);
        await payer.SignsIn("payer@fair.example");

        await Begins(payer, "/wallet", "5000", "stripe");
        await payer.Presses("Cancel and go back");
        await payer.Sees("Nothing was charged as far as we know");
        await payer.Follows(payer.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Pay now" }));
        await payer.Page.GetByLabel("Card number").FillAsync("4000 0000 0000 0002");
        await payer.Presses("Pay 5000.00 KZT");
        await payer.Sees("Your bank declined");
        await payer.Page.GetByLabel("Card number").FillAsync("4242 4242 4242 4242");
        await payer.Presses("Pay 5000.00 KZT");
        await payer.Sees("The money is in your wallet.");
        Assert.Empty(payer.Complaints);
        await sandbox.Notices.Quiet();
    }

    [Fact]
    [Requirement("C-14")]
    public async Task A_card_is_kept_on_the_page_of_the_bank_which_its_script_opens()
    {
        await using var sandbox = await SandboxServer.Start();
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: [.. SandboxServer.Settings(sandbox.Address).Select(s => $"{s.Name}={s.Value}")]);
        sandbox.Notices.Send(fair.Address);
        await fair.Register("payer@fair.example", "Payer");
        await using var payer = await Visitor.At(fair, chromium);
        await payer.SignsIn("payer@fair.example");

        await payer.Goes("/wallet/automatic");
        await payer.Presses("Bank card (Halyk ePay), KZT");
        await payer.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Go on to the payment company" }).ClickAsync();
        await payer.Page.WaitForURLAsync(url => url.Contains("/epay/methods/", StringComparison.Ordinal));
        await payer.Page.GetByLabel("Card number").FillAsync("4242 4242 4242 4242");
        await payer.Page.Locator("button[value=agree]").ClickAsync();
        await payer.Page.WaitForURLAsync(url => url.Contains("/wallet/automatic", StringComparison.Ordinal));
        await payer.Sees("•••• 4242");
        Assert.True(Assert.Single(sandbox.Till.Methods).IsAgreed);
        Assert.Empty(payer.Complaints);
        await sandbox.Notices.Quiet();
    }

    private static async Task Begins(Visitor payer, string wallet, string amount, string gateway)
    {
        await payer.Goes(wallet);
        await payer.Page.GetByLabel("Amount").FillAsync(amount);
        await payer.Page.GetByLabel("Pay by").SelectOptionAsync(gateway);
        await payer.Main.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Continue to payment", Exact = true }).ClickAsync();
        // By way of a page of ours, and with ePay by way of the bank's script.
        await payer.Page.WaitForURLAsync(url => url.Contains($"/{gateway}/pages/", StringComparison.Ordinal));
    }

    private static async Task Pays(Visitor payer, string wallet, string amount, string gateway, string card)
    {
        await Begins(payer, wallet, amount, gateway);
        await payer.Page.GetByLabel("Card number").FillAsync(card);
        await payer.Page.Locator("button[value=pay]").ClickAsync();
        if (card == "4000 0000 0000 3220") await payer.Page.Locator("button[value=confirm]").ClickAsync();
        await payer.Page.WaitForURLAsync(url => url.Contains("/wallet/payments/", StringComparison.Ordinal));
        await payer.Sees("The money is in your wallet.");
    }
}
