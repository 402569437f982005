using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Storage;

/// <summary>A lease that is held for as long as some work takes: renewed meanwhile, given up at the end.</summary>
public sealed class LeaseHold : IAsyncDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenSource lost = new();
    private readonly Leases leases;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string name;
    private readonly Task renewing;

    private LeaseHold(Leases leases, TimeProvider time, ILogger logger, string name)
    {
        (this.leases, this.time, this.logger, this.name) = (leases, time, logger, name);
        renewing = Renew();
    }

    /// <summary>Cancelled where another node has taken the lease: the work must end.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Takes the lease, or returns null where another node holds it. Within a process the caller sees to it that the work runs once.</summary>
    public static async Task<LeaseHold?> Take(Leases leases, TimeProvider time, ILogger logger, string name, CancellationToken ct) =>
        await leases.TryHold(name, Length, ct) ? new LeaseHold(leases, time, logger, name) : null;

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await renewing;
        try
        {
            await leases.Release(name, CancellationToken.None);
        }
        catch (DbException error)
        {
            logger.LogWarning(error, "The lease of {Name} ends by itself", name);
        }
        over.Dispose();
        lost.Dispose();
    }

    private async Task Renew()
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Renewal, time, over.Token);
                if (!await leases.TryHold(name, Length, over.Token)) await lost.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (DbException error)
            {
                logger.LogWarning(error, "The lease of {Name} could not be renewed", name);
            }
        }
    }
}
