using System.Text.Json.Nodes;
using Fairground.Kernel.Contracts;

namespace Fairground.Server.Demo;

/// <summary>Makes a small real market through the public API: shops, goods from a feed, buyers with money, lots in every state.</summary>
internal sealed class DemoMarket(Uri address, DirectoryInfo goods, ILogger logger, TimeProvider time)
{
    /// <summary>The lot to watch is drawn about this long after the start.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(60);

    /// <summary>Makes the market on an empty server, and at every start one lot that is drawn within a minute or so.</summary>
    public async Task Run(bool fresh, CancellationToken ct)
    {
        using var owner = fresh ? await Found(ct) : await MarketClient.Enter(address, DemoPeople.Owner, ct);
        var buyers = new List<MarketClient>();
        try
        {
            foreach (var person in DemoPeople.Buyers) buyers.Add(await MarketClient.Enter(address, person, ct));
            if (fresh)
            {
                foreach (var buyer in buyers) await buyer.TopUp(100_000, ct);
            }
            var watched = await LotToWatch(owner, buyers, ct);
            logger.LogInformation("Watch a draw: {Address}lots/{Lot} closes in a minute and is drawn by itself", address, watched);
            if (fresh)
            {
                await OpenLots(owner, buyers, ct);
                await EndedLots(owner, buyers, ct);
                await new DemoTwoStage(address, owner, buyers, logger, time).Run(query => Product(owner, query, ct), ct);
                logger.LogInformation("The demo market is ready");
            }
        }
        finally
        {
            foreach (var buyer in buyers) buyer.Dispose();
        }
    }

    private async Task<MarketClient> Found(CancellationToken ct)
    {
        using var op = await MarketClient.Enter(address, DemoPeople.Operator, ct);
        var shop = Text(await op.Post("shops", new { name = "Abay Street Bazaar", currency = "KZT", address = "Abay Avenue 10, Almaty, ground floor, open 10 to 20" }, ct), "shopId");
        var second = Text(await op.Post("shops", new { name = "Tau Workshop", currency = "KZT", address = "Satpaev Street 22, Almaty" }, ct), "shopId");
        var owner = await MarketClient.Enter(address, DemoPeople.Owner, ct);
        using var staff = await MarketClient.Enter(address, DemoPeople.Staff, ct);
        foreach (var id in new[] { shop, second })
        {
            await op.Post($"organisations/{id}/invitations", new { contact = DemoPeople.Owner.Contact, role = "owner" }, ct);
            await op.Post($"organisations/{id}/invitations", new { contact = DemoPeople.Staff.Contact, role = "staff" }, ct);
        }
        foreach (var person in new[] { owner, staff }) await AcceptAll(person, ct);
        await Registers(op, OrganisationInfo.OperatorId.ToString(), "Fairground Demo LLP", "201140012345", ct);
        await Registers(owner, shop, "Abay Street Bazaar LLP", "190540001234", ct);
        await Registers(owner, second, "Tau Workshop LLP", "180340005678", ct);
        await Import(owner, shop, "market.csv", ct);
        await Import(owner, second, "extras-woocommerce.csv", ct);
        return owner;
    }

    private static Task Registers(MarketClient owner, string organisationId, string legalName, string taxId, CancellationToken ct) =>
        owner.Put($"organisations/{organisationId}/tax-profile", new { legalName, street = "Abay Avenue 10", city = "Almaty", postcode = "050000", country = "KZ", taxId, registered = true }, ct);

    private static async Task AcceptAll(MarketClient person, CancellationToken ct)
    {
        foreach (var invitation in (await person.Get("me/invitations", ct))["items"]!.AsArray()) await person.Post($"me/invitations/{Text(invitation!, "invitationId")}/acceptance", new { }, ct);
    }

    private async Task Import(MarketClient owner, string shop, string feed, CancellationToken ct)
    {
        var pictures = new DirectoryInfo(Path.Combine(goods.FullName, "pictures")).GetFiles("*.png");
        var text = await File.ReadAllTextAsync(Path.Combine(goods.FullName, "feed", feed), ct);
        var job = await owner.Upload($"shops/{shop}/imports", new FileInfo(Path.Combine(goods.FullName, "feed", feed)), pictures.Where(p => text.Contains(p.Name, StringComparison.Ordinal)), ct);
        for (var tries = 0; tries < 600; tries++)
        {
            var state = await owner.Get($"imports/{job["importId"]}", ct);
            if (Text(state, "state") is "done") return;
            if (Text(state, "state") is "failed") throw new InvalidOperationException($"The demo feed {feed} could not be imported: {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }
        throw new TimeoutException($"The demo feed {feed} took too long.");
    }

    private async Task<string> LotToWatch(MarketClient owner, List<MarketClient> buyers, CancellationToken ct)
    {
        var product = await Product(owner, "vacuum flask", ct);
        var lot = await Open(owner, product, 500, Terms(time.GetUtcNow() + Watch, "draw-anyway", delaySeconds: 10, cap: 10), ct);
        for (var i = 0; i < buyers.Count - 1; i++) await buyers[i].Buy(lot, 1 + (i * 3 % 4), ct);
        return lot;
    }

    private async Task OpenLots(MarketClient owner, List<MarketClient> buyers, CancellationToken ct)
    {
        (string Query, long Nominal, int Days, string Policy, int[] Bought)[] lots =
        [
            ("telescope", 2_000, 6, "draw-anyway", [5, 4, 5, 3, 5, 2, 5, 4]),
            ("city bicycle", 1_000, 5, "refund-all", [5, 5, 5, 5, 4, 5, 3, 2]),
            ("espresso", 5_000, 4, "cash-alternative", [2, 1, 3, 1, 2, 1, 0, 1]),
            ("Бурабай", 2_000, 7, "extend-once", [3, 0, 2, 0, 1, 0, 2, 0]),
            ("dombra", 1_000, 3, "draw-anyway", [5, 5, 5, 5, 5, 5, 5, 5]),
            ("rug", 500, 2, "refund-all", [1, 2, 0, 3, 0, 1, 0, 1]),
            ("tent", 1_000, 6, "draw-anyway", [0, 0, 1, 0, 0, 0, 0, 0]),
        ];
        foreach (var (query, nominal, days, policy, bought) in lots)
        {
            var lot = await Open(owner, await Product(owner, query, ct), nominal, Terms(time.GetUtcNow().AddDays(days), policy, delaySeconds: 3_600, cap: 5), ct);
            for (var i = 0; i < bought.Length; i++)
            {
                if (bought[i] > 0) await buyers[i].Buy(lot, bought[i], ct);
            }
        }
        // One that staff have prepared and not opened yet.
        await owner.Post("lots", Lot(await Product(owner, "piano", ct), 5_000, Terms(time.GetUtcNow().AddDays(7), "draw-anyway", 3_600, 5)), ct);
    }

    private async Task EndedLots(MarketClient owner, List<MarketClient> buyers, CancellationToken ct)
    {
        var soon = time.GetUtcNow().AddMinutes(10);
        // Sold out, drawn and collected.
        var kettle = await Open(owner, await Product(owner, "Шарын", ct), 1_000, Terms(soon, "draw-anyway", 0, 10), ct);
        await SellOut(owner, buyers, kettle, ct);
        await Claim(owner, buyers, kettle, ct);
        // Drawn with two winners: one has come, the other has not yet.
        var sled = await Open(owner, await Product(owner, "sled", ct), 2_100, Terms(soon, "draw-anyway", 0, 10, winners: 2), ct);
        await SellOut(owner, buyers, sled, ct);
        await Claim(owner, buyers, sled, ct);
        // Drawn and not collected in time: with play money alone may that be as short as this.
        var quilt = await Open(owner, await Product(owner, "Құрақ", ct), 2_000, Terms(soon, "draw-anyway", 0, 10, claimSeconds: 5, reserves: 0), ct);
        await SellOut(owner, buyers, quilt, ct);
        // Not sold out, and the winner takes money instead.
        var lamp = await Open(owner, await Product(owner, "Аспан", ct), 1_000, Terms(soon, "cash-alternative", 0, 10), ct);
        await buyers[2].Buy(lamp, 3, ct);
        await buyers[5].Buy(lamp, 2, ct);
        await owner.Post($"lots/{lamp}/closing", new { }, ct);
        // Sold out; the list is published and the draw comes the day after tomorrow.
        var grill = await Open(owner, await Product(owner, "mangal", ct), 2_000, Terms(soon, "draw-anyway", 2 * 24 * 3_600, 10), ct);
        await SellOut(owner, buyers, grill, ct);
        // Closed before it sold out: everybody got the money back.
        var radio = await Open(owner, await Product(owner, "radio", ct), 1_000, Terms(soon, "refund-all", 0, 10), ct);
        await buyers[0].Buy(radio, 2, ct);
        await buyers[3].Buy(radio, 1, ct);
        await owner.Post($"lots/{radio}/closing", new { }, ct);
        // Taken back by the operator.
        var toaster = await Open(owner, await Product(owner, "toaster", ct), 1_000, Terms(soon, "draw-anyway", 0, 10), ct);
        await buyers[1].Buy(toaster, 2, ct);
        using var op = await MarketClient.Enter(address, DemoPeople.Operator, ct);
        await op.Post($"lots/{toaster}/cancellation", new { reason = "The shop has withdrawn this item." }, ct);
        var (winner, _) = await Winner(buyers, sled, place: 1, ct);
        logger.LogInformation("Hand over a prize: {Name} won a sled. Sign in as {Contact} at {Address}sign-in and open {Address}me/wins", winner.Name, winner.Contact, address, address);
    }

    private static async Task SellOut(MarketClient owner, List<MarketClient> buyers, string lot, CancellationToken ct)
    {
        var left = (await owner.Get($"lots/{lot}", ct))["entries"]!.GetValue<int>();
        for (var i = 0; left > 0; i++)
        {
            var quantity = Math.Min(left, 2);
            await buyers[i % buyers.Count].Buy(lot, quantity, ct);
            left -= quantity;
        }
    }

    private async Task Claim(MarketClient owner, List<MarketClient> buyers, string lot, CancellationToken ct)
    {
        var (winner, win) = await Winner(buyers, lot, place: 0, ct);
        var code = await buyers[DemoPeople.Buyers.ToList().IndexOf(winner)].Get($"me/wins/{win}/claim-code", ct);
        await owner.Post("claims", new { token = Text(code, "token") }, ct);
    }

    // Waits for the draw and finds out whose it is, as the buyers themselves do.
    private async Task<(DemoPerson Winner, string WinId)> Winner(List<MarketClient> buyers, string lot, int place, CancellationToken ct)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            for (var i = 0; i < buyers.Count; i++)
            {
                var win = (await buyers[i].Get("me/wins", ct)) is JsonArray wins ? wins.FirstOrDefault(w => Text(w!, "lotId") == lot && w!["place"]!.GetValue<int>() == place) : null;
                if (win is not null) return (DemoPeople.Buyers[i], Text(win, "winId"));
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
        }
        throw new TimeoutException("The demo draw did not come.");
    }

    private static async Task<string> Product(MarketClient client, string query, CancellationToken ct) =>
        Text((await client.Get($"products?query={Uri.EscapeDataString(query)}", ct))["items"]!.AsArray().FirstOrDefault() ?? throw new InvalidOperationException($"The demo feed has no '{query}'."), "productId");

    private static async Task<string> Open(MarketClient owner, string product, long nominal, JsonObject terms, CancellationToken ct)
    {
        var lot = Text(await owner.Post("lots", Lot(product, nominal, terms), ct), "lotId");
        await owner.Post($"lots/{lot}/opening", new { }, ct);
        return lot;
    }

    private static JsonObject Lot(string product, long nominal, JsonObject terms)
    {
        terms["productId"] = product;
        terms["kind"] = "certificates";
        terms["nominal"] = System.Text.Json.JsonSerializer.SerializeToNode(MarketClient.Tenge(nominal));
        return terms;
    }

    private static JsonObject Terms(DateTimeOffset closesAt, string policy, int delaySeconds, int cap, int claimSeconds = 14 * 24 * 3_600, int winners = 1, int reserves = 3) => new()
    {
        ["winners"] = winners,
        ["reserves"] = reserves,
        ["claimSeconds"] = claimSeconds,
        ["maxEntriesPerPerson"] = cap,
        ["closesAt"] = closesAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["drawDelaySeconds"] = delaySeconds,
        ["unsoldPolicy"] = policy,
        ["entropy"] = "commit-reveal",
    };

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
