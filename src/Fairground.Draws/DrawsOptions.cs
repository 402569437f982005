using Microsoft.Extensions.Configuration;

namespace Fairground.Draws;

/// <summary>What differs from server to server.</summary>
/// <param name="ShortestClaimSeconds">The least time a winner must have to collect.</param>
internal sealed record DrawsOptions(int ShortestClaimSeconds)
{
    private const int ThreeDays = 3 * 24 * 3600;

    /// <summary>Three days, so that there are three days to reach the winner on; with play money (<c>FAIRGROUND_DEMO_GATEWAY=1</c>) a second, so that a demo can show what becomes of an uncollected prize.</summary>
    public static DrawsOptions Of(IConfiguration configuration) => new(configuration["FAIRGROUND_DEMO_GATEWAY"] == "1" ? 1 : ThreeDays);
}
