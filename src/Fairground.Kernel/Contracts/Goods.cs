namespace Fairground.Kernel.Contracts;

/// <summary>A shop as other modules see it.</summary>
public sealed record ShopInfo(Guid ShopId, string Name, Currency Currency, string Address);

/// <summary>Goods as other modules see them at this moment (element 8: the current cost).</summary>
/// <param name="Essential">Essential goods are never offered for draws (C-08).</param>
/// <param name="PictureUrl">Address of the first picture, or null.</param>
public sealed record ProductInfo(Guid ProductId, Guid ShopId, string Sku, string Name, Money Price, bool Essential, bool Active, string? PictureUrl, string CategoryPath);

/// <summary>Questions about shops and goods, answered by the Catalog.</summary>
public interface IGoods
{
    Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct);

    Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct);

    Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct);

    Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct);
}

/// <summary>Says which goods are being sold by certificates, so that their price stays as it is (C-06). Answered by Draws.</summary>
public interface IPriceFreeze
{
    /// <summary>Those of the given products whose price may not change now.</summary>
    Task<IReadOnlySet<Guid>> Frozen(IReadOnlyCollection<Guid> productIds, CancellationToken ct);
}
