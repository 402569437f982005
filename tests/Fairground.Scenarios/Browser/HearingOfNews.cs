using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>News reaches whoever has a page open, and whoever has none.</summary>
[Requirement("C-26")]
public sealed class HearingOfNews(Chromium chromium)
{
    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 30_000 };

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    [Requirement("D-27")]
    public async Task The_count_of_unread_messages_follows_without_a_new_page(int width)
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var lot = await shop.Opens();
        var buyer = await fair.Buyer("buyer", 5_000);
        await buyer.Buys(1, lot);
        await using var visitor = await Visitor.At(fair, chromium, width: width);
        await visitor.SignsIn(buyer.Contact);
        await visitor.Goes("/catalogue");
        var badge = visitor.Page.Locator(".badge-on-avatar");
        await Assertions.Expect(badge).ToBeHiddenAsync();
        await visitor.Page.EvaluateAsync("() => { window.samePage = true; }");

        await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = "Withdrawn." }, 200);

        await Assertions.Expect(badge).ToHaveTextAsync("1", new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        await Assertions.Expect(badge).ToBeVisibleAsync();
        var message = (string)(await buyer.Get("me/messages"))["items"]![0]!["messageId"]!;
        await buyer.Post($"me/messages/{message}/read", new { }, 204);
        await Assertions.Expect(badge).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 20_000 });
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => window.samePage"));
        if (width == 390) await IsReadAloud(visitor, (string)(await buyer.Get("me/messages"))["items"]![0]!["subject"]!);
        Assert.Empty(visitor.Complaints);
    }

    // What the page asks of the browser, which speaks where there is a voice.
    private static async Task IsReadAloud(Visitor visitor, string title)
    {
        await visitor.Page.AddInitScriptAsync("""
            window.said = [];
            const speaks = { speak: u => { window.said.push(`${u.lang}: ${u.text}`); window.last = u; }, cancel: () => window.said.push("cancel") };
            Object.defineProperty(window, "speechSynthesis", { value: location.search === "?cursor=" ? undefined : speaks, configurable: true });
            """);
        await visitor.Goes("/messages");
        var button = visitor.Page.Locator("[data-listen]").First;
        await Assertions.Expect(button).ToHaveTextAsync("Listen");
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveTextAsync("Stop reading");
        var said = await visitor.Page.EvaluateAsync<string[]>("() => window.said");
        Assert.Equal(("cancel", $"en: {title}"), (said[0], said[1]));
        Assert.True(said.Length > 2, "the text follows the title");
        Assert.All(said.Skip(2), line => Assert.StartsWith("en: ", line, StringComparison.Ordinal));
        await visitor.Page.EvaluateAsync("() => window.last.onend()");
        await Assertions.Expect(button).ToHaveTextAsync("Listen");
        await button.ClickAsync();
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveTextAsync("Listen");
        Assert.Equal("cancel", (await visitor.Page.EvaluateAsync<string[]>("() => window.said"))[^1]);

        await visitor.Goes("/messages?cursor=");
        await visitor.Page.WaitForFunctionAsync("() => document.readyState === 'complete'", null, Patient);
        await Assertions.Expect(visitor.Page.Locator("[data-listen]").First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_push_message_becomes_a_notice_with_its_words_though_no_page_asks_for_it()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        await using var visitor = await Visitor.At(fair, chromium);
        var context = visitor.Page.Context;
        await context.GrantPermissionsAsync(["notifications"], new BrowserContextGrantPermissionsOptions { Origin = fair.Address.GetLeftPart(UriPartial.Authority) });
        var session = await context.NewCDPSessionAsync(visitor.Page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            if (told?.GetProperty("registrations").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first) registered.TrySetResult(first.GetProperty("registrationId").GetString()!);
        };
        await session.SendAsync("ServiceWorker.enable");
        await visitor.Goes("/how-it-works");
        await visitor.Page.WaitForFunctionAsync("() => navigator.serviceWorker.controller?.state === 'activated'", null, Patient);
        var worker = await Worker.Of(await chromium.Launch(), fair.Address);
        // What the worker asks of the browser, which shows it where there is a screen.
        await worker.Says("self.shown = []; const show = self.registration.showNotification.bind(self.registration); self.registration.showNotification = (title, options) => { self.shown.push({ title, ...options }); return show(title, options).catch(() => {}); }; ''");

        await session.SendAsync("ServiceWorker.deliverPushMessage", new Dictionary<string, object>
        {
            ["origin"] = fair.Address.GetLeftPart(UriPartial.Authority), ["registrationId"] = await registered.Task.WaitAsync(TimeSpan.FromSeconds(15)),
            ["data"] = """{"title":"Вы выиграли: Чайник","body":"Заберите приз.","url":"/messages#m-1","tag":"t1"}""",
        });

        var shown = "";
        await Eventually.Holds(async () => (shown = await worker.Says("JSON.stringify(self.shown)")) != "[]", TimeSpan.FromSeconds(15), "the worker shows a notice");
        var notice = JsonNode.Parse(shown)![0]!;
        Assert.Equal(("Вы выиграли: Чайник", "Заберите приз.", "t1", "/messages#m-1"), ((string)notice["title"]!, (string)notice["body"]!, (string)notice["tag"]!, (string)notice["data"]!["url"]!));
    }

    /// <summary>The service worker of a site, asked over the browser's own protocol.</summary>
    private sealed class Worker(ICDPSession browser, string sessionId)
    {
        private int asked;

        public static async Task<Worker> Of(IBrowser browser, Uri site)
        {
            var session = await browser.NewBrowserCDPSessionAsync();
            var targets = await session.SendAsync("Target.getTargets");
            var worker = targets!.Value.GetProperty("targetInfos").EnumerateArray().Single(t => t.GetProperty("type").GetString() == "service_worker" && t.GetProperty("url").GetString()!.StartsWith(site.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
            var attached = await session.SendAsync("Target.attachToTarget", new Dictionary<string, object> { ["targetId"] = worker.GetProperty("targetId").GetString()!, ["flatten"] = false });
            return new Worker(session, attached!.Value.GetProperty("sessionId").GetString()!);
        }

        public async Task<string> Says(string expression)
        {
            var (id, answered) = (++asked, new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
            void Take(object? sender, JsonElement? told)
            {
                var answer = JsonNode.Parse(told!.Value.GetProperty("message").GetString()!)!;
                if ((int?)answer["id"] == id) answered.TrySetResult((string?)answer["result"]?["result"]?["value"] ?? answer.ToJsonString());
            }
            browser.Event("Target.receivedMessageFromTarget").OnEvent += Take;
            try
            {
                var message = JsonSerializer.Serialize(new { id, method = "Runtime.evaluate", @params = new { expression, awaitPromise = true, returnByValue = true } });
                await browser.SendAsync("Target.sendMessageToTarget", new Dictionary<string, object> { ["sessionId"] = sessionId, ["message"] = message });
                return await answered.Task.WaitAsync(TimeSpan.FromSeconds(15));
            }
            finally
            {
                browser.Event("Target.receivedMessageFromTarget").OnEvent -= Take;
            }
        }
    }
}
