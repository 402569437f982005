using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments.PayByEpay;

/// <summary><c>GET /pay/epay.js</c>: hands the payment that stands in the page to the bank's own script.</summary>
internal static class EpayScript
{
    private const string Text = """
        const waiting = document.querySelector("[data-epay-payment]");
        if (waiting && window.halyk) window.halyk.pay(JSON.parse(waiting.dataset.epayPayment));
        """;

    public static ContentHttpResult Handle() => TypedResults.Text(Text, "text/javascript");
}
