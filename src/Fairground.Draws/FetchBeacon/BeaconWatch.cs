using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>Looks at every relay from time to time, so that the operator sees how they are and our clock is held against theirs. Nothing waits for it.</summary>
internal sealed class BeaconWatch(BeaconOptions options, DrandRelays relays, TimeProvider time, ILogger<BeaconWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Relays.Count == 0) return;
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await relays.Look(options.Chain.Terms(0), stoppingToken);
                await Task.Delay(Every, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Looking is a courtesy; whatever goes wrong is tried again.
            catch (Exception error)
            {
                logger.LogWarning(error, "The beacon relays could not be looked at");
                await Task.Delay(Every, time, CancellationToken.None);
            }
#pragma warning restore CA1031
        }
    }
}
