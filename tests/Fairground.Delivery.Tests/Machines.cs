using System.Text;
using Fairground.Kernel.Contracts;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>The pure rules: parcels go forward only, addresses are what their country wants, carriers are read as they write.</summary>
public sealed class Machines
{
    // From each state by each news to which state: late, doubled and disordered news change nothing that is further.
    [Theory]
    [InlineData("created", "handed_over", "handed_over")]
    [InlineData("created", "in_transit", "in_transit")]
    [InlineData("created", "delivered", "delivered")]
    [InlineData("handed_over", "handed_over", "handed_over")]
    [InlineData("in_transit", "handed_over", "in_transit")]
    [InlineData("out_for_delivery", "in_transit", "out_for_delivery")]
    [InlineData("in_transit", "accident", "in_transit")]
    [InlineData("in_transit", "note", "in_transit")]
    [InlineData("out_for_delivery", "returned", "returned")]
    [InlineData("in_transit", "lost", "lost")]
    [InlineData("in_transit", "damaged", "damaged")]
    [InlineData("delivered", "returned", "delivered")]
    [InlineData("delivered", "lost", "delivered")]
    [InlineData("lost", "delivered", "lost")]
    [InlineData("returned", "delivered", "returned")]
    [InlineData("withdrawn", "delivered", "withdrawn")]
    public void A_parcel_goes_forward_only(string from, string news, string to) =>
        Assert.Equal(to, ShipmentMachine.Next(Enum.GetValues<ShipmentState>().Single(s => s.Wire() == from), DeliveryWire.Kind(news)!.Value).Wire());

    [Fact]
    public void The_order_in_which_news_come_and_how_often_does_not_matter()
    {
        ParcelNewsKind[] told = [ParcelNewsKind.HandedOver, ParcelNewsKind.InTransit, ParcelNewsKind.Accident, ParcelNewsKind.OutForDelivery, ParcelNewsKind.Delivered];
        var orders = 0;
        foreach (var order in Orders(told))
        {
            var state = order.Concat(order).Aggregate(ShipmentState.Created, ShipmentMachine.Next);
            Assert.Equal(ShipmentState.Delivered, state);
            orders++;
        }
        Assert.Equal(120, orders);
    }

    [Theory]
    [InlineData("KZ", "050000", null, null)]
    [InlineData("KZ", "A05E1B3", null, null)]
    [InlineData("KZ", "5000", null, "address.postcode_invalid")]
    [InlineData("KZ", "", null, "address.postcode_invalid")]
    [InlineData("US", "94105", null, "address.region_missing")]
    [InlineData("US", "94105-1234", "California", null)]
    [InlineData("GB", "sw1a 1aa", null, null)]
    [InlineData("JP", "100-0001", null, null)]
    [InlineData("AE", "", null, null)]
    [InlineData("XX", "1", null, "address.country_unknown")]
    public void An_address_is_what_its_country_wants(string country, string postcode, string? region, string? refused)
    {
        var phone = country switch { "US" => "+1 415 555 2671", "GB" => "+44 20 7946 0958", "JP" => "+81 3 3211 3677", "AE" => "+971 4 800 8080", _ => "+7 701 234 56 78" };
        var checkedAddress = AddressRules.Check(new AddressBody("Aigerim", phone.Replace("800 8080", "390 2222", StringComparison.Ordinal), country, "Abay 52", "Almaty", region, postcode, null));
        Assert.Equal(refused, checkedAddress.Refusal?.Code);
        if (refused is null) Assert.Equal(country, checkedAddress.Value.Country);
    }

    [Theory]
    [InlineData("A", "+77012345678", "Abay 52", "Almaty", null, "address.name_invalid")]
    [InlineData("Aigerim", "12", "Abay 52", "Almaty", null, "address.phone_invalid")]
    [InlineData("Aigerim", "8 701 234 56 78", "Ab", "Almaty", null, "address.street_invalid")]
    [InlineData("Aigerim", "8 701 234 56 78", "Abay 52", " ", null, "address.city_invalid")]
    [InlineData("Aigerim", "8 701 234 56 78", "Abay 52", "Almaty", 201, "address.too_long")]
    [InlineData("Aigerim", "8 701 234 56 78", "Abay 52", "Almaty", 200, null)]
    public void What_is_wrong_with_an_address_is_named(string name, string phone, string street, string city, int? note, string? refused) =>
        Assert.Equal(refused, AddressRules.Check(new AddressBody(name, phone, "KZ", street, city, null, "050000", note is { } n ? new string('x', n) : null)).Refusal?.Code);

    [Fact]
    public void A_tracker_of_EasyPost_is_read_as_it_is_published()
    {
        var read = CarrierNews.Read("easypost", Encoding.UTF8.GetBytes(Published.Event)).Value;
        var report = Assert.Single(read);
        Assert.Equal("EZ4000000004", report.Tracking);
        Assert.Equal([ParcelNewsKind.InTransit, ParcelNewsKind.OutForDelivery, ParcelNewsKind.Delivered], report.News.Select(n => n.Kind));
        Assert.Equal("CHARLESTON, SC, US", report.News[2].Place);
        Assert.Empty(CarrierNews.Read("easypost", """{"object":"Event","description":"batch.created","result":{}}"""u8.ToArray()).Value);
        foreach (var broken in new[] { "", "[]", "{}", """{"object":"Event","description":"tracker.updated"}""", "{\"object\":\"Tracker\"}" })
            Assert.Equal("carrier.unreadable", CarrierNews.Read("easypost", Encoding.UTF8.GetBytes(broken)).Refusal!.Code);
    }

    [Theory]
    [InlineData("""{"trackingNumber":"ab-1","events":[{"id":"1","kind":"in_transit","at":"2026-06-01T10:00:00Z","latitude":43.25}]}""", null)]
    [InlineData("""{"trackingNumber":"ab-1","events":[{"kind":"in_transit","at":"2026-06-01T10:00:00Z"}]}""", "carrier.unreadable")]
    [InlineData("""{"trackingNumber":"ab-1","events":[{"id":"1","kind":"beamed","at":"2026-06-01T10:00:00Z"}]}""", "carrier.unreadable")]
    [InlineData("""{"trackingNumber":"ab-1","events":[{"id":"1","kind":"in_transit","at":"yesterday"}]}""", "carrier.unreadable")]
    [InlineData("""{"trackingNumber":7}""", "carrier.unreadable")]
    public void Generic_news_say_all_that_they_must(string body, string? refused)
    {
        var read = CarrierNews.Read("generic", Encoding.UTF8.GetBytes(body));
        Assert.Equal(refused, read.Refusal?.Code);
        if (refused is null) Assert.Equal(("AB-1", 43_250_000), (read.Value[0].Tracking, read.Value[0].News[0].Latitude));
    }

    [Fact]
    public void A_silent_carrier_is_asked_less_and_less_often() =>
        Assert.Equal([30, 60, 120, 720, 720], new[] { 0, 1, 2, 5, 10 }.Select(f => (int)CarrierPolling.After(f).TotalMinutes));

    [Fact]
    public void The_seller_s_time_runs_from_the_choice_and_starts_anew_when_a_parcel_comes_back()
    {
        var noon = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        var handover = Handover.Of(new HandoverOrder("test", Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), null, "Kettle", 1, "KZT", HandoverWays.Shipment | HandoverWays.PickUp, 10, noon.AddDays(4)), noon, noon);
        Assert.Equal((HandoverState.Open, HandoverWays.None, null, noon.AddDays(2)), (handover.State, handover.Way, handover.DueAt, handover.NextAt));

        handover.Choose(HandoverWays.Shipment, "sealed", noon.AddDays(3));
        Assert.Equal((noon.AddDays(7), noon.AddDays(6)), (handover.DueAt, handover.NextAt));
        handover.Ship(noon.AddDays(5));
        Assert.Equal((HandoverState.Shipped, null, null), (handover.State, handover.DueAt, handover.NextAt));
        handover.ComeBack(noon.AddDays(9));
        Assert.Equal((HandoverState.Open, noon.AddDays(13)), (handover.State, handover.DueAt));
        handover.Deliver(noon.AddDays(10), noon.AddDays(11));
        Assert.Equal((HandoverState.Delivered, noon.AddDays(10), noon.AddDays(21), noon.AddDays(20)), (handover.State, handover.DeliveredAt, handover.ApproveBy, handover.NextAt));
        handover.End(HandoverState.Approved, "time", noon.AddDays(21));
        Assert.Equal((null, null, null), (handover.Address, handover.NextAt, handover.ApproveBy));
    }

    [Fact]
    public void An_order_that_is_read_late_costs_the_seller_no_time()
    {
        var noon = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        var handover = Handover.Of(new HandoverOrder("test", Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), null, "Kettle", 1, "KZT", HandoverWays.Shipment, 10, noon.AddDays(4)), now: noon.AddDays(3), orderedAt: noon);
        Assert.Equal((noon, 345_600_000L, noon.AddDays(2)), (handover.OrderedAt, handover.SellerMs, handover.NextAt));
        handover.Choose(HandoverWays.Shipment, "sealed", noon.AddDays(3));
        Assert.Equal(noon.AddDays(7), handover.DueAt);
    }

    [Theory]
    [InlineData(HandoverState.Open, true)]
    [InlineData(HandoverState.Shipped, true)]
    [InlineData(HandoverState.Delivered, false)]
    [InlineData(HandoverState.Disputed, false)]
    [InlineData(HandoverState.Approved, false)]
    [InlineData(HandoverState.Failed, false)]
    public void Only_what_is_still_to_be_sent_is_asked_for_again(HandoverState state, bool told)
    {
        var noon = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        var handover = Handover.Of(new HandoverOrder("test", Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), null, "Kettle", 1, "KZT", HandoverWays.Shipment, 10, noon.AddDays(4)), noon, noon);
        handover.State = state;
        var shipment = new Shipment { Carrier = Carriers.Own, Tracking = "" };
        foreach (var end in new[] { "returned", "lost", "damaged" })
        {
            var letters = DeliveryLetters.Moved(handover, shipment, end, null, null);
            Assert.Equal((told ? "delivery.came_back" : null, told ? "delivery.send_again" : null), (letters.ToBuyer?.Template, letters.ToShop?.Template));
        }
    }

    private static IEnumerable<ParcelNewsKind[]> Orders(ParcelNewsKind[] all) =>
        all.Length == 1 ? [all] : all.SelectMany((one, i) => Orders([.. all[..i], .. all[(i + 1)..]]).Select(rest => (ParcelNewsKind[])[one, .. rest]));
}

/// <summary>Bodies in the shapes that carriers publish.</summary>
internal static class Published
{
    /// <summary>An event of EasyPost with a tracker, after its API documentation.</summary>
    public const string Event = """
        {"id":"evt_92e2a1c0ab8a4b6fb3f1a4b0c1d2e3f4","object":"Event","mode":"test","description":"tracker.updated","previous_attributes":{"status":"in_transit"},"created_at":"2026-06-02T18:00:00Z","pending_urls":[],"completed_urls":[],
        "result":{"id":"trk_f2a1b0","object":"Tracker","mode":"test","tracking_code":"EZ4000000004","status":"delivered","signed_by":"John Tester","carrier":"USPS",
        "tracking_details":[
        {"object":"TrackingDetail","message":"Pre-Shipment information received","status":"pre_transit","datetime":"2026-06-01T10:00:00Z","source":"USPS","tracking_location":{"object":"TrackingLocation","city":null,"state":null,"country":null,"zip":null}},
        {"object":"TrackingDetail","message":"Arrived at USPS facility","status":"in_transit","datetime":"2026-06-01T20:00:00Z","source":"USPS","tracking_location":{"object":"TrackingLocation","city":"HOUSTON","state":"TX","country":"US","zip":"77063"}},
        {"object":"TrackingDetail","message":"Out for delivery","status":"out_for_delivery","datetime":"2026-06-02T08:00:00Z","source":"USPS","tracking_location":{"object":"TrackingLocation","city":"CHARLESTON","state":"SC","country":"US","zip":"29407"}},
        {"object":"TrackingDetail","message":"Delivered","status":"delivered","datetime":"2026-06-02T14:00:00Z","source":"USPS","tracking_location":{"object":"TrackingLocation","city":"CHARLESTON","state":"SC","country":"US","zip":"29407"}}]}}
        """;

    /// <summary>The same event, told as of these times: the label first, each step so long after the one before.</summary>
    public static string Told(DateTimeOffset delivered, TimeSpan step)
    {
        string[] written = ["2026-06-01T10:00:00Z", "2026-06-01T20:00:00Z", "2026-06-02T08:00:00Z", "2026-06-02T14:00:00Z"];
        return written.Select((at, i) => (at, i)).Aggregate(Event, (text, one) => text.Replace(one.at, (delivered - ((written.Length - 1 - one.i) * step)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
