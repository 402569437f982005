using System.Globalization;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Payments;

/// <summary>Settings of payments.</summary>
/// <param name="DefaultCurrency"><c>FAIRGROUND_CURRENCY</c>, an ISO 4217 code; KZT where it is not set.</param>
/// <param name="DemoGateway"><c>FAIRGROUND_DEMO_GATEWAY=1</c>: payments are played, no real money moves.</param>
/// <param name="RefundFeeBasisPoints"><c>FAIRGROUND_REFUND_FEE_PERCENT</c>, in hundredths of a per cent; 0 where it is not set.</param>
internal sealed record PaymentsOptions(Currency DefaultCurrency, bool DemoGateway, int RefundFeeBasisPoints = 0)
{
    private const decimal HighestFeePercent = 20;

    /// <summary>The fee as a person writes it.</summary>
    public string RefundFeePercent => (RefundFeeBasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    public static PaymentsOptions From(IConfiguration configuration)
    {
        var code = configuration["FAIRGROUND_CURRENCY"];
        if (string.IsNullOrWhiteSpace(code)) code = "KZT";
        if (!Currency.TryParse(code, out var currency)) throw new InvalidOperationException($"FAIRGROUND_CURRENCY says '{code}', which is not an ISO 4217 code.");
        return new PaymentsOptions(currency, configuration["FAIRGROUND_DEMO_GATEWAY"] == "1", RefundFee(configuration["FAIRGROUND_REFUND_FEE_PERCENT"]));
    }

    private static int RefundFee(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent > HighestFeePercent || percent * 100 != decimal.Truncate(percent * 100))
            throw new SettingException("FAIRGROUND_REFUND_FEE_PERCENT cannot be used: it is a share from 0 to 20 with at most two digits after the point, such as 1.5.");
        return (int)(percent * 100);
    }
}
