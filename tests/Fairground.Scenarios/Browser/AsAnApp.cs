using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>The market as an app on a phone: it can be installed, and without a network it says so in a page of its own.</summary>
public sealed class AsAnApp(Chromium chromium)
{
    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 30_000 };

    [Fact]
    public async Task Without_a_network_there_is_a_page_of_ours_with_its_styles_and_then_the_market_again()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await using var network = new FaultProxy("127.0.0.1", fair.Address.Port);
        var browser = await chromium.Launch();
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = $"http://127.0.0.1:{network.Port}/", ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/catalogue");
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller?.state === 'activated'", null, Patient);

        network.Refuse();
        await page.GotoAsync("/lots");

        await Assertions.Expect(page.Locator("main h1")).ToHaveTextAsync("No connection");
        Assert.EndsWith("/lots", page.Url, StringComparison.Ordinal);
        // The styles came from the device too: without them nothing of the head would stand in a row.
        Assert.Equal("flex", await page.Locator(".site-foot-row").EvaluateAsync<string>("e => getComputedStyle(e).display"));
        Assert.True(await page.Locator(".empty-art").EvaluateAsync<bool>("e => e.complete && e.naturalWidth > 0"));

        network.Allow();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(page.Locator("main h1")).ToHaveTextAsync("Lots on sale");
    }

    [Fact]
    public async Task A_page_about_money_is_not_kept_on_the_device()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var buyer = await fair.Buyer("buyer");
        await using var visitor = await Visitor.At(fair, chromium);
        await visitor.SignsIn(buyer.Contact);
        await visitor.Goes("/wallet");
        await visitor.Page.WaitForFunctionAsync("() => navigator.serviceWorker.controller?.state === 'activated'", null, Patient);
        await visitor.Goes("/wallet");

        var kept = await visitor.Page.EvaluateAsync<string[]>("async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname)))).flat()");

        Assert.Equal(["/offline"], kept.Where(path => !path.StartsWith("/_content/", StringComparison.Ordinal)));
        Assert.Contains(kept, path => path.StartsWith("/_content/Fairground.Ui/fairground", StringComparison.Ordinal) && path.EndsWith(".css", StringComparison.Ordinal));
        var offline = await visitor.Page.EvaluateAsync<string>("async () => (await (await caches.match('/offline')).text())");
        Assert.DoesNotContain(buyer.Contact, offline, StringComparison.Ordinal);
        Assert.Contains("Sign in", offline, StringComparison.Ordinal);
    }

    // What a browser asks for before it offers to install.
    [Fact]
    public async Task The_manifest_has_a_name_a_start_and_pictures_that_are_there()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await using var visitor = await Visitor.At(fair, chromium);
        await visitor.Goes("/");
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);

        var manifest = await session.SendAsync("Page.getAppManifest");
        var errors = await session.SendAsync("Page.getInstallabilityErrors");

        Assert.Empty(manifest!.Value.GetProperty("errors").EnumerateArray());
        Assert.Equal(200, (await visitor.Page.APIRequest.GetAsync(manifest.Value.GetProperty("url").GetString()!)).Status);
        // A private window, as every test has one, may not install; nothing else may be amiss.
        Assert.Equal(["in-incognito"], errors!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(e => e.GetProperty("errorId").GetString()));
    }
}
