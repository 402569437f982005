using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayEpay;

/// <summary>Cards that a merchant keeps at ePay: checked for nothing on the bank's page, listed by the merchant's account, charged by the bank's id, deactivated.</summary>
internal static class EpayCards
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/epay/cards/{account}", (string account, HttpContext http, Till till) => EpayApi.IsKnown(http) ? Results.Json(till.Methods.Where(m => m.Company == "epay" && m.Customer == account && m is { IsAgreed: true, IsForgotten: false }).Select(Card)) : EpayApi.Stranger());
        app.MapPost("/epay/payments/cards/auth", Charge);
        app.MapPost("/epay/card/deactivate/{id}", (string id, HttpContext http, Till till) =>
        {
            if (!EpayApi.IsKnown(http)) return EpayApi.Stranger();
            if (till.OfToken("epay", id) is not { } method) return Results.Json(new { code = 404, message = "card not found" }, statusCode: 404);
            method.IsForgotten = true;
            return Results.Text("");
        });
    }

    // What the script sends the person to with the argument of halyk.cardverification: nothing, in dollars.
    public static IResult Begin(JsonElement asked, string invoice, string secret, Till till, DateTimeOffset now)
    {
        string Of(string name) => asked.TryGetProperty(name, out var value) ? value.ToString() : "";
        if (asked.GetProperty("amount").GetDecimal() != 0 || Of("currency") != "USD" || asked.GetProperty("cardSave").ValueKind != JsonValueKind.True || Of("accountId").Length == 0) return Results.Text("A card is kept for an account, with cardSave, an amount of 0 and USD.", statusCode: 400);
        till.Keep($"epay {invoice}", () => new PlayMethod
        {
            Company = "epay", Id = invoice, Token = Guid.CreateVersion7().ToString(), Customer = Of("accountId"), Merchant = invoice, ReturnUrl = Of("backLink"), CancelUrl = Of("failureBackLink"),
            NoticeUrl = Of("postLink"), FailureNoticeUrl = Of("failurePostLink"), Secret = secret, MadeAt = now,
        });
        return Results.Redirect($"/epay/methods/{invoice}");
    }

    // Here nothing makes the same charge asked for twice one charge.
    private static async Task<IResult> Charge(HttpContext http, Till till, Faults faults)
    {
        if (!EpayApi.IsKnown(http)) return EpayApi.Stranger();
        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        string Of(string name) => asked.TryGetProperty(name, out var value) ? value.ToString() : "";
        var (invoice, amount) = (Of("invoiceId"), asked.GetProperty("amount").GetDecimal());
        if (EpayApi.Granted(http.Request.Headers.Authorization.ToString()["Bearer ".Length..], invoice, amount) is not { } granted || amount <= 0 || Of("paymentType") != "cardId" || Of("terminalId").Length == 0) return Error(400, "invalid request");
        if (till.OfToken("epay", asked.GetProperty("cardId").GetProperty("id").GetString()!) is not { } method || method.Customer != Of("accountId")) return Error(404, "card not found");
        var play = till.Add(new Play
        {
            Company = "epay", Id = invoice, ChargeId = Guid.CreateVersion7().ToString(), Merchant = invoice, Amount = PlayMoney.Minor(amount, Of("currency")), Currency = Of("currency"),
            NoticeUrl = Of("postLink"), FailureNoticeUrl = Of("failurePostLink"), Secret = granted.SecretHash,
        });
        if (method.Declines)
        {
            till.Decline(play);
            return Error(484, "Insufficient funds");
        }
        if (method.AsksFirst) return Results.Json(new { id = play.ChargeId, invoiceID = invoice, code = 0, status = "3D", secure3D = new { paReq = "example", md = play.ChargeId, action = "https://acs.example.com" } });
        till.Authorise(play);
        if (faults.Unclear) return Error(1267, "Ошибка связи с карточной системой");
        return Results.Json(new
        {
            id = play.ChargeId, accountId = method.Customer, amount, amountBonus = 0, currency = play.Currency, description = Of("description"), email = "", invoiceID = invoice, language = "RUS", phone = "", reference = "099467918563",
            intReference = "C3B673466V9600X3", secure3D = (object?)null, cardID = method.Token, code = 0, status = "AUTH",
        });
    }

    public static string Mask(PlayMethod method) => $"4000...{method.LastDigits}";

    private static object Card(PlayMethod method) => new
    {
        ID = method.Token, TransactionId = method.TransactionId, MerchantID = "00000000-0000-0000-0000-000000000000", CardHash = "", CardMask = Mask(method), PayerName = "TEST", Reference = "", IntReference = "", Token = "",
        Terminal = "98458031", CreatedDate = method.MadeAt.ToString("O", CultureInfo.InvariantCulture), PaymentAvailable = false, AccountID = method.Customer,
    };

    private static IResult Error(int code, string message) => Results.Json(new { code, message }, statusCode: 400);
}
