using System.Text.Json;

namespace Fairground.Sandbox.PlayStripe;

/// <summary>Stripe's objects, in the fields that merchants read.</summary>
internal static class StripeObjects
{
    public static object Session(Play play, Faults faults, string origin, bool whole) => new
    {
        id = play.Id,
        @object = "checkout.session",
        amount_total = play.Amount,
        currency = play.Currency,
        client_reference_id = play.Merchant,
        livemode = false,
        metadata = new { payment_id = play.Merchant },
        mode = "payment",
        status = play.State switch { PlayState.Expired => "expired", PlayState.Paid => "complete", _ => "open" },
        payment_status = play.State == PlayState.Paid ? "paid" : "unpaid",
        payment_intent = play.State == PlayState.Open ? null : whole ? Intent(play, faults, whole: true) : (object)play.ChargeId,
        url = play.State == PlayState.Open ? $"{origin}/stripe/pages/{play.Id}" : null,
    };

    public static object Intent(Play play, Faults faults, bool whole) => new
    {
        id = play.ChargeId,
        @object = "payment_intent",
        amount = play.Amount,
        amount_capturable = 0,
        amount_received = play.State == PlayState.Paid ? play.Amount + (faults.WrongAmount ? 1 : 0) : 0,
        currency = play.Currency,
        status = play.State switch { PlayState.Paid => "succeeded", PlayState.Expired => "canceled", _ => "requires_payment_method" },
        metadata = new { payment_id = play.Merchant },
        latest_charge = play.State != PlayState.Paid ? null : whole ? Charge(play) : (object)ChargeId(play),
    };

    public static object Charge(Play play) => new
    {
        id = ChargeId(play),
        @object = "charge",
        amount = play.Amount,
        amount_captured = play.Amount,
        amount_refunded = play.Refunded,
        balance_transaction = new { id = ChargeId(play).Replace("ch_", "txn_", StringComparison.Ordinal), @object = "balance_transaction", status = play.Settled ? "available" : "pending" },
        currency = play.Currency,
        disputed = play.Dispute != PlayDispute.None,
        dispute = play.Dispute == PlayDispute.None ? null : DisputeOf(play),
        metadata = new { payment_id = play.Merchant },
        paid = true,
        payment_intent = play.ChargeId,
        refunded = play.Refunded == play.Amount,
        status = "succeeded",
    };

    public static object DisputeOf(Play play) => new
    {
        id = play.ChargeId.Replace("pi_", "dp_", StringComparison.Ordinal),
        @object = "dispute",
        amount = play.Amount - play.Refunded,
        charge = ChargeId(play),
        currency = play.Currency,
        payment_intent = play.ChargeId,
        metadata = new { },
        status = play.Dispute switch { PlayDispute.Won => "won", PlayDispute.Lost => "lost", _ => "needs_response" },
    };

    public static object Refund(Play play, PlayRefund refund) => new
    {
        id = refund.Id,
        @object = "refund",
        amount = refund.Amount,
        charge = ChargeId(play),
        currency = play.Currency,
        payment_intent = play.ChargeId,
        metadata = new { refund_id = refund.Key },
        status = !refund.Stands ? "failed" : refund.Pending ? "pending" : "succeeded",
        failure_reason = refund.Stands ? null : "expired_or_canceled_card",
    };

    private static string ChargeId(Play play) => play.ChargeId.Replace("pi_", "ch_", StringComparison.Ordinal);
}

/// <summary>Stripe's notices, signed.</summary>
internal static class StripeNotice
{
    public static PlayNotice? Of(Play play, string what, Faults faults, Uri to, TimeProvider time)
    {
        (string Type, object About)? said = what switch
        {
            "paid" => ("checkout.session.completed", StripeObjects.Session(play, faults, "", whole: false)),
            "declined" => ("payment_intent.payment_failed", StripeObjects.Intent(play, faults, whole: false)),
            "expired" => ("checkout.session.expired", StripeObjects.Session(play, faults, "", whole: false)),
            "refunded" => ("charge.refunded", StripeObjects.Charge(play)),
            "refund-failed" => ("refund.failed", StripeObjects.Refund(play, play.Refunds.Last(r => !r.Stands))),
            "disputed" => ("charge.dispute.created", StripeObjects.DisputeOf(play)),
            "dispute-won" or "dispute-lost" => ("charge.dispute.closed", StripeObjects.DisputeOf(play)),
            _ => null,
        };
        if (said is not { } event_) return null;
        var body = JsonSerializer.Serialize(new { id = Till.NewId("evt_"), @object = "event", api_version = "2024-06-20", created = time.GetUtcNow().ToUnixTimeSeconds(), data = new { @object = event_.About }, livemode = false, pending_webhooks = 1, type = event_.Type });
        return new PlayNotice("stripe", play.Merchant, what, to, body, Sign);

        // Signed anew at every sending, as Stripe does.
        IReadOnlyList<(string, string)> Sign()
        {
            var at = time.GetUtcNow().ToUnixTimeSeconds();
            return [("Stripe-Signature", $"t={at},v1={Notices.HmacHex(faults.WrongSignature ? "whsec_other" : Notices.StripeSecret, $"{at}.{body}")}")];
        }
    }
}
