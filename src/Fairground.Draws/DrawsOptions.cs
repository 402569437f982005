using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Draws;

/// <summary>What differs from server to server.</summary>
/// <param name="ShortestClaimSeconds">The least time a winner must have to collect, and a candidate to pay.</param>
/// <param name="LeastDepositPercent">What a seller must leave at least for a two-stage lot, in per cent of the price of all units; 0 lets the seller choose (D-02).</param>
/// <param name="MostMileageRate">The most mileage by rate that a seller may promise, in hundredths of a per cent of P1: the operator pays for it, so that nobody may where the operator has said nothing (D-16).</param>
internal sealed record DrawsOptions(int ShortestClaimSeconds, int LeastDepositPercent = 0, int MostMileageRate = 0)
{
    private const int ThreeDays = 3 * 24 * 3600;

    /// <summary>Three days, so that there are three days to reach the winner on; with play money (<c>FAIRGROUND_DEMO_GATEWAY=1</c>) a second, so that a demo can show what becomes of an uncollected prize.</summary>
    public static DrawsOptions Of(IConfiguration configuration) => new(
        configuration["FAIRGROUND_DEMO_GATEWAY"] == "1" ? 1 : ThreeDays,
        DepositPercent(configuration["FAIRGROUND_LEAST_DEPOSIT_PERCENT"]),
        CreateTwoStageDecision.Rate(configuration["FAIRGROUND_MOST_MILEAGE_RATE"]) ?? throw new SettingException("FAIRGROUND_MOST_MILEAGE_RATE is a per cent from 0 to 100 with two decimals at most, such as 0.5."));

    private static int DepositPercent(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return 0;
        return int.TryParse(text, out var percent) && percent is >= 0 and <= 100 ? percent : throw new SettingException("FAIRGROUND_LEAST_DEPOSIT_PERCENT is a whole number from 0 to 100.");
    }
}
