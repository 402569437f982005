using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>What the counter hands over, and to whom.</summary>
/// <param name="Title">The goods.</param>
/// <param name="WinId">The win, or what else was handed over.</param>
/// <param name="LotId">Null where it was no prize of a lot of certificates.</param>
/// <param name="Number">The winning certificate.</param>
/// <param name="Winner">The winner's display name.</param>
internal sealed record HandedOver(Guid WinId, Guid? LotId, string Title, string Number, string Winner, DateTimeOffset RedeemedAt, string? PictureUrl);

/// <summary>Takes codes at the counter (C-30, C-31); page and API call this.</summary>
internal sealed class PrizeCounter(DrawsContext context, DrawsReader reader, GroupCommitter committer, ClaimToken tokens, IShopAccess shops, IGoods goods, IPeople people, IEnumerable<IClaimTaker> others, TimeProvider time)
{
    /// <summary>Hands the prize over. Refusals in this order: <c>access.forbidden</c> (works for no shop), <c>claim.token_invalid</c>,
    /// <c>access.forbidden</c> (not for the shop of this lot), <c>claim.already_redeemed</c>, <c>claim.paid_in_cash</c>, <c>claim.too_late</c>,
    /// <c>claim.token_expired</c>, <c>server.busy</c>, <c>server.unavailable</c>; for what is no prize what its module says.</summary>
    public async Task<Result<HandedOver>> Redeem(ClaimsPrincipal user, string? token, CancellationToken ct)
    {
        if (!user.IsOperator() && (await shops.ShopsOf(user.UserId(), ct)).Count == 0) return CommonRefusals.Forbidden;
        if (ClaimToken.Read(token) is not { } read) return ClaimRefusals.TokenInvalid;
        var win = await reader.Win(read.WinId, ct);
        if (win is null && await OfOthers(user, read, ct) is { } other) return other;
        if (win is null || !tokens.IsGenuine(read, win.UserId)) return ClaimRefusals.TokenInvalid;
        if (!await shops.MayAct(user, win.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden.Saying(T["This prize belongs to another shop. Only its staff can hand it over."]);
        var now = time.GetUtcNow();
        if (win.State == WinState.Claimed) return await Before(win, ct);
        if (RedeemClaimRule.Why(win, now) is { } refusal) return refusal;
        if (now >= read.ExpiresAt) return ClaimRefusals.TokenExpired.With(("expiredAt", read.ExpiresAt));

        var attempt = new RedeemClaim(win.Id, win.LotId, user.UserId(), ClaimCodes.Place(await goods.FindShop(win.ShopId, ct)), Ids.New());
        var redeemed = await committer.Submit<Redeemed>(attempt);
        var wasOurs = !redeemed.Refused && redeemed.Value.Attempt == attempt.Attempt;
        if (wasOurs) return await HandOver(win, redeemed.Value.At, ct);
        if (redeemed.Refused && redeemed.Refusal!.Kind != ClaimRefusals.AlreadyRedeemed) return redeemed.Refusal!;
        return await Before(await reader.Win(win.Id, ct) ?? win, ct);
    }

    // What other modules hand over at the counter, and what they refuse.
    private async Task<Result<HandedOver>?> OfOthers(ClaimsPrincipal user, ClaimTokenText read, CancellationToken ct)
    {
        foreach (var other in others)
        {
            if (await other.Take(user, read.WinId, holder => tokens.IsGenuine(read, holder), read.ExpiresAt, ct) is not { } taken) continue;
            if (taken.Refused) return taken.Refusal!;
            var given = taken.Value;
            return new HandedOver(given.Thing, null, given.Title, given.Number, given.Receiver, given.At, given.PictureUrl);
        }
        return null;
    }

    private async Task<HandedOver> HandOver(Win win, DateTimeOffset at, CancellationToken ct)
    {
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == win.LotId, ct);
        var winner = await people.Find(win.UserId, ct);
        var product = await goods.FindProduct(lot.ProductId, ct);
        return new HandedOver(win.Id, win.LotId, lot.Title, win.Number, winner?.DisplayName ?? "", at, product?.PictureUrl);
    }

    private async Task<Refusal> Before(Win win, CancellationToken ct)
    {
        var by = win.EndedBy is { } id ? (await people.Find(id, ct))?.DisplayName : null;
        var said = (win.EndedAt is { } ended ? TimeWords.Long(ended) : null, string.IsNullOrEmpty(by)) switch
        {
            (null, true) => T["This prize was handed over before."],
            (null, false) => T["This prize was handed over before, by {0}.", by],
            ({ } at, true) => T["This prize was handed over before, on {0}.", at],
            ({ } at, false) => T["This prize was handed over before, on {0}, by {1}.", at, by],
        };
        return ClaimRefusals.AlreadyRedeemed.Saying(said, ("winId", win.Id), ("redeemedAt", win.EndedAt), ("redeemedBy", by), ("redeemedWhere", win.EndedWhere));
    }
}
