using System.Text.Json;
using System.Text.RegularExpressions;
using Fairground.Kernel;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments.StartTopUp;

/// <summary>Reads what was posted: <c>{"amount": {"amount": "500000", "currency": "KZT"}, "gateway": "stripe"}</c>, the gateway optional; or the inner object alone.</summary>
internal static partial class TopUpBody
{
    /// <summary>Refusals: <c>request.malformed</c>, <c>request.invalid</c>, <c>payment.currency_unknown</c>, <c>payment.amount_out_of_range</c>.</summary>
    public static async Task<Result<TopUpRequest>> Read(HttpRequest request, CancellationToken ct)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: ct);
            var amount = Read(document.RootElement);
            if (amount.Refusal is { } refusal) return refusal;
            return new TopUpRequest(amount.Value, document.RootElement.Text("gateway"));
        }
        catch (JsonException)
        {
            return CommonRefusals.Malformed.Saying(T["Send JSON: {\"amount\": {\"amount\": \"500000\", \"currency\": \"KZT\"}}."]);
        }
    }

    internal static Result<Money> Read(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("amount", out var inner) && inner.ValueKind == JsonValueKind.Object) body = inner;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("amount", out var figure)) return Wrong();
        var digits = figure.ValueKind switch
        {
            JsonValueKind.String => figure.GetString()!,
            JsonValueKind.Number => figure.GetRawText(),
            _ => "",
        };
        if (!WholeNumber().IsMatch(digits)) return Wrong();
        var code = body.TryGetProperty("currency", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (!Currency.TryParse(code, out var currency)) return PaymentRefusals.CurrencyUnknown;
        return long.TryParse(digits, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var minor)
            ? new Money(minor, currency)
            : PaymentRefusals.AmountOutOfRange;
    }

    private static Result<Money> Wrong() =>
        CommonRefusals.InvalidRequest.Saying(T["An amount is a whole number of minor units in a string, with its currency."], ("field", "amount"));

    [GeneratedRegex(@"\A-?[0-9]{1,40}\z")]
    private static partial Regex WholeNumber();
}
