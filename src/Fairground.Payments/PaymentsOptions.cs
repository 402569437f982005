using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Payments;

/// <summary>Settings of payments.</summary>
/// <param name="DefaultCurrency"><c>FAIRGROUND_CURRENCY</c>, an ISO 4217 code; KZT where it is not set.</param>
/// <param name="DemoGateway"><c>FAIRGROUND_DEMO_GATEWAY=1</c>: payments are played, no real money moves.</param>
internal sealed record PaymentsOptions(Currency DefaultCurrency, bool DemoGateway)
{
    public static PaymentsOptions From(IConfiguration configuration)
    {
        var code = configuration["FAIRGROUND_CURRENCY"];
        if (string.IsNullOrWhiteSpace(code)) code = "KZT";
        if (!Currency.TryParse(code, out var currency)) throw new InvalidOperationException($"FAIRGROUND_CURRENCY says '{code}', which is not an ISO 4217 code.");
        return new PaymentsOptions(currency, configuration["FAIRGROUND_DEMO_GATEWAY"] == "1");
    }
}
