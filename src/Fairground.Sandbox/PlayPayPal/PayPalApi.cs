using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayPayPal;

/// <summary>The calls of PayPal that a merchant needs: tokens, orders v2, captures, refunds, disputes, and asking whether a notice is genuine.</summary>
internal static class PayPalApi
{
    private const string Token = "A21AA-sandbox-token";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/paypal/v1/oauth2/token", (HttpContext http) => http.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox:sandbox-secret"))
            ? Results.Json(new { scope = "https://uri.paypal.com/services/payments", access_token = Token, token_type = "Bearer", app_id = "APP-SANDBOX", expires_in = 32400 })
            : Results.Json(new { error = "invalid_client", error_description = "Client Authentication failed" }, statusCode: 401));
        PayPalMethods.Map(app);
        app.MapPost("/paypal/v2/checkout/orders", Create);
        app.MapGet("/paypal/v2/checkout/orders/{id}", (string id, HttpContext http, Till till, Faults faults) => !IsKnown(http) ? Stranger() : till.Find("paypal", id) is { } play ? Results.Json(PayPalObjects.Order(play, faults, Origin(http))) : Missing());
        app.MapPost("/paypal/v2/checkout/orders/{id}/capture", Capture);
        app.MapGet("/paypal/v2/payments/captures/{id}", (string id, HttpContext http, Till till, Faults faults) => !IsKnown(http) ? Stranger() : till.FindCharge("paypal", id) is { State: PlayState.Paid } play ? Results.Json(PayPalObjects.CaptureOf(play, faults, whole: true)) : Missing());
        app.MapPost("/paypal/v2/payments/captures/{id}/refund", Refund);
        app.MapGet("/paypal/v2/payments/refunds/{id}", (string id, HttpContext http, Till till) => !IsKnown(http) ? Stranger() : till.OfRefund("paypal", id) is { } play ? Results.Json(PayPalObjects.Refund(play, play.Refunds.First(r => r.Id == id))) : Missing());
        app.MapGet("/paypal/v1/customer/disputes", (HttpContext http, Till till) => !IsKnown(http) ? Stranger() : Results.Json(new { items = till.FindCharge("paypal", http.Request.Query["disputed_transaction_id"].ToString()) is { Dispute: not PlayDispute.None } play ? new[] { PayPalObjects.DisputeOf(play) } : [] }));
        app.MapGet("/paypal/v1/customer/disputes/{id}", (string id, HttpContext http, Till till) => !IsKnown(http) ? Stranger() : till.Plays.FirstOrDefault(p => id == $"PP-D-{p.ChargeId}") is { } play ? Results.Json(PayPalObjects.DisputeOf(play, whole: true)) : Missing());
        PayPalTransactions.Map(app);
        app.MapPost("/paypal/v1/notifications/verify-webhook-signature", Verify);
    }

    /// <summary>What was signed, as a check can see it again.</summary>
    public static string Digest(string time, string body) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{time}|{Notices.PayPalWebhook}|{body}")));

    private static async Task<IResult> Create(HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        var order = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var unit = order.GetProperty("purchase_units")[0];
        var (currency, value) = (unit.GetProperty("amount").GetProperty("currency_code").GetString()!, unit.GetProperty("amount").GetProperty("value").GetString()!);
        if (order.GetProperty("intent").GetString() != "CAPTURE" || !decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount <= 0) return Wrong("INVALID_PARAMETER_VALUE", 400);
        var source = order.GetProperty("payment_source").GetProperty("paypal");
        if (source.TryGetProperty("vault_id", out var vault)) return PayPalMethods.Charge(http, till, faults, vault.GetString()!, unit.GetProperty("custom_id").GetString()!, PlayMoney.Minor(amount, currency), currency);
        var way = source.GetProperty("experience_context");
        var play = till.Register($"paypal {http.Request.Headers["PayPal-Request-Id"]}", () => new Play
        {
            Company = "paypal", Id = Till.NewId(""), ChargeId = Till.NewId(""), Merchant = unit.GetProperty("custom_id").GetString()!, Amount = PlayMoney.Minor(amount, currency), Currency = currency,
            ReturnUrl = way.GetProperty("return_url").GetString()!, CancelUrl = way.GetProperty("cancel_url").GetString()!,
        });
        return Results.Json(PayPalObjects.Order(play, faults, Origin(http)));
    }

    private static IResult Capture(string id, HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        if (till.Find("paypal", id) is not { } play) return Missing();
        if (play.State == PlayState.Open) return Wrong("ORDER_NOT_APPROVED", 422);
        if (play.State == PlayState.Paid && http.Request.Headers["PayPal-Request-Id"].Count == 0) return Wrong("ORDER_ALREADY_CAPTURED", 422);
        till.Capture(play);
        return Results.Json(PayPalObjects.Order(play, faults, Origin(http)), statusCode: 201);
    }

    private static async Task<IResult> Refund(string id, HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        if (till.FindCharge("paypal", id) is not { } play) return Missing();
        if (faults.RejectRefunds) return Wrong("REFUND_NOT_ALLOWED", 422);
        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var amount = decimal.Parse(asked.GetProperty("amount").GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
        var refund = till.Refund(play, http.Request.Headers["PayPal-Request-Id"].ToString(), PlayMoney.Minor(amount, play.Currency), faults.SlowRefunds);
        return refund is null ? Wrong("REFUND_AMOUNT_EXCEEDED", 422) : Results.Json(PayPalObjects.Refund(play, refund), statusCode: 201);
    }

    private static async Task<IResult> Verify(HttpContext http, Notices notices)
    {
        if (!IsKnown(http)) return Stranger();
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync();
        var asked = JsonSerializer.Deserialize<JsonElement>(text);
        string Of(string name) => asked.GetProperty(name).GetString() ?? "";
        // The notice to the letter, as it stands in the question.
        var body = asked.GetProperty("webhook_event").GetRawText();
        var genuine = Of("webhook_id") == Notices.PayPalWebhook && Of("auth_algo") == "SHA256withRSA" && notices.PayPalSignatures.TryGetValue(Of("transmission_id"), out var signature)
            && signature == Of("transmission_sig") && signature == Digest(Of("transmission_time"), body);
        return Results.Json(new { verification_status = genuine ? "SUCCESS" : "FAILURE" });
    }

    internal static bool IsKnown(HttpContext http) => http.Request.Headers.Authorization == $"Bearer {Token}";

    internal static string Origin(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    internal static IResult Stranger() => Results.Json(new { error = "invalid_token" }, statusCode: 401);

    internal static IResult Missing() => Results.Json(new { name = "RESOURCE_NOT_FOUND", details = new[] { new { issue = "INVALID_RESOURCE_ID" } } }, statusCode: 404);

    internal static IResult Wrong(string issue, int status) => Results.Json(new { name = "UNPROCESSABLE_ENTITY", details = new[] { new { issue } } }, statusCode: status);
}

/// <summary>PayPal's objects, in the fields that merchants read.</summary>
internal static class PayPalObjects
{
    public static object Order(Play play, Faults faults, string origin) => new
    {
        id = play.Id,
        intent = "CAPTURE",
        status = play.State switch { PlayState.Open => "PAYER_ACTION_REQUIRED", PlayState.Approved => "APPROVED", PlayState.Paid => "COMPLETED", _ => "VOIDED" },
        purchase_units = new[]
        {
            new
            {
                reference_id = "default",
                custom_id = play.Merchant,
                amount = Money(play.Amount, play.Currency),
                payments = play.State == PlayState.Paid ? new { captures = new[] { CaptureOf(play, faults) }, refunds = play.Refunds.Where(r => r.Stands).Select(r => Refund(play, r)).ToArray() } : null,
            },
        },
        links = play.State == PlayState.Open ? new[] { new { href = $"{origin}/paypal/pages/{play.Id}", rel = "payer-action", method = "GET" } } : [],
    };

    /// <summary>By itself it names its order; in the order it does not.</summary>
    public static object CaptureOf(Play play, Faults faults, bool whole = false) => new
    {
        id = play.ChargeId,
        status = play.Refunded == 0 ? "COMPLETED" : play.Refunded < play.Amount ? "PARTIALLY_REFUNDED" : "REFUNDED",
        amount = Money(play.Amount + (faults.WrongAmount ? 1 : 0), play.Currency),
        final_capture = true,
        custom_id = play.Merchant,
        supplementary_data = whole ? new { related_ids = new { order_id = play.Id } } : null,
    };

    public static object Refund(Play play, PlayRefund refund) => new
    {
        id = refund.Id,
        amount = Money(refund.Amount, play.Currency),
        custom_id = play.Merchant,
        status = !refund.Stands ? "FAILED" : refund.Pending ? "PENDING" : "COMPLETED",
        links = new[] { new { href = $"https://api.paypal.com/v2/payments/captures/{play.ChargeId}", rel = "up", method = "GET" } },
    };

    /// <summary>How it ended stands in the whole object only, not in lists.</summary>
    public static object DisputeOf(Play play, bool whole = false) => new
    {
        dispute_id = $"PP-D-{play.ChargeId}",
        disputed_transactions = new[] { new { seller_transaction_id = play.ChargeId, custom = play.Merchant } },
        status = play.Dispute == PlayDispute.Open ? "UNDER_REVIEW" : "RESOLVED",
        dispute_state = play.Dispute == PlayDispute.Open ? "UNDER_PAYPAL_REVIEW" : "RESOLVED",
        dispute_outcome = play.Dispute == PlayDispute.Open || !whole ? null : new { outcome_code = play.Dispute == PlayDispute.Won ? "RESOLVED_SELLER_FAVOUR" : "RESOLVED_BUYER_FAVOUR" },
        dispute_amount = Money(play.Amount - play.Refunded, play.Currency),
    };

    public static object Money(long minor, string currency) => new { currency_code = currency, value = $"{(minor < 0 ? "-" : "")}{PlayMoney.Decimal(Math.Abs(minor), currency)}" };
}

/// <summary>PayPal's notices. That one is genuine is asked for at <see cref="PayPalApi"/>.</summary>
internal static class PayPalNotice
{
    public static PlayNotice? Of(Play play, string what, Faults faults, Uri to, TimeProvider time, ConcurrentDictionary<string, string> signatures)
    {
        (string Type, string Resource, object About)? said = what switch
        {
            "approved" => ("CHECKOUT.ORDER.APPROVED", "checkout-order", PayPalObjects.Order(play, faults, "")),
            "paid" => ("PAYMENT.CAPTURE.COMPLETED", "capture", PayPalObjects.CaptureOf(play, faults, whole: true)),
            "expired" => ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", PayPalObjects.Order(play, faults, "")),
            "refunded" => ("PAYMENT.CAPTURE.REFUNDED", "refund", PayPalObjects.Refund(play, play.Refunds[^1])),
            "disputed" => ("CUSTOMER.DISPUTE.CREATED", "dispute", PayPalObjects.DisputeOf(play)),
            "dispute-won" or "dispute-lost" => ("CUSTOMER.DISPUTE.RESOLVED", "dispute", PayPalObjects.DisputeOf(play)),
            _ => null,
        };
        if (said is not { } event_) return null;
        var body = JsonSerializer.Serialize(new { id = Till.NewId("WH-"), event_version = "1.0", create_time = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), resource_type = event_.Resource, event_type = event_.Type, resource_version = "2.0", resource = event_.About });
        return new PlayNotice("paypal", play.Merchant, what, to, body, Sign);

        IReadOnlyList<(string, string)> Sign()
        {
            var (id, at) = (Till.NewId(""), time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            var signature = PayPalApi.Digest(at, body);
            signatures[id] = signature;
            return
            [
                ("Paypal-Transmission-Id", id), ("Paypal-Transmission-Time", at), ("Paypal-Auth-Algo", "SHA256withRSA"), ("Paypal-Cert-Url", "https://api.paypal.com/v1/notifications/certs/CERT-sandbox"),
                ("Paypal-Transmission-Sig", faults.WrongSignature ? "bm90IHNpZ25lZA==" : signature),
            ];
        }
    }
}
