using System.Collections.Concurrent;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>The timer of C-18: moves every lot whose next step is due, on one node at a time. What is due stands in the rows, so a crash loses nothing.
/// Draws may wait for a beacon far away, so they go on beside the rest: nothing that closes, settles or refunds waits for them.</summary>
internal sealed class DrawsClock(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<DrawsClock> logger)
    : LeasedWorker("draws.clock", TimeSpan.FromMilliseconds(200), leases, time, logger)
{
    private const int DrawsAtOnce = 16;
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RestBetweenAsking = TimeSpan.FromSeconds(1);

    private readonly TimeProvider clock = time;
    private readonly ILogger log = logger;
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> restUntil = new();
    private Task<bool> drawing = Task.FromResult(false);

    /// <summary>One turn of everything; true where there may be more to do at once.</summary>
    internal async Task<bool> Turn(CancellationToken ct) => await Steps(ct) | await Draws(ct);

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var moved = await Steps(ct);
        if (!drawing.IsCompleted) return moved;
        moved |= await drawing;
        // Not bound to this turn: a draw that was computed is recorded although the lease has gone on; it is the same on every node.
        drawing = Draws(CancellationToken.None);
        return moved;
    }

    private async Task<bool> Steps(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        var moved = await scope.ServiceProvider.GetRequiredService<Reminders>().Remind(now, ct);
        moved |= await scope.ServiceProvider.GetRequiredService<Lapses>().Lapse(now, ct);
        moved |= await scope.ServiceProvider.GetRequiredService<MileageExpiry>().Expire(now, ct);
        foreach (var sale in await scope.ServiceProvider.GetRequiredService<LotSteps>().Due(now, ct))
        {
            if (sale.State != LotState.Drawing) moved |= await Move(scope.ServiceProvider, sale, now, ct);
        }
        return moved;
    }

    private async Task<bool> Draws(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var due = (await scope.ServiceProvider.GetRequiredService<LotSteps>().Due(now, ct)).Where(s => s.State == LotState.Drawing && !Rests(s.LotId, now)).ToList();
        var moved = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = DrawsAtOnce, CancellationToken = ct }, async (sale, one) =>
        {
            await using var own = scopes.CreateAsyncScope();
            if (await Move(own.ServiceProvider, sale, now, one)) Interlocked.Increment(ref moved);
            else restUntil.TryAdd(sale.LotId, now + RestBetweenAsking);
        });
        return moved > 0;
    }

    private bool Rests(Guid lotId, DateTimeOffset now)
    {
        if (restUntil.TryGetValue(lotId, out var until) && until > now) return true;
        restUntil.TryRemove(lotId, out _);
        return false;
    }

    private async Task<bool> Move(IServiceProvider services, Sale sale, DateTimeOffset now, CancellationToken ct)
    {
        if (Rests(sale.LotId, now)) return false;
        try
        {
            return await services.GetRequiredService<LotSteps>().Move(sale, ct);
        }
#pragma warning disable CA1031 // A query that timed out also says it was cancelled, so only the token tells a stop.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            // One lot that cannot move must not stop the others; it is tried again, and the log says why.
            log.LogError(error, "Lot {Lot} could not leave {State}", sale.LotId, sale.State);
            restUntil[sale.LotId] = now + RestAfterFailure;
            return false;
        }
#pragma warning restore CA1031
    }
}

/// <summary>Knows which step follows which state. Each step is once-only and gives the same result when it is repeated.</summary>
internal sealed class LotSteps(DrawsReader reader, GroupCommitter committer, LotClosings closings, EntryFreezer freezer, Drawing drawing, Settlement settlement, Refunds refunds, TwoStageEnds ends)
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
                // Said as a failure, so that it stands in the log and is tried again in a while.
                if (await closings.IsHeldUp(sale.LotId, ct)) throw new InvalidOperationException(DrawsRefusals.ClockWrong.Sentence);
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
                await (sale.Kind == LotKind.TwoStage ? ends.Settle(sale, ct) : settlement.Settle(sale, ct));
                break;
            case LotState.Cancelled:
                await (sale.Kind == LotKind.TwoStage ? ends.Refund(sale, ct) : refunds.Refund(sale, ct));
                break;
            default:
                throw new InvalidOperationException($"Nothing is due for a lot that is {sale.State}.");
        }
        var after = await reader.Sale(sale.LotId, ct);
        return after is not null && (after.State != sale.State || after.DueAt != sale.DueAt || after.Step != sale.Step);
    }
}
