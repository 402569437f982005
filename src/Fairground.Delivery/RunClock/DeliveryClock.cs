using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Delivery;

/// <summary>Moves every handover whose time has come, on one node at a time. What is due stands in the rows, so a crash loses nothing.</summary>
internal sealed class DeliveryClock(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<DeliveryClock> logger)
    : LeasedWorker("delivery.clock", TimeSpan.FromMilliseconds(500), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DueHandovers>().Turn(ct);
    }
}

/// <summary>What is due, done once each.</summary>
internal sealed class DueHandovers(DeliveryContext context, TimeProvider time)
{
    private const int AtOnce = 50;

    /// <summary>True where there may be more.</summary>
    public async Task<bool> Turn(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Handovers.AsNoTracking().Where(h => h.NextAt != null && h.NextAt <= now).OrderBy(h => h.NextAt).Take(AtOnce).Select(h => h.Id).ToListAsync(ct);
        foreach (var id in due)
        {
            await using var transaction = await context.BeginWriteAsync(ct);
            if (await context.Lock(id, ct) is { } handover && handover.NextAt <= now) Move(handover, now);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            context.ChangeTracker.Clear();
        }
        return due.Count == AtOnce;
    }

    private void Move(Handover handover, DateTimeOffset now)
    {
        if (!handover.Reminded)
        {
            handover.Reminded = true;
            handover.Plan();
            context.Publish(new HandoverReminded(handover.Id, handover.ShopId, (handover.State, handover.Way) switch { (HandoverState.Delivered, _) => "approve", (_, HandoverWays.None) => "choose", _ => "send" }), now);
            return;
        }
        switch (handover.State)
        {
            case HandoverState.Delivered:
                Endings.Approve(context, handover, HandoverApproved.ByTime, now);
                break;
            case HandoverState.Open when handover.Way == HandoverWays.Shipment:
                Endings.Fail(context, handover, HandoverFailed.NotHandedOver, now);
                break;
            case HandoverState.Open when handover.Way == HandoverWays.None:
                // Nobody said where to send it: it waits at the counter.
                handover.Choose(HandoverWays.PickUp, null, now);
                context.Publish(new HandoverChosen(handover.Id, handover.ShopId, HandoverWays.PickUp, ByTime: true), now);
                break;
            default:
                handover.Plan();
                break;
        }
    }
}
