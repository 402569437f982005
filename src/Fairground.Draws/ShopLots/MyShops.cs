using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;

namespace Fairground.Draws;

/// <summary>Tells pages which shops the signed-in person works for.</summary>
internal sealed class MyShops(IShopAccess shops, IGoods goods)
{
    /// <summary>The shops by name.</summary>
    public async Task<IReadOnlyList<ShopInfo>> Of(ClaimsPrincipal user, CancellationToken ct)
    {
        var mine = await shops.ShopsOf(user.UserId(), ct);
        return [.. (await goods.FindShops([.. mine.Keys], ct)).Values.OrderBy(shop => shop.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>True where this person may act for the shop.</summary>
    public ValueTask<bool> MayAct(ClaimsPrincipal user, Guid shopId, CancellationToken ct) => shops.MayAct(user, shopId, Access.ShopStaff, ct);
}
