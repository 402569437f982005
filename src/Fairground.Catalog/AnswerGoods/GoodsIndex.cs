using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.AnswerGoods;

/// <summary>Tells other modules which categories and shops there are, and where goods stand.</summary>
internal sealed class GoodsIndex(CatalogContext catalog) : IGoodsIndex
{
    public async Task<IReadOnlyList<CategoryInfo>> Categories(CancellationToken ct)
    {
        // What stands below a hidden one is hidden with it.
        var hidden = await catalog.Categories.Where(c => c.Hidden).Select(c => c.Path + "/").ToListAsync(ct);
        var shown = await catalog.Categories.AsNoTracking().Where(c => !c.Hidden).OrderBy(c => c.FullName).Select(c => new { c.Id, c.FullName, c.Path }).ToListAsync(ct);
        return [.. shown.Where(c => !hidden.Exists(above => c.Path.StartsWith(above, StringComparison.Ordinal))).Select(c => new CategoryInfo(c.Id, c.FullName))];
    }

    public async Task<IReadOnlyList<ShopInfo>> Shops(CancellationToken ct) =>
        [.. (await catalog.Shops.AsNoTracking().OrderBy(s => s.Name).ToListAsync(ct)).Select(s => new ShopInfo(s.Id, s.Name, s.Money, s.Address))];

    public async Task<IReadOnlySet<Guid>> CategoriesOf(Guid productId, CancellationToken ct)
    {
        var own = await catalog.ProductCategories.Where(p => p.ProductId == productId).Select(p => p.CategoryId).ToListAsync(ct);
        own.AddRange(await catalog.Products.Where(p => p.Id == productId && p.CategoryId != null).Select(p => p.CategoryId!.Value).ToListAsync(ct));
        var parents = await catalog.Categories.AsNoTracking().Select(c => new { c.Id, c.ParentId }).ToDictionaryAsync(c => c.Id, c => c.ParentId, ct);
        var found = new HashSet<Guid>();
        foreach (var start in own)
            for (Guid? at = start; at is { } id && found.Add(id); at = parents.GetValueOrDefault(id)) { }
        return found;
    }
}
