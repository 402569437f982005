using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>A receipt can be fetched again for ever, byte for byte, by its buyer and nobody else.</summary>
[Requirement("C-16")]
public sealed class Receipts
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_receipt_fetched_again_is_the_answer_to_the_purchase_byte_for_byte(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens();
        var buyer = await fair.Buyer("a", 10_000);
        string first;
        using (var bought = await buyer.Send($"lots/{lot.Id}/purchases", new { quantity = 3 })) first = await bought.Content.ReadAsStringAsync();
        await buyer.Buys(1, lot);
        var id = (string)JsonNode.Parse(first)!["purchaseId"]!;
        Assert.Equal(first, await Text(fair, buyer, $"api/v1/me/purchases/{id}"));
        // Nothing is remembered: the same bytes come from what is stored.
        await fair.Restart();
        var again = await fair.SignsInAgain(buyer);
        Assert.Equal(first, await Text(fair, again, $"api/v1/me/purchases/{id}"));
        var keys = Jwks.Parse(JsonNode.Parse(await Text(fair, null, ".well-known/jwks.json"))!);
        var (receipt, problem) = Receipt.Verify((string)JsonNode.Parse(first)!["receipt"]!, keys);
        Assert.Null(problem);
        Assert.Equal((id, lot.Id, 3), (receipt!.Purchase, receipt.Lot, receipt.Entries.Count));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_the_buyer_sees_a_purchase(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens();
        var (buyer, other) = (await fair.Buyer("a", 5_000), await fair.Buyer("b", 5_000));
        var bought = await buyer.Buys(2, lot);
        foreach (var person in new[] { other, shop.Owner, fair.Operator })
        {
            Assert.Equal("purchase.not_found", (string)(await person.Get($"me/purchases/{bought.Id}", 404))["code"]!);
            Assert.Empty((await person.Get("me/purchases"))["items"]!.AsArray());
            await WhatPagesSay.Page(fair, person, $"me/purchases/{bought.Id}", 404);
        }
        using var http = fair.Http();
        using var nobody = await http.GetAsync(new Uri($"api/v1/me/purchases/{bought.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using var list = await http.GetAsync(new Uri("api/v1/me/purchases", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, list.StatusCode);
        Assert.Equal("purchase.not_found", (string)(await buyer.Get($"me/purchases/{Guid.CreateVersion7()}", 404))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Purchases_are_listed_newest_first_page_by_page(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var (kettle, lamp) = (await shop.Opens("Kettle", price: 60_000), await shop.Opens("Lamp", price: 60_000));
        var buyer = await fair.Buyer("a", 100_000);
        var bought = new List<string>();
        for (var i = 0; i < 53; i++) bought.Add((await buyer.Buys(1, i % 2 == 0 ? kettle : lamp)).Id);
        var first = await buyer.Get("me/purchases");
        Assert.Equal(50, first["items"]!.AsArray().Count);
        var second = await buyer.Get($"me/purchases?cursor={Uri.EscapeDataString((string)first["next"]!)}");
        Assert.Null(second["next"]);
        var listed = first["items"]!.AsArray().Concat(second["items"]!.AsArray()).ToList();
        Assert.Equal(bought.AsEnumerable().Reverse(), listed.Select(p => (string)p!["purchaseId"]!));
        Assert.Equal(listed[7]!.ToJsonString(), (await buyer.Get($"me/purchases/{(string)listed[7]!["purchaseId"]!}")).ToJsonString());
        Assert.Equal("request.cursor_invalid", (string)(await buyer.Get("me/purchases?cursor=nonsense", 422))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_page_of_a_receipt_gives_the_inclusion_proofs_once_the_lot_is_closed(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var lot = await (await fair.Shop()).Opens(price: 4_000, drawDelaySeconds: 600);
        var buyer = await fair.Buyer("a", 10_000);
        var bought = await buyer.Buys(3, lot);
        Assert.Contains($"href=\"/me/purchases/{bought.Id}\"", await WhatPagesSay.Page(fair, buyer, "me/certificates"), StringComparison.Ordinal);
        var open = await WhatPagesSay.Page(fair, buyer, $"me/purchases/{bought.Id}");
        Assert.Contains(bought.Receipt, open, StringComparison.Ordinal);
        Assert.Contains(bought.Entries[2].Number, open, StringComparison.Ordinal);
        Assert.DoesNotContain("/inclusion", open, StringComparison.Ordinal);
        await buyer.Buys(1, lot);
        await lot.Becomes("drawing");
        var closed = await WhatPagesSay.Page(fair, buyer, $"me/purchases/{bought.Id}");
        foreach (var (seq, _) in bought.Entries)
        {
            Assert.Contains($"/api/v1/lots/{lot.Id}/entries/{seq}/inclusion", closed, StringComparison.Ordinal);
            Assert.NotEmpty(await lot.Text($"entries/{seq}/inclusion"));
        }
    }

    private static async Task<string> Text(Fair fair, Person? person, string path)
    {
        using var http = fair.Http();
        if (person is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        return await http.GetStringAsync(new Uri(path, UriKind.Relative));
    }
}
