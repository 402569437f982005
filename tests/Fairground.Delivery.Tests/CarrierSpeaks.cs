using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StandardWebhooks;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>Carriers are heard by webhook and asked over the wire (D-25); the stand-in speaks as they publish it.</summary>
public sealed class CarrierSpeaks
{
    private static readonly string Secret = "whsec_" + Convert.ToBase64String(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-25")]
    public async Task Signed_news_move_a_parcel_in_any_order_and_once_each(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind, "FAIRGROUND_CARRIERS=kazpost easy", "FAIRGROUND_CARRIERS_KAZPOST_TITLE=Kazpost", $"FAIRGROUND_CARRIERS_KAZPOST_SECRET={Secret}",
            "FAIRGROUND_CARRIERS_KAZPOST_TRACK_URL=https://post.kz/{tracking}", "FAIRGROUND_CARRIERS_EASY_SHAPE=easypost", "FAIRGROUND_CARRIERS_EASY_SECRET=sécret");
        var delivery = await town.SellsToSend();
        Assert.Equal("shipment.tracking_invalid", await town.Owner.IsRefused("shipments", new { deliveryId = delivery, carrier = "kazpost" }, 422));
        Assert.Equal("shipment.carrier_unknown", await town.Owner.IsRefused("shipments", new { deliveryId = delivery, carrier = "pigeon", tracking = "KZ1234" }, 422));
        var parcel = await town.Packs(delivery, "kazpost", "kz-123456");
        Assert.Equal("shipment.under_way", await town.Owner.IsRefused("shipments", new { deliveryId = delivery, carrier = "kazpost", tracking = "KZ-9999" }, 409));

        town.Clock.Advance(TimeSpan.FromHours(10));
        var now = town.Clock.GetUtcNow();
        object[] later = [new { id = "3", kind = "out_for_delivery", at = now.AddMinutes(-10), place = "Almaty" }, new { id = "2", kind = "in_transit", at = now.AddHours(-5), place = "Karaganda", latitude = 49.8, longitude = 73.1 }];
        Assert.Equal(2, (await Hears(town, "kazpost", new { trackingNumber = "KZ-123456", events = later }, 200))["new"]!.GetValue<int>());
        Assert.Equal("out_for_delivery", (string)(await town.Owner.Get($"shipments/{parcel}"))["state"]!);
        // Late, doubled and in the wrong order: kept, and nothing goes back.
        object[] earlier = [new { id = "1", kind = "handed_over", at = now.AddHours(-9) }, later[0], new { id = "4", kind = "accident", at = now, note = "The van broke down" }];
        Assert.Equal(2, (await Hears(town, "kazpost", new { trackingNumber = "KZ-123456", events = earlier }, 200))["new"]!.GetValue<int>());
        var seen = await town.Owner.Get($"shipments/{parcel}");
        Assert.Equal(("out_for_delivery", true, 4, "https://post.kz/KZ-123456"), ((string)seen["state"]!, (bool)seen["hadAccident"]!, seen["news"]!.AsArray().Count, (string)seen["trackingUrl"]!));
        Assert.Single((await town.Operator.Get("deliveries?list=accidents"))["items"]!.AsArray());
        await Hears(town, "kazpost", new { trackingNumber = "KZ-123456", events = new object[] { new { id = "5", kind = "delivered", at = now.AddYears(1) } } }, 200);
        var arrived = await town.Buyer.Get($"me/deliveries/{delivery}");
        // Nothing happens in the future, whatever the carrier's clock says.
        Assert.Equal("delivered", (string)arrived["state"]!);
        Assert.True(DateTimeOffset.Parse((string)arrived["deliveredAt"]!, CultureInfo.InvariantCulture) <= town.Clock.GetUtcNow());

        // Numbers that are not ours are taken and mean nothing; forgeries are not.
        Assert.Equal(0, (await Hears(town, "kazpost", new { trackingNumber = "OTHER-1", events = later }, 200))["new"]!.GetValue<int>());
        Assert.Equal("carrier.signature_wrong", (string)(await Hears(town, "kazpost", new { trackingNumber = "KZ-123456", events = later }, 401, signed: false))["code"]!);
        Assert.Equal("carrier.signature_wrong", (string)(await Hears(town, "kazpost", new { trackingNumber = "KZ-123456", events = later }, 401, ago: TimeSpan.FromMinutes(6)))["code"]!);
        Assert.Equal("carrier.unreadable", (string)(await Hears(town, "kazpost", new { hello = 1 }, 422))["code"]!);
        Assert.Equal("carrier.unknown", (string)(await Hears(town, "pigeon", new { hello = 1 }, 404))["code"]!);

        var second = await town.SellsToSend();
        await town.Packs(second, "easy", "EZ4000000004");
        town.Clock.Advance(TimeSpan.FromHours(4));
        var told = Published.Told(town.Clock.GetUtcNow(), TimeSpan.FromHours(1));
        Assert.Equal("carrier.signature_wrong", (string)(await EasyPosts(town, told, "another", 401))["code"]!);
        // EasyPost brings the secret into Unicode's form KD.
        Assert.Equal(3, (await EasyPosts(town, told, "se\u0301cret", 200))["new"]!.GetValue<int>());
        Assert.Equal(0, (await EasyPosts(town, told, "se\u0301cret", 200))["new"]!.GetValue<int>());
        Assert.Equal("delivered", (string)(await town.Buyer.Get($"me/deliveries/{second}"))["state"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-25")]
    public async Task A_carrier_that_tells_nothing_is_asked_and_a_silent_one_less_and_less_often(DatabaseKind kind)
    {
        await using var carrier = await StandIn.Start();
        await using var town = await Town.Open(kind, "FAIRGROUND_CARRIERS=easy", "FAIRGROUND_CARRIERS_EASY_SHAPE=easypost", $"FAIRGROUND_CARRIERS_EASY_POLL_URL={carrier.Address}v2/trackers?tracking_code={{tracking}}",
            "FAIRGROUND_CARRIERS_EASY_POLL_TOKEN=EZTK1", "FAIRGROUND_CARRIERS_EASY_SECRET=secret", "FAIRGROUND_ALLOW_PRIVATE_CARRIERS=1");
        var delivery = await town.SellsToSend(sendDays: 30);
        var parcel = await town.Packs(delivery, "easy", "EZ4000000004");
        await town.AsksCarriers();
        Assert.Equal(0, carrier.Asked);
        carrier.Event = Published.Told(town.Clock.GetUtcNow().AddMinutes(10), TimeSpan.FromMinutes(1));

        carrier.Broken = true;
        town.Clock.Advance(TimeSpan.FromMinutes(16));
        await Eventually.Holds(() => Asks(town, () => carrier.Asked >= 1), TimeSpan.FromSeconds(20), "it is asked");
        town.Clock.Advance(TimeSpan.FromMinutes(31));
        await town.AsksCarriers();
        Assert.Equal(1, carrier.Asked);
        carrier.Broken = false;
        town.Clock.Advance(TimeSpan.FromMinutes(30));
        await Eventually.Holds(() => Asks(town, () => carrier.Asked >= 2), TimeSpan.FromSeconds(20), "it is asked again after twice the time");
        await Eventually.Holds(async () => (string)(await town.Owner.Get($"shipments/{parcel}"))["state"]! == "delivered", TimeSpan.FromSeconds(20), "what it says is taken");
        Assert.Equal("Basic " + Convert.ToBase64String("EZTK1:"u8), carrier.Authorization);
        Assert.Equal(["asked", "asked", "asked"], (await town.Owner.Get($"shipments/{parcel}"))["news"]!.AsArray().Select(n => (string)n!["way"]!));
        // It tells by itself as well, and the same thing is one.
        Assert.Equal(0, (await EasyPosts(town, carrier.Event, "secret", 200))["new"]!.GetValue<int>());

        // What has arrived is asked about no more.
        town.Clock.Advance(TimeSpan.FromDays(1));
        await town.AsksCarriers();
        Assert.Equal(2, carrier.Asked);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-25")]
    public async Task News_a_day_older_than_the_order_and_the_number_of_another_parcel_pay_nobody(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind, "FAIRGROUND_CARRIERS=kazpost", $"FAIRGROUND_CARRIERS_KAZPOST_SECRET={Secret}");
        var delivery = await town.SellsToSend();
        var parcel = await town.Packs(delivery, "kazpost", "KZ-1000");
        var ordered = DateTimeOffset.Parse((string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["orderedAt"]!, CultureInfo.InvariantCulture);
        object[] old = [new { id = "1", kind = "accident", at = ordered.AddDays(-31), note = "Wet" }, new { id = "2", kind = "delivered", at = ordered.AddDays(-30) }, new { id = "3", kind = "delivered", at = ordered.AddDays(-1).AddMilliseconds(-1) }];
        Assert.Equal(3, (await Hears(town, "kazpost", new { trackingNumber = "KZ-1000", events = old }, 200))["new"]!.GetValue<int>());
        var seen = await town.Owner.Get($"shipments/{parcel}");
        Assert.Equal(("created", false, 3), ((string)seen["state"]!, (bool)seen["hadAccident"]!, seen["news"]!.AsArray().Count));
        var waits = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal(("open", null, null), ((string)waits["state"]!, waits["deliveredAt"], waits["approveBy"]));
        // A carrier far in the west sends its local time and calls it UTC.
        object[] fresh = [new { id = "4", kind = "delivered", at = ordered.AddHours(-12) }];
        Assert.Equal(1, (await Hears(town, "kazpost", new { trackingNumber = "KZ-1000", events = fresh }, 200))["new"]!.GetValue<int>());
        Assert.Equal("delivered", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);

        // What arrived keeps its number, whichever shop asks for it; what no carrier had gives it back.
        var second = await town.SellsToSend();
        Assert.Equal("shipment.tracking_taken", await town.Owner.IsRefused("shipments", new { deliveryId = second, carrier = "kazpost", tracking = "kz-1000" }, 409));
        await town.Owner.Delete($"shipments/{await town.Packs(second, "kazpost", "KZ-2000")}", 204);
        var again = await town.Packs(second, "kazpost", "KZ-2000");
        await town.Owner.Post($"shipments/{again}/events", new { kind = "returned" }, 204);
        Assert.Equal("shipment.tracking_taken", await town.Owner.IsRefused("shipments", new { deliveryId = second, carrier = "kazpost", tracking = "KZ-2000" }, 409));
        // The shop's own courier is heard by its link and not by numbers, which the shop counts as it likes.
        await town.Owner.Post($"shipments/{await town.Packs(second, "own", "TOUR-1")}/events", new { kind = "returned" }, 204);
        await town.Packs(second, "own", "TOUR-1");
        await FindsByNumber(town, kind);
    }

    // A carrier's report is found by its number and not by reading every parcel.
    private static async Task FindsByNumber(Town town, DatabaseKind kind)
    {
        await using var connection = await town.Service<Database>().OpenAsync(Town.Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = (kind == DatabaseKind.Postgres ? "set enable_seqscan = off; explain " : "explain query plan ") + "select * from delivery_shipment where carrier = 'kazpost' and tracking = 'KZ-1000'";
        await using var reader = await command.ExecuteReaderAsync(Town.Ct);
        var plan = new StringBuilder();
        while (await reader.ReadAsync(Town.Ct)) plan.AppendLine(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader[i]}")));
        Assert.Contains("delivery_shipment_number", plan.ToString(), StringComparison.Ordinal);
    }

    private static async Task<bool> Asks(Town town, Func<bool> asked)
    {
        await town.AsksCarriers();
        return asked();
    }

    private static async Task<JsonNode> Hears(Town town, string carrier, object body, int expected, bool signed = true, TimeSpan ago = default)
    {
        var text = JsonSerializer.Serialize(body);
        var at = town.Clock.GetUtcNow() - ago;
        using var http = town.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/carriers/{carrier}/events") { Content = new StringContent(text, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", "msg_1");
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        // The library that senders use, so that it is not our own hand on both sides.
        request.Headers.TryAddWithoutValidation("webhook-signature", signed ? new StandardWebhook(Secret).Sign("msg_1", at, text) : "v1,AAAA");
        return await Townsman.Read(await http.SendAsync(request, Town.Ct), expected);
    }

    private static async Task<JsonNode> EasyPosts(Town town, string told, string secret, int expected)
    {
        using var http = town.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/carriers/easy/events") { Content = new StringContent(told, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Hmac-Signature", "hmac-sha256-hex=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(told))));
        return await Townsman.Read(await http.SendAsync(request, Town.Ct), expected);
    }

    /// <summary>Answers as EasyPost does: a list of trackers for a number.</summary>
    private sealed class StandIn : IAsyncDisposable
    {
        private readonly WebApplication app;
        private int asked;

        private StandIn(WebApplication app) => this.app = app;

        public string Address => app.Urls.First() + "/";

        public bool Broken { get; set; }

        public string Event { get; set; } = Published.Event;

        public int Asked => Volatile.Read(ref asked);

        public string Authorization { get; private set; } = "";

        public static async Task<StandIn> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var stand = new StandIn(builder.Build());
            stand.app.MapGet("/v2/trackers", (HttpRequest request) => stand.Answer(request));
            await stand.app.StartAsync(Town.Ct);
            return stand;
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync(new CancellationToken(true));
            await app.DisposeAsync();
        }

        private IResult Answer(HttpRequest request)
        {
            Interlocked.Increment(ref asked);
            Authorization = request.Headers.Authorization.ToString();
            if (Broken) return Results.StatusCode((int)HttpStatusCode.ServiceUnavailable);
            var tracker = JsonNode.Parse(Event)!["result"]!.DeepClone();
            return request.Query["tracking_code"] == "EZ4000000004" ? Results.Text(new JsonObject { ["trackers"] = new JsonArray(tracker), ["has_more"] = false }.ToJsonString(), "application/json") : Results.NotFound();
        }
    }
}
