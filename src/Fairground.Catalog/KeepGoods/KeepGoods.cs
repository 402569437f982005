using Fairground.Catalog.CleanHtml;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepHistory;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepGoods;

/// <summary>Goods made by hand. The SKU, where there is one, is also what a later feed knows them by.</summary>
/// <param name="Html">The description; cleaned before it is kept.</param>
/// <param name="Price">In the shop's currency.</param>
/// <param name="Categories">Paths, levels parted by <c>&gt;</c>; the first is the main one.</param>
public sealed record NewProduct(string? Name, Money? Price, string? Sku, string? Html, string? Vendor, Money? CompareAt, IReadOnlyList<string>? Categories, bool? Essential, bool? Active);

/// <summary>What staff may change; what is left out stays.</summary>
/// <param name="Html">The description; cleaned before it is kept.</param>
/// <param name="CompareAt">The former price; one that is not above the price is none.</param>
/// <param name="Stock">Pieces of goods that have no variants; negative where more was sold than there is.</param>
/// <param name="CategoryId">The one category they are to be in.</param>
public sealed record ProductChanges(string? Name, Money? Price, bool? Essential, bool? Active, string? Html = null, string? Vendor = null, Money? CompareAt = null, long? Stock = null, Guid? CategoryId = null);

/// <summary>Makes and changes goods by hand.</summary>
internal sealed class KeepGoods(CatalogContext catalog, IShopFiles files, IPriceFreeze freeze, SearchKeeper search, TimeProvider time)
{
    private const int LongestName = 400;
    private const int MostPictures = 30;

    /// <summary>Refuses with <c>shop.not_found</c>, <c>product.invalid</c>, <c>product.price_invalid</c>, <c>product.sku_taken</c>.</summary>
    public async Task<Result<Product>> Add(Guid shopId, NewProduct wanted, CancellationToken ct)
    {
        if (await catalog.Shops.AsNoTracking().FirstOrDefaultAsync(s => s.Id == shopId, ct) is not { } shop) return CatalogRefusals.ShopNotFound;
        if (Name(wanted.Name) is not { } name) return CatalogRefusals.ProductInvalid.Saying(T["The goods need a name of 1 to {0} characters.", LongestName], ("field", "name"));
        if (wanted.Price is not { IsPositive: true } price || price.Currency.Code != shop.Currency) return CatalogRefusals.PriceInvalid;
        if (wanted.CompareAt is { } former && former.Currency.Code != shop.Currency) return CatalogRefusals.PriceInvalid;
        var id = Ids.New();
        var sku = (wanted.Sku ?? "").Trim();
        if (sku.Length > 200) return CatalogRefusals.ProductInvalid.Saying(T["An SKU has at most 200 characters."], ("field", "sku"));
        var key = sku.Length > 0 ? sku : $"hand:{id}";
        if (await catalog.Products.AnyAsync(p => p.ShopId == shopId && p.SourceKey == key, ct)) return CatalogRefusals.SkuTaken;
        var categories = await Categories(wanted.Categories ?? [], ct);
        var text = HtmlCleaner.Clean(wanted.Html ?? "");
        var (now, vendor) = (time.GetUtcNow(), (wanted.Vendor ?? "").Trim());
        var product = new Product
        {
            Id = id, ShopId = shopId, SourceKey = key, Slug = Slug.Of(name), Sku = sku, Name = name, NameLower = name.ToLowerInvariant(), Vendor = vendor, Html = text.Html, Plain = text.Plain,
            CategoryId = categories.Count > 0 ? categories[0] : null, PriceMinor = price.Minor,
            CompareAtMinor = wanted.CompareAt is { } before && before.Minor > price.Minor ? before.Minor : null, Currency = shop.Currency,
            Active = wanted.Active ?? true, Listed = wanted.Active ?? true, ChangedBy = id, Essential = wanted.Essential ?? false, CreatedAt = now, UpdatedAt = now,
        };
        catalog.Products.Add(product);
        catalog.ProductCategories.AddRange(categories.Select((c, i) => new ProductCategory { ProductId = id, CategoryId = c, Position = i }));
        try
        {
            await catalog.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (TakenMeanwhile(shopId, key))
        {
            return CatalogRefusals.SkuTaken;
        }
        await search.CatchUp([id], ct);
        return product;
    }

    /// <summary>Refuses with <c>product.not_found</c>, <c>product.invalid</c>, <c>product.price_invalid</c>, <c>product.price_frozen</c>, <c>product.no_price</c>.</summary>
    public async Task<Result<Product>> Change(Guid productId, ProductChanges changes, CancellationToken ct)
    {
        if (await catalog.Products.FirstOrDefaultAsync(p => p.Id == productId, ct) is not { } product) return CatalogRefusals.ProductNotFound;
        if (changes.Name is not null && Name(changes.Name) is null) return CatalogRefusals.ProductInvalid.Saying(T["The goods need a name of 1 to {0} characters.", LongestName], ("field", "name"));
        if (changes.Price is { } price)
        {
            if (!price.IsPositive || price.Currency.Code != product.Currency) return CatalogRefusals.PriceInvalid;
            if (price.Minor != product.PriceMinor && (await freeze.Frozen([productId], ct)).Contains(productId)) return CatalogRefusals.PriceFrozen;
            await Reprice(product, price.Minor, ct);
        }
        if (Name(changes.Name) is { } name) (product.Name, product.NameLower, product.Slug) = (name, name.ToLowerInvariant(), Slug.Of(name));
        if (await More(product, changes, ct) is { } refusal) return refusal;
        product.Essential = changes.Essential ?? product.Essential;
        if (changes.Active == true && product.PriceMinor == 0) return CatalogRefusals.ProductNoPrice;
        product.Active = changes.Active ?? product.Active;
        // So that the undoing of an import leaves alone what a person did after it.
        (product.UpdatedAt, product.ChangedBy) = (time.GetUtcNow(), Ids.New());
        await catalog.SaveChangesAsync(ct);
        await search.CatchUp([productId], ct);
        return product;
    }

    /// <summary>Adds a picture at the end; refuses with <c>product.not_found</c>, <c>product.too_many_pictures</c>, <c>file.*</c>.</summary>
    public async Task<Result<Picture>> AddPicture(Guid productId, Stream content, string alt, CancellationToken ct)
    {
        if (await catalog.Products.Where(p => p.Id == productId).Select(p => (Guid?)p.ShopId).FirstOrDefaultAsync(ct) is not { } shop) return CatalogRefusals.ProductNotFound;
        if (await catalog.Pictures.CountAsync(p => p.ProductId == productId, ct) >= MostPictures) return CatalogRefusals.TooManyPictures;
        var saved = await files.Save(shop, content, FileRules.Picture, ct);
        if (saved.Refused) return saved.Refusal!;
        var last = await catalog.Pictures.Where(p => p.ProductId == productId).MaxAsync(p => (int?)p.Position, ct);
        var picture = new Picture { Id = Ids.New(), ProductId = productId, Position = (last ?? -1) + 1, FileId = saved.Value.Id, Alt = alt.Length > 300 ? alt[..300] : alt };
        catalog.Pictures.Add(picture);
        await catalog.SaveChangesAsync(ct);
        return picture;
    }

    /// <summary>Moves a picture among the others; refuses with <c>product.picture_not_found</c>.</summary>
    public async Task<Result<Picture>> MovePicture(Guid productId, Guid pictureId, int by, CancellationToken ct)
    {
        var all = await catalog.Pictures.Where(p => p.ProductId == productId).OrderBy(p => p.Position).ThenBy(p => p.Id).ToListAsync(ct);
        if (all.Find(p => p.Id == pictureId) is not { } picture) return CatalogRefusals.PictureNotFound;
        var at = all.IndexOf(picture);
        all.RemoveAt(at);
        all.Insert(Math.Clamp(at + by, 0, all.Count), picture);
        for (var i = 0; i < all.Count; i++) all[i].Position = i;
        await catalog.SaveChangesAsync(ct);
        return picture;
    }

    /// <summary>Takes a picture off the goods; refuses with <c>product.picture_not_found</c>.</summary>
    public async Task<Result<Picture>> RemovePicture(Guid productId, Guid pictureId, CancellationToken ct)
    {
        if (await catalog.Pictures.FirstOrDefaultAsync(p => p.Id == pictureId && p.ProductId == productId, ct) is not { } picture) return CatalogRefusals.PictureNotFound;
        catalog.Pictures.Remove(picture);
        await catalog.SaveChangesAsync(ct);
        return picture;
    }

    private async Task<Refusal?> More(Product product, ProductChanges changes, CancellationToken ct)
    {
        if (changes.CompareAt is { } former)
        {
            if (former.Currency.Code != product.Currency) return CatalogRefusals.PriceInvalid.ToRefusal();
            product.CompareAtMinor = former.Minor > product.PriceMinor ? former.Minor : null;
        }
        if (changes.CategoryId is { } category)
        {
            if (!await catalog.Categories.AnyAsync(c => c.Id == category, ct)) return CatalogRefusals.CategoryNotFound.ToRefusal();
            catalog.ProductCategories.RemoveRange(await catalog.ProductCategories.Where(c => c.ProductId == product.Id && c.CategoryId != category).ToListAsync(ct));
            if (!await catalog.ProductCategories.AnyAsync(c => c.ProductId == product.Id && c.CategoryId == category, ct)) catalog.ProductCategories.Add(new ProductCategory { ProductId = product.Id, CategoryId = category });
            product.CategoryId = category;
        }
        if (changes.Html is { } html)
        {
            var text = HtmlCleaner.Clean(html);
            (product.Html, product.Plain) = (text.Html, text.Plain);
        }
        if (changes.Vendor is { } vendor) product.Vendor = vendor.Trim() is { Length: <= 200 } maker ? maker : vendor.Trim()[..200];
        return changes.Stock is { } pieces ? await Restock(product, pieces, ct) : null;
    }

    private async Task<Refusal?> Restock(Product product, long pieces, CancellationToken ct)
    {
        var variants = await catalog.Variants.AsNoTracking().Where(v => v.ProductId == product.Id).ToListAsync(ct);
        if (variants.Count > 1) return CatalogRefusals.ProductInvalid.Saying(T["These goods have variants; the stock is told by a list of stocks."], ("field", "stock"));
        if (Math.Abs(pieces) > 1_000_000_000_000) return CatalogRefusals.ProductInvalid.Saying(T["That is no number of pieces."], ("field", "stock"));
        if (variants is [{ Stock: var before }] && before == pieces) return null;
        Ended(product, variants);
        if (variants is [var only])
        {
            // The price may have been changed in the same breath.
            var tracked = catalog.ChangeTracker.Entries<Variant>().FirstOrDefault(e => e.Entity.Id == only.Id);
            if (tracked is not null) tracked.State = EntityState.Detached;
            catalog.Variants.Update(With(only, tracked?.Entity.PriceMinor ?? only.PriceMinor, pieces));
        }
        else catalog.Variants.Add(new Variant { Id = Ids.Derive("catalog.variant", product.Id.ToString(), $"[]\n{product.Sku}", "1"), ProductId = product.Id, Options = "[]", Sku = product.Sku, PriceMinor = product.PriceMinor, CompareAtMinor = product.CompareAtMinor, Stock = pieces });
        return null;
    }

    private static Variant With(Variant v, long price, long? stock) => new()
    {
        Id = v.Id, ProductId = v.ProductId, Position = v.Position, SourceKey = v.SourceKey, Options = v.Options, Sku = v.Sku, PriceMinor = price, CompareAtMinor = v.CompareAtMinor > price ? v.CompareAtMinor : null, Stock = stock, Barcode = v.Barcode,
    };

    private void Ended(Product product, IReadOnlyList<Variant> variants)
    {
        // One change of price and stock together is one row.
        if (catalog.ChangeTracker.Entries<GoodsHistory>().Any(e => e.State == EntityState.Added)) return;
        var before = catalog.Entry(product).Property(p => p.PriceMinor).OriginalValue;
        catalog.History.Add(new GoodsHistory { Id = Ids.New(), ProductId = product.Id, Until = time.GetUtcNow(), PriceMinor = before, Stock = GoodsHistory.Total(variants.Select(v => v.Stock)), EndedBy = GoodsHistory.ByHand });
    }

    // A price set by hand ends what was waiting. The one variant of simple goods costs what they do.
    private async Task Reprice(Product product, long minor, CancellationToken ct)
    {
        var variants = await catalog.Variants.AsNoTracking().Where(v => v.ProductId == product.Id).ToListAsync(ct);
        if (minor != product.PriceMinor) Ended(product, variants);
        if (variants is [var only] && only.PriceMinor != minor) catalog.Variants.Update(With(only, minor, only.Stock));
        // Goods that waited for a price only are on sale with it.
        if (product.WaitsForPrice) product.Active = true;
        product.PriceMinor = minor;
        (product.PendingPriceMinor, product.PendingSince) = (null, null);
        if (product.CompareAtMinor <= minor) product.CompareAtMinor = null;
    }

    private async Task<IReadOnlyList<Guid>> Categories(IReadOnlyList<string> paths, CancellationToken ct)
    {
        if (paths.Count == 0) return [];
        var shelf = new CategoryShelf(catalog, time);
        await shelf.Load(ct);
        var ids = new List<Guid>();
        foreach (var levels in paths.Take(20).Select(CategoryShelf.Levels).Where(l => l.Count > 0))
        {
            var id = await shelf.Ensure(levels, ct);
            if (!ids.Contains(id)) ids.Add(id);
        }
        return ids;
    }

    private bool TakenMeanwhile(Guid shopId, string key)
    {
        catalog.ChangeTracker.Clear();
        return catalog.Products.Any(p => p.ShopId == shopId && p.SourceKey == key);
    }

    private static string? Name(string? given) => given?.Trim() is { Length: > 0 and <= LongestName } name ? name : null;
}
