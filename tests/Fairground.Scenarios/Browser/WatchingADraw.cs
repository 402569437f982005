using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A page that is left open shows what happens to its lot.</summary>
public sealed class WatchingADraw(Chromium chromium)
{
    [Fact]
    [Requirement("C-19"), Requirement("C-23")]
    public async Task The_bar_moves_when_somebody_buys_and_the_winner_appears_without_a_touch()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Kettle", price: 4_000, nominal: 1_000);
        var buyer = await fair.Buyer("buyer");
        await using var watcher = await Visitor.At(fair, chromium);
        await watcher.Goes($"/lots/{lot.Id}");
        await watcher.Sees("0 of 4 sold");
        var touched = 0;
        watcher.Page.Request += (_, request) => touched += request.IsNavigationRequest ? 1 : 0;

        await buyer.Buys(1, lot);

        await watcher.Sees("1 of 4 sold");
        await Assertions.Expect(watcher.Main.Locator("[data-sold-percent]")).ToHaveTextAsync("25%");
        Assert.Equal(0, touched);

        await buyer.Buys(3, lot);

        var number = (string)(await Call.Until(() => Winner(buyer), win => win is not null))!["number"]!;
        await Assertions.Expect(watcher.Main.Locator(".result .ticket-number")).ToHaveTextAsync(number, new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        var inclusion = System.Text.Json.Nodes.JsonNode.Parse(await lot.Text("entries/1/inclusion"))!;
        var root = (string)inclusion["root"]!;
        await watcher.Sees(root);
        await watcher.Follows(watcher.Main.Locator(".result").GetByRole(AriaRole.Link));
        await watcher.Sees(number);
        await watcher.Sees(root);
        Assert.Empty(watcher.Complaints);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode?> Winner(Person buyer) => (await buyer.Wins()) is [var first, ..] ? first : null;
}
