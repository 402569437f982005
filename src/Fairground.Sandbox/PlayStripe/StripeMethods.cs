using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayStripe;

/// <summary>Ways of paying that a merchant keeps: customers, Checkout in setup mode, off-session PaymentIntents.</summary>
internal static class StripeMethods
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/stripe/v1/customers", (HttpContext http) => StripeApi.IsKnown(http) ? Results.Json(new { id = $"cus_{http.Request.Headers["Idempotency-Key"].ToString().Replace("-", "", StringComparison.Ordinal)[..14]}", @object = "customer" }) : StripeApi.Stranger());
        app.MapPost("/stripe/v1/payment_intents", Charge);
        app.MapGet("/stripe/v1/payment_intents/{id}", (string id, HttpContext http, Till till, Faults faults) =>
            !StripeApi.IsKnown(http) ? StripeApi.Stranger() : till.FindCharge("stripe", id) is { } play ? Results.Json(StripeObjects.Intent(play, faults, whole: true)) : StripeApi.Missing());
        app.MapPost("/stripe/v1/payment_methods/{id}/detach", (string id, HttpContext http, Till till) =>
        {
            if (!StripeApi.IsKnown(http)) return StripeApi.Stranger();
            if (till.OfToken("stripe", id) is not { } method) return StripeApi.Missing();
            method.IsForgotten = true;
            return Results.Json(new { id, @object = "payment_method", customer = (string?)null });
        });
    }

    public static IResult Setup(IFormCollection form, HttpContext http, Till till, string origin)
    {
        if (!Uri.TryCreate(form["success_url"], UriKind.Absolute, out _) || form["customer"].ToString().Length == 0 || form["currency"].ToString().Length != 3) return StripeApi.Wrong("parameter_missing");
        var method = till.Keep($"stripe {http.Request.Headers["Idempotency-Key"]}", () => new PlayMethod
        {
            Company = "stripe", Id = Till.NewId("cs_test_"), Token = Till.NewId("pm_"), Customer = form["customer"].ToString(), Merchant = form["client_reference_id"].ToString(),
            ReturnUrl = form["success_url"].ToString(), CancelUrl = form["cancel_url"].ToString(),
        });
        return Results.Json(Session(method, origin));
    }

    public static object Session(PlayMethod method, string origin) => new
    {
        id = method.Id,
        @object = "checkout.session",
        client_reference_id = method.Merchant,
        customer = method.Customer,
        mode = "setup",
        status = method.IsAgreed ? "complete" : "open",
        payment_status = "no_payment_required",
        setup_intent = new
        {
            id = method.Token.Replace("pm_", "seti_", StringComparison.Ordinal),
            @object = "setup_intent",
            status = method.IsAgreed ? "succeeded" : "requires_payment_method",
            payment_method = method.IsAgreed ? new { id = method.Token, @object = "payment_method", type = "card", card = new { brand = "visa", last4 = method.LastDigits } } : null,
        },
        url = method.IsAgreed ? null : $"{origin}/stripe/methods/{method.Id}",
    };

    private static async Task<IResult> Charge(HttpContext http, Till till, Faults faults)
    {
        if (!StripeApi.IsKnown(http)) return StripeApi.Stranger();
        var form = await http.Request.ReadFormAsync();
        if (form["off_session"] != "true" || form["confirm"] != "true" || !long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor <= 0) return StripeApi.Wrong("parameter_invalid_integer");
        if (till.OfToken("stripe", form["payment_method"].ToString()) is not { } method || method.Customer != form["customer"]) return StripeApi.Missing();
        var play = till.Register($"stripe {http.Request.Headers["Idempotency-Key"]}", () => new Play
        {
            Company = "stripe", Id = Till.NewId("pi_own_"), ChargeId = Till.NewId("pi_"), Merchant = form["metadata[payment_id]"].ToString(), Amount = minor, Currency = form["currency"].ToString(),
        });
        if (method.Declines)
            return Results.Json(new { error = new { type = "card_error", code = "card_declined", decline_code = "insufficient_funds", payment_intent = StripeObjects.Intent(play, faults, whole: false) } }, statusCode: 402);
        till.Charge(play);
        return Results.Json(StripeObjects.Intent(play, faults, whole: false));
    }
}
