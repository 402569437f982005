using System.Threading.RateLimiting;
using Fairground.Kernel;
using Fairground.Kernel.Http;

namespace Fairground.Server.Hosting;

/// <summary>A ceiling on changes a person or an address can ask for. Off with the development inbox, which only demos and tests have.</summary>
internal static class RateLimits
{
    private const int BurstOfPerson = 60;
    private const int PerSecond = 20;

    public static IServiceCollection AddFairgroundRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var off = configuration["FAIRGROUND_DEV_INBOX"] == "1";
        return services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = async (context, _) => await Problems.Of(CommonRefusals.TooMany).ExecuteAsync(context.HttpContext);
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => off || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetTokenBucketLimiter(Partition(http), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = BurstOfPerson,
                    TokensPerPeriod = PerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    AutoReplenishment = true,
                }));
        });
    }

    private static string Partition(HttpContext http) =>
        http.User.TryUserId()?.ToString() ?? ClientAddress.Of(http);
}
