using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.BrowseGoods;

/// <summary>A picture: on this server, or still at the shop's address. <c>{url}/320.webp</c> (160, 320, 640, 960, 1600) is the same, as WebP and so wide.</summary>
/// <param name="Width">Pixels, where they are known; so also <paramref name="Height"/>.</param>
public sealed record PictureView(string Url, string Alt, int? Width = null, int? Height = null);

/// <summary>An option's name and value.</summary>
public sealed record OptionView(string Name, string Value);

/// <summary>One way the goods can be had. Stock is null where nobody counts.</summary>
public sealed record VariantView(Guid VariantId, IReadOnlyList<OptionView> Options, string Sku, Money Price, Money? CompareAt, long? Stock, string Barcode);

/// <summary>One step of the way from the top of the tree.</summary>
public sealed record CategoryView(Guid CategoryId, string Name, string Path, string FullName);

/// <summary>A property of goods that does not choose between variants; the unit may be empty.</summary>
public sealed record AttributeView(string Name, string Value, string Unit);

/// <summary>Goods with all that is known of them.</summary>
/// <param name="Price">The lowest of its variants; 0 where nobody has said one yet, and then the goods are not on sale.</param>
/// <param name="WaitsForPrice">True where only a price is missing.</param>
/// <param name="Html">Cleaned by an allow-list; safe to show as it is.</param>
/// <param name="Essential">Never offered for draws (C-08).</param>
public sealed record ProductView(
    Guid ProductId, Guid ShopId, string Shop, string Sku, string Name, string Slug, string Vendor, string Html, Money Price, Money? CompareAt, IReadOnlyList<CategoryView> Categories,
    IReadOnlyList<VariantView> Variants, IReadOnlyList<PictureView> Pictures, bool Essential, bool Active, DateTimeOffset UpdatedAt,
    IReadOnlyList<AttributeView> Attributes, bool WaitsForPrice);

/// <summary>Gathers one product for its page and the API.</summary>
internal sealed class ShowProduct(CatalogContext catalog, PictureSizes sizes)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<ProductView?> Find(Guid id, CancellationToken ct)
    {
        if (await catalog.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is not { } product) return null;
        var shop = await catalog.Shops.AsNoTracking().FirstAsync(s => s.Id == product.ShopId, ct);
        var categories = await catalog.ProductCategories.Where(c => c.ProductId == id).OrderBy(c => c.Position)
            .Join(catalog.Categories, c => c.CategoryId, c => c.Id, (_, c) => new CategoryView(c.Id, c.Name, c.Path, c.FullName)).ToListAsync(ct);
        var variants = await catalog.Variants.AsNoTracking().Where(v => v.ProductId == id).OrderBy(v => v.Position).ToListAsync(ct);
        var pictures = await catalog.Pictures.AsNoTracking().Where(p => p.ProductId == id).OrderBy(p => p.Position).ThenBy(p => p.Id).ToListAsync(ct);
        var shown = await sizes.Of([.. pictures.Select(p => p.FileId).OfType<Guid>().Distinct()], ct);
        var attributes = await catalog.Attributes.Where(a => a.ProductId == id).OrderBy(a => a.Position).Select(a => new AttributeView(a.Name, a.Value, a.Unit)).ToListAsync(ct);
        var currency = product.Price.Currency;
        return new ProductView(
            product.Id, shop.Id, shop.Name, product.Sku, product.Name, product.Slug, product.Vendor, product.Html, product.Price, product.CompareAt, categories,
            [.. variants.Select(v => View(v, currency))],
            [.. pictures.Select(p => p.FileId is { } file && shown.TryGetValue(file, out var size) ? new PictureView(p.Url!, p.Alt, size.Width, size.Height) : new PictureView(p.Url ?? p.SourceUrl ?? "", p.Alt))],
            product.Essential, product.Active, product.UpdatedAt, attributes, product.WaitsForPrice);
    }

    /// <summary>A variant's options from how they are stored.</summary>
    public static IReadOnlyList<OptionView> Options(string json) => JsonSerializer.Deserialize<List<OptionView>>(json, Json) ?? [];

    private static VariantView View(Variant variant, Currency currency) => new(
        variant.Id, Options(variant.Options), variant.Sku, new Money(variant.PriceMinor, currency),
        variant.CompareAtMinor is { } former ? new Money(former, currency) : null, variant.Stock, variant.Barcode);
}
