using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairground.Catalog.BrowseGoods;

/// <summary>Goods as search engines read them: schema.org's Product with its offer.</summary>
internal static class StructuredData
{
    /// <summary>JSON-LD; the serializer's own escaping keeps it harmless inside a page.</summary>
    public static string Of(ProductView product, IReadOnlyList<PictureView> pictures, string market)
    {
        var address = $"{market}/products/{product.ProductId}/{Uri.EscapeDataString(product.Slug)}";
        var offer = new JsonObject
        {
            ["@type"] = "Offer",
            ["url"] = address,
            ["priceCurrency"] = product.Price.Currency.Code,
            ["price"] = product.Price.ToDecimalString(),
            ["availability"] = $"https://schema.org/{(IsThere(product) ? "InStock" : "OutOfStock")}",
            ["seller"] = new JsonObject { ["@type"] = "Organization", ["name"] = product.Shop },
        };
        var data = new JsonObject { ["@context"] = "https://schema.org", ["@type"] = "Product", ["name"] = product.Name, ["url"] = address, ["offers"] = offer };
        if (product.Sku.Length > 0) data["sku"] = product.Sku;
        if (product.Vendor.Length > 0) data["brand"] = new JsonObject { ["@type"] = "Brand", ["name"] = product.Vendor };
        if (product.Categories.Count > 0) data["category"] = product.Categories[0].FullName;
        if (pictures.Count > 0) data["image"] = new JsonArray([.. pictures.Select(p => (JsonNode)(market + p.Url))]);
        return data.ToJsonString(JsonSerializerOptions.Web);
    }

    // Where nobody counts, there are some.
    private static bool IsThere(ProductView product) => product.Active && (product.Variants.Count == 0 || product.Variants.Any(v => v.Stock is null or > 0));
}
