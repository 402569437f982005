using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;

namespace Fairground.Delivery;

/// <summary>Tells pages which shops the signed-in person works for.</summary>
internal sealed class DeliveryShops(IShopAccess shops, IGoods goods)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<ShopInfo>> Of(ClaimsPrincipal user, CancellationToken ct)
    {
        var mine = await shops.ShopsOf(user.UserId(), ct);
        return [.. (await goods.FindShops([.. mine.Keys], ct)).Values.OrderBy(shop => shop.Name, StringComparer.CurrentCultureIgnoreCase)];
    }
}
