using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>The timer of C-18: moves every lot whose next step is due, on one node at a time. What is due stands in the rows, so a crash loses nothing.</summary>
internal sealed class DrawsClock(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<DrawsClock> logger)
    : LeasedWorker("draws.clock", TimeSpan.FromMilliseconds(200), leases, time, logger)
{
    private readonly TimeProvider clock = time;
    private readonly Dictionary<Guid, DateTimeOffset> restUntil = [];

    protected override Task<bool> RunOnce(CancellationToken ct) => Turn(ct);

    /// <summary>One turn; true where there may be more to do at once.</summary>
    internal async Task<bool> Turn(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var steps = scope.ServiceProvider.GetRequiredService<LotSteps>();
        var now = clock.GetUtcNow();
        var moved = await scope.ServiceProvider.GetRequiredService<Reminders>().Remind(now, ct);
        moved |= await scope.ServiceProvider.GetRequiredService<Lapses>().Lapse(now, ct);
        foreach (var sale in await steps.Due(now, ct))
        {
            if (restUntil.TryGetValue(sale.LotId, out var until) && until > now) continue;
            restUntil.Remove(sale.LotId);
            try
            {
                moved |= await steps.Move(sale, ct);
            }
#pragma warning disable CA1031 // A query that timed out also says it was cancelled, so only the token tells a stop.
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                // One lot that cannot move must not stop the others; it is tried again, and the log says why.
                logger.LogError(error, "Lot {Lot} could not leave {State}", sale.LotId, sale.State);
                restUntil[sale.LotId] = now + TimeSpan.FromSeconds(5);
            }
#pragma warning restore CA1031
        }
        return moved;
    }
}

/// <summary>Knows which step follows which state. Each step is once-only and gives the same result when it is repeated.</summary>
internal sealed class LotSteps(DrawsReader reader, GroupCommitter committer, EntryFreezer freezer, Drawing drawing, Settlement settlement, Refunds refunds)
{
    /// <summary>Lots whose next step is due, the longest waiting first.</summary>
    public Task<List<Sale>> Due(DateTimeOffset now, CancellationToken ct) => reader.List(
        $"select {DrawsTables.SaleList} from draws_sale s where s.due_at <= @now order by s.due_at limit 200",
        DrawsTables.ReadSale, ct, ("@now", now.ToUnixTimeMilliseconds()));

    /// <summary>Does the next step; true where the lot moved.</summary>
    public async Task<bool> Move(Sale sale, CancellationToken ct)
    {
        switch (sale.State)
        {
            case LotState.Open or LotState.SoldOut:
                await committer.Submit<LotClosing>(new CloseLot(sale.LotId, Early: false, sale.Extended));
                Failpoint.Hit("draws.after_close");
                break;
            case LotState.Closed:
                await freezer.Freeze(sale, ct);
                break;
            case LotState.Drawing:
                await drawing.Draw(sale, ct);
                break;
            case LotState.Drawn:
                await settlement.Settle(sale, ct);
                break;
            case LotState.Cancelled:
                await refunds.Refund(sale, ct);
                break;
            default:
                throw new InvalidOperationException($"Nothing is due for a lot that is {sale.State}.");
        }
        var after = await reader.Sale(sale.LotId, ct);
        return after is not null && (after.State != sale.State || after.DueAt != sale.DueAt);
    }
}
