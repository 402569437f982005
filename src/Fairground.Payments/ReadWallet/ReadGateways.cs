using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.StartTopUp;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.ReadWallet;

/// <summary>A way of paying.</summary>
/// <param name="Gateway">What a top-up names it.</param>
/// <param name="Title">For a person.</param>
internal sealed record OfferedGateway(string Gateway, string Title);

/// <summary><c>GET me/wallet/gateways</c>: the ways of paying for a currency, the first of which is taken where nobody chooses; refusal <c>payment.currency_unknown</c>.</summary>
internal static class ReadGatewaysEndpoint
{
    public static Results<Ok<IReadOnlyList<OfferedGateway>>, ProblemHttpResult> Handle(TopUpDesk desk, PaymentsOptions options, string? currency = null)
    {
        var asset = options.DefaultCurrency;
        if (!string.IsNullOrEmpty(currency) && !Currency.TryParse(currency, out asset)) return Problems.Of(PaymentRefusals.CurrencyUnknown);
        return TypedResults.Ok<IReadOnlyList<OfferedGateway>>([.. desk.Offered(asset).Select(g => new OfferedGateway(g.Name, g.Title))]);
    }
}
