using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>Why something is not handed over at the counter.</summary>
internal static class CounterRefusals
{
    public static readonly RefusalKind CodeInvalid = new("pickup.code_invalid", 422, "This code is not the buyer's. Do not hand anything over.");
    public static readonly RefusalKind CodeExpired = new("pickup.code_expired", 409, "This code is more than five minutes old. Ask the buyer to show a fresh one.");
    public static readonly RefusalKind AlreadyTaken = new("pickup.already_taken", 409, "This was handed over before.");
    public static readonly RefusalKind NotForCounter = new("pickup.not_for_counter", 409, "This is not waiting at a counter.");
}

/// <summary>Makes the buyer's code for the counter.</summary>
internal sealed class CounterCodes(DeliveryContext context, IClaimCodes codes, IPeople people, TimeProvider time)
{
    /// <summary>Refusals: <c>delivery.not_found</c>, <c>pickup.already_taken</c>, <c>pickup.not_for_counter</c>.</summary>
    public async Task<Result<ClaimPass>> Make(Guid userId, Guid deliveryId, CancellationToken ct)
    {
        var handover = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (handover is null || !(await people.IdsOf(userId, ct)).Contains(handover.PersonId)) return DeliveryRefusals.NotFound;
        return CounterTaker.Why(handover) is { } no ? no : codes.Make(handover.Id, handover.PersonId, time.GetUtcNow());
    }

    public byte[] Picture(string token) => codes.Picture(token);

    public string Grouped(string token) => codes.Grouped(token);
}

/// <summary>Hands over at the counter what the buyer chose to pick up, against the same codes as prizes: it counts as delivered.</summary>
internal sealed class CounterTaker(DeliveryContext context, ParcelFollower follower, IShopAccess shops, IPeople people, IGoods goods, TimeProvider time) : IClaimTaker
{
    /// <summary>Refusals in this order: <c>pickup.code_invalid</c>, <c>access.forbidden</c>, <c>pickup.already_taken</c>, <c>pickup.not_for_counter</c>, <c>pickup.code_expired</c>.</summary>
    public async Task<Result<TakenClaim>?> Take(ClaimsPrincipal user, Guid thing, Func<Guid, bool> isOf, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var found = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == thing, ct);
        if (found is null) return null;
        if (!isOf(found.PersonId)) return CounterRefusals.CodeInvalid;
        if (!await shops.MayAct(user, found.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden.Saying(T["This belongs to another shop. Only its staff can hand it over."]);
        var now = time.GetUtcNow();
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var handover = (await context.Lock(thing, ct))!;
            if (Why(handover) is { } no) return no;
            if (now >= expiresAt) return CounterRefusals.CodeExpired.With(("expiredAt", expiresAt));
            follower.Deliver(handover, now, now);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        var product = found.ProductId is { } id ? await goods.FindProduct(id, ct) : null;
        return new TakenClaim(found.Id, found.Title, found.Number, (await people.Find(found.PersonId, ct))?.DisplayName ?? "", now, product?.PictureUrl);
    }

    /// <summary>Why it is not handed over now, or null. Pure.</summary>
    public static Refusal? Why(Handover handover)
    {
        if (handover.Way == HandoverWays.PickUp && handover.DeliveredAt is { } at) return CounterRefusals.AlreadyTaken.Saying(T["This was handed over before, on {0}.", TimeWords.Long(at)], ("redeemedAt", at));
        return handover.Way == HandoverWays.PickUp && handover.State == HandoverState.Open ? null : (Refusal)CounterRefusals.NotForCounter;
    }
}
