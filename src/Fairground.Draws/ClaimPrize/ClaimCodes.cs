using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>A code to show at the counter.</summary>
/// <param name="CollectAt">The shop's name and address (C-30).</param>
internal sealed record ClaimCode(string Token, DateTimeOffset ExpiresAt, string CollectAt);

/// <summary>Makes codes for winners (C-29); page and API call this.</summary>
internal sealed class ClaimCodes(DrawsReader reader, IGoods goods, IPeople people, ClaimToken tokens, TimeProvider time)
{
    /// <summary>A fresh code. Refusals: <c>win.not_found</c> (also for anyone but the winner), <c>claim.already_redeemed</c>,
    /// <c>claim.paid_in_cash</c>, <c>claim.too_late</c>.</summary>
    public async Task<Result<ClaimCode>> Make(Guid userId, Guid winId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var win = await reader.Win(winId, ct);
        if (win is null || !(await people.IdsOf(userId, ct)).Contains(win.UserId)) return ClaimRefusals.WinNotFound;
        if (RedeemClaimRule.Why(win, now) is { } refusal) return refusal;
        var expiresAt = LotTerms.WholeSeconds(now + ClaimToken.Life);
        return new ClaimCode(tokens.Write(win.Id, win.UserId, expiresAt), expiresAt, Place(await goods.FindShop(win.ShopId, ct)));
    }

    /// <summary>Where goods are handed over, as one line.</summary>
    public static string Place(ShopInfo? shop) => string.Join(", ", new[] { shop?.Name, shop?.Address }.Where(part => !string.IsNullOrWhiteSpace(part)));
}
