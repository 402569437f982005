using Fairground.Scenarios.Vocabulary;

namespace Fairground.Scenarios.Browser;

/// <summary>A market with something on every page: lots in several states, a win, a statement, an import with a row that cannot be used.</summary>
internal sealed record FurnishedMarket(Shop Shop, Person Staff, Person Buyer, Lot Open, Lot Draft, Lot Waiting, Lot Drawn, string WinId, string PaymentId, Offices Offices, TwoPayments Two)
{
    private const string Feed =
        """
        ID,Type,SKU,Name,Published,Regular price,Categories
        1,simple,LAMP,A lamp with a name that is long enough to need a second line on a telephone,1,24900,Home > Light
        2,simple,CHAIR,Chair,1,not a price,Home > Seats
        """;

    private const string Table =
        """
        Наименование;Артикул;Цена розничная;Остаток
        Чайник;T-1;12 500,00;3
        Самовар;T-2;85 000,00;1
        """;

    public static async Task<FurnishedMarket> Make(Fair fair)
    {
        var shop = await fair.Shop("Bazaar");
        var staff = await shop.Staff("timur");
        var import = await Sends(fair, shop, Feed, "goods-of-the-season.csv");
        await Call.Until(() => shop.Owner.Get($"imports/{import}"), done => (string)done["state"]! == "done");
        var held = await Sends(fair, shop, Table, "a-table-with-columns-of-its-own.csv", hold: true);
        var source = (string)(await shop.Owner.Post($"shops/{shop.Id}/sources", new { kind = "address", name = "The warehouse's list of everything", address = "http://127.0.0.1:9/a/rather/long/path/of/goods.csv", paused = true }, 201))["sourceId"]!;
        var buyer = await fair.Buyer("aigerim", 50_000);
        var open = await shop.Opens("Samovar of the large kind, for twelve guests", price: 120_000, nominal: 1_000);
        var draft = await shop.Drafts("Carpet", price: 20_000);
        var waiting = await shop.Opens("Lamp", price: 2_000, drawDelaySeconds: 3_600);
        var drawn = await shop.Opens("Kettle", price: 2_000);
        await buyer.Buys(3, open);
        await buyer.Buys(2, waiting);
        await buyer.Buys(2, drawn);
        await waiting.Becomes("drawing");
        await drawn.Becomes("drawn");
        var two = await TwoPayments.Make(fair, shop, buyer);
        var payment = await buyer.Post("me/wallet/top-ups", new { amount = Person.Money(2_500) }, 201);
        return new FurnishedMarket(shop, staff, buyer, open, draft, waiting, drawn, (string)(await buyer.Wins())[0]["winId"]!, (string)payment["paymentId"]!, new Offices(import, held, source), two);
    }

    private static async Task<string> Sends(Fair fair, Shop shop, string text, string name, bool hold = false)
    {
        using var form = new MultipartFormDataContent { { new StringContent(text), "file", name }, { new StringContent(hold ? "true" : "false"), "hold" } };
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", shop.Owner.Token);
        return (string)(await Call.Read(await http.PostAsync($"api/v1/shops/{shop.Id}/imports", form), 202))["importId"]!;
    }

    /// <summary>The addresses of pages that this role may see: each page once, and again where it looks different to this role.</summary>
    public IEnumerable<string> Paths(string role)
    {
        string[] all =
        [
            "/", "/catalogue", "/catalogue?query=nothing+like+this", "/lots", "/lots?state=soon", "/lots?state=finished", $"/lots?product={Open.ProductId}", $"/products/{Open.ProductId}", $"/shop/{Shop.Id}",
            $"/lots/{Open.Id}", $"/lots/{Waiting.Id}", $"/lots/{Drawn.Id}", $"/lots/{Drawn.Id}/result", $"/lots/{Open.Id}/result", "/how-it-works", "/closing-log", "/dev/inbox",
            $"/lots/{Two.Open}", $"/lots/{Two.Drawn}", $"/lots/{Two.Drawn}/result",
        ];
        string[] outside = ["/sign-in", "/register", "/register/confirm?id=00000000-0000-0000-0000-000000000001", "/setup", "/recover", "/recover/code?id=1", "/sign-in/code?id=1", "/sign-in/second-step", "/contact-change/stop?token=1"];
        string[] mine = ["/me/certificates", "/me/wins", "/me/mileage", $"/lots/{Two.Open}", $"/lots/{Two.Drawn}", "/me/deliveries", "/me/addresses", "/wallet", "/wallet/rules", "/wallet/automatic", "/wallet/cash", $"/wallet/orders/new?lot={Open.Id}&quantity=60", "/messages", "/account", "/account/security", "/account/password", "/account/confirm", "/account/contact", "/account/contact/proof", "/account/authenticator", "/account/authenticator/codes", "/account/passkeys/new", "/account/organisations", "/account/limits", "/account/data", "/account/consents", "/account/visits", "/me/favourites", "/account/applications"];
        string[] counter = ["/shop/scan", "/shop/till", "/shop/deliveries", "/shop/lots", "/shop/lots?state=draft", $"/shop/lots/{Open.Id}", $"/shop/lots/{Drawn.Id}", $"/shop/{Shop.Id}/office/goods"];
        var office = $"/shop/{Shop.Id}/office";
        string[] kept =
        [
            $"{office}/goods/{Open.ProductId}", $"{office}/imports", $"{office}/imports/{Offices.ImportId}", $"{office}/imports/{Offices.HeldId}", $"{office}/imports/{Offices.HeldId}/columns",
            $"{office}/files", $"{office}/sources", $"{office}/sources/{Offices.SourceId}", $"{office}/waiting-prices",
        ];
        string[] owners = ["/account/organisations", $"/account/organisations/{Shop.Id}", $"/account/organisations/{Shop.Id}/keys", $"/account/organisations/{Shop.Id}/applications", "/account/applications", "/connect/leave", "/account/organisations", $"/account/organisations/{Shop.Id}", $"/account/organisations/{Shop.Id}/keys", $"/shop/lots/new-two-stage?product={Draft.ProductId}", $"/shop/lots/{Two.Draft}", $"/shop/lots/{Two.Drawn}", "/shop/lots/new", $"/shop/lots/new?product={Draft.ProductId}", $"/shop/lots/{Draft.Id}"];
        return role switch
        {
            "visitor" => [.. all, .. outside],
            "buyer" => ["/", $"/lots/{Open.Id}", $"/lots/{Waiting.Id}", $"/lots/{Drawn.Id}", $"/lots/{Drawn.Id}/result", .. mine, $"/me/wins/{WinId}", $"/pay/{PaymentId}", $"/wallet/payments/{PaymentId}"],
            "staff" => ["/account", .. counter, .. kept],
            "owner" => ["/shop/lots", $"/shop/lots/{Open.Id}", $"/shop/{Shop.Id}/office/goods", .. owners, .. kept, $"{office}/sources/new", $"{office}/sources/new?kind=postgres", $"{office}/sources/new?kind=woocommerce", $"{office}/webhooks", "/messages/settings"],
            _ => ["/", "/shop/lots", $"/shop/lots/{Draft.Id}", $"/shop/{Shop.Id}/office/goods", "/office/organisations", $"/account/organisations/{Shop.Id}", "/office/lots", "/office/imports", "/office/shops", "/office/beacons", "/office/categories", $"{office}/files", "/catalogue/home", "/verify", "/office/webhooks", "/office/messages", "/office/messages/draws.lot_closed?in=ru", "/office/messages/notifications.digest", "/office/undelivered", "/office/deliveries", "/office/people", $"/office/people/{Buyer.Id}", $"/office/people/{Buyer.Id}/joining", $"/office/people/{Buyer.Id}/age", "/office/audit", "/office/signals", "/office/refunds", "/office/payments", "/office/jurisdiction", "/rules", "/closing-log", "/offline"],
        };
    }
}

/// <summary>Lots with two payments: one that takes applications, one whose candidate is the buyer of the market, one whose deposit is to be paid.</summary>
internal sealed record TwoPayments(string Open, string Drawn, string Draft)
{
    public static async Task<TwoPayments> Make(Fair fair, Shop shop, Person buyer)
    {
        await shop.Owner.TopsUp(20_000);
        var (open, drawn) = (await Lot(fair, shop, "Bicycle with a child's seat, a basket and lights", deposit: true), await Lot(fair, shop, "Scooter", deposit: true));
        foreach (var lot in new[] { open, drawn })
        {
            await shop.Owner.Post($"lots/{lot}/opening", new { }, 200);
            await buyer.Post($"lots/{lot}/applications", new { quantity = 2 }, 201);
        }
        await shop.Owner.Post($"lots/{drawn}/closing", new { }, 200);
        await Call.Until(async () => (string)(await buyer.Get($"lots/{drawn}"))["state"]!, state => state == "drawn");
        return new TwoPayments(open, drawn, await Lot(fair, shop, "Skates", deposit: false));
    }

    private static async Task<string> Lot(Fair fair, Shop shop, string thing, bool deposit)
    {
        var lot = (string)(await shop.Owner.Post("lots", new
        {
            productId = await shop.Lists(thing, 50_000), kind = "two-stage", predicted = 50, surplus = "mileage", drawByHand = true, drawDelaySeconds = 0, entropy = "commit-reveal",
            closesAt = (fair.Clock ?? TimeProvider.System).GetUtcNow().AddDays(3).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        }, 201))["lotId"]!;
        if (deposit) await shop.Owner.Post($"lots/{lot}/deposit", new { from = "wallet" }, 200);
        return lot;
    }
}

/// <summary>What a shop's office has a page each of: an import that ended, one that waits to be told what its columns are, and a source of goods.</summary>
internal sealed record Offices(string ImportId, string HeldId, string SourceId);
