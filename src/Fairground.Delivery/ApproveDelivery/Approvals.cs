using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Delivery;

/// <summary>The buyer says that all is well (D-23); page and API call this. It also ends a dispute, for the seller, and counts as delivered where nobody else has said so.</summary>
internal sealed class Approvals(DeliveryContext context, ParcelFollower follower, IPeople people, TimeProvider time)
{
    /// <summary>Refusals in this order: <c>delivery.not_found</c>, <c>delivery.over</c> (not where it was approved already: then nothing happens), <c>delivery.not_now</c>.</summary>
    public async Task<Refusal?> Approve(Guid userId, Guid deliveryId, CancellationToken ct)
    {
        var ids = await people.IdsOf(userId, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = await context.Lock(deliveryId, ct);
        if (handover is null || !ids.Contains(handover.PersonId)) return DeliveryRefusals.NotFound;
        if (handover.State == HandoverState.Approved) return null;
        if (handover.IsOver) return DeliveryRefusals.Over;
        // What is not sent can only have been given at the counter.
        if (handover.State == HandoverState.Open && handover.Way != HandoverWays.PickUp) return DeliveryRefusals.NotNow;
        var now = time.GetUtcNow();
        follower.Deliver(handover, now, now);
        Endings.Approve(context, handover, HandoverApproved.ByBuyer, now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }
}

/// <summary>The two ends of a handover, each with its event. Inside the caller's transaction.</summary>
internal static class Endings
{
    public static void Approve(DeliveryContext context, Handover handover, string reason, DateTimeOffset now)
    {
        handover.End(HandoverState.Approved, reason, now);
        context.Publish(new HandoverApproved(handover.Id, handover.Source, handover.SourceId, handover.ShopId, reason, now), now);
    }

    public static void Fail(DeliveryContext context, Handover handover, string reason, DateTimeOffset now)
    {
        handover.End(HandoverState.Failed, reason, now);
        context.Publish(new HandoverFailed(handover.Id, handover.Source, handover.SourceId, handover.ShopId, reason, now), now);
    }
}
