using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>How deliveries end: by silence, by a shop that does not send, by a dispute (D-23), at the counter.</summary>
public sealed partial class HowItEnds
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-23")]
    public async Task Silence_is_approval_after_the_days_of_the_terms_and_the_buyer_is_reminded_before(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await Delivered(town, approveDays: 10);
        Assert.Equal("delivery.over", await town.Buyer.IsRefused($"deliveries/{await NotSent(town)}/approval", new { }, 409));

        town.Clock.Advance(TimeSpan.FromDays(9) + TimeSpan.FromMinutes(1));
        await town.Ticks();
        await town.IsTold(town.Buyer, "Copper kettle: all well?");
        Assert.Equal("delivered", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);
        town.Clock.Advance(TimeSpan.FromDays(1));
        await town.Ticks();
        var ended = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal(("approved", "time"), ((string)ended["state"]!, (string)ended["reason"]!));
        await town.IsTold(town.Buyer, "Copper kettle counts as approved");
        Assert.Equal("delivery.over", await town.Buyer.IsRefused($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "The spout is bent badly" }, 409));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task A_shop_that_does_not_send_in_time_is_reminded_and_then_the_buyer_gets_the_money_back(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await town.SellsToSend(sendDays: 4);
        // A label alone is not sending.
        var parcel = await town.Packs(delivery);
        town.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await town.Ticks();
        await town.IsTold(town.Owner, "Reminder: send Copper kettle");
        town.Clock.Advance(TimeSpan.FromDays(1));
        await town.Ticks();
        var ended = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal(("failed", "not-handed-over"), ((string)ended["state"]!, (string)ended["reason"]!));
        await town.IsTold(town.Buyer, "Copper kettle was not sent in time");
        await town.IsTold(town.Owner, "Copper kettle was not sent in time");

        // What comes after the end is kept and changes nothing.
        await town.Owner.Post($"shipments/{parcel}/events", new { kind = "handed_over" }, 204);
        Assert.Equal("failed", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);
        Assert.Equal("delivery.over", await town.Owner.IsRefused("shipments", new { deliveryId = delivery, carrier = "own" }, 409));
        Assert.Equal("delivery.over", await town.Buyer.IsRefused($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 409));
        using var label = await town.Owner.Client.GetAsync(new Uri($"api/v1/shipments/{parcel}/label", UriKind.Relative), Town.Ct);
        Assert.Equal(409, (int)label.StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task A_parcel_that_is_lost_or_comes_back_is_sent_again_within_the_same_time(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await town.SellsToSend(sendDays: 4);
        var first = await town.Packs(delivery);
        Assert.Equal("delivery.already_sent", await town.Buyer.IsRefused($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 409));
        await town.Owner.Delete($"shipments/{first}", 204);
        var second = await town.Packs(delivery);
        await town.Owner.Post($"shipments/{second}/events", new { kind = "handed_over" }, 204);
        Assert.Equal("delivery.not_now", (string)(await town.Owner.Delete($"shipments/{second}", 409))["code"]!);
        Assert.Equal("delivery.not_now", await town.Buyer.IsRefused($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 409));
        Assert.Equal("shipment.news_unknown", await town.Owner.IsRefused($"shipments/{second}/events", new { kind = "delivered" }, 422));
        Assert.Equal("courier.words_missing", await town.Owner.IsRefused($"shipments/{second}/events", new { kind = "accident", note = "" }, 422));
        await town.Owner.Post($"shipments/{second}/events", new { kind = "lost" }, 204);
        Assert.Equal("delivery.not_now", await town.Owner.IsRefused($"shipments/{second}/events", new { kind = "returned" }, 409));
        await town.IsTold(town.Buyer, "Copper kettle did not arrive");
        await town.IsTold(town.Owner, "Send Copper kettle again");
        var again = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal("open", (string)again["state"]!);
        var due = DateTimeOffset.Parse((string)again["dueAt"]!, System.Globalization.CultureInfo.InvariantCulture) - town.Clock.GetUtcNow();
        Assert.InRange(due.TotalDays, 3.99, 4.001);
        var third = await town.Packs(delivery);
        await town.Owner.Post($"shipments/{third}/events", new { kind = "in_transit" }, 204);
        Assert.Equal("shipped", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);
        // The buyer has it although nobody said so, and says that all is well.
        await town.Buyer.Post($"deliveries/{delivery}/approval", new { }, 204);
        Assert.NotNull((await town.Buyer.Get($"me/deliveries/{delivery}"))["deliveredAt"]);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22"), Requirement("D-23")]
    public async Task A_shop_cannot_put_off_its_buyer_by_parcels_that_come_back_and_what_is_paid_back_is_not_sent_again(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var sold = 0;
        async Task<Guid> Sold()
        {
            // The shop has heard of it before anything else happens.
            var (one, heard) = (await town.SellsToSend(), ++sold);
            await Eventually.Holds(async () => (await town.Told(town.Owner)).Count(s => s.StartsWith("Send Copper kettle by", StringComparison.Ordinal)) == heard, TimeSpan.FromSeconds(20), $"{heard} are to be sent");
            return one;
        }

        var delivery = await Sold();
        object complaint = new { reason = "not-arrived", said = "It goes and comes, and never to me" };
        Assert.Equal("delivery.not_now", await town.Buyer.IsRefused($"deliveries/{delivery}/dispute", complaint, 409));
        var first = await town.Packs(delivery);
        await town.Owner.Post($"shipments/{first}/events", new { kind = "handed_over" }, 204);
        await town.Owner.Post($"shipments/{first}/events", new { kind = "returned" }, 204);
        Assert.Equal("open", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);
        await town.IsTold(town.Owner, "Send Copper kettle again");
        Assert.Contains("name=\"reason\"", await town.Buyer.Client.GetStringAsync(new Uri($"me/deliveries/{delivery}", UriKind.Relative), Town.Ct), StringComparison.Ordinal);
        await town.Buyer.Post($"deliveries/{delivery}/dispute", complaint, 204);
        Assert.Equal("disputed", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);

        // The operator reads what happened, and not what the buyer says to the courier.
        var second = await Sold();
        var parcel = await town.Packs(second);
        await town.Owner.Post($"shipments/{parcel}/events", new { kind = "handed_over" }, 204);
        await town.Owner.Post($"shipments/{parcel}/events", new { kind = "accident", note = "A flat tyre" }, 204);
        Assert.NotNull((await town.Buyer.Get($"me/deliveries/{second}"))["recipientCode"]);
        var watched = (await town.Operator.Get("deliveries?list=accidents"))["items"]!.AsArray().Single(d => (string)d!["deliveryId"]! == $"{second}")!;
        Assert.Equal((null, null), (watched["recipientCode"], watched["address"]));
        await town.Operator.Post($"deliveries/{second}/ruling", new { @for = "buyer", reasons = "It burnt with the van." }, 204);
        await town.Owner.Post($"shipments/{parcel}/events", new { kind = "damaged" }, 204);
        // What comes after it has been told, so it was looked at.
        await Sold();
        Assert.Single(await town.Told(town.Owner), s => s.StartsWith("Send Copper kettle again", StringComparison.Ordinal));
        Assert.Single(await town.Told(town.Buyer), s => s.StartsWith("Copper kettle did not arrive", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-23")]
    public async Task A_dispute_is_heard_from_both_sides_shown_to_nobody_else_and_ruled_upon(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var stranger = await town.Register("stranger");
        var delivery = await Delivered(town, approveDays: 2);
        Assert.Equal("dispute.reason_unknown", await town.Buyer.IsRefused($"deliveries/{delivery}/dispute", new { reason = "ugly", said = "The spout is bent badly" }, 422));
        Assert.Equal("dispute.words_missing", await town.Buyer.IsRefused($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "Bent" }, 422));
        Assert.Equal("delivery.not_found", await stranger.IsRefused($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "The spout is bent badly" }, 404));
        await town.Buyer.Post($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "The spout is bent badly" }, 204);
        Assert.Equal("delivery.not_now", await town.Buyer.IsRefused($"deliveries/{delivery}/dispute", new { reason = "damaged", said = "The spout is bent badly" }, 409));
        await town.IsTold(town.Owner, "Something is wrong with Copper kettle");

        var evidence = (string)(await Shows(town.Buyer, delivery, Samples.Png, "The spout", 201))["evidenceId"]!;
        await Shows(town.Owner, delivery, Samples.Png, "As it was packed", 201);
        Assert.Equal("delivery.not_found", (string)(await Shows(stranger, delivery, Samples.Png, "", 404))["code"]!);
        Assert.Equal("file.type_refused", (string)(await Shows(town.Buyer, delivery, "MZ this is a program, not a picture at all"u8.ToArray(), "", 422))["code"]!);
        foreach (var (who, status) in new[] { (town.Buyer, 200), (town.Owner, 200), (town.Operator, 200), (stranger, 404) }) Assert.Equal(status, await who.Status($"deliveries/{delivery}/evidence/{evidence}"));
        for (var i = 2; i < DisputeDesk.MostEvidence; i++) await Shows(town.Buyer, delivery, Samples.Png, $"The spout, {i}", 201);
        // Of four that come at once one is the tenth.
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Shows(town.Buyer, delivery, Samples.Png, "At once")));
        Assert.Equal([(201, null), (409, "dispute.too_much_evidence"), (409, "dispute.too_much_evidence"), (409, "dispute.too_much_evidence")], atOnce.Order());
        Assert.Equal("dispute.too_much_evidence", (string)(await Shows(town.Buyer, delivery, Samples.Png, "One more", 409))["code"]!);
        Assert.Equal("dispute.evidence_not_found", (string)(await town.Buyer.Get($"deliveries/{delivery}/evidence/{Guid.CreateVersion7()}", 404))["code"]!);
        Assert.Equal("dispute.evidence_not_found", (string)(await stranger.Get($"deliveries/{delivery}/evidence/{evidence}", 404))["code"]!);
        Assert.Equal("dispute.answer_invalid", await town.Owner.IsRefused($"deliveries/{delivery}/dispute/answer", new { answer = " " }, 422));
        Assert.Equal("access.forbidden", await stranger.IsRefused($"deliveries/{delivery}/dispute/answer", new { answer = "It was whole" }, 403));
        await town.Owner.Post($"deliveries/{delivery}/dispute/answer", new { answer = "It was whole when it left us." }, 204);
        await town.IsTold(town.Buyer, "The shop has answered");
        Assert.Equal("dispute.answer_invalid", await town.Owner.IsRefused($"deliveries/{delivery}/dispute/answer", new { answer = "And again" }, 422));

        // The days of approval stand still.
        town.Clock.Advance(TimeSpan.FromDays(5));
        await town.Ticks();
        var watched = Assert.Single((await town.Operator.Get("deliveries?list=disputes"))["items"]!.AsArray())!;
        Assert.Equal(("disputed", "damaged", "The spout is bent badly", 11), ((string)watched["state"]!, (string)watched["dispute"]!["reason"]!, (string)watched["dispute"]!["said"]!, watched["dispute"]!["evidence"]!.AsArray().Count));
        Assert.Equal("ruling.unknown", await town.Operator.IsRefused($"deliveries/{delivery}/ruling", new { @for = "both", reasons = "Nobody can know this" }, 422));
        Assert.Equal("ruling.reasons_missing", await town.Operator.IsRefused($"deliveries/{delivery}/ruling", new { @for = "buyer", reasons = "So" }, 422));
        Assert.Equal("access.forbidden", await town.Owner.IsRefused($"deliveries/{delivery}/ruling", new { @for = "seller", reasons = "Because we say so" }, 403));
        await town.Operator.Post($"deliveries/{delivery}/ruling", new { @for = "buyer", reasons = "The picture shows it was packed without a box." }, 204);
        Assert.Equal("delivery.over", await town.Operator.IsRefused($"deliveries/{delivery}/ruling", new { @for = "seller", reasons = "On second thoughts no" }, 409));
        foreach (var who in new[] { town.Buyer, town.Owner }) await town.IsTold(who, "Ruling about Copper kettle");
        var ended = await town.Buyer.Get($"me/deliveries/{delivery}");
        Assert.Equal(("failed", "ruling", "buyer", "The picture shows it was packed without a box."), ((string)ended["state"]!, (string)ended["reason"]!, (string)ended["ruling"]!["for"]!, (string)ended["ruling"]!["reasons"]!));
        // The audit keeps that it was ruled, and for whom; the reasons can be erased with the person, so they stand elsewhere.
        var noted = (await town.Operator.Get($"audit?about={delivery}"))["items"]!.AsArray().Single(a => (string)a!["what"]! == "delivery.rule")!;
        Assert.Equal(("buyer", null), ((string)noted["after"]!, noted["why"]));
        Assert.Equal("delivery.not_now", (string)(await Shows(town.Buyer, delivery, Samples.Png, "", 409))["code"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-23")]
    public async Task A_ruling_for_the_shop_approves_and_so_does_a_buyer_who_is_content_in_the_end(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var first = await Delivered(town, approveDays: 2);
        await town.Buyer.Post($"deliveries/{first}/dispute", new { reason = "other", said = "The colour is not to my taste" }, 204);
        // A ruling moves money for good: who signed in a while ago proves again who it is.
        town.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("access.confirm_identity", await town.Operator.IsRefused($"deliveries/{first}/ruling", new { @for = "seller", reasons = "The colour is as it was shown." }, 403));
        var path = new Uri($"office/deliveries/{first}", UriKind.Relative);
        var page = await town.Operator.Client.GetStringAsync(path, Town.Ct);
        var fields = HiddenField().Matches(page).DistinctBy(m => m.Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        using var form = new FormUrlEncodedContent([.. fields, new("for", "seller"), new("reasons", "The colour is as it was shown.")]);
        using (var refused = await town.Operator.Client.PostAsync(path, form, Town.Ct))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains($"/account/confirm?returnUrl=/office/deliveries/{first}", await refused.Content.ReadAsStringAsync(Town.Ct), StringComparison.Ordinal);
        }
        Assert.Equal("disputed", (string)(await town.Buyer.Get($"me/deliveries/{first}"))["state"]!);
        await (await town.SignIn("operator@town.example")).Post($"deliveries/{first}/ruling", new { @for = "seller", reasons = "The colour is as it was shown." }, 204);
        var ended = await town.Buyer.Get($"me/deliveries/{first}");
        Assert.Equal(("approved", "ruling"), ((string)ended["state"]!, (string)ended["reason"]!));

        var second = await Delivered(town, approveDays: 2);
        await town.Buyer.Post($"deliveries/{second}/dispute", new { reason = "wrong", said = "This is the small kettle" }, 204);
        await town.Buyer.Post($"deliveries/{second}/approval", new { }, 204);
        Assert.Equal("buyer", (string)(await town.Buyer.Get($"me/deliveries/{second}"))["reason"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task What_is_picked_up_is_handed_over_once_against_the_same_code_as_a_prize(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var delivery = await town.Sells();
        Assert.Equal("delivery.way_not_allowed", await town.Buyer.IsRefused($"me/deliveries/{delivery}/choice", new { way = "drone" }, 422));
        Assert.Equal("pickup.not_for_counter", (string)(await town.Buyer.Get($"me/deliveries/{delivery}/claim-code", 409))["code"]!);
        Assert.Equal("address.not_found", await town.Buyer.IsRefused($"me/deliveries/{delivery}/choice", new { way = "shipment", addressId = Guid.CreateVersion7() }, 404));
        await town.Buyer.Post($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 200);
        var code = (string)(await town.Buyer.Get($"me/deliveries/{delivery}/claim-code"))["token"]!;
        var other = await town.Register("outsider");
        await town.Appoint(other, Guid.Parse((string)(await town.Operator.Post("shops", new { name = "Theirs", currency = "KZT" }, 201))["shopId"]!));
        Assert.Equal("delivery.not_found", (string)(await other.Get($"me/deliveries/{delivery}/claim-code", 404))["code"]!);
        Assert.Equal("access.forbidden", await other.IsRefused("claims", new { token = code }, 403));
        Assert.Equal("pickup.code_invalid", await town.Owner.IsRefused("claims", new { token = code[..^4] + (code[^4..] == "0000" ? "1110" : "0000") }, 422));
        town.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("pickup.code_expired", await town.Owner.IsRefused("claims", new { token = code }, 409));
        var fresh = (string)(await town.Buyer.Get($"me/deliveries/{delivery}/claim-code"))["token"]!;
        var given = await town.Owner.Post("claims", new { token = fresh }, 200);
        Assert.Equal(("Copper kettle", "aigerim", null), ((string)given["title"]!, (string)given["winner"]!, given["lotId"]));
        Assert.Equal("pickup.already_taken", await town.Owner.IsRefused("claims", new { token = fresh }, 409));
        Assert.Equal("delivered", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["state"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-22")]
    public async Task Who_never_chooses_is_reminded_and_finds_it_at_the_counter_and_what_cannot_be_carried_is_delivered_at_once(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var undecided = await town.Sells(sendDays: 4);
        var onlySent = await town.Sells(HandoverWays.Shipment, sendDays: 4);
        var nothing = await town.Sells(HandoverWays.Nothing, approveDays: 30);
        Assert.Equal("delivered", (string)(await town.Buyer.Get($"me/deliveries/{nothing}"))["state"]!);
        town.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));
        await town.Ticks();
        Assert.Equal("open", (string)(await town.Buyer.Get($"me/deliveries/{undecided}"))["state"]!);
        town.Clock.Advance(TimeSpan.FromDays(2));
        await town.Ticks();
        Assert.Equal("pick-up", (string)(await town.Buyer.Get($"me/deliveries/{undecided}"))["way"]!);
        await town.IsTold(town.Buyer, "Copper kettle waits for you at the shop");
        // Where it can only be sent, nobody is at fault yet: the operator sees it, and can end it.
        Assert.Equal("open", (string)(await town.Buyer.Get($"me/deliveries/{onlySent}"))["state"]!);
        Assert.Contains((await town.Operator.Get("deliveries?list=late"))["items"]!.AsArray(), d => (string)d!["deliveryId"]! == $"{onlySent}");
        await town.Operator.Post($"deliveries/{onlySent}/ruling", new { @for = "buyer", reasons = "The buyer cannot be reached." }, 204);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_order_twice_is_one_handover(DatabaseKind kind)
    {
        await using var town = await Town.Open(kind);
        var source = Guid.CreateVersion7();
        var delivery = await town.Sells(sourceId: source);
        await town.Buyer.Post($"me/deliveries/{delivery}/choice", new { way = "pick-up" }, 200);
        Assert.Equal(delivery, await town.Sells(sourceId: source));
        // Another order behind it has come, so the second one was looked at. It is read late, and the seller has the whole time all the same.
        var late = await town.SellsToSend(sendDays: 5, late: TimeSpan.FromDays(1));
        Assert.InRange((DateTimeOffset.Parse((string)(await town.Buyer.Get($"me/deliveries/{late}"))["dueAt"]!, System.Globalization.CultureInfo.InvariantCulture) - town.Clock.GetUtcNow()).TotalDays, 4.99, 5.0);
        Assert.Equal("pick-up", (string)(await town.Buyer.Get($"me/deliveries/{delivery}"))["way"]!);
        Assert.Equal(2, (await town.Buyer.Get("me/deliveries"))["items"]!.AsArray().Count);
    }

    private static async Task<Guid> Delivered(Town town, int approveDays)
    {
        var delivery = await town.Sells(HandoverWays.PickUp, approveDays);
        await town.Owner.Post("claims", new { token = (string)(await town.Buyer.Get($"me/deliveries/{delivery}/claim-code"))["token"]! }, 200);
        return delivery;
    }

    // One that the operator has ended.
    private static async Task<Guid> NotSent(Town town)
    {
        var delivery = await town.Sells();
        Assert.Equal("delivery.not_now", await town.Buyer.IsRefused($"deliveries/{delivery}/approval", new { }, 409));
        await town.Operator.Post($"deliveries/{delivery}/ruling", new { @for = "buyer", reasons = "The shop has closed down." }, 204);
        return delivery;
    }

    private static async Task<JsonNode> Shows(Townsman who, Guid delivery, byte[] bytes, string note, int expected) => await Townsman.Read(await Sends(who, delivery, bytes, note), expected);

    private static async Task<(int Status, string? Code)> Shows(Townsman who, Guid delivery, byte[] bytes, string note)
    {
        using var answer = await Sends(who, delivery, bytes, note);
        return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Town.Ct))!["code"]);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)"\s*/?>""")]
    private static partial Regex HiddenField();

    private static async Task<HttpResponseMessage> Sends(Townsman who, Guid delivery, byte[] bytes, string note)
    {
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { file, "file", "spout.png" }, { new StringContent(note), "note" } };
        return await who.Client.PostAsync(new Uri($"api/v1/deliveries/{delivery}/evidence", UriKind.Relative), form, Town.Ct);
    }
}
