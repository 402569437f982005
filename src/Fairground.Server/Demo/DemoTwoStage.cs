using System.Text.Json.Nodes;

namespace Fairground.Server.Demo;

/// <summary>Lots with two payments for the demo market: one that takes applications, one whose candidate has to pay, one that is settled and gave mileage.</summary>
internal sealed class DemoTwoStage(Uri address, MarketClient owner, List<MarketClient> buyers, ILogger logger, TimeProvider time)
{
    /// <summary>Makes them through the public API.</summary>
    /// <param name="product">Finds goods by their name.</param>
    public async Task Run(Func<string, Task<string>> product, CancellationToken ct)
    {
        await owner.TopUp(1_000_000, ct);
        foreach (var person in buyers) await person.TopUp(100_000, ct);
        await Open(await product("scooter"), predicted: 100, new JsonObject { ["surplus"] = "mileage", ["mileageDays"] = 365 }, [4, 3, 2, 4, 1, 2, 3, 4], ct);
        var drone = await Open(await product("drone"), predicted: 200, new JsonObject { ["drawByHand"] = true }, [20, 20, 15, 20, 20, 20, 15, 10], ct);
        await Draw(drone, ct);
        var (candidate, _) = await Place(drone, "candidate", ct);
        logger.LogInformation("Pay the second payment: {Name} was drawn. Sign in as {Contact} at {Address}sign-in and open {Address}lots/{Lot}", candidate.Name, candidate.Contact, address, address, drone);
        var console = await Open(await product("console"), predicted: 40, new JsonObject { ["drawByHand"] = true, ["surplus"] = "mileage", ["mileageRate"] = "5", ["mileageDays"] = 365 }, [6, 6, 6, 6, 6, 6, 6, 6], ct);
        await Draw(console, ct);
        var (_, buyer) = await Place(console, "bought", ct);
        await Collect(console, buyer, ct);
    }

    private async Task<string> Open(string productId, int predicted, JsonObject more, int[] applied, CancellationToken ct)
    {
        more["productId"] = productId;
        more["kind"] = "two-stage";
        more["predicted"] = predicted;
        more["maxEntriesPerPerson"] = 20;
        more["closesAt"] = time.GetUtcNow().AddDays(5).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        more["drawDelaySeconds"] = 0;
        more["entropy"] = "commit-reveal";
        var lot = (await owner.Post("lots", more, ct))["lotId"]!.GetValue<string>();
        await owner.Post($"lots/{lot}/deposit", new { from = "wallet" }, ct);
        await owner.Post($"lots/{lot}/opening", new { }, ct);
        for (var i = 0; i < applied.Length; i++) await buyers[i].Post($"lots/{lot}/applications", new { quantity = applied[i] }, ct);
        return lot;
    }

    private Task<JsonNode> Draw(string lot, CancellationToken ct) => owner.Post($"lots/{lot}/closing", new { }, ct);

    // Waits for the draw and finds out whose place it is, as the applicants themselves do.
    private async Task<(DemoPerson Person, int Index)> Place(string lot, string state, CancellationToken ct)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            for (var i = 0; i < buyers.Count; i++)
            {
                if ((await buyers[i].Get($"lots/{lot}", ct))["twoStage"]!["mine"]?["state"]?.GetValue<string>() == state) return (DemoPeople.Buyers[i], i);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
        }
        throw new TimeoutException("The demo draw did not come.");
    }

    private async Task Collect(string lot, int buyer, CancellationToken ct)
    {
        var client = buyers[buyer];
        var delivery = await Delivery(client, lot, ct);
        await client.Post($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, ct);
        var code = await client.Get($"me/deliveries/{delivery}/claim-code", ct);
        await owner.Post("claims", new { token = code["token"]!.GetValue<string>() }, ct);
        await client.Post($"deliveries/{delivery}/approval", new { }, ct);
    }

    // The order is on its way for a moment after the draw.
    private async Task<string> Delivery(MarketClient client, string lot, CancellationToken ct)
    {
        var title = (await client.Get($"lots/{lot}", ct))["title"]!.GetValue<string>();
        for (var tries = 0; tries < 100; tries++)
        {
            if ((await client.Get("me/deliveries", ct))["items"]!.AsArray().FirstOrDefault(d => d!["title"]!.GetValue<string>() == title) is { } found) return found["deliveryId"]!.GetValue<string>();
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
        }
        throw new TimeoutException("The demo delivery was not opened.");
    }
}
