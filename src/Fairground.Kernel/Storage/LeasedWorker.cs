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
                if (await leases.TryHold(name, LeaseLength, stoppingToken)) more = await RunHolding(stoppingToken);
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

    // Work may take longer than the lease: it is renewed meanwhile, and the work is stopped where that fails.
    private async Task<bool> RunHolding(CancellationToken ct)
    {
        using var holding = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = new CancellationTokenSource();
        var work = RunOnce(holding.Token);
        var renewing = Renew(holding, done.Token);
        try
        {
            return await work;
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
    }

    private async Task Renew(CancellationTokenSource holding, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LeaseLength / 3, time, done);
                if (!await leases.TryHold(name, LeaseLength, done)) await holding.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The work is done.
        }
#pragma warning disable CA1031 // A database that is away for the renewal is away for the work too, and ends it.
        catch (Exception error)
        {
            logger.LogWarning("{Job} could not renew its lease: {Error}", name, error.Message);
        }
#pragma warning restore CA1031
    }
}
