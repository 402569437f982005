using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Storage;

/// <summary>A recurring job that one node at a time does. Work that is due stands in the rows it concerns, so nothing is lost when a node dies.</summary>
public abstract class LeasedWorker(string name, TimeSpan interval, Leases leases, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(15);

    /// <summary>Does what is due now; true where more is waiting and the next round should follow at once.</summary>
    protected abstract Task<bool> RunOnce(CancellationToken ct);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await leases.Release(name, cancellationToken);
        }
#pragma warning disable CA1031 // The lease ends by itself in a few seconds.
        catch (Exception error)
        {
            logger.LogDebug(error, "{Job} could not give up its lease", name);
        }
#pragma warning restore CA1031
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                if (await leases.TryHold(name, LeaseLength, stoppingToken)) more = await RunOnce(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A job that fails once is tried again at its next turn; the host must live.
            catch (Exception error)
            {
                logger.LogError(error, "{Job} failed and will be tried again", name);
            }
#pragma warning restore CA1031
            if (more) continue;
            try
            {
                await Task.Delay(interval, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
