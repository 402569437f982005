using System.Net;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>Somebody who cares for their account, and somebody who would like to have it.</summary>
public sealed class KeepingAnAccount(Chromium chromium)
{
    private const string Owner = "owner@fair.example";

    [Fact]
    [Requirement("C-01")]
    public async Task A_passkey_is_made_on_the_phone_and_opens_the_account_and_what_matters()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, movableClock: true);
        await fair.Register(Owner, "Asel");
        await using var phone = await Visitor.At(fair, chromium);
        await HasAuthenticator(phone.Page);
        // Browsers keep passkeys for names, not for addresses in figures.
        var site = $"http://localhost:{fair.Address.Port}";
        await phone.Page.GotoAsync($"{site}/sign-in");
        await phone.SignsIn(Owner);
        await phone.Page.GotoAsync($"{site}/account/passkeys/new");
        await phone.Page.GetByLabel("What do you call it?").FillAsync("Asel's phone");
        await phone.Presses("Make the passkey");
        await phone.Sees("Asel's phone can sign you in from now on.");
        await phone.Presses("Sign out everywhere");
        await phone.Page.GotoAsync($"{site}/sign-in?returnUrl=/account/security");
        await phone.Presses("Use a passkey");
        await phone.Sees("Where you are signed in");
        fair.Clock!.Advance(TimeSpan.FromMinutes(11));
        await phone.Page.GotoAsync($"{site}/account/contact");
        await phone.Sees("Is it you?");
        await phone.Presses("Use a passkey");
        await phone.Sees("Change your contact");
        Assert.Empty(phone.Complaints);
    }

    [Fact]
    [Requirement("C-01"), Requirement("C-04")]
    public async Task Without_scripts_a_second_step_is_set_up_and_a_lost_password_is_replaced()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await fair.Register(Owner, "Asel");
        await using var phone = await Visitor.At(fair, chromium, scripts: false);
        await phone.SignsIn(Owner);
        await phone.Goes("/account/authenticator");
        var secret = (await phone.Main.Locator("code.hash").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await phone.Page.GetByLabel("Code").FillAsync(Totp.Shows(secret, -1));
        await phone.Presses("Turn it on");
        var codes = await phone.Main.Locator(".grid-codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await phone.Goes("/account/security");
        await phone.Presses("Sign out everywhere");

        await phone.Goes("/recover");
        await phone.Page.GetByLabel("E-mail or mobile number").FillAsync(Owner);
        await phone.Presses("Send me a code");
        await Fills(phone, await Code(fair), "a password that is new");
        await phone.Presses("Save and sign in");
        await phone.Page.GetByLabel("Code of your authenticator").FillAsync(codes[0]);
        await phone.Page.GetByLabel("New password").FillAsync("a password that is new");
        await phone.Presses("Save and sign in");
        await phone.Sees("Your new password is saved");
        await phone.Sees("Recovery codes left: 9");
        await phone.Presses("Sign out everywhere");

        await phone.Goes("/sign-in");
        await phone.Page.GetByLabel("E-mail or mobile number").FillAsync(Owner);
        await phone.Presses("Send me a code instead");
        await phone.Page.GetByLabel("Code").FillAsync(await Code(fair));
        await phone.Presses("Sign in");
        await phone.Sees("One more step");
        await phone.Page.GetByLabel("Code").FillAsync(codes[1]);
        await phone.Page.GetByLabel("Do not ask again").CheckAsync();
        await phone.Presses("Sign in");
        await phone.Goes("/account/security");
        await phone.Sees("Remembered devices");
        await phone.Presses("Sign out everywhere");
        // The one page that was not content: it asked for the second step.
        Assert.Contains("/recover/code", Assert.Single(phone.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_form_of_the_account_does_anything_for_another_site()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await fair.Register(Owner, "Asel");
        using var browser = new PlainBrowser(fair.Address);
        string[] outside = ["/sign-in", "/sign-in/code?id=1", "/sign-in/second-step", "/register", "/register/confirm?id=1", "/recover", "/recover/code?id=1", "/contact-change/stop?token=x"];
        string[] inside = ["/account", "/account/security", "/account/password", "/account/confirm", "/account/contact", "/account/contact/proof", "/account/authenticator", "/account/passkeys/new"];
        var tried = 0;
        foreach (var page in outside) tried += await browser.TriesFormsOf(page);
        Assert.Equal(HttpStatusCode.Found, await browser.SignsIn(Owner, Fair.Password));
        foreach (var page in inside) tried += await browser.TriesFormsOf(page);
        Assert.True(tried >= 18, $"{tried} forms were tried");
        Assert.Equal(HttpStatusCode.OK, await browser.Looks("/account/security"));
    }

    [Fact]
    public async Task A_session_that_was_planted_in_a_browser_is_not_the_one_that_signs_in()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await fair.Register(Owner, "Asel");
        await fair.Register("thief@fair.example", "Thief");
        using var thief = new PlainBrowser(fair.Address);
        Assert.Equal(HttpStatusCode.Found, await thief.SignsIn("thief@fair.example", Fair.Password));
        using var victim = new PlainBrowser(fair.Address);
        const string Chosen = "a-session-of-the-thief-s-own-choosing";
        victim.Plant(Chosen);
        Assert.Equal(HttpStatusCode.Found, await victim.SignsIn(Owner, Fair.Password));
        Assert.NotEqual(Chosen, victim.Session);
        Assert.Contains(Owner, await victim.Reads("/account"), StringComparison.Ordinal);
        thief.Plant(Chosen);
        Assert.Equal(HttpStatusCode.Found, await thief.Looks("/account"));
        // A living session that is slipped in between the page and its answer is not mixed with the one that was to begin.
        Assert.Equal(HttpStatusCode.Found, await thief.SignsIn("thief@fair.example", Fair.Password));
        using var second = new PlainBrowser(fair.Address);
        Assert.Equal(HttpStatusCode.BadRequest, await second.SignsIn(Owner, Fair.Password, () => second.Plant(thief.Session!)));
    }

    private static async Task HasAuthenticator(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private static async Task Fills(Visitor visitor, string code, string password)
    {
        await visitor.Page.GetByLabel("Code").FillAsync(code);
        await visitor.Page.GetByLabel("New password").FillAsync(password);
    }

    private static async Task<string> Code(Fair fair)
    {
        using var http = fair.Http();
        return JsonNode.Parse(await http.GetStringAsync($"dev/inbox?to={Uri.EscapeDataString(Owner)}"))!.AsArray().Select(m => (string?)m!["code"]).First(c => c is not null)!;
    }
}
