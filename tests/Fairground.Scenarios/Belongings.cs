using Fairground.Scenarios.Browser;
using Fairground.Scenarios.Vocabulary;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What the people of a furnished market have besides: one of each thing that is somebody's and can be made by a call.</summary>
internal static class Belongings
{
    public static async Task Make(Fair fair, FurnishedMarket market)
    {
        var (buyer, owner, shop) = (market.Buyer, market.Shop.Owner, market.Shop.Id);
        await buyer.Post("me/addresses", new { name = "Aigerim", phone = "+77012345678", country = "KZ", street = "Abay 52", city = "Almaty", postcode = "050008" }, 201);
        await buyer.Post("me/purchase-rules", new { scope = "any", quantity = 1, priceCeiling = Person.Money(10), monthlyBudget = Person.Money(100) }, 201);
        await buyer.Post("me/purchase-orders", new { lotId = market.Open.Id, quantity = 60 }, 201);
        await owner.Post($"shops/{shop}/keys", new { name = "The till", scopes = new[] { "goods.write" } }, 201);
        await owner.Post($"organisations/{shop}/invitations", new { contact = "asked@fair.example", role = "staff" }, 201);
        await owner.Post($"organisations/{shop}/applications", new { name = "Night stock", kind = "service", scopes = new[] { "goods.write" } }, 201);
        using var taxes = await owner.Send($"organisations/{shop}/tax-profile", new { legalName = "Bazaar LLP", street = "Abay 10", city = "Almaty", postcode = "050000", country = "KZ", taxId = "123456789012", registered = false }, method: HttpMethod.Put);
        Assert.Equal(200, (int)taxes.StatusCode);
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", owner.Token);
        using var paper = new ByteArrayContent([.. "%PDF-1.7\n1 0 obj << /Type /Catalog >>\n%%EOF"u8]) { Headers = { ContentType = new("application/octet-stream") } };
        await Call.Read(await http.PostAsync(new Uri($"api/v1/shops/{shop}/documents?name=Terms", UriKind.Relative), paper), 201);
        foreach (var (person, path) in new[] { (owner, $"shops/{shop}/webhooks"), (fair.Operator, "webhooks") })
            await person.Post(path, new { url = "http://127.0.0.1:9/hook", events = new[] { "draws.lot.drawn" }, on = false }, 201);
    }
}
