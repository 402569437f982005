using Fairground.Kernel;
using Fairground.Ui;

namespace Fairground.Draws;

/// <summary>Two-stage lots in the words that pages use.</summary>
internal static class TwoStageWords
{
    /// <summary>A count of applications.</summary>
    public static string Applications(int count) => T.Count(count, "{0} application", "{0} applications");

    /// <summary>What becomes of the first payment of whoever does not buy.</summary>
    public static string FirstPayment(string mode) => mode switch
    {
        "refunded" => T["Whoever does not become a buyer gets the first payment back once the lot is settled."],
        "authorised" => T["The first payment is set aside in your wallet and taken at the draw. After the draw it is not returned."],
        _ => T["The first payment is not returned to whoever does not become a buyer."],
    };

    /// <summary>The rule of the second payment.</summary>
    public static string SecondPayment(TwoStageView two) => two.FirstPaymentMode == "refunded"
        ? T["The buyer pays the price less the one first payment."]
        : T["If the first payments do not cover the price, the buyer pays what is left. If they do, the buyer pays nothing more."];

    /// <summary>What becomes of a surplus.</summary>
    public static string Surplus(TwoStageView two) => two.Surplus switch
    {
        "mileage" => T["What comes in above the price is shared among those who were not drawn, as mileage for later first payments."],
        "split" => T["Of what comes in above the price, {0} % is shared as mileage among those who were not drawn; the rest is the operator's.", two.MileagePercent],
        _ => T["What comes in above the price is the operator's."],
    };

    /// <summary>What goes back where nobody is left to buy.</summary>
    public static string Unbought(TwoStageView two) => two.Quantity == 1 || two.FirstPaymentMode == "refunded"
        ? T["The next one in the published order is called at the same second payment. If nobody is left, every first payment goes back."]
        : T["The next one in the published order is called at the same second payment. If nobody is left for a unit, the share of that unit in every first payment goes back."];

    /// <summary>What goes back, and to whom, where the goods do not come.</summary>
    public static string Undelivered(TwoStageView two) => two.Quantity == 1
        ? T["The buyer is paid back, every first payment goes back, and the deposit is shared among those who applied."]
        : T["The buyer of that unit is paid back. The share of the unit in every first payment goes back, and its share of the deposit goes to those who have got no unit."];

    /// <summary>A drawn place for its holder or its seller.</summary>
    public static (string Text, Tone Tone) Place(string state) => state switch
    {
        "candidate" => (T["Payment awaited"], Tone.Warm),
        "bought" => (T["Bought"], Tone.Good),
        "claimed" => (T["Delivered"], Tone.Good),
        "waived" => (T["Given up"], Tone.Quiet),
        "unpaid" => (T["Not paid in time"], Tone.Quiet),
        "not_delivered" => (T["Not delivered, paid back"], Tone.Alarm),
        _ => (T["Reserve"], Tone.Info),
    };

    /// <summary>An application for its holder.</summary>
    public static (string Text, Tone Tone) Application(string state, LotView lot) => state switch
    {
        "open" => (T["In play"], Tone.Warm),
        "refunded" => (lot.State == "refunded" ? T["Refunded"] : T["Refund coming"], Tone.Quiet),
        "annulled" => (T["Not drawn"], Tone.Quiet),
        "candidate" => (T["Drawn"], Tone.Warm),
        _ => Place(state),
    };

    /// <summary>The life of a lot and how far it has come.</summary>
    public static (IReadOnlyList<Step> Steps, int Current) Life(LotView lot)
    {
        var two = lot.TwoStage!;
        if (lot.IsCancelled()) return LotWords.Life(lot);
        var last = two.Result switch
        {
            "failed" => T["Nobody bought; money returned"],
            "partly" => T["Partly delivered and settled"],
            _ => lot.State == "settled" ? T["Delivered and settled"] : T["Delivery and settlement"],
        };
        Step[] steps =
        [
            new(T["Deposit"], two.DepositState == "due" ? null : T["paid"]),
            new(T["Applications"], TimeWords.Short(lot.ClosedAt ?? lot.ClosesAt)),
            new(T["Draw"], lot.DrawsAt is { } at ? TimeWords.Short(at) : LotWords.Delay(lot.DrawDelaySeconds)),
            new(T["Second payment"], two.SecondPayment is { } second ? second.Minor == 0 ? T["not needed"] : MoneyFormat.Format(second) : null),
            last,
        ];
        var current = lot.State switch
        {
            "draft" => two.DepositState == "due" ? 0 : 1,
            "open" => 1,
            "sold_out" or "closed" or "drawing" => 2,
            "drawn" => two.SecondPayment is { Minor: 0 } || two.Mine?.State is "bought" or "claimed" ? 4 : 3,
            _ => steps.Length,
        };
        return (steps, current);
    }

    /// <summary>What is in the way of an application, and what to do about it.</summary>
    public static (string? Advice, string? Href, string? Action) Help(Refusal refusal) => refusal.Code switch
    {
        "wallet.insufficient_funds" => (T["Nothing was charged. Top up and come back: your place on this page is kept."], "/wallet", T["Top up the wallet"]),
        "two_stage.full" or "lot.not_open" => (T["Nothing was charged."], "/lots", T["See what is on sale"]),
        "mileage.too_small" => (T["Nothing was charged."], "/me/mileage", T["See my mileage"]),
        _ => LotWords.Help(refusal),
    };
}
