using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayStripe;

/// <summary>The calls of Stripe that a merchant with hosted pages needs: Checkout Sessions and refunds.</summary>
internal static class StripeApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/stripe/v1/checkout/sessions", Create);
        StripeMethods.Map(app);
        app.MapGet("/stripe/v1/checkout/sessions/{id}", (string id, HttpContext http, Till till, Faults faults) => IsKnown(http) ? till.FindMethod("stripe", id) is { } method ? Results.Json(StripeMethods.Session(method, Origin(http))) : till.Find("stripe", id) is { } play ? Results.Json(StripeObjects.Session(play, faults, Origin(http), whole: true)) : Missing() : Stranger());
        app.MapPost("/stripe/v1/refunds", Refund);
        app.MapGet("/stripe/v1/refunds/{id}", (string id, HttpContext http, Till till) => IsKnown(http) && till.OfRefund("stripe", id) is { } play ? Results.Json(StripeObjects.Refund(play, play.Refunds.First(r => r.Id == id))) : Missing());
    }

    private static async Task<IResult> Create(HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        var form = await http.Request.ReadFormAsync();
        if (form["mode"] == "setup") return StripeMethods.Setup(form, http, till, Origin(http));
        var amount = form["line_items[0][price_data][unit_amount]"].ToString();
        if (form["mode"] != "payment" || form["line_items[0][quantity]"] != "1" || !long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor <= 0) return Wrong("parameter_invalid_integer");
        if (!Uri.TryCreate(form["success_url"], UriKind.Absolute, out _)) return Wrong("url_invalid");
        var play = till.Register($"stripe {http.Request.Headers["Idempotency-Key"]}", () => new Play
        {
            Company = "stripe", Id = Till.NewId("cs_test_"), ChargeId = Till.NewId("pi_"), Merchant = form["client_reference_id"].ToString(), Amount = minor,
            Currency = form["line_items[0][price_data][currency]"].ToString(), ReturnUrl = form["success_url"].ToString(), CancelUrl = form["cancel_url"].ToString(),
        });
        return Results.Json(StripeObjects.Session(play, faults, Origin(http), whole: false));
    }

    private static async Task<IResult> Refund(HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        var form = await http.Request.ReadFormAsync();
        if (till.FindCharge("stripe", form["payment_intent"].ToString()) is not { } play) return Missing();
        if (faults.RejectRefunds) return Wrong("charge_disputed");
        var refund = till.Refund(play, http.Request.Headers["Idempotency-Key"].ToString(), long.Parse(form["amount"].ToString(), CultureInfo.InvariantCulture), faults.SlowRefunds);
        return refund is null ? Wrong("charge_already_refunded") : Results.Json(StripeObjects.Refund(play, refund));
    }

    internal static bool IsKnown(HttpContext http) => http.Request.Headers.Authorization == "Bearer sk_sandbox";

    internal static string Origin(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    internal static IResult Stranger() => Results.Json(new { error = new { type = "invalid_request_error", message = "Invalid API Key provided" } }, statusCode: 401);

    internal static IResult Missing() => Results.Json(new { error = new { type = "invalid_request_error", code = "resource_missing" } }, statusCode: 404);

    internal static IResult Wrong(string code) => Results.Json(new { error = new { type = "invalid_request_error", code } }, statusCode: 400);
}
