using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.SendCodes;
using Fairground.Kernel.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.CheckRequest;

/// <summary>Every node looks every two seconds for sessions, roles and keys that changed elsewhere. The first look is before the first request.</summary>
internal sealed class KeepFresh(EndedSessions ended, RoleBook roles, KeyBook keys, OidcKeys oidc, IServiceProvider services, TimeProvider time, ILogger<KeepFresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // These read their secrets as they are made; on a new server that writes.
        services.GetRequiredService<SessionTokens>();
        services.GetRequiredService<OneTimeCodes>();
        services.GetRequiredService<PersonKeys>();
        await Look(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Keep(Look, Interval, time, logger, stoppingToken);

    /// <summary>Looks again and again until <paramref name="stopping"/>. A look that fails or times out is tried again at the next turn: only the server's stop ends this.</summary>
    internal static async Task Keep(Func<CancellationToken, Task> look, TimeSpan interval, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await look(stopping);
                }
#pragma warning disable CA1031 // A database that cancels or times out a query throws what looks like a stop, so only the token tells.
                catch (Exception error) when (!stopping.IsCancellationRequested)
                {
                    logger.LogWarning(error, "Ended sessions and roles could not be read; they are as of the last look");
                }
#pragma warning restore CA1031
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task Look(CancellationToken ct)
    {
        await ended.Refresh(time.GetUtcNow(), ct);
        await roles.Refresh(ct);
        await keys.Refresh(ct);
        oidc.Refresh();
    }
}
