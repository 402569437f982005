using System.Threading.RateLimiting;
using Fairground.Kernel;
using Fairground.Kernel.Http;

namespace Fairground.Server.Hosting;

/// <summary>A ceiling on changes a person or an address can ask for; an endpoint with a <see cref="RateRule"/> has its own. Off with the development inbox, which only demos and tests have.</summary>
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
                : http.GetEndpoint()?.Metadata.GetMetadata<RateRule>() is { } rule ? Bucket($"{rule.Name} {ClientAddress.Of(http)}", rule.Burst, rule.PerSecond)
                : Bucket(Partition(http), BurstOfPerson, PerSecond));
        });
    }

    private static RateLimitPartition<string> Bucket(string whose, int burst, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(whose, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    });

    private static string Partition(HttpContext http) =>
        http.User.TryUserId()?.ToString() ?? ClientAddress.Of(http);
}
