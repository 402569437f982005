using Fairground.Identity.Register;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.CheckRequest;

/// <summary>Every node looks every two seconds for sessions and roles that changed elsewhere. The first look is before the first request.</summary>
internal sealed class KeepFresh(EndedSessions ended, RoleBook roles, IServiceProvider services, TimeProvider time, ILogger<KeepFresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // These read their secrets as they are made; on a new server that writes.
        services.GetRequiredService<SessionTokens>();
        services.GetRequiredService<OneTimeCodes>();
        await Look(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Look(stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    logger.LogWarning(error, "Ended sessions and roles could not be read; they are as of the last look");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Look(CancellationToken ct)
    {
        await ended.Refresh(time.GetUtcNow(), ct);
        await roles.Refresh(ct);
    }
}
