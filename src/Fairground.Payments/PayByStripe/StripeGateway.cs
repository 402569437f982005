using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.PayByStripe;

/// <summary>How Stripe is reached.</summary>
/// <param name="Key">The secret key, <c>sk_…</c> or a restricted one that may write Checkout Sessions and refunds.</param>
/// <param name="Secrets">Secrets of the webhook endpoint; two while they are rotated.</param>
internal sealed record StripeSettings(Uri Address, string Key, IReadOnlyList<string> Secrets)
{
    public static StripeSettings? Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_STRIPE_KEY"] is not { Length: > 0 } key) return null;
        if (configuration["FAIRGROUND_STRIPE_WEBHOOK_SECRET"] is not { Length: > 0 } secrets) throw new SettingException("FAIRGROUND_STRIPE_WEBHOOK_SECRET is missing: without it nobody can tell Stripe's notices from forged ones.");
        return new StripeSettings(GatewayAddress.Read(configuration, "FAIRGROUND_STRIPE_URL", "https://api.stripe.com"), key, secrets.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}

/// <summary>Stripe: Checkout Sessions on its hosted page, signed webhooks, refunds of the PaymentIntent (C-13).</summary>
internal sealed partial class StripeGateway(StripeSettings settings, ILogger<StripeGateway> logger) : ISavesMethods, IDisposable
{
    public const string GatewayName = "stripe";

    // Stripe counts these in other units than ISO 4217 says.
    private static readonly string[] Odd = ["ISK", "UGX", "CLF", "UYW"];

    private readonly GatewayHttp http = new(GatewayName, logger);

    public string Name => GatewayName;

    public string Title => Key("Card, Apple Pay or Google Pay (Stripe)");

    public bool CanBeAsked => true;

    public bool Takes(Currency currency) => !Odd.Contains(currency.Code);

    public async Task<Result<StartedPayment>> Start(GatewayPayment payment, CancellationToken ct)
    {
        var id = payment.PaymentId.ToString();
        var answer = await Post("v1/checkout/sessions", id, "the start of a payment", ct,
            ("mode", "payment"),
            ("client_reference_id", id),
            ("metadata[payment_id]", id),
            ("payment_intent_data[metadata][payment_id]", id),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", payment.Amount.Currency.Code.ToLowerInvariant()),
            ("line_items[0][price_data][unit_amount]", Number(payment.Amount.Minor)),
            ("line_items[0][price_data][product_data][name]", "Wallet top-up"),
            ("success_url", payment.ReturnUrl),
            ("cancel_url", $"{payment.ReturnUrl}?back=1"),
            // A session lives a day at the most; ours ends with it.
            ("expires_at", Number(payment.ExpiresAt.ToUnixTimeSeconds() - 60)));
        if (answer.Refusal is { } away) return away;
        var (session, url) = (answer.Value.Body.Text("id"), answer.Value.Body.Text("url"));
        if (!answer.Value.Took || session is null) return PaymentRefusals.GatewayRefused;
        // A session that was paid or has lapsed has no page any more; whoever comes back sees how it went.
        return new StartedPayment(url ?? payment.ReturnUrl, session);
    }

    public async Task<Result<GatewayReport>> Read(GatewayPayment payment, CancellationToken ct)
    {
        // What was taken without the person goes by the intent's name; it has no session.
        if (payment.Reference!.StartsWith("pi_", StringComparison.Ordinal)) return await ReadCharge(payment, ct);
        var answer = await Get($"v1/checkout/sessions/{Uri.EscapeDataString(payment.Reference!)}?expand[]=payment_intent.latest_charge.dispute&expand[]=payment_intent.latest_charge.balance_transaction", "the state of a payment", ct);
        if (answer.Refusal is { } away) return away;
        if (!answer.Value.Took || answer.Value.Body.Text("client_reference_id") != payment.PaymentId.ToString()) return PaymentRefusals.GatewayRefused;
        var session = answer.Value.Body;
        var intent = session.At("payment_intent");
        var charge = intent.At("latest_charge");
        var paid = session.Text("payment_status") == "paid" || intent.Text("status") == "succeeded";
        var end = session.Text("status") == "expired" ? GatewayEnd.Expired : intent.Text("status") == "canceled" ? GatewayEnd.Cancelled : GatewayEnd.None;
        return Report((session.Text("currency") ?? payment.Amount.Currency.Code).ToUpperInvariant(), intent, charge, paid, end);
    }

    private static GatewayReport Report(string currency, JsonElement intent, JsonElement charge, bool paid, GatewayEnd end) => new(
        currency,
        Authorised: Math.Max(intent.Whole("amount_capturable"), intent.Whole("amount_received")),
        Captured: paid ? intent.Whole("amount_received") : 0,
        Refunded: charge.Whole("amount_refunded"),
        End: end,
        Dispute: DisputeOf(charge.At("dispute")),
        Disputed: charge.Whole("dispute", "amount"),
        Settled: charge.Text("balance_transaction", "status") == "available",
        ChargeReference: intent.Text("id"));

    public async Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct)
    {
        var answer = order.Reference is { } known
            ? await Get($"v1/refunds/{Uri.EscapeDataString(known)}", "the state of a refund", ct)
            : await Post("v1/refunds", order.RefundId.ToString(), "a refund", ct,
                ("payment_intent", payment.ChargeReference!), ("amount", Number(order.Amount.Minor)), ("metadata[refund_id]", order.RefundId.ToString()));
        if (answer.Refusal is { } away) return away;
        if (!answer.Value.Took) return new GatewayRefund(RefundOutcome.Rejected, order.Reference, answer.Value.Body.Text("error", "code") ?? answer.Value.Body.Text("error", "type"));
        var refund = answer.Value.Body;
        return new GatewayRefund(
            refund.Text("status") switch { "succeeded" => RefundOutcome.Paid, "failed" or "canceled" => RefundOutcome.Rejected, _ => RefundOutcome.Pending },
            refund.Text("id"), refund.Text("failure_reason"));
    }

    public Task<Result<GatewayNotice>> ReadNotice(NoticeRequest request, CancellationToken ct) => Task.FromResult(Read(request));

    private Result<GatewayNotice> Read(NoticeRequest request)
    {
        if (!StripeSignature.Holds(request.Header("Stripe-Signature"), request.Body.Span, settings.Secrets, request.Now)) return PaymentRefusals.NoticeForged;
        try
        {
            var notice = JsonSerializer.Deserialize<JsonElement>(request.Body.Span);
            var about = notice.At("data", "object");
            if (notice.Text("id") is not { } id || notice.Text("type") is not { } type || about.ValueKind != JsonValueKind.Object) return PaymentRefusals.NoticeUnreadable;
            var payment = Guid.TryParse(about.Text("metadata", "payment_id") ?? about.Text("client_reference_id"), out var ours) ? ours : (Guid?)null;
            // A dispute and a refund name the payment intent; an intent and a session name themselves.
            return new GatewayNotice(id, type, payment, [.. new[] { about.Text("id"), about.Text("payment_intent") ?? about.Text("payment_intent", "id") }.OfType<string>()]);
        }
        catch (JsonException)
        {
            return PaymentRefusals.NoticeUnreadable;
        }
    }

    public void Dispose() => http.Dispose();

    // A warning is an inquiry: the money stays where it is.
    private static GatewayDispute DisputeOf(JsonElement dispute) => dispute.Text("status") switch
    {
        "needs_response" or "under_review" => GatewayDispute.Open,
        "won" => GatewayDispute.Won,
        "lost" => GatewayDispute.Lost,
        _ => GatewayDispute.None,
    };

    private async Task<Result<GatewayAnswer>> Post(string path, string key, string call, CancellationToken ct, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Address, path)) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Add("Idempotency-Key", key);
        return await Send(request, call, ct);
    }

    private async Task<Result<GatewayAnswer>> Get(string path, string call, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.Address, path));
        return await Send(request, call, ct);
    }

    private Task<Result<GatewayAnswer>> Send(HttpRequestMessage request, string call, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key);
        return http.Send(request, call, ct);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
