using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayStripe;

/// <summary>Ways of paying that a merchant keeps: customers, Checkout in setup mode, off-session PaymentIntents.</summary>
internal static partial class StripeMethods
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/stripe/v1/customers", (HttpContext http) => StripeApi.IsKnown(http) ? Results.Json(new { id = $"cus_{http.Request.Headers["Idempotency-Key"].ToString().Replace("-", "", StringComparison.Ordinal)[..14]}", @object = "customer" }) : StripeApi.Stranger());
        app.MapPost("/stripe/v1/payment_intents", Charge);
        app.MapGet("/stripe/v1/payment_intents", List);
        app.MapGet("/stripe/v1/payment_intents/search", Search);
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

    // An intent can be found a minute after it was made, by its metadata; some merchants may not search.
    private static IResult Search(HttpContext http, Till till, Faults faults, TimeProvider time)
    {
        if (!StripeApi.IsKnown(http)) return StripeApi.Stranger();
        if (faults.NoSearch || ByPayment().Match(http.Request.Query["query"].ToString()) is not { Success: true } asked) return StripeApi.Wrong("search_not_available");
        var found = Intents(till).Where(p => p.Merchant == asked.Groups[1].Value && p.At <= time.GetUtcNow().AddMinutes(-1));
        return Results.Json(new { @object = "search_result", url = "/v1/payment_intents/search", has_more = false, data = found.Select(p => StripeObjects.Intent(p, faults, whole: false)) });
    }

    private static IResult List(HttpContext http, Till till, Faults faults)
    {
        if (!StripeApi.IsKnown(http)) return StripeApi.Stranger();
        var query = http.Request.Query;
        long Bound(string name, long otherwise) => long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var bound) ? bound : otherwise;
        var (from, to) = (Bound("created[gte]", 0), Bound("created[lte]", long.MaxValue));
        var found = Intents(till).Where(p => (query["customer"].Count == 0 || p.Customer == query["customer"]) && p.At.ToUnixTimeSeconds() >= from && p.At.ToUnixTimeSeconds() <= to).OrderByDescending(p => p.At).ToList();
        var limit = (int)Math.Clamp(Bound("limit", 10), 1, 100);
        return Results.Json(new { @object = "list", url = "/v1/payment_intents", has_more = found.Count > limit, data = found.Take(limit).Select(p => StripeObjects.Intent(p, faults, whole: false)) });
    }

    // A session has no intent before its person pays.
    private static IEnumerable<Play> Intents(Till till) => till.Plays.Where(p => p.Company == "stripe" && (p.Customer.Length > 0 || p.State != PlayState.Open));

    [GeneratedRegex("""^metadata\['payment_id'\]:'([^']+)'$""")]
    private static partial Regex ByPayment();

    private static async Task<IResult> Charge(HttpContext http, Till till, Faults faults)
    {
        if (!StripeApi.IsKnown(http)) return StripeApi.Stranger();
        var form = await http.Request.ReadFormAsync();
        if (form["off_session"] != "true" || form["confirm"] != "true" || !long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor <= 0) return StripeApi.Wrong("parameter_invalid_integer");
        if (till.OfToken("stripe", form["payment_method"].ToString()) is not { } method || method.Customer != form["customer"]) return StripeApi.Missing();
        var play = till.Register($"stripe {http.Request.Headers["Idempotency-Key"]}", () => new Play
        {
            Company = "stripe", Id = Till.NewId("pi_own_"), ChargeId = Till.NewId("pi_"), Merchant = form["metadata[payment_id]"].ToString(), Customer = method.Customer, Amount = minor, Currency = form["currency"].ToString(),
        });
        if (method.Declines)
            return Results.Json(new { error = new { type = "card_error", code = "card_declined", decline_code = "insufficient_funds", payment_intent = StripeObjects.Intent(play, faults, whole: false) } }, statusCode: 402);
        till.Charge(play);
        return Results.Json(StripeObjects.Intent(play, faults, whole: false));
    }
}
