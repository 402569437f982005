using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Payments.ResolvePayments;

namespace Fairground.Payments.PayByPayPal;

/// <summary>PayPal accounts kept in PayPal's vault (v3): a setup token that the person approves becomes a payment token, by which orders are paid without the person.</summary>
internal sealed partial class PayPalGateway
{
    public async Task<Result<StartedPayment>> StartSaving(SavingOrder order, CancellationToken ct)
    {
        var wish = new { payment_source = new { paypal = new { usage_type = "MERCHANT", experience_context = new { return_url = order.ReturnUrl, cancel_url = $"{order.ReturnUrl}&back=1", shipping_preference = "NO_SHIPPING" } } } };
        var answer = await Send(HttpMethod.Post, "v3/vault/setup-tokens", "the keeping of a way of paying", ct, wish, $"{order.MethodId}-setup");
        if (answer.Refusal is { } away) return away;
        if (!answer.Value.Took || answer.Value.Body.Text("id") is not { } id) return PaymentRefusals.GatewayRefused;
        var page = answer.Value.Body.At("links") is { ValueKind: JsonValueKind.Array } links ? links.EnumerateArray().FirstOrDefault(l => l.Text("rel") == "approve").Text("href") : null;
        return new StartedPayment(page ?? order.ReturnUrl, id);
    }

    public async Task<Result<SavedReport>> ReadSaving(SavingOrder order, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Get, $"v3/vault/setup-tokens/{Uri.EscapeDataString(order.Reference!)}", "a kept way of paying", ct);
        if (answer.Refusal is { } away) return away;
        // Once it has become a payment token the setup token may be forgotten; the same question with the same key has the same answer.
        if (answer.Value.Took && answer.Value.Body.Text("status") is not ("APPROVED" or "VAULTED")) return new SavedReport(null, null);
        var made = await Send(HttpMethod.Post, "v3/vault/payment-tokens", "a payment token", ct, new { payment_source = new { token = new { id = order.Reference, type = "SETUP_TOKEN" } } }, $"{order.MethodId}-token");
        if (made.Refusal is { } gone) return gone;
        return made.Value.Took && made.Value.Body.Text("id") is { } token ? new SavedReport(token, "PayPal") : new SavedReport(null, null);
    }

    public async Task<Result<ChargeAnswer>> Charge(GatewayPayment payment, string token, Func<Task<Result<bool>>> isFirst, CancellationToken ct)
    {
        var order = new
        {
            intent = "CAPTURE",
            purchase_units = new[] { new { custom_id = payment.PaymentId.ToString(), description = "Wallet top-up", amount = Amount(payment.Amount) } },
            payment_source = new { paypal = new { vault_id = token } },
        };
        var answer = await Send(HttpMethod.Post, "v2/checkout/orders", "a charge without the person", ct, order, payment.PaymentId.ToString());
        if (answer.Refusal is { } away) return away;
        // The market's own account may not do this: nothing was said of the person's.
        if (answer.Value.Status == HttpStatusCode.Forbidden) return PaymentRefusals.GatewayRefused;
        var body = answer.Value.Body;
        if (answer.Value.Took && body.Text("status") is "COMPLETED" or "APPROVED") return new ChargeAnswer(body.Text("id"), null);
        return new ChargeAnswer(body.Text("id"), body.Text("details", "0", "issue") ?? body.Text("name") ?? body.Text("status") ?? "declined");
    }

    public async Task<Result<ChargeAnswer>> FindCharge(GatewayPayment payment, string? token, string? given, CancellationToken ct)
    {
        if (given is not null) return await OrderOf(given, ct);
        // There is no search by our own id: what was taken in the hours in which it was asked for is gone over. It may stand there three hours late, and by then it is looked for again.
        var (begun, now) = (payment.ExpiresAt - Payment.Lifetime, time.GetUtcNow());
        var until = (begun + PaymentResolver.ChargedAgain).AddHours(1);
        var query = $"start_date={Instant(begun.AddHours(-1))}&end_date={Instant(until < now ? until : now)}&transaction_currency={payment.Amount.Currency.Code}&fields=transaction_info&page_size=200";
        for (long page = 1, pages = 1; page <= pages; page++)
        {
            var answer = await Send(HttpMethod.Get, $"v1/reporting/transactions?{query}&page={page}", "a search for a charge", ct);
            if (answer.Refusal is { } away) return away;
            // An account may be without the right to search; then there is nothing to say.
            if (!answer.Value.Took || answer.Value.Body.At("transaction_details") is not { ValueKind: JsonValueKind.Array } lines) break;
            // Refunds carry our id too, under codes of their own.
            var charge = lines.EnumerateArray().Select(l => l.At("transaction_info")).FirstOrDefault(t => t.Text("custom_field") == payment.PaymentId.ToString() && t.Text("transaction_event_code")?.StartsWith("T00", StringComparison.Ordinal) == true);
            if (charge.Text("transaction_id") is { } capture) return await OrderOf(capture, ct);
            pages = answer.Value.Body.Whole("total_pages");
        }
        return new ChargeAnswer(null, null);
    }

    // Notices, reports and PayPal's own desk name the capture; the payment goes by its order.
    private async Task<Result<ChargeAnswer>> OrderOf(string name, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Get, $"v2/payments/captures/{Uri.EscapeDataString(name)}", "the order of a capture", ct);
        return answer.Refusal is { } away ? away : new ChargeAnswer(answer.Value.Body.Text("supplementary_data", "related_ids", "order_id") ?? name, null);
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public async Task<Result<bool>> Forget(string token, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Delete, $"v3/vault/payment-tokens/{Uri.EscapeDataString(token)}", "the forgetting of a way of paying", ct);
        return answer.Refusal is { } away ? away : answer.Value.Took;
    }
}
