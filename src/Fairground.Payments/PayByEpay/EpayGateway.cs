using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Keys;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.PayByEpay;

/// <summary>How Halyk ePay is reached: three servers, and the terminal that the bank gave the merchant.</summary>
/// <param name="Page">Where the script of the payment page comes from.</param>
internal sealed record EpaySettings(Uri OAuth, Uri Api, Uri Page, string ClientId, string ClientSecret, string Terminal)
{
    public static EpaySettings? Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_EPAY_CLIENT_ID"] is not { Length: > 0 } id) return null;
        if (configuration["FAIRGROUND_EPAY_CLIENT_SECRET"] is not { Length: > 0 } secret) throw new SettingException("FAIRGROUND_EPAY_CLIENT_SECRET is missing.");
        if (configuration["FAIRGROUND_EPAY_TERMINAL"] is not { Length: > 0 } terminal) throw new SettingException("FAIRGROUND_EPAY_TERMINAL is missing: it is the id of the terminal that the bank gave you.");
        return new EpaySettings(
            GatewayAddress.Read(configuration, "FAIRGROUND_EPAY_OAUTH_URL", "https://epay-oauth.homebank.kz"),
            GatewayAddress.Read(configuration, "FAIRGROUND_EPAY_API_URL", "https://epay-api.homebank.kz"),
            GatewayAddress.Read(configuration, "FAIRGROUND_EPAY_PAGE_URL", "https://epay.homebank.kz"),
            id, secret, terminal);
    }
}

/// <summary>
/// Halyk ePay (C-13): a token for each operation, the bank's page that a script opens, notices to two addresses, the state of a transaction, refunds. Its notices are not signed:
/// they carry a secret of ours, and whatever they say is read back.
/// </summary>
internal sealed class EpayGateway(EpaySettings settings, ServerSecrets secrets, ILogger<EpayGateway> logger) : IPaymentGateway, IDisposable
{
    public const string GatewayName = "epay";

    private const string Scope = "webapi usermanagement email_send verification statement statistics payment";

    private readonly GatewayHttp http = new(GatewayName, logger);

    public string Name => GatewayName;

    public string Title => Key("Bank card (Halyk ePay)");

    public IReadOnlyList<string> PaysAs { get; } = ["halyk", "халык", "народный банк", "HSBKKZKX"];

    public bool CanBeAsked => true;

    public bool WantsNumbers => true;

    public Uri Page => settings.Page;

    public bool Takes(Currency currency) => currency.Code == "KZT";

    // The bank hears of a payment when its page is opened; that needs a token, which is asked for when the person comes.
    public Task<Result<StartedPayment>> Start(GatewayPayment payment, CancellationToken ct) => Task.FromResult<Result<StartedPayment>>(new StartedPayment($"/pay/epay/{payment.PaymentId}", payment.Reference));

    /// <summary>What the script of the bank's page is given, as JSON.</summary>
    public async Task<Result<string>> PageObject(GatewayPayment payment, string language, CancellationToken ct)
    {
        var token = await Token(payment, ct);
        if (token.Refusal is { } none) return none;
        var (success, failure) = (NoticeAddress(payment), NoticeAddress(payment));
        return JsonSerializer.Serialize(new
        {
            invoiceId = payment.Reference,
            backLink = payment.ReturnUrl,
            failureBackLink = $"{payment.ReturnUrl}?back=1",
            postLink = success,
            failurePostLink = failure,
            language = language switch { "ru" => "RUS", "kk" => "KAZ", _ => "ENG" },
            description = "Wallet top-up",
            accountId = "",
            terminal = settings.Terminal,
            amount = Amount(payment.Amount),
            currency = payment.Amount.Currency.Code,
            auth = token.Value,
        });
    }

    public async Task<Result<GatewayReport>> Read(GatewayPayment payment, CancellationToken ct)
    {
        var token = await Token(payment, ct);
        if (token.Refusal is { } none) return none;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.Api, $"check-status/payment/transaction/{Uri.EscapeDataString(payment.Reference!)}"));
        var answer = await Send(request, token.Value, "the state of a payment", ct);
        if (answer.Refusal is { } away) return away;
        var (body, currency) = (answer.Value.Body, payment.Amount.Currency);
        switch (body.Text("resultCode"))
        {
            case "100" or "101": break;
            // The person has not come to the page, or is still writing.
            case "102": return new GatewayReport(currency.Code);
            case "103" or "107": return PaymentRefusals.GatewayUnavailable;
            default: return PaymentRefusals.GatewayRefused;
        }
        var transaction = body.At("transaction");
        if (transaction.Text("invoiceID") != payment.Reference) return PaymentRefusals.GatewayRefused;
        var status = transaction.Text("statusName");
        // What was paid at first; the plain amount is what is left of it after refunds.
        var paid = Minor(transaction.Text("orgAmount"), currency) is > 0 and var whole ? whole : Minor(transaction.Text("amount"), currency);
        return new GatewayReport(
            transaction.Text("currency") ?? currency.Code,
            Authorised: status is "AUTH" or "CHARGE" or "REFUND" ? paid : 0,
            Captured: status is "CHARGE" or "REFUND" ? paid : 0,
            Refunded: status is "CHARGE" or "REFUND" ? Math.Max(Minor(transaction.Text("payoutAmount"), currency), status == "REFUND" ? paid : 0) : 0,
            End: status switch { "CANCEL" or "CANCEL_OLD" => GatewayEnd.Cancelled, "REJECT" or "FAILED" => GatewayEnd.Failed, _ => body.Text("resultCode") == "101" ? GatewayEnd.Failed : GatewayEnd.None },
            Settled: status is "CHARGE" or "REFUND",
            ChargeReference: transaction.Text("id"));
    }

    public async Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct)
    {
        // Asking twice would pay twice here, so the transaction itself is asked first whether it was done.
        var before = await Read(payment, ct);
        if (before.Refusal is { } unread) return unread;
        if (before.Value.Refunded >= order.Before + order.Amount.Minor) return new GatewayRefund(RefundOutcome.Paid, order.RefundId.ToString());
        var token = await Token(payment, ct);
        if (token.Refusal is { } none) return none;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Api, $"operation/{Uri.EscapeDataString(payment.ChargeReference!)}/refund?amount={order.Amount.ToDecimalString()}&externalID={order.RefundId}"));
        var answer = await Send(request, token.Value, "a refund", ct);
        if (answer.Refusal is { } away) return away;
        return answer.Value.Took && answer.Value.Body.Text("code") is null or "0"
            ? new GatewayRefund(RefundOutcome.Paid, order.RefundId.ToString())
            : new GatewayRefund(RefundOutcome.Rejected, null, answer.Value.Body.Text("message"));
    }

    public Task<Result<GatewayNotice>> ReadNotice(NoticeRequest request, CancellationToken ct) => Task.FromResult(Read(request));

    public void Dispose() => http.Dispose();

    private Result<GatewayNotice> Read(NoticeRequest request)
    {
        try
        {
            var notice = JsonSerializer.Deserialize<JsonElement>(request.Body.Span);
            if (notice.Text("invoiceId") is not { Length: > 0 and < 40 } invoice) return PaymentRefusals.NoticeUnreadable;
            if (!IsOurs(request.Query("secret"), invoice) && !IsOurs(notice.Text("secret_hash") ?? "", invoice)) return PaymentRefusals.NoticeForged;
            // A notice has no id of its own; the same words about the same transaction are the same notice.
            return new GatewayNotice($"{notice.Text("id")} {invoice} {notice.Text("code")} {notice.Text("reasonCode")}", notice.Text("code") ?? "", null, [invoice]);
        }
        catch (JsonException)
        {
            return PaymentRefusals.NoticeUnreadable;
        }
    }

    private bool IsOurs(string secret, string invoice) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(SecretOf(invoice)));

    private string SecretOf(string invoice) => Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of("payments.epay"), Encoding.UTF8.GetBytes(invoice)))[..32];

    private string NoticeAddress(GatewayPayment payment) => $"{payment.NoticeUrl}?secret={SecretOf(payment.Reference!)}";

    private async Task<Result<JsonElement>> Token(GatewayPayment payment, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.OAuth, "oauth2/token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["scope"] = Scope,
                ["client_id"] = settings.ClientId,
                ["client_secret"] = settings.ClientSecret,
                ["invoiceID"] = payment.Reference!,
                ["secret_hash"] = SecretOf(payment.Reference!),
                ["amount"] = payment.Amount.ToDecimalString(),
                ["currency"] = payment.Amount.Currency.Code,
                ["terminal"] = settings.Terminal,
                ["postLink"] = NoticeAddress(payment),
                ["failurePostLink"] = NoticeAddress(payment),
            }),
        };
        var answer = await http.Send(request, "a token", ct);
        if (answer.Refusal is { } away) return away;
        return answer.Value.Took && answer.Value.Body.Text("access_token") is not null ? answer.Value.Body : PaymentRefusals.GatewayRefused;
    }

    private Task<Result<GatewayAnswer>> Send(HttpRequestMessage request, JsonElement token, string call, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Text("access_token"));
        return http.Send(request, call, ct);
    }

    // ePay counts in tenge with a fraction, as a number.
    private static decimal Amount(Money money) => decimal.Parse(money.ToDecimalString(), CultureInfo.InvariantCulture);

    private static long Minor(string? text, Currency currency) => Money.TryParseDecimal(text, currency, out var money) ? money.Minor : 0;
}
