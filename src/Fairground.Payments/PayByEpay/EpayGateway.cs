using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
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
/// Halyk ePay (C-13): a token for each operation, the bank's page that a script opens, notices to two addresses, the state of a transaction, taking what was set aside, refunds. Its notices are
/// not signed: they carry a secret of ours, and whatever they say is read back.
/// </summary>
internal sealed partial class EpayGateway(EpaySettings settings, ServerSecrets secrets, ILogger<EpayGateway> logger) : ISavesMethods, IDisposable
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
        var token = await Token(Invoice.Of(payment), ct);
        if (token.Refusal is { } none) return none;
        var notices = NoticeAddress(Invoice.Of(payment));
        return JsonSerializer.Serialize(new
        {
            invoiceId = payment.Reference,
            backLink = payment.ReturnUrl,
            failureBackLink = $"{payment.ReturnUrl}?back=1",
            postLink = notices,
            failurePostLink = notices,
            language = Language(language),
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
        var look = await Look(payment, ct);
        if (look.Refusal is { } unread) return unread;
        // The person has agreed and the bank waits for our word. Given twice, the second is not taken, and the state says what the first came to.
        if (look.Value is { Status: "AUTH" } waits && Paid(waits, payment.Amount.Currency) == payment.Amount.Minor && waits.Body.Text("currency") == payment.Amount.Currency.Code)
        {
            var word = await Post(Invoice.Of(payment), $"operation/{Uri.EscapeDataString(waits.Body.Text("id") ?? "")}/charge", "a capture", ct);
            if (word.Refusal is { } lost) return lost;
            look = await Look(payment, ct);
            if (look.Refusal is { } awayNow) return awayNow;
        }
        return Report(look.Value, payment.Amount.Currency);
    }

    public async Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct)
    {
        // Asking twice would pay twice here, so the transaction itself is asked first whether it was done.
        var before = await Read(payment, ct);
        if (before.Refusal is { } unread) return unread;
        if (before.Value.Refunded >= order.Before + order.Amount.Minor) return new GatewayRefund(RefundOutcome.Paid, order.RefundId.ToString());
        var answer = await Post(Invoice.Of(payment), $"operation/{Uri.EscapeDataString(payment.ChargeReference!)}/refund?amount={order.Amount.ToDecimalString()}&externalID={order.RefundId}", "a refund", ct);
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

    private string NoticeAddress(Invoice invoice) => $"{invoice.NoticeUrl}?secret={SecretOf(invoice.Number)}";

    // What ePay holds under a number of ours.
    private async Task<Result<Held>> Look(GatewayPayment payment, CancellationToken ct)
    {
        var answer = await Call(HttpMethod.Get, Invoice.Of(payment), $"check-status/payment/transaction/{Uri.EscapeDataString(payment.Reference!)}", "the state of a payment", null, ct);
        if (answer.Refusal is { } away) return away;
        var transaction = answer.Value.Body.At("transaction");
        return answer.Value.Body.Text("resultCode") switch
        {
            // The person has not come to the page, or is still writing.
            "102" => Held.Nothing,
            "100" or "101" when transaction.Text("invoiceID") == payment.Reference => new Held(transaction, transaction.Text("statusName") ?? "", answer.Value.Body.Text("resultCode") == "101"),
            "103" or "107" => PaymentRefusals.GatewayUnavailable,
            _ => PaymentRefusals.GatewayRefused,
        };
    }

    private static GatewayReport Report(Held held, Currency currency)
    {
        if (!held.IsThere) return new GatewayReport(currency.Code);
        var (transaction, status, paid) = (held.Body, held.Status, Paid(held, currency));
        return new GatewayReport(
            transaction.Text("currency") ?? currency.Code,
            Authorised: status is "AUTH" or "CHARGE" or "REFUND" ? paid : 0,
            Captured: status is "CHARGE" or "REFUND" ? paid : 0,
            Refunded: status is "CHARGE" or "REFUND" ? Math.Max(Minor(transaction.Text("payoutAmount"), currency), status == "REFUND" ? paid : 0) : 0,
            End: status is "CANCEL" or "CANCEL_OLD" ? GatewayEnd.Cancelled : held.IsRejected ? GatewayEnd.Failed : GatewayEnd.None,
            Settled: status is "CHARGE" or "REFUND",
            ChargeReference: transaction.Text("id"));
    }

    // What was paid at first; the plain amount is what is left of it after refunds.
    private static long Paid(Held held, Currency currency) => Minor(held.Body.Text("orgAmount"), currency) is > 0 and var whole ? whole : Minor(held.Body.Text("amount"), currency);

    private async Task<Result<JsonElement>> Token(Invoice? invoice, CancellationToken ct)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = Scope, ["client_id"] = settings.ClientId, ["client_secret"] = settings.ClientSecret };
        if (invoice is not null)
        {
            form["invoiceID"] = invoice.Number;
            form["secret_hash"] = SecretOf(invoice.Number);
            form["amount"] = invoice.Amount;
            form["currency"] = invoice.Currency;
            form["terminal"] = settings.Terminal;
            form["postLink"] = form["failurePostLink"] = NoticeAddress(invoice);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.OAuth, "oauth2/token")) { Content = new FormUrlEncodedContent(form) };
        var answer = await http.Send(request, "a token", ct);
        if (answer.Refusal is { } away) return away;
        return answer.Value.Took && answer.Value.Body.Text("access_token") is not null ? answer.Value.Body : PaymentRefusals.GatewayRefused;
    }

    private Task<Result<GatewayAnswer>> Post(Invoice? invoice, string path, string call, CancellationToken ct) => Call(HttpMethod.Post, invoice, path, call, null, ct);

    // A token is good for one operation.
    private async Task<Result<GatewayAnswer>> Call(HttpMethod method, Invoice? invoice, string path, string call, object? body, CancellationToken ct)
    {
        var token = await Token(invoice, ct);
        if (token.Refusal is { } none) return none;
        using var request = new HttpRequestMessage(method, new Uri(settings.Api, path)) { Content = body is null ? null : JsonContent.Create(body) };
        return await Send(request, token.Value, call, ct);
    }

    private Task<Result<GatewayAnswer>> Send(HttpRequestMessage request, JsonElement token, string call, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Text("access_token"));
        return http.Send(request, call, ct);
    }

    // ePay counts in tenge with a fraction, as a number.
    private static decimal Amount(Money money) => decimal.Parse(money.ToDecimalString(), CultureInfo.InvariantCulture);

    private static long Minor(string? text, Currency currency) => Money.TryParseDecimal(text, currency, out var money) ? money.Minor : 0;

    private static string Language(string language) => language switch { "ru" => "RUS", "kk" => "KAZ", _ => "ENG" };

    // What a token is asked for.
    private sealed record Invoice(string Number, string Amount, string Currency, string NoticeUrl)
    {
        public static Invoice Of(GatewayPayment payment) => new(payment.Reference!, payment.Amount.ToDecimalString(), payment.Amount.Currency.Code, payment.NoticeUrl);
    }

    // A transaction with the name of its state; it may have been rejected whatever that is called.
    private sealed record Held(JsonElement Body, string Status, bool WasRejected)
    {
        public static readonly Held Nothing = new(default, "", false);

        public bool IsThere => Body.ValueKind == JsonValueKind.Object;

        public bool IsRejected => WasRejected || Status is "REJECT" or "FAILED";
    }
}
