using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What claims need.</summary>
internal static class ClaimWiring
{
    public static void AddClaims(this IServiceCollection services)
    {
        services.AddSingleton<HotRule, RedeemClaimRule>();
        services.AddSingleton<ClaimToken>();
        services.AddSingleton<IClaimCodes, ClaimPasses>();
        services.AddScoped<ClaimCodes>();
        services.AddScoped<PrizeCounter>();
    }
}
