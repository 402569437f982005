using System.Text.Json.Nodes;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>From the final buyer to approval, over HTTP.</summary>
public sealed class WholeWay
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22"), Requirement("D-23"), Requirement("D-25")]
    public async Task A_kettle_is_sent_followed_delivered_and_approved(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var source = Guid.CreateVersion7();
        var delivery = await town.Sells(sourceId: source);
        await town.IsTold(town.Buyer, "Choose how you receive");

        // Nothing is shown to the shop, and nothing sent, before the buyer has chosen.
        Assert.Equal("shipment.no_address", await town.Owner.IsRefused("shipments", new { deliveryId = delivery, carrier = "own" }, 409));
        Assert.Null((await town.Owner.Get($"shops/{town.ShopId}/deliveries/{delivery}"))["address"]);
        var address = await town.Buyer.Post("me/addresses", Samples.Address, 201);
        var chosen = await town.Buyer.Post($"me/deliveries/{delivery}/choice", new { way = "shipment", addressId = (string)address["addressId"]! }, 200);
        Assert.Equal(("open", "shipment", "+77012345678"), ((string)chosen["state"]!, (string)chosen["way"]!, (string)chosen["address"]!["phone"]!));
        await town.IsTold(town.Owner, "Send Copper kettle");

        // The shop sees where it goes, and is seen looking.
        var toSend = Assert.Single((await town.Owner.Get($"shops/{town.ShopId}/deliveries?list=to-send"))["items"]!.AsArray())!;
        Assert.Equal(("Айгерім Серікқызы", "aigerim"), ((string)toSend["address"]!["name"]!, (string)toSend["receiver"]!));
        var looks = (await town.Buyer.Get("me/looks"))["items"]!.AsArray();
        Assert.Equal(("address", "owner"), ((string)looks[0]!["what"]!, (string)looks[0]!["by"]!));

        var shipment = await town.Packs(delivery);
        await town.Owner.Post($"shipments/{shipment}/events", new { kind = "handed_over" }, 204);
        await town.IsTold(town.Buyer, "Copper kettle is on its way");
        var link = await town.Owner.Post($"shops/{town.ShopId}/courier-links", new { name = "Tour 1", shipmentIds = new[] { shipment }, days = 1 }, 201);
        using var phone = town.Http();
        var token = ((string)link["path"]!)["/courier/".Length..];
        var list = await Townsman.Read(await phone.GetAsync(new Uri($"api/v1/courier/{token}", UriKind.Relative), Town.Ct), 200);
        Assert.Equal("Алматы", (string)list["stops"]![0]!["address"]!["city"]!);
        Assert.Equal(204, await Tells(phone, token, shipment, new { kind = "out_for_delivery", latitude = 43.238949m, longitude = 76.889709m }));
        await town.IsTold(town.Buyer, "Copper kettle arrives today");
        var seen = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal("43.238949", seen["shipments"]![0]!["news"]![0]!["latitude"]!.ToJsonString());
        Assert.Equal(204, await Tells(phone, token, shipment, new { kind = "delivered", code = (string)seen["recipientCode"]! }));
        await town.IsTold(town.Buyer, "Copper kettle has arrived");

        var infos = await Infos(town, source);
        Assert.Equal((HandoverState.Delivered, HandoverWays.Shipment, delivery), (infos.State, infos.Way, infos.HandoverId));
        await town.Buyer.Post($"deliveries/{delivery}/approval", new { }, 204);
        await town.Buyer.Post($"deliveries/{delivery}/approval", new { }, 204);
        var ended = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal(("approved", "buyer", null), ((string)ended["state"]!, (string)ended["reason"]!, ended["address"]));
        Assert.Null((await town.Owner.Get($"shops/{town.ShopId}/deliveries/{delivery}"))["address"]);
        await town.IsTold(town.Owner, "Copper kettle was approved");

        // Programs of the shop may hear of it, as they may of its lots.
        var topics = (await town.Owner.Get("webhook-events")).ToJsonString();
        foreach (var topic in new[] { HandoverApproved.Name, HandoverFailed.Name, "draws.lot.opened" }) Assert.Contains($"\"{topic}\"", topics, StringComparison.Ordinal);
    }

    private static async Task<HandoverInfo> Infos(Town town, Guid source)
    {
        await using var scope = town.Service<IServiceScopeFactory>().CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IHandovers>().Of("test", [source, Guid.CreateVersion7()], Town.Ct)).Single().Value;
    }

    internal static async Task<int> Tells(HttpClient phone, string token, string shipment, object word)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(word);
        using var answer = await phone.PostAsync(new Uri($"api/v1/courier/{token}/stops/{shipment}/events", UriKind.Relative), content, Town.Ct);
        return (int)answer.StatusCode;
    }
}
