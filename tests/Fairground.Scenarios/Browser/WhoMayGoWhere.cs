using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>Pages refuse in words, and lead to where one may go on.</summary>
public sealed class WhoMayGoWhere(Chromium chromium)
{
    [Fact]
    public async Task A_buyer_is_refused_at_the_office_and_at_the_counter()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var buyer = await fair.Buyer("buyer", 0);
        await using var phone = await Visitor.At(fair, chromium);
        await phone.SignsIn(buyer.Contact);
        foreach (var path in new[] { "/office/lots", "/office/imports", "/office/shops", "/shop/scan", "/shop/lots", "/shop/lots/new" })
        {
            Assert.Equal(403, await phone.Goes(path));
            await phone.Sees("access.forbidden");
            await Microsoft.Playwright.Assertions.Expect(phone.Page.Locator("h1")).ToHaveCountAsync(1);
        }
        Assert.Equal(404, await phone.Goes("/nothing/here"));
        await phone.Sees("request.not_found");
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_signs_in_and_comes_back()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var buyer = await fair.Buyer("buyer", 0);
        foreach (var (path, title) in new[] { ("/wallet", "Wallet"), ("/me/certificates", "My certificates"), ("/messages", "Messages") })
        {
            await using var phone = await Visitor.At(fair, chromium, scripts: false);
            await phone.Goes(path);
            Assert.EndsWith($"/sign-in?returnUrl={Uri.EscapeDataString(path)}", phone.Page.Url, StringComparison.OrdinalIgnoreCase);
            await phone.SignsIn(buyer.Contact);
            Assert.EndsWith(path, phone.Page.Url, StringComparison.Ordinal);
            Assert.Equal(title, await phone.Page.Locator("h1").InnerTextAsync());
        }
    }
}
