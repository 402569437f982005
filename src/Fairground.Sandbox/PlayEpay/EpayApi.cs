using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayEpay;

/// <summary>The calls of Halyk ePay that a merchant needs: a token for each operation, the payment page that its script opens, the state of a transaction, what was set aside, refunds.</summary>
internal static class EpayApi
{
    // What a token was asked for: it opens a payment of just that invoice and amount.
    private static readonly ConcurrentDictionary<string, (string Invoice, string Amount, string SecretHash)> Tokens = new(StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/epay/oauth2/token", (Delegate)Token);
        app.MapGet("/epay/payform/payment-api.js", () => Results.Text(Script, "text/javascript"));
        app.MapGet("/epay/pages/begin", Begin);
        app.MapGet("/epay/check-status/payment/transaction/{invoice}", (string invoice, HttpContext http, Till till, Faults faults) => IsKnown(http) ? Results.Json(EpayObjects.Status(till.Find("epay", invoice), faults)) : Stranger());
        app.MapPost("/epay/operation/{id}/refund", Refund);
        app.MapPost("/epay/operation/{id}/charge", Capture);
        EpayCards.Map(app);
    }

    private static async Task<IResult> Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["grant_type"] != "client_credentials" || form["client_id"] != "sandbox" || form["client_secret"] != "sandbox-secret") return Results.Json(new { code = 401, message = "invalid client" }, statusCode: 401);
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(15)).Replace('/', '_').Replace('+', '-');
        Tokens[token] = (form["invoiceID"].ToString(), form["amount"].ToString(), form["secret_hash"].ToString());
        return Results.Json(new { access_token = token, expires_in = "7200", refresh_token = "", scope = "payment", token_type = "Bearer" });
    }

    // What the script sends the person to with the argument of halyk.pay.
    private static IResult Begin(HttpContext http, Till till, TimeProvider time)
    {
        var asked = JsonSerializer.Deserialize<JsonElement>(http.Request.Query["params"].ToString());
        string Of(string name) => asked.TryGetProperty(name, out var value) ? value.ToString() : "";
        var (invoice, token) = (Of("invoiceId"), asked.GetProperty("auth").GetProperty("access_token").GetString()!);
        if (Granted(token, invoice, asked.GetProperty("amount").GetDecimal()) is not { } granted) return Results.Text("invoiceId, amount and token do not belong together", statusCode: 400);
        if (Of("paymentType") == "cardVerification") return EpayCards.Begin(asked, invoice, granted.SecretHash, till, time.GetUtcNow());
        till.Register($"epay {invoice}", () => new Play
        {
            Company = "epay", Id = invoice, ChargeId = Guid.CreateVersion7().ToString(), Merchant = invoice, Amount = PlayMoney.Minor(asked.GetProperty("amount").GetDecimal(), Of("currency")), Currency = Of("currency"),
            ReturnUrl = Of("backLink"), CancelUrl = Of("failureBackLink"), NoticeUrl = Of("postLink"), FailureNoticeUrl = Of("failurePostLink"), Secret = granted.SecretHash,
        });
        return Results.Redirect($"/epay/pages/{invoice}");
    }

    private static IResult Refund(string id, HttpContext http, Till till, Faults faults)
    {
        if (!IsKnown(http)) return Stranger();
        if (till.FindCharge("epay", id) is not { } play) return Results.Json(new { code = 404, message = "transaction not found" }, statusCode: 404);
        if (faults.RejectRefunds) return Results.Json(new { code = 400, message = "Invalid transaction status" }, statusCode: 400);
        var amount = http.Request.Query["amount"].ToString();
        var minor = amount.Length == 0 ? play.Amount - play.Refunded : PlayMoney.Minor(decimal.Parse(amount, CultureInfo.InvariantCulture), play.Currency);
        // Here nothing makes the same refund asked for twice one refund: every question is a refund of its own.
        return till.Refund(play, Till.NewId(""), minor) is null ? Results.Json(new { code = 400, message = "Invalid amount" }, statusCode: 400) : Results.Text("");
    }

    private static IResult Capture(string id, HttpContext http, Till till)
    {
        if (!IsKnown(http)) return Stranger();
        if (till.FindCharge("epay", id) is not { } play) return Results.Json(new { code = 404, message = "transaction not found" }, statusCode: 404);
        if (play.State != PlayState.Approved) return Results.Json(new { code = 400, message = "Invalid transaction status" }, statusCode: 400);
        till.Capture(play);
        return Results.Text("");
    }

    /// <summary>What a token was asked for, where that is this invoice and amount, and the number is one that ePay takes; null where not.</summary>
    internal static (string Invoice, string Amount, string SecretHash)? Granted(string token, string invoice, decimal amount) =>
        Tokens.TryGetValue(token, out var granted) && granted.Invoice == invoice && decimal.Parse(granted.Amount, CultureInfo.InvariantCulture) == amount && invoice.Length is >= 6 and <= 15 && invoice.All(char.IsAsciiDigit) ? granted : null;

    internal static bool IsKnown(HttpContext http) => http.Request.Headers.Authorization.ToString() is { Length: > 7 } bearer && Tokens.ContainsKey(bearer["Bearer ".Length..]);

    internal static IResult Stranger() => Results.Json(new { code = 401, message = "token is not valid" }, statusCode: 401);

    private const string Script = """
        "use strict";
        const halyk = {
          pay(payment) {
            const here = document.querySelector('script[src$="/payform/payment-api.js"]').src;
            location.href = here.replace("payform/payment-api.js", "pages/begin?params=") + encodeURIComponent(JSON.stringify(payment));
          },
          cardverification(card) { this.pay(card); },
        };
        window.halyk = halyk;
        """;
}

/// <summary>ePay's answers, in the fields that merchants read.</summary>
internal static class EpayObjects
{
    public static object Status(Play? play, Faults faults)
    {
        // Of a kept card that is charged there is no page: it waits for the person at the bank.
        if (play is null || (play.State == PlayState.Open && play.ReturnUrl.Length > 0)) return new { resultCode = "102", resultMessage = "Invoice not found" };
        if (play.State is PlayState.Declined or PlayState.Expired) return new { resultCode = "101", resultMessage = "REJECTED", transaction = Transaction(play, faults) };
        return new { resultCode = "100", resultMessage = "SUCCESS", transaction = Transaction(play, faults) };
    }

    // The amount is what is left of the original one after refunds.
    private static object Transaction(Play play, Faults faults) => new
    {
        id = play.ChargeId,
        invoiceID = play.Id,
        amount = Number(play.Amount - play.Refunded, play.Currency),
        amountBonus = 0,
        payoutAmount = Number(play.Refunded, play.Currency),
        orgAmount = Number(play.Amount + (faults.WrongAmount ? 100 : 0), play.Currency),
        approvalCode = "170243",
        currency = play.Currency,
        terminalID = "00000000-0000-0000-0000-000000000000",
        accountID = "",
        cardMask = "400000...0002",
        cardType = "VISA",
        reason = play.State == PlayState.Declined ? "Insufficient funds" : "Successfully",
        reasonCode = play.State == PlayState.Declined ? "484" : "00",
        secure = true,
        statusName = play.State switch { PlayState.Open => "3D", PlayState.Approved => "AUTH", PlayState.Paid => play.Refunded == play.Amount ? "REFUND" : "CHARGE", _ => "REJECT" },
    };

    public static decimal Number(long minor, string currency) => decimal.Parse(PlayMoney.Decimal(minor, currency), CultureInfo.InvariantCulture);
}

/// <summary>ePay's notices: unsigned, to the addresses that came with the payment, with the merchant's own secret in them.</summary>
internal static class EpayNotice
{
    public static PlayNotice? Of(Play play, string what, Faults faults, TimeProvider time)
    {
        if (what is not ("paid" or "approved" or "declined")) return null;
        var paid = what != "declined";
        var body = JsonSerializer.Serialize(new
        {
            accountId = "", amount = EpayObjects.Number(play.Amount, play.Currency), approvalCode = paid ? "170243" : null, cardMask = "400000...0002", cardType = "VISA", code = paid ? "ok" : "error", currency = play.Currency,
            dateTime = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00+00:00'", CultureInfo.InvariantCulture), description = "Wallet+top-up", id = play.ChargeId, invoiceId = play.Id, ip = "192.0.2.1",
            issuer = "HALYK BANK", language = "RUS", name = "TEST BUYER", reason = paid ? "success" : "declined", reasonCode = paid ? 0 : 484, secure = "yes",
            secret_hash = faults.WrongSignature ? "nobodys-secret" : play.Secret, terminal = "00000000-0000-0000-0000-000000000000",
        });
        return new PlayNotice("epay", play.Merchant, what, To(paid ? play.NoticeUrl : play.FailureNoticeUrl, faults), body, () => []);
    }

    // Of a kept card it tells at the address for failures, although the code is "ok", with an amount of 0.
    public static PlayNotice Of(PlayMethod method, Faults faults, TimeProvider time)
    {
        var body = JsonSerializer.Serialize(new
        {
            accountId = method.Customer, amount = 0, approvalCode = (string?)null, cardId = method.Token, cardMask = EpayCards.Mask(method), cardType = "VISA", code = "ok", currency = "USD",
            dateTime = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00+00:00'", CultureInfo.InvariantCulture), description = "Keeping+a+card", id = method.TransactionId, invoiceId = method.Id, ip = "192.0.2.1",
            issuer = "HALYK BANK", language = "RUS", name = "TEST BUYER", reason = "success", reasonCode = 0, reference = (string?)null, secure = "no",
            secret_hash = faults.WrongSignature ? "nobodys-secret" : method.Secret, terminal = "00000000-0000-0000-0000-000000000000",
        });
        return new PlayNotice("epay", method.Merchant, "kept", To(method.FailureNoticeUrl, faults), body, () => []);
    }

    private static Uri To(string address, Faults faults) => faults.WrongSignature ? new Uri(new Uri(address).GetLeftPart(UriPartial.Path)) : new Uri(address);
}
