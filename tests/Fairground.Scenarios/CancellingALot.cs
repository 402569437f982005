using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>Whoever stops a lot says why, and everyone who bought reads it.</summary>
[Requirement("C-22")]
public sealed class CancellingALot
{
    private const string Why = "The maker has called these kettles back";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_reason_stands_on_the_lot_and_in_every_buyers_message(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens();
        var (one, two) = (await fair.Buyer("a", 5_000), await fair.Buyer("b", 5_000));
        await one.Buys(2, lot);
        await two.Buys(1, lot);
        var answer = await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = "  The maker has\ncalled these   kettles back " }, 200);
        Assert.Equal(("stopped", Why), Said(answer));
        await lot.Becomes("refunded");
        Assert.Equal(("stopped", Why), Said(await lot.Look()));
        Assert.Contains($"This lot was cancelled: {Why}.", await WhatPagesSay.Page(fair, null, $"lots/{lot.Id}"), StringComparison.Ordinal);
        Assert.Contains(Why, await WhatPagesSay.Page(fair, null, $"lots/{lot.Id}/result"), StringComparison.Ordinal);
        using var http = fair.Http();
        foreach (var buyer in new[] { one, two })
        {
            await Call.Until(
                async () => await http.GetStringAsync(new Uri($"dev/inbox?to={Uri.EscapeDataString(buyer.Contact)}", UriKind.Relative)),
                inbox => inbox.Contains($"The reason given: {Why}.", StringComparison.Ordinal));
        }
        Assert.Equal("lot.cannot_cancel", (string)(await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = Why }, 409))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Without_a_reason_of_3_to_500_characters_nothing_is_cancelled(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens();
        foreach (var reason in new[] { null, "", "no", "   a   ", new string('x', 501), "gone\u0001bad" })
        {
            var refused = await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason }, 422);
            Assert.Equal(("lot.reason_invalid", "reason"), ((string)refused["code"]!, (string)refused["field"]!));
        }
        Assert.Equal("open", await lot.State());
        // Who may not cancel is not told what a reason looks like.
        var buyer = await fair.Buyer("a", 0);
        Assert.Equal("access.forbidden", (string)(await buyer.Post($"lots/{lot.Id}/cancellation", new { reason = "" }, 403))["code"]!);
        Assert.Equal("access.forbidden", (string)(await shop.Owner.Post($"lots/{lot.Id}/cancellation", new { reason = Why }, 403))["code"]!);
        Assert.Equal("lot.not_found", (string)(await fair.Operator.Post($"lots/{Guid.CreateVersion7()}/cancellation", new { reason = Why }, 404))["code"]!);
        await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = new string('x', 500) }, 200);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_lot_that_its_terms_end_says_so_without_a_persons_words(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var (some, none) = (await shop.Opens("Kettle", policy: "refund-all"), await shop.Opens("Toaster", policy: "refund-all"));
        await (await fair.Buyer("a", 5_000)).Buys(1, some);
        await some.Closes();
        await none.Closes();
        await some.Becomes("refunded");
        await none.Becomes("refunded");
        Assert.Equal(("not_sold_out", null), Said(await some.Look()));
        Assert.Equal(("nobody_bought", null), Said(await none.Look()));
        Assert.Contains("did not sell out, so by its terms", await WhatPagesSay.Page(fair, null, $"lots/{some.Id}"), StringComparison.Ordinal);
        // A draft is dropped by its own shop, with a reason too.
        var draft = await shop.Drafts("Lamp");
        await shop.Owner.Post($"lots/{draft.Id}/cancellation", new { }, 422);
        await shop.Owner.Post($"lots/{draft.Id}/cancellation", new { reason = "Wrong price" }, 200);
    }

    private static (string?, string?) Said(JsonNode lot) => ((string?)lot["cancellation"]?["code"], (string?)lot["cancellation"]?["reason"]);
}
