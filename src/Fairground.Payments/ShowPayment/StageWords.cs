using Fairground.Ui;

namespace Fairground.Payments.ShowPayment;

/// <summary>Where a payment stands, for a person.</summary>
internal static class StageWords
{
    public static string Name(PaymentStage stage) => stage switch
    {
        PaymentStage.Created or PaymentStage.Pending => T["Waiting for you"],
        PaymentStage.Authorised => T["Set aside"],
        PaymentStage.Captured or PaymentStage.Settled => T["Paid"],
        PaymentStage.PartlyRefunded => T["Partly paid back"],
        PaymentStage.Refunded => T["Paid back"],
        PaymentStage.Disputed => T["Disputed"],
        PaymentStage.ChargedBack => T["Charged back"],
        PaymentStage.Failed => T["Failed"],
        PaymentStage.Cancelled => T["Called off"],
        _ => T["Expired"],
    };

    public static string Sentence(PaymentStage stage) => stage switch
    {
        PaymentStage.Created or PaymentStage.Pending => T["The payment company has not told us of a payment yet. Nothing was charged as far as we know."],
        PaymentStage.Authorised => T["Your bank has set the amount aside. It is in your wallet once the bank pays it out."],
        PaymentStage.Captured or PaymentStage.Settled => T["The money is in your wallet."],
        PaymentStage.PartlyRefunded => T["A part of it went back to where you paid from."],
        PaymentStage.Refunded => T["All of it went back to where you paid from."],
        PaymentStage.Disputed => T["Your bank was asked to take this payment back. The amount is out of your wallet until that is decided."],
        PaymentStage.ChargedBack => T["Your bank took this payment back."],
        PaymentStage.Failed => T["The payment did not go through. Nothing was charged."],
        PaymentStage.Cancelled => T["The payment was called off. Nothing was charged."],
        _ => T["Nobody paid in time. Nothing was charged."],
    };

    public static Tone Tone(PaymentStage stage) => stage switch
    {
        PaymentStage.Created or PaymentStage.Pending or PaymentStage.Authorised => Ui.Tone.Warm,
        PaymentStage.Captured or PaymentStage.Settled => Ui.Tone.Good,
        PaymentStage.PartlyRefunded or PaymentStage.Refunded => Ui.Tone.Info,
        PaymentStage.Disputed or PaymentStage.ChargedBack or PaymentStage.Failed => Ui.Tone.Alarm,
        _ => Ui.Tone.Quiet,
    };
}
