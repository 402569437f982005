using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>Somebody who has no mouse: Tab, Enter and Space reach everything, and it is always seen where one is.</summary>
public sealed class ByKeyboard(Chromium chromium)
{
    // Where the keyboard is: what is read out there, whether it is marked, and whether it is on the screen.
    private const string Here = """
        () => {
          const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
          const name = (at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText || at.value || '').trim().replace(/\s+/g, ' ');
          const outlined = of => of !== null && getComputedStyle(of).outlineStyle !== 'none' && parseFloat(getComputedStyle(of).outlineWidth) >= 2;
          // A link that covers its card, and a choice whose box is drawn by its words, are marked around or beside.
          const marked = outlined(at) || outlined(at.parentElement) || outlined(at.parentElement?.parentElement ?? null) || outlined(at.nextElementSibling) || style.boxShadow !== 'none';
          return { name, kind: at.tagName.toLowerCase(), marked, seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
        }
        """;

    [Fact]
    public async Task One_signs_in_buys_a_certificate_and_changes_the_language()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var lot = await (await fair.Shop()).Opens("Copper kettle", price: 10_000, nominal: 1_000);
        var buyer = await fair.Buyer("aigerim", 5_000);
        await using var visitor = await Visitor.At(fair, chromium, width: 1280);
        var (page, lost) = (visitor.Page, new List<string>());

        await visitor.Goes("/");
        Assert.Equal("Skip to content", await Tab(page, lost));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));

        await visitor.Goes("/sign-in");
        await TabTo(page, lost, "E-mail or mobile number");
        await page.Keyboard.TypeAsync(buyer.Contact);
        await TabTo(page, lost, "Password");
        await page.Keyboard.TypeAsync(Fair.Password);
        await visitor.Leads(() => page.Keyboard.PressAsync("Enter"));
        await visitor.Goes("/lots");
        await TabTo(page, lost, "Copper kettle");
        await visitor.Leads(() => page.Keyboard.PressAsync("Enter"));
        Assert.EndsWith($"/lots/{lot.Id}", page.Url, StringComparison.Ordinal);
        await TabTo(page, lost, "Buy");
        await visitor.Leads(() => page.Keyboard.PressAsync("Space"));
        await visitor.Sees("is yours. Good luck.");

        await TabTo(page, lost, "Русский");
        await visitor.Leads(() => page.Keyboard.PressAsync("Space"));
        Assert.Equal("ru", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.True(lost.Count == 0, string.Join('\n', lost.Distinct()));
        Assert.Empty(visitor.Complaints);
    }

    private static async Task TabTo(IPage page, List<string> lost, string name)
    {
        var passed = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            passed.Add(await Tab(page, lost));
            if (passed[^1] == name || passed[^1].StartsWith(name + " ", StringComparison.Ordinal)) return;
        }
        Assert.Fail($"Tab does not come to '{name}', but to: {string.Join(" | ", passed.Distinct())}");
    }

    private static async Task<string> Tab(IPage page, List<string> lost)
    {
        await page.Keyboard.PressAsync("Tab");
        var at = await page.EvaluateAsync<JsonElement>(Here);
        var name = at.GetProperty("name").GetString()!;
        // Behind the last thing on a page the browser's own bar has its turn.
        if (at.GetProperty("kind").GetString() == "body") return name;
        if (!at.GetProperty("marked").GetBoolean() || !at.GetProperty("seen").GetBoolean()) lost.Add($"{new Uri(page.Url).AbsolutePath}: {at.GetRawText()}");
        return name;
    }
}
