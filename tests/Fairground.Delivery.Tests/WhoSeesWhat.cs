using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>Addresses are sealed, shown to whom they must be, and gone afterwards; couriers see their list and no more; labels have what a carrier needs.</summary>
public sealed class WhoSeesWhat
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task An_address_book_is_its_owner_s_sealed_in_the_database_and_in_the_export(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var first = await town.Buyer.Post("me/addresses", Samples.Address, 201);
        Assert.True((bool)first["isDefault"]!);
        Assert.Equal("KZ", (string)first["country"]!);
        var refused = await town.Buyer.Post("me/addresses", new { name = "Aigerim", phone = "+77012345678", country = "KZ", street = "Abay 52", city = "Almaty", postcode = "12" }, 422);
        Assert.Equal(("address.postcode_invalid", "postcode"), ((string)refused["code"]!, (string)refused["field"]!));
        var second = await town.Buyer.Post("me/addresses", new { name = "Aigerim", phone = "87012345678", country = "KZ", street = "Satpaev 22", city = "Almaty", postcode = "050013", isDefault = true }, 201);
        var items = (await town.Buyer.Get("me/addresses"))["items"]!.AsArray();
        Assert.Equal([(string)second["addressId"]!, (string)first["addressId"]!], items.Select(i => (string)i!["addressId"]!));
        Assert.Equal([true, false], items.Select(i => (bool)i!["isDefault"]!));
        Assert.Equal("Satpaev 24", (string)(await town.Buyer.Put($"me/addresses/{second["addressId"]}", new { name = "Aigerim", phone = "87012345678", country = "KZ", street = "Satpaev 24", city = "Almaty", postcode = "050013" }, 200))["street"]!);
        Assert.Equal("address.not_found", (string)(await town.Owner.Put($"me/addresses/{second["addressId"]}", Samples.Address, 404))["code"]!);
        Assert.Equal("address.not_found", (string)(await town.Owner.Delete($"me/addresses/{second["addressId"]}", 404))["code"]!);
        await town.Buyer.Delete($"me/addresses/{second["addressId"]}", 204);
        Assert.True((bool)(await town.Buyer.Get("me/addresses"))["items"]![0]!["isDefault"]!);

        await using var scope = town.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DeliveryContext>();
        var row = Assert.Single(context.Addresses);
        Assert.StartsWith("sealed:1:", row.Sealed, StringComparison.Ordinal);
        for (var i = 1; i < AddressBook.Most; i++) await town.Buyer.Post("me/addresses", Samples.Address, 201);
        Assert.Equal("address.too_many", await town.Buyer.IsRefused("me/addresses", Samples.Address, 409));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32"), Requirement("D-22")]
    public async Task What_goes_on_holds_erasing_back_and_what_has_ended_is_erased_with_its_words(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await town.SellsToSend();
        await using var scope = town.Service<IServiceScopeFactory>().CreateAsyncScope();
        var data = scope.ServiceProvider.GetServices<IPersonalData>().Single(d => d.Tables.Contains("delivery_address"));
        Assert.Equal("data.delivery_under_way", Assert.Single(await data.HoldsBack([town.Buyer.Id], Town.Ct)).Code);
        await town.Packs(delivery, "other", "AB-1234");
        await town.Buyer.Post($"deliveries/{delivery}/approval", new { }, 409);
        await town.Operator.Post($"deliveries/{delivery}/ruling", new { @for = "buyer", reasons = "Aigerim has moved away for good." }, 204);
        Assert.Empty(await data.HoldsBack([town.Buyer.Id], Town.Ct));

        var archive = new Archive();
        await data.Write([town.Buyer.Id], archive, Town.Ct);
        Assert.Contains("Айгерім", archive.Text, StringComparison.Ordinal);
        Assert.Contains("Aigerim has moved away for good.", archive.Text, StringComparison.Ordinal);
        await data.Erase([town.Buyer.Id], Town.Ct);
        await data.Erase([town.Buyer.Id], Town.Ct);
        var after = new Archive();
        await data.Write([town.Buyer.Id], after, Town.Ct);
        Assert.DoesNotContain("Айгерім", after.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("moved away", after.Text, StringComparison.Ordinal);
        Assert.Contains("Copper kettle", after.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-25")]
    public async Task A_courier_s_link_opens_its_parcels_for_its_days_and_takes_proof(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var (first, second, third) = (await town.SellsToSend(sendDays: 20), await town.SellsToSend(sendDays: 20), await town.SellsToSend(sendDays: 20));
        var (a, b, c) = (await town.Packs(first), await town.Packs(second), await town.Packs(third, "other"));
        async Task<string> Refused(object body) => await town.Owner.IsRefused($"shops/{town.ShopId}/courier-links", body, 422);
        Assert.Equal("courier.nothing_to_carry", await Refused(new { shipmentIds = Array.Empty<string>(), days = 1 }));
        Assert.Equal("courier.nothing_to_carry", await Refused(new { shipmentIds = new[] { a, c }, days = 1 }));
        Assert.Equal("courier.days_invalid", await Refused(new { shipmentIds = new[] { a }, days = 8 }));
        var link = await town.Owner.Post($"shops/{town.ShopId}/courier-links", new { name = "Van 2", shipmentIds = new[] { a }, days = 2 }, 201);
        var token = ((string)link["path"]!)["/courier/".Length..];
        using var phone = town.Http();
        async Task<(int, string?)> Says(string shipment, object word, string? with = null)
        {
            using var content = System.Net.Http.Json.JsonContent.Create(word);
            using var answer = await phone.PostAsync(new Uri($"api/v1/courier/{with ?? token}/stops/{shipment}/events", UriKind.Relative), content, Town.Ct);
            var text = await answer.Content.ReadAsStringAsync(Town.Ct);
            return ((int)answer.StatusCode, text.Length == 0 ? null : (string)JsonNode.Parse(text)!["code"]!);
        }

        Assert.Equal((404, "shipment.not_found"), await Says(b, new { kind = "delivered", code = "000000" }));
        Assert.Equal((404, "courier.link_invalid"), await Says(a, new { kind = "note" }, token[..^2] + (token[^2..] == "AA" ? "BB" : "AA")));
        Assert.Equal((422, "shipment.news_unknown"), await Says(a, new { kind = "lost" }));
        Assert.Equal((422, "courier.position_invalid"), await Says(a, new { kind = "note", latitude = 91, longitude = 0 }));
        Assert.Equal((422, "courier.words_missing"), await Says(a, new { kind = "accident", note = "" }));
        Assert.Equal((204, null), await Says(a, new { kind = "accident", note = "A flat tyre", latitude = 43.2, longitude = 76.9, tellersId = "x1" }));
        Assert.Equal((204, null), await Says(a, new { kind = "accident", note = "A flat tyre", latitude = 43.2, longitude = 76.9, tellersId = "x1" }));
        Assert.Single((await town.Owner.Get($"shipments/{a}"))["news"]!.AsArray());
        Assert.Equal((204, null), await Says(a, new { kind = "out_for_delivery" }));
        Assert.Equal((422, "courier.proof_missing"), await Says(a, new { kind = "delivered" }));
        var right = (string)(await town.Buyer.Get($"me/deliveries/{first}"))["recipientCode"]!;
        var wrong = right == "000000" ? "000001" : "000000";
        for (var i = 0; i < RecipientCodes.MostTries; i++) Assert.Equal((422, "courier.code_wrong"), await Says(a, new { kind = "delivered", code = wrong }));
        Assert.Equal((409, "courier.code_locked"), await Says(a, new { kind = "delivered", code = right }));

        using var picture = new ByteArrayContent(Samples.Png);
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { new StringContent("delivered"), "kind" }, { picture, "picture", "door.png" } };
        using (var told = await phone.PostAsync(new Uri($"api/v1/courier/{token}/stops/{a}/events", UriKind.Relative), form, Town.Ct)) Assert.Equal(204, (int)told.StatusCode);
        // The phone heard no answer and says it again: that is no mistake, and no second news.
        var before = (await town.Owner.Get($"shipments/{a}"))["news"]!.AsArray().Count;
        Assert.Equal((204, null), await Says(a, new { kind = "delivered" }));
        Assert.Equal((409, "delivery.not_now"), await Says(a, new { kind = "returned" }));
        Assert.Equal(before, (await town.Owner.Get($"shipments/{a}"))["news"]!.AsArray().Count);
        var seen = await town.Buyer.Get($"me/deliveries/{first}");
        Assert.Equal("delivered", (string)seen["state"]!);
        var path = ((string)seen["shipments"]![0]!["news"]!.AsArray().First(n => n!["picture"] is not null)!["picture"]!)["/api/v1/".Length..];
        Assert.Equal((200, 200, 404), (await town.Buyer.Status(path), await town.Owner.Status(path), await (await town.Register("stranger")).Status(path)));

        // What has arrived shows no address any more; an ended link, and one whose days are over, nothing.
        var list = await Townsman.Read(await phone.GetAsync(new Uri($"api/v1/courier/{token}", UriKind.Relative), Town.Ct), 200);
        Assert.Null(list["stops"]![0]!["address"]);
        var other = await town.Owner.Post($"shops/{town.ShopId}/courier-links", new { shipmentIds = new[] { b }, days = 1 }, 201);
        await town.Owner.Delete($"shops/{town.ShopId}/courier-links/{other["linkId"]}", 204);
        Assert.Equal((410, "courier.link_over"), await Says(b, new { kind = "note" }, ((string)other["path"]!)["/courier/".Length..]));
        town.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal((410, "courier.link_over"), await Says(a, new { kind = "note" }));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-25")]
    public async Task What_the_shop_has_ended_the_courier_may_say_again_and_that_is_no_news(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var parcel = await town.Packs(await town.SellsToSend());
        var link = await town.Owner.Post($"shops/{town.ShopId}/courier-links", new { shipmentIds = new[] { parcel }, days = 1 }, 201);
        var token = ((string)link["path"]!)["/courier/".Length..];
        using var phone = town.Http();
        Assert.Equal(204, await WholeWay.Tells(phone, token, parcel, new { kind = "out_for_delivery" }));
        await town.Owner.Post($"shipments/{parcel}/events", new { kind = "returned" }, 204);
        Assert.Equal(204, await WholeWay.Tells(phone, token, parcel, new { kind = "returned" }));
        Assert.Equal(204, await WholeWay.Tells(phone, token, parcel, new { kind = "returned" }));
        Assert.Equal(["out_for_delivery courier", "returned shop"], (await town.Owner.Get($"shipments/{parcel}"))["news"]!.AsArray().Select(n => $"{n!["kind"]} {n["way"]}").Order());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task Labels_and_the_packer_s_list_are_for_the_shop_alone(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await town.SellsToSend();
        var parcel = await town.Packs(delivery, "other", "ab-123456");
        Assert.Equal("shipment.tracking_taken", await town.Owner.IsRefused("shipments", new { deliveryId = await town.SellsToSend(), carrier = "other", tracking = "AB-123456" }, 409));
        var pdf = await town.Owner.Client.GetByteArrayAsync(new Uri($"api/v1/shipments/{parcel}/label", UriKind.Relative), Town.Ct);
        Assert.StartsWith("%PDF-1.", Encoding.ASCII.GetString(pdf[..8]), StringComparison.Ordinal);
        // 100 by 150 millimetres in points.
        Assert.Contains("/MediaBox[0 0 283.465 425.197]", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        Assert.Equal((404, 404, 403), (await town.Owner.Status($"shipments/{Guid.CreateVersion7()}/label"), await town.Owner.Status($"shipments/{Guid.CreateVersion7()}"), await town.Buyer.Status($"shipments/{parcel}/label")));
        Assert.Equal((403, 403), (await town.Buyer.Status($"shipments/{parcel}"), await town.Buyer.Status($"shops/{town.ShopId}/deliveries")));
        Assert.Equal("delivery.not_found", await town.Owner.IsRefused("shipments", new { deliveryId = Guid.CreateVersion7(), carrier = "own" }, 404));

        var csv = await town.Owner.Client.GetStringAsync(new Uri($"shop/{town.ShopId}/deliveries.csv?list=to-send", UriKind.Relative), Town.Ct);
        var line = csv.Split("\r\n").Single(l => l.Contains($"{delivery}", StringComparison.Ordinal));
        Assert.Contains("\"Айгерім Серікқызы\",\"'+77012345678\",\"Абай даңғылы 52, 14\",\"Алматы\",,\"050000\",KZ,\"Entrance 2\"", line, StringComparison.Ordinal);
        Assert.Contains(",\"AB-123456\",", line, StringComparison.Ordinal);

        // A label whose delivery has ended is left out, and keeps back none of the others.
        var forgotten = await town.SellsToSend();
        await town.Packs(forgotten);
        await town.Operator.Post($"deliveries/{forgotten}/ruling", new { @for = "buyer", reasons = "The shop has closed down." }, 204);
        var all = Encoding.Latin1.GetString(await town.Owner.Client.GetByteArrayAsync(new Uri($"shop/{town.ShopId}/labels.pdf", UriKind.Relative), Town.Ct));
        Assert.Equal(1, all.Split("/MediaBox[0 0 283.465 425.197]").Length - 1);

        // Korean letters are not in the font that comes with the program: the page prints them.
        var korean = await town.Sells();
        var seoul = await town.Buyer.Post("me/addresses", new { name = "김민지", phone = "+82 2 312 3456", country = "KR", street = "세종대로 110", city = "서울", postcode = "04524" }, 201);
        await town.Buyer.Post($"me/deliveries/{korean}/choice", new { way = "shipment", addressId = (string)seoul["addressId"]! }, 200);
        var third = await town.Packs(korean);
        using var letters = await town.Owner.Client.GetAsync(new Uri($"api/v1/shipments/{third}/label", UriKind.Relative), Town.Ct);
        Assert.Equal("shipment.label_letters", (string)(await Townsman.Read(letters, 409))["code"]!);
    }

    private sealed class Archive : IDataArchive
    {
        private readonly StringBuilder text = new();

        public string Text => text.ToString();

        public async Task Add<T>(string name, string about, IAsyncEnumerable<T> rows, CancellationToken ct)
        {
            await foreach (var row in rows.WithCancellation(ct)) Write(row);
        }

        public Task Add<T>(string name, string about, IEnumerable<T> rows, CancellationToken ct)
        {
            foreach (var row in rows) Write(row);
            return Task.CompletedTask;
        }

        private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        private void Write<T>(T row) => text.AppendLine(System.Text.Json.JsonSerializer.Serialize(row, Plain));
    }
}
