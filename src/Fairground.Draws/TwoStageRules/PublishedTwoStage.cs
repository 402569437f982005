using System.Text.Json.Nodes;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>What the terms of a two-stage lot say, in figures and in sentences. Published, hashed, and never changed.</summary>
internal static class PublishedTwoStage
{
    /// <summary>Adds the terms of the two payments to the published ones, in place of what only certificates have.</summary>
    public static void Say(JsonObject extra, TwoStage two, string currency)
    {
        var terms = two.Terms;
        foreach (var other in (string[])["latestDrawDays", "unsoldPolicy", "unclaimedPolicy", "ifUnclaimed"]) extra.Remove(other);
        var pay = extra["claimSeconds"]!.GetValue<int>();
        extra.Remove("claimSeconds");
        extra["secondPaymentSeconds"] = pay;
        extra["quantity"] = terms.Quantity;
        extra["predicted"] = terms.Predicted;
        extra["totalPrice"] = terms.Total;
        extra["fee"] = terms.Fee;
        extra["firstPaymentMode"] = terms.Mode.Wire();
        extra["surplus"] = terms.SurplusWire;
        extra["mileagePercent"] = terms.MileagePercent;
        extra["mileageRatePercent"] = terms.RateWire;
        extra["mileageByRateEach"] = terms.MileageByRate;
        extra["mileageAsset"] = TwoStagePostings.AssetOf(currency);
        if (terms.MileageDays > 0) extra["mileageDays"] = terms.MileageDays;
        extra["deposit"] = terms.Deposit;
        extra["leastApplications"] = terms.Least;
        extra["stopAtPredicted"] = terms.StopAtPredicted;
        extra["drawByHand"] = terms.DrawByHand;
        extra["delivery"] = new JsonArray([.. Ways(two.Delivery.Ways)]);
        extra["approveDays"] = two.Delivery.ApproveDays;
        extra["handOverDays"] = two.Delivery.HandOverDays;
        extra["firstPaymentIs"] = Becomes(terms.Mode);
        extra["secondPayment"] = terms.Mode == FirstPaymentMode.Refunded
            ? "Each final buyer pays the price less the first payment of the drawn application, and a share of the fee."
            : "Where the first payments do not cover the price of all units, the final buyers together pay what is left and the fee; else they pay nothing more.";
        extra["ifUnpaid"] = "Whoever does not pay in time or gives up loses the place with all applications, and the next reserve of the published order is called for the same unit at the same second payment.";
        extra["ifNobodyPays"] = "For each unit that nobody buys the same part of every first payment goes back, all of it where no unit is bought; the seller has the deposit back.";
        extra["ifNotDelivered"] = "The buyer of a unit that the seller does not deliver has the second payment back, and the same part of every first payment goes back; the unit's part of the deposit completes the first payments of its buyer, and the rest is shared alike for each application among all who got no unit.";
    }

    /// <summary>The ways of delivery as terms and API write them.</summary>
    public static IEnumerable<string> Ways(HandoverWays ways)
    {
        if (ways.HasFlag(HandoverWays.Shipment)) yield return "shipment";
        if (ways.HasFlag(HandoverWays.PickUp)) yield return "pick-up";
        if (ways.HasFlag(HandoverWays.Nothing)) yield return "nothing";
    }

    private static string Becomes(FirstPaymentMode mode) => mode switch
    {
        FirstPaymentMode.Authorised => "It is set aside in the wallet while applications are taken, captured at the draw, and then not returned to whoever does not become a final buyer.",
        FirstPaymentMode.Refunded => "It is returned to whoever does not become a final buyer, and so is that of a final buyer's applications beyond the drawn one.",
        _ => "It is not returned to whoever does not become a final buyer.",
    };
}
