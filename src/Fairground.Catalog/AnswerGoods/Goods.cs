using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.AnswerGoods;

/// <summary>Answers other modules' questions about shops and goods.</summary>
internal sealed class Goods(CatalogContext catalog) : IGoods
{
    public async Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => (await FindShops([shopId], ct)).GetValueOrDefault(shopId);

    public async Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) => (await FindProducts([productId], ct)).GetValueOrDefault(productId);

    public async Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var products = await catalog.Products.AsNoTracking().Where(p => productIds.Contains(p.Id)).ToListAsync(ct);
        var categoryIds = products.Select(p => p.CategoryId).OfType<Guid>().Distinct().ToList();
        var categories = await catalog.Categories.Where(c => categoryIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.FullName, ct);
        var pictures = await Shelf.FirstPictures(catalog, productIds, ct);
        return products.ToDictionary(p => p.Id, p => new ProductInfo(
            p.Id, p.ShopId, p.Sku, p.Name, p.Price, p.Essential, p.Active, pictures.GetValueOrDefault(p.Id), p.CategoryId is { } c ? categories.GetValueOrDefault(c, "") : ""));
    }

    public async Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) =>
        await catalog.Shops.AsNoTracking().Where(s => shopIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => new ShopInfo(s.Id, s.Name, s.Money, s.Address), ct);
}
