using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments.PayByEpay;

/// <summary><c>GET /pay/epay.js</c>: hands the payment, or the card to be kept, that stands in the page to the bank's own script.</summary>
internal static class EpayScript
{
    private const string Text = """
        const waiting = document.querySelector("[data-epay-payment], [data-epay-card]");
        if (waiting?.dataset.epayPayment && window.halyk) window.halyk.pay(JSON.parse(waiting.dataset.epayPayment));
        if (waiting?.dataset.epayCard && window.halyk) window.halyk.cardverification(JSON.parse(waiting.dataset.epayCard));
        """;

    public static ContentHttpResult Handle() => TypedResults.Text(Text, "text/javascript");

    /// <summary>The pages before the bank's run the bank's script, and nothing that anybody else wrote.</summary>
    public static string PolicyWith(Uri page)
    {
        var bank = page.GetLeftPart(UriPartial.Authority);
        return $"default-src 'self'; script-src 'self' {bank}; style-src 'self' {bank} 'unsafe-inline'; img-src 'self' data: {bank}; connect-src 'self' {bank}; frame-src {bank}; form-action 'self' {bank}; object-src 'none'; frame-ancestors 'none'; base-uri 'self'";
    }
}
