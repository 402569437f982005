using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel;

namespace Fairground.Payments.PayByEpay;

/// <summary>
/// Cards kept at ePay: checked and kept on the bank's page for nothing, under an account of their own, and charged later by the bank's id of the card. ePay has no keys for requests: asked twice it may take
/// twice. So it is asked once for each number of ours, after it said that it holds nothing under that number, and whatever is not plain from its answer is read from the state of the transaction.
/// </summary>
internal sealed partial class EpayGateway
{
    // "The card system could not be reached": whether it took the money nobody knows yet.
    private const string Unclear = "1267";

    // A card is checked for nothing, and as the bank has it in this currency whatever it is charged in later.
    private const string CheckedIn = "USD";

    // The bank hears of it when its page is opened.
    public Task<Result<StartedPayment>> StartSaving(SavingOrder order, CancellationToken ct) => Task.FromResult<Result<StartedPayment>>(new StartedPayment($"/pay/epay/cards/{order.MethodId}", order.Reference));

    /// <summary>What the script of the bank's page is given to keep a card, as JSON.</summary>
    public async Task<Result<string>> SavingObject(SavingOrder order, string language, CancellationToken ct)
    {
        var invoice = new Invoice(order.Reference!, "0", CheckedIn, order.NoticeUrl);
        var token = await Token(invoice, ct);
        if (token.Refusal is { } none) return none;
        return JsonSerializer.Serialize(new
        {
            invoiceId = invoice.Number,
            backLink = order.ReturnUrl,
            failureBackLink = $"{order.ReturnUrl}&back=1",
            postLink = NoticeAddress(invoice),
            failurePostLink = NoticeAddress(invoice),
            language = Language(language),
            description = "Keeping a card",
            accountId = AccountOf(order),
            terminal = settings.Terminal,
            amount = 0,
            currency = CheckedIn,
            cardSave = true,
            paymentType = "cardVerification",
            auth = token.Value,
        });
    }

    public async Task<Result<SavedReport>> ReadSaving(SavingOrder order, CancellationToken ct)
    {
        var account = AccountOf(order);
        var cards = await CardsOf(account, ct);
        if (cards.Refusal is { } unread) return unread;
        // Who came to the page twice means the card of the last time.
        var card = cards.Value.OrderBy(c => KeptAt(c.Text("CreatedDate"))).LastOrDefault();
        return card.Text("ID") is { } id ? new SavedReport($"{account} {id}", Label(card.Text("CardMask"))) : new SavedReport(null, null);
    }

    public async Task<Result<ChargeAnswer>> Charge(GatewayPayment payment, string token, Func<Task<Result<bool>>> isFirst, CancellationToken ct)
    {
        if (token.Split(' ') is not [var account, var card]) return new ChargeAnswer(payment.Reference, "method_gone");
        var before = await Look(payment, ct);
        if (before.Refusal is { } unread) return unread;
        if (before.Value.IsThere) return AnswerOf(payment, before.Value);
        var invoice = Invoice.Of(payment);
        var grant = await Token(invoice, ct);
        if (grant.Refusal is { } none) return none;
        var first = await isFirst();
        if (first.Refusal is { } notNoted) return notNoted;
        // Somebody has asked already: how it stands is read, and nothing is asked for again.
        if (!first.Value) return PaymentRefusals.GatewayUnavailable;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Api, "payments/cards/auth"))
        {
            Content = JsonContent.Create(new
            {
                amount = Amount(payment.Amount),
                currency = payment.Amount.Currency.Code,
                terminalId = settings.Terminal,
                invoiceId = payment.Reference,
                description = "Wallet top-up",
                accountId = account,
                postLink = NoticeAddress(invoice),
                failurePostLink = NoticeAddress(invoice),
                paymentType = "cardId",
                cardId = new { id = card },
            }),
        };
        var answer = await Send(request, grant.Value, "a charge without the person", ct);
        return answer.Refusal is { } lost ? lost : await AnswerOf(payment, answer.Value, ct);
    }

    // Everything here goes by our own number.
    public Task<Result<ChargeAnswer>> FindCharge(GatewayPayment payment, string? token, string? given, CancellationToken ct) => Task.FromResult<Result<ChargeAnswer>>(new ChargeAnswer(given is null ? payment.Reference : null, null));

    public async Task<Result<bool>> Forget(string token, CancellationToken ct)
    {
        if (token.Split(' ') is not [var account, var known]) return false;
        // Who came to the page twice has left two cards there. Where the bank does not say which it holds, the one that is known goes all the same.
        var held = await CardsOf(account, ct);
        var (refusal, all) = (held.Refusal, true);
        foreach (var card in held.Refused ? [known] : held.Value.Select(c => c.Text("ID")!).Append(known).Distinct(StringComparer.Ordinal))
        {
            var answer = await Post(null, $"card/deactivate/{Uri.EscapeDataString(card)}", "the forgetting of a way of paying", ct);
            refusal ??= answer.Refusal;
            all &= !answer.Refused && answer.Value.Took;
        }
        return refusal is { } away ? away : all;
    }

    // The cards that the bank holds under an account of ours; it leaves out those that were deactivated.
    private async Task<Result<List<JsonElement>>> CardsOf(string account, CancellationToken ct)
    {
        var answer = await Call(HttpMethod.Get, null, $"cards/{Uri.EscapeDataString(account)}", "a kept way of paying", null, ct);
        if (answer.Refusal is { } away) return away;
        var (cards, status) = (answer.Value.Body, answer.Value.Status);
        // Nobody has kept a card under this account yet.
        if (status == HttpStatusCode.NotFound || (answer.Value.Took && cards.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)) return new List<JsonElement>();
        if (!answer.Value.Took || cards.ValueKind != JsonValueKind.Array) return PaymentRefusals.GatewayRefused;
        return cards.EnumerateArray().Where(c => c.Text("AccountID") == account && c.Text("ID") is { Length: > 0 and < 100 }).ToList();
    }

    // What the bank holds outweighs what it answered: a no may be none, and nobody has to guess which of its errors are.
    private async Task<Result<ChargeAnswer>> AnswerOf(GatewayPayment payment, GatewayAnswer answer, CancellationToken ct)
    {
        var (body, code) = (answer.Body, answer.Body.Text("code"));
        // Its terminal asks the person of every charge, and nobody is there.
        if (body.At("secure3D").ValueKind == JsonValueKind.Object) return new ChargeAnswer(payment.Reference, "3d_secure");
        if (answer.Took && code is null or "0" && body.Text("status") is "AUTH" or "CHARGE") return new ChargeAnswer(payment.Reference, null);
        var after = await Look(payment, ct);
        if (after.Refusal is { } unread) return unread;
        if (after.Value.IsThere) return AnswerOf(payment, after.Value);
        // Nothing was said of the person's card.
        if (code is null or "0" or Unclear || answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return PaymentRefusals.GatewayUnavailable;
        return new ChargeAnswer(payment.Reference, body.Text("message") ?? code);
    }

    private static ChargeAnswer AnswerOf(GatewayPayment payment, Held held)
    {
        if (held.Status == "3D") return new ChargeAnswer(payment.Reference, "3d_secure");
        return new ChargeAnswer(payment.Reference, held.IsRejected || held.Status is "CANCEL" or "CANCEL_OLD" ? held.Body.Text("reason") ?? held.Body.Text("reasonCode") ?? "declined" : null);
    }

    // Each card has an account to itself, so that the list under it is about that card; it says nothing of the person.
    private static string AccountOf(SavingOrder order) => order.MethodId.ToString("N");

    private static DateTimeOffset KeptAt(string? text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MinValue;

    // The bank shows the first digits too; the last are enough to know it again by.
    private static string? Label(string? mask) => mask is { Length: > 4 } && mask[^4..].All(char.IsAsciiDigit) ? $"•••• {mask[^4..]}" : null;
}
