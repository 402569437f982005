using System.Net;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Payments.ResolvePayments;

namespace Fairground.Payments.PayByStripe;

/// <summary>Ways of paying kept at Stripe: saved on its hosted page (Checkout in setup mode, a SetupIntent), charged later as an off-session PaymentIntent.</summary>
internal sealed partial class StripeGateway
{
    public async Task<Result<StartedPayment>> StartSaving(SavingOrder order, CancellationToken ct)
    {
        var id = order.MethodId.ToString();
        var customer = await Post("v1/customers", $"{id}-customer", "a customer", ct, ("metadata[method_id]", id));
        if (customer.Refusal is { } away) return away;
        if (!customer.Value.Took || customer.Value.Body.Text("id") is not { } who) return PaymentRefusals.GatewayRefused;
        var answer = await Post("v1/checkout/sessions", $"{id}-setup", "the keeping of a way of paying", ct,
            ("mode", "setup"),
            ("client_reference_id", id),
            ("customer", who),
            ("currency", order.Currency.Code.ToLowerInvariant()),
            ("success_url", order.ReturnUrl),
            ("cancel_url", $"{order.ReturnUrl}&back=1"));
        if (answer.Refusal is { } gone) return gone;
        if (!answer.Value.Took || answer.Value.Body.Text("id") is not { } session) return PaymentRefusals.GatewayRefused;
        return new StartedPayment(answer.Value.Body.Text("url") ?? order.ReturnUrl, session);
    }

    public async Task<Result<SavedReport>> ReadSaving(SavingOrder order, CancellationToken ct)
    {
        var answer = await Get($"v1/checkout/sessions/{Uri.EscapeDataString(order.Reference!)}?expand[]=setup_intent.payment_method", "a kept way of paying", ct);
        if (answer.Refusal is { } away) return away;
        var session = answer.Value.Body;
        if (!answer.Value.Took || session.Text("client_reference_id") != order.MethodId.ToString()) return PaymentRefusals.GatewayRefused;
        var method = session.At("setup_intent", "payment_method");
        if (session.Text("setup_intent", "status") != "succeeded" || method.Text("id") is not { } id || session.Text("customer") is not { } customer) return new SavedReport(null, null);
        var brand = method.Text("card", "brand") is { Length: > 0 } name ? char.ToUpperInvariant(name[0]) + name[1..] : method.Text("type") ?? "";
        return new SavedReport($"{customer} {id}", method.Text("card", "last4") is { } last ? $"{brand} •••• {last}" : brand);
    }

    public async Task<Result<ChargeAnswer>> Charge(GatewayPayment payment, string token, Func<Task<Result<bool>>> isFirst, CancellationToken ct)
    {
        var (customer, method) = token.Split(' ') is [var c, var m] ? (c, m) : ("", token);
        var answer = await Post("v1/payment_intents", payment.PaymentId.ToString(), "a charge without the person", ct,
            ("amount", Number(payment.Amount.Minor)),
            ("currency", payment.Amount.Currency.Code.ToLowerInvariant()),
            ("customer", customer),
            ("payment_method", method),
            ("off_session", "true"),
            ("confirm", "true"),
            ("description", "Wallet top-up"),
            ("metadata[payment_id]", payment.PaymentId.ToString()));
        if (answer.Refusal is { } away) return away;
        // The market's own key is not good, or may not do this: nothing was said of the person's card.
        if (answer.Value.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return PaymentRefusals.GatewayRefused;
        var body = answer.Value.Body;
        if (answer.Value.Took && body.Text("status") is "succeeded" or "processing") return new ChargeAnswer(body.Text("id"), null);
        return new ChargeAnswer(body.Text("id") ?? body.Text("error", "payment_intent", "id"), body.Text("error", "decline_code") ?? body.Text("error", "code") ?? body.Text("status") ?? "declined");
    }

    public async Task<Result<ChargeAnswer>> FindCharge(GatewayPayment payment, string? token, string? given, CancellationToken ct)
    {
        if (given is not null) return new ChargeAnswer(given, null);
        var id = payment.PaymentId.ToString();
        var answer = await Get($"v1/payment_intents/search?limit=10&query={Uri.EscapeDataString($"metadata['payment_id']:'{id}'")}", "a search for a charge", ct);
        if (answer.Refusal is { } away) return away;
        // Not every account may search. Each kept way of paying has a customer to itself, whose charges of those hours are few.
        if (!answer.Value.Took && token?.Split(' ') is [var customer, _])
        {
            var begun = payment.ExpiresAt - Payment.Lifetime;
            var (from, to) = (Number(begun.AddHours(-1).ToUnixTimeSeconds()), Number((begun + PaymentResolver.ChargedAgain).AddHours(1).ToUnixTimeSeconds()));
            answer = await Get($"v1/payment_intents?limit=100&customer={Uri.EscapeDataString(customer)}&created[gte]={from}&created[lte]={to}", "the charges of a customer", ct);
            if (answer.Refusal is { } gone) return gone;
        }
        IEnumerable<JsonElement> intents = answer.Value.Took && answer.Value.Body.At("data") is { ValueKind: JsonValueKind.Array } data ? data.EnumerateArray() : [];
        return new ChargeAnswer(intents.Where(i => i.Text("metadata", "payment_id") == id).OrderByDescending(i => i.Whole("amount_received")).FirstOrDefault().Text("id"), null);
    }

    public async Task<Result<bool>> Forget(string token, CancellationToken ct)
    {
        var method = token.Split(' ')[^1];
        var answer = await Post($"v1/payment_methods/{Uri.EscapeDataString(method)}/detach", $"{method}-detach", "the forgetting of a way of paying", ct);
        return answer.Refusal is { } away ? away : answer.Value.Took;
    }

    private async Task<Result<GatewayReport>> ReadCharge(GatewayPayment payment, CancellationToken ct)
    {
        var answer = await Get($"v1/payment_intents/{Uri.EscapeDataString(payment.Reference!)}?expand[]=latest_charge.dispute&expand[]=latest_charge.balance_transaction", "the state of a charge", ct);
        if (answer.Refusal is { } away) return away;
        var intent = answer.Value.Body;
        if (!answer.Value.Took || intent.Text("metadata", "payment_id") != payment.PaymentId.ToString()) return PaymentRefusals.GatewayRefused;
        var end = intent.Text("status") switch { "succeeded" or "processing" => GatewayEnd.None, "canceled" => GatewayEnd.Cancelled, _ => GatewayEnd.Failed };
        return Report((intent.Text("currency") ?? payment.Amount.Currency.Code).ToUpperInvariant(), intent, intent.At("latest_charge"), intent.Text("status") == "succeeded", end);
    }
}
