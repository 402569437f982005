using Fairground.Kernel.Contracts;
using Fairground.Ui;

namespace Fairground.Delivery;

/// <summary>The words of states for people.</summary>
internal static class DeliveryWords
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string Language, string Code), string> Countries = new();

    /// <summary>Where it stands, as the buyer reads it.</summary>
    public static string State(DeliveryView d) => d.State switch
    {
        "open" when d.Way is null => T["Waits for your choice"],
        "open" when d.Way == "pick-up" => T["Waits at the shop"],
        "open" => T["Being packed"],
        "shipped" => T["On its way"],
        "delivered" => T["Delivered"],
        "disputed" => T["In dispute"],
        "approved" => T["Approved"],
        _ => T["Not delivered"],
    };

    /// <summary>Where it stands, as the shop and the operator read it.</summary>
    public static string ShopState(DeliveryView d) => d.State switch
    {
        "open" when d.Way is null => T["Buyer has to choose"],
        "open" when d.Way == "pick-up" => T["To be picked up"],
        "open" => T["To send"],
        _ => State(d),
    };

    public static Tone StateTone(string state) => state switch { "open" => Tone.Warm, "shipped" => Tone.Info, "delivered" or "approved" => Tone.Good, "disputed" or "failed" => Tone.Alarm, _ => Tone.Neutral };

    public static string Parcel(string state) => state switch
    {
        "created" => T["Packed"],
        "handed_over" => T["With the carrier"],
        "in_transit" => T["On its way"],
        "out_for_delivery" => T["Out for delivery"],
        "delivered" => T["Delivered"],
        "returned" => T["Came back"],
        "lost" => T["Lost on its way"],
        "damaged" => T["Damaged on its way"],
        "accident" => T["Something happened"],
        "note" => T["On the way"],
        _ => T["Taken back by the shop"],
    };

    public static Tone ParcelTone(string state) => state switch { "delivered" => Tone.Good, "returned" or "lost" or "damaged" or "accident" => Tone.Alarm, "created" or "withdrawn" => Tone.Quiet, _ => Tone.Info };

    public static string Teller(string way) => way switch { "carrier" or "asked" => T["the carrier"], "courier" => T["the courier"], _ => T["the shop"] };

    public static string Way(string? way) => way switch { "shipment" => T["Sent to an address"], "pick-up" => T["Picked up at the shop"], "nothing" => T["Nothing to carry"], _ => T["Not chosen yet"] };

    public static string Reason(string reason) => reason switch
    {
        "not-arrived" => T["It has not arrived"],
        "damaged" => T["It is damaged"],
        "wrong" => T["It is something else"],
        "not-as-described" => T["It is not as described"],
        _ => T["Something else is wrong"],
    };

    public static IReadOnlyList<string> Reasons { get; } = ["not-arrived", "damaged", "wrong", "not-as-described", "other"];

    public static string Side(string by) => by switch { "buyer" => T["The buyer"], "seller" => T["The shop"], _ => T["The operator"] };

    /// <summary>Why it ended.</summary>
    public static string End(DeliveryView d) => (d.State, d.Reason) switch
    {
        ("approved", HandoverApproved.ByBuyer) => T["Approved by the buyer"],
        ("approved", HandoverApproved.ByTime) => T["Approved, because nobody objected in time"],
        ("approved", _) => T["The operator ruled for the shop"],
        (_, HandoverFailed.NotHandedOver) => T["The shop did not send it in time. The money goes back to the buyer."],
        _ => T["The operator ruled for the buyer. The money goes back."],
    };

    /// <summary>The country's name as the reader calls it; its code where the system does not know.</summary>
    public static string Country(string code) => Countries.GetOrAdd((System.Globalization.CultureInfo.CurrentUICulture.Name, code), key => Named(key.Code));

    // The system names a country in another's language only as the place of a language: "English (Kazakhstan)".
    private static string Named(string code)
    {
        try
        {
            var name = System.Globalization.CultureInfo.GetCultureInfo($"en-{code}").DisplayName;
            var (from, to) = (name.IndexOfAny(['(', '（']), name.LastIndexOfAny([')', '）']));
            return from > 0 && to > from + 1 ? name[(from + 1)..to] : code;
        }
        catch (System.Globalization.CultureNotFoundException)
        {
            return code;
        }
    }

    /// <summary>The steps of the way, and where it stands.</summary>
    public static (IReadOnlyList<Step> Steps, int Current) Steps(DeliveryView d)
    {
        var carried = d.Way != "pick-up" && d.Way != "nothing";
        List<Step> steps = [T["Chosen"], carried ? new Step(T["Sent"], d.ShippedAt is { } sent ? TimeWords.Short(sent) : null) : new Step(T["At the shop"]), new Step(T["Delivered"], d.DeliveredAt is { } at ? TimeWords.Short(at) : null), new Step(T["Approved"], d.State == "approved" && d.EndedAt is { } end ? TimeWords.Short(end) : null)];
        var current = d.State switch { "open" when d.Way is null => 0, "open" => 1, "shipped" => 2, "approved" => 4, _ => d.DeliveredAt is null ? 2 : 3 };
        return (steps, current);
    }
}
