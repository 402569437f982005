using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayPayPal;

/// <summary>PayPal's vault, version 3: setup tokens that the person approves, payment tokens by which orders are paid without the person.</summary>
internal static class PayPalMethods
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/paypal/v3/vault/setup-tokens", async (HttpContext http, Till till) =>
        {
            if (!PayPalApi.IsKnown(http)) return PayPalApi.Stranger();
            var asked = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
            var paypal = asked.GetProperty("payment_source").GetProperty("paypal");
            if (paypal.GetProperty("usage_type").GetString() != "MERCHANT") return PayPalApi.Wrong("INVALID_PARAMETER_VALUE", 400);
            var way = paypal.GetProperty("experience_context");
            var method = till.Keep($"paypal {http.Request.Headers["PayPal-Request-Id"]}", () => new PlayMethod
            {
                Company = "paypal", Id = Till.NewId("SETUP"), Token = Till.NewId("vault"), Merchant = http.Request.Headers["PayPal-Request-Id"].ToString(),
                ReturnUrl = way.GetProperty("return_url").GetString()!, CancelUrl = way.GetProperty("cancel_url").GetString()!,
            });
            return Results.Json(Setup(method, PayPalApi.Origin(http)), statusCode: 201);
        });
        app.MapGet("/paypal/v3/vault/setup-tokens/{id}", (string id, HttpContext http, Till till) =>
            !PayPalApi.IsKnown(http) ? PayPalApi.Stranger() : till.FindMethod("paypal", id) is { } method ? Results.Json(Setup(method, PayPalApi.Origin(http))) : PayPalApi.Missing());
        app.MapPost("/paypal/v3/vault/payment-tokens", async (HttpContext http, Till till) =>
        {
            if (!PayPalApi.IsKnown(http)) return PayPalApi.Stranger();
            var token = (await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body)).GetProperty("payment_source").GetProperty("token");
            if (token.GetProperty("type").GetString() != "SETUP_TOKEN" || till.FindMethod("paypal", token.GetProperty("id").GetString()!) is not { IsAgreed: true } method) return PayPalApi.Wrong("TOKEN_NOT_APPROVED", 422);
            return Results.Json(new { id = method.Token, customer = new { id = "CUSTOMER" }, payment_source = new { paypal = new { email_address = "payer@example.com" } } }, statusCode: 201);
        });
        app.MapDelete("/paypal/v3/vault/payment-tokens/{id}", (string id, HttpContext http, Till till) =>
        {
            if (!PayPalApi.IsKnown(http)) return PayPalApi.Stranger();
            if (till.OfToken("paypal", id) is { } method) method.IsForgotten = true;
            return Results.NoContent();
        });
    }

    public static IResult Charge(HttpContext http, Till till, Faults faults, string vault, string merchant, long minor, string currency)
    {
        if (till.OfToken("paypal", vault) is not { } method) return PayPalApi.Missing();
        if (method.Declines) return PayPalApi.Wrong("INSTRUMENT_DECLINED", 422);
        var play = till.Register($"paypal {http.Request.Headers["PayPal-Request-Id"]}", () => new Play { Company = "paypal", Id = Till.NewId(""), ChargeId = Till.NewId(""), Merchant = merchant, Amount = minor, Currency = currency });
        till.Charge(play);
        return Results.Json(PayPalObjects.Order(play, faults, PayPalApi.Origin(http)), statusCode: 201);
    }

    private static object Setup(PlayMethod method, string origin) => new
    {
        id = method.Id,
        status = method.IsAgreed ? "APPROVED" : "PAYER_ACTION_REQUIRED",
        links = new[] { new { rel = "approve", href = $"{origin}/paypal/methods/{method.Id}" } },
    };
}
