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

/// <summary>Where the price stands that goods have at this moment.</summary>
public enum CostOrigin
{
    /// <summary>The goods have no source of their own: the shop keeps their price by hand.</summary>
    Shelf,

    /// <summary>The goods' source was asked now, or has answered lately enough.</summary>
    Source,

    /// <summary>The source did not answer, and the shop has said that the price known last then holds.</summary>
    LastKnown,
}

/// <summary>How current the price of goods is (element 8).</summary>
/// <param name="AsOf">When the source said it; null where it has none.</param>
public sealed record CurrentCost(CostOrigin Origin, DateTimeOffset? AsOf);

/// <summary>Fetches the current cost of goods from where they come from (element 8). Answered by the Catalog.</summary>
public interface ICurrentCost
{
    /// <summary>
    /// Asks the goods' source for its price, within seconds, and applies a changed one before it returns. Refuses with
    /// <c>goods.source_silent</c>, <c>goods.price_waits</c>, <c>goods.price_unusable</c>, <c>import.running</c>.
    /// </summary>
    Task<Result<CurrentCost>> Fetch(Guid productId, CancellationToken ct);
}

/// <summary>A lot that keeps the price of its goods as it is.</summary>
/// <param name="State">As the lot's own page has it: <c>open</c>, <c>drawn</c> …</param>
/// <param name="Until">When its sale ends.</param>
public sealed record PriceHolder(Guid LotId, string Title, string State, DateTimeOffset Until);

/// <summary>Says which goods are being sold by certificates, so that their price stays as it is (C-06). Answered by Draws.</summary>
public interface IPriceFreeze
{
    /// <summary>Those of the given products whose price may not change now.</summary>
    Task<IReadOnlySet<Guid>> Frozen(IReadOnlyCollection<Guid> productIds, CancellationToken ct);

    /// <summary>The lots that keep the prices of these products as they are, oldest first; products of no such lot are left out.</summary>
    Task<IReadOnlyDictionary<Guid, IReadOnlyList<PriceHolder>>> Holders(IReadOnlyCollection<Guid> productIds, CancellationToken ct);
}
