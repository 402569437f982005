using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.PayByPayPal;

/// <summary>How PayPal is reached.</summary>
/// <param name="WebhookId">PayPal's id of the webhook, which is part of what its notices are signed with.</param>
internal sealed record PayPalSettings(Uri Address, string ClientId, string ClientSecret, string WebhookId)
{
    public static PayPalSettings? Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_PAYPAL_CLIENT_ID"] is not { Length: > 0 } id) return null;
        if (configuration["FAIRGROUND_PAYPAL_CLIENT_SECRET"] is not { Length: > 0 } secret) throw new SettingException("FAIRGROUND_PAYPAL_CLIENT_SECRET is missing.");
        if (configuration["FAIRGROUND_PAYPAL_WEBHOOK_ID"] is not { Length: > 0 } webhook) throw new SettingException("FAIRGROUND_PAYPAL_WEBHOOK_ID is missing: without it nobody can tell PayPal's notices from forged ones.");
        return new PayPalSettings(GatewayAddress.Read(configuration, "FAIRGROUND_PAYPAL_URL", "https://api-m.paypal.com"), id, secret, webhook);
    }
}

/// <summary>PayPal: orders v2 that the person approves on PayPal's page and that are captured here, refunds, disputes, and notices that PayPal itself confirms (C-13).</summary>
internal sealed partial class PayPalGateway(PayPalSettings settings, TimeProvider time, ILogger<PayPalGateway> logger) : ISavesMethods, IDisposable
{
    public const string GatewayName = "paypal";

    // PayPal's currencies, but for those that it counts in other units than ISO 4217 says.
    private static readonly string[] Currencies = ["AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD"];

    private readonly GatewayHttp http = new(GatewayName, logger);
    private (string Token, DateTimeOffset Until)? kept;

    public string Name => GatewayName;

    public string Title => Key("PayPal");

    public bool CanBeAsked => true;

    public bool Takes(Currency currency) => Currencies.Contains(currency.Code);

    public async Task<Result<StartedPayment>> Start(GatewayPayment payment, CancellationToken ct)
    {
        var order = new
        {
            intent = "CAPTURE",
            purchase_units = new[] { new { custom_id = payment.PaymentId.ToString(), description = "Wallet top-up", amount = Amount(payment.Amount) } },
            payment_source = new { paypal = new { experience_context = new { return_url = payment.ReturnUrl, cancel_url = $"{payment.ReturnUrl}?back=1", user_action = "PAY_NOW", shipping_preference = "NO_SHIPPING" } } },
        };
        var answer = await Send(HttpMethod.Post, "v2/checkout/orders", "the start of a payment", ct, order, payment.PaymentId.ToString());
        if (answer.Refusal is { } away) return away;
        if (!answer.Value.Took || answer.Value.Body.Text("id") is not { } id) return PaymentRefusals.GatewayRefused;
        var page = answer.Value.Body.At("links") is { ValueKind: JsonValueKind.Array } links ? links.EnumerateArray().FirstOrDefault(l => l.Text("rel") is "payer-action" or "approve").Text("href") : null;
        return new StartedPayment(page ?? payment.ReturnUrl, id);
    }

    public async Task<Result<GatewayReport>> Read(GatewayPayment payment, CancellationToken ct)
    {
        var path = $"v2/checkout/orders/{Uri.EscapeDataString(payment.Reference!)}";
        var answer = await Send(HttpMethod.Get, path, "the state of a payment", ct);
        if (answer.Refusal is { } away) return away;
        // The person has agreed; the money is taken now. The same id again takes it once. A name that somebody gave may be that of another payment: that one is left alone.
        if (answer.Value.Body.Text("status") == "APPROVED" && IsOf(payment, answer.Value))
        {
            var captured = await Send(HttpMethod.Post, $"{path}/capture", "a capture", ct, new { }, $"{payment.PaymentId}-capture");
            if (captured.Refusal is { } lost) return lost;
            // A card that was declined can be changed for another by the person; the order stays as it was.
            answer = await Send(HttpMethod.Get, path, "the state of a payment", ct);
            if (answer.Refusal is { } awayNow) return awayNow;
        }
        // Orders that nobody approved are forgotten after some hours.
        if (answer.Value.Status == System.Net.HttpStatusCode.NotFound) return new GatewayReport(payment.Amount.Currency.Code, End: GatewayEnd.Expired);
        return IsOf(payment, answer.Value) ? await Report(payment, answer.Value.Body, ct) : PaymentRefusals.GatewayRefused;
    }

    private static bool IsOf(GatewayPayment payment, GatewayAnswer order) => order.Took && order.Body.Text("purchase_units", "0", "custom_id") == payment.PaymentId.ToString();

    public async Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct)
    {
        var answer = order.Reference is { } known
            ? await Send(HttpMethod.Get, $"v2/payments/refunds/{Uri.EscapeDataString(known)}", "the state of a refund", ct)
            : await Send(HttpMethod.Post, $"v2/payments/captures/{Uri.EscapeDataString(payment.ChargeReference!)}/refund", "a refund", ct, new { amount = Amount(order.Amount), custom_id = payment.PaymentId.ToString() }, order.RefundId.ToString());
        if (answer.Refusal is { } away) return away;
        var refund = answer.Value.Body;
        if (!answer.Value.Took) return new GatewayRefund(RefundOutcome.Rejected, order.Reference, refund.Text("details", "0", "issue") ?? refund.Text("name"));
        return new GatewayRefund(
            refund.Text("status") switch { "COMPLETED" => RefundOutcome.Paid, "FAILED" or "CANCELLED" => RefundOutcome.Rejected, _ => RefundOutcome.Pending },
            refund.Text("id"), refund.Text("status_details", "reason"));
    }

    public async Task<Result<GatewayNotice>> ReadNotice(NoticeRequest request, CancellationToken ct)
    {
        if (Parse(request.Body) is not { } notice) return PaymentRefusals.NoticeUnreadable;
        if (request.Header("Paypal-Transmission-Sig").Length == 0) return PaymentRefusals.NoticeForged;
        var answer = await Send(HttpMethod.Post, "v1/notifications/verify-webhook-signature", "whether a notice is genuine", ct, Question(request));
        if (answer.Refusal is { } away) return away;
        return answer.Value.Took && answer.Value.Body.Text("verification_status") == "SUCCESS" ? notice : PaymentRefusals.NoticeForged;
    }

    public void Dispose() => http.Dispose();

    private static GatewayNotice? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var notice = JsonSerializer.Deserialize<JsonElement>(body.Span);
            if (notice.Text("id") is not { } id || notice.Text("event_type") is not { } kind) return null;
            var about = notice.At("resource");
            var ours = about.Text("custom_id") ?? about.Text("purchase_units", "0", "custom_id") ?? about.Text("disputed_transactions", "0", "custom");
            string?[] names = [about.Text("id"), about.Text("disputed_transactions", "0", "seller_transaction_id"), about.Text("supplementary_data", "related_ids", "order_id")];
            return new GatewayNotice(id, kind, Guid.TryParse(ours, out var payment) ? payment : null, [.. names.OfType<string>()]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The notice goes back to the letter: written anew, its digest would be another.
    private byte[] Question(NoticeRequest request)
    {
        var question = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(question))
        {
            json.WriteStartObject();
            json.WriteString("auth_algo", request.Header("Paypal-Auth-Algo"));
            json.WriteString("cert_url", request.Header("Paypal-Cert-Url"));
            json.WriteString("transmission_id", request.Header("Paypal-Transmission-Id"));
            json.WriteString("transmission_sig", request.Header("Paypal-Transmission-Sig"));
            json.WriteString("transmission_time", request.Header("Paypal-Transmission-Time"));
            json.WriteString("webhook_id", settings.WebhookId);
            json.WritePropertyName("webhook_event");
            json.WriteRawValue(request.Body.Span);
            json.WriteEndObject();
        }
        return question.WrittenSpan.ToArray();
    }

    private async Task<Result<GatewayReport>> Report(GatewayPayment payment, JsonElement order, CancellationToken ct)
    {
        var unit = order.At("purchase_units", "0");
        var capture = unit.At("payments", "captures", "0");
        var currency = capture.Text("amount", "currency_code") ?? unit.Text("amount", "currency_code") ?? payment.Amount.Currency.Code;
        var taken = capture.Text("status") is "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED" ? Minor(capture.At("amount"), payment) : 0;
        var refunded = unit.At("payments", "refunds") is { ValueKind: JsonValueKind.Array } refunds
            ? refunds.EnumerateArray().Where(r => r.Text("status") is "COMPLETED" or "PENDING").Sum(r => Minor(r.At("amount"), payment)) : 0;
        var report = new GatewayReport(
            currency, Authorised: capture.ValueKind == JsonValueKind.Object ? Minor(capture.At("amount"), payment) : 0, Captured: taken, Refunded: refunded,
            End: order.Text("status") == "VOIDED" ? GatewayEnd.Expired : capture.Text("status") is "DECLINED" or "FAILED" ? GatewayEnd.Failed : GatewayEnd.None,
            Settled: taken > 0, ChargeReference: capture.Text("id"));
        if (taken == 0) return report;
        var disputes = await Send(HttpMethod.Get, $"v1/customer/disputes?disputed_transaction_id={Uri.EscapeDataString(report.ChargeReference!)}", "the disputes of a payment", ct);
        if (disputes.Refusal is { } away) return away;
        // An account may be without the right to read disputes; then there is nothing to say of them.
        if (!disputes.Value.Took || disputes.Value.Body.At("items", "0") is not { ValueKind: JsonValueKind.Object } dispute) return report;
        report = report with { Disputed = Minor(dispute.At("dispute_amount"), payment), Dispute = GatewayDispute.Open };
        if (dispute.Text("status") != "RESOLVED") return report;
        var details = await Send(HttpMethod.Get, $"v1/customer/disputes/{Uri.EscapeDataString(dispute.Text("dispute_id") ?? "")}", "how a dispute ended", ct);
        if (details.Refusal is { } gone) return gone;
        var ours = details.Value.Body.Text("dispute_outcome", "outcome_code") is "RESOLVED_SELLER_FAVOUR" or "CANCELED_BY_BUYER" or "DENIED";
        return report with { Dispute = ours ? GatewayDispute.Won : GatewayDispute.Lost };
    }

    private async Task<Result<GatewayAnswer>> Send(HttpMethod method, string path, string call, CancellationToken ct, object? body = null, string? key = null)
    {
        var token = await Token(ct);
        if (token.Refusal is { } none) return none;
        using var request = new HttpRequestMessage(method, new Uri(settings.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        if (body is not null) request.Content = new ByteArrayContent(body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if (key is not null) request.Headers.Add("PayPal-Request-Id", key);
        if (method == HttpMethod.Post) request.Headers.Add("Prefer", "return=representation");
        var answer = await http.Send(request, call, ct);
        // A token that was called in early is asked for anew at the next call.
        if (!answer.Refused && answer.Value.Status == System.Net.HttpStatusCode.Unauthorized)
        {
            kept = null;
            return PaymentRefusals.GatewayUnavailable;
        }
        return answer;
    }

    private async Task<Result<string>> Token(CancellationToken ct)
    {
        if (kept is { } known && known.Until > time.GetUtcNow()) return known.Token;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Address, "v1/oauth2/token")) { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.ClientId}:{settings.ClientSecret}")));
        var answer = await http.Send(request, "a token", ct);
        if (answer.Refusal is { } away) return away;
        if (!answer.Value.Took || answer.Value.Body.Text("access_token") is not { } token) return PaymentRefusals.GatewayRefused;
        kept = (token, time.GetUtcNow().AddSeconds(Math.Max(0, answer.Value.Body.Whole("expires_in") - 60)));
        return token;
    }

    private static object Amount(Money money) => new { currency_code = money.Currency.Code, value = money.ToDecimalString() };

    // In another currency the figure means nothing here; the report then says that currency, and nothing is credited.
    private static long Minor(JsonElement amount, GatewayPayment payment) => Money.TryParseDecimal(amount.Text("value"), payment.Amount.Currency, out var money) ? money.Minor : 0;
}
