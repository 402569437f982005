using System.Net;
using System.Text.Json;
using Fairground.Kernel;

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

    public async Task<Result<bool>> Forget(string token, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Delete, $"v3/vault/payment-tokens/{Uri.EscapeDataString(token)}", "the forgetting of a way of paying", ct);
        return answer.Refusal is { } away ? away : answer.Value.Took;
    }
}
