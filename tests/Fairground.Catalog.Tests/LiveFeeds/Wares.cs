using System.Text.Json.Nodes;
using Fairground.Catalog.SyncFeeds;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>Products as the two systems write them; only what is read, and some of what is not.</summary>
internal static class Wares
{
    public static SourceWishes WooWishes(StoreServer store) => new("woocommerce", Address: store.Url + "/", User: StoreServer.WooKey, Password: StoreServer.WooSecret);

    public static SourceWishes ShopifyWishes(StoreServer store) => new("shopify", Address: store.Url, Password: StoreServer.Token);

    public static JsonObject Woo(long id, string sku, string name, string price, string modified = "2026-03-01T10:00:00", string type = "simple", string status = "publish") => new()
    {
        ["id"] = id, ["name"] = name, ["slug"] = name.ToLowerInvariant(), ["type"] = type, ["status"] = status, ["catalog_visibility"] = "visible",
        ["description"] = $"<p>{name}, long</p>", ["short_description"] = $"<p>{name}</p>", ["sku"] = sku, ["price"] = price, ["regular_price"] = price, ["sale_price"] = "",
        ["date_created_gmt"] = "2025-01-01T00:00:00", ["date_modified_gmt"] = modified, ["manage_stock"] = true, ["stock_quantity"] = 7, ["stock_status"] = "instock", ["parent_id"] = 0,
        ["categories"] = new JsonArray(new JsonObject { ["id"] = 16, ["name"] = "Kettles" }),
        ["images"] = new JsonArray(new JsonObject { ["id"] = 1, ["src"] = $"https://pictures.example/{id}.jpg", ["alt"] = name }),
        ["attributes"] = new JsonArray(new JsonObject { ["name"] = "Material", ["variation"] = false, ["options"] = new JsonArray("Steel", "Brass") }),
        ["variations"] = new JsonArray(), ["meta_data"] = new JsonArray(),
    };

    public static JsonObject WooVariation(long id, string sku, string price, string size, string stockStatus = "instock") => new()
    {
        ["id"] = id, ["sku"] = sku, ["price"] = price, ["regular_price"] = price, ["status"] = "publish", ["manage_stock"] = false, ["stock_quantity"] = null, ["stock_status"] = stockStatus,
        ["attributes"] = new JsonArray(new JsonObject { ["id"] = 0, ["name"] = "Size", ["option"] = size }),
    };

    public static JsonArray WooCategories() => new(
        new JsonObject { ["id"] = 15, ["name"] = "Home &amp; Kitchen", ["parent"] = 0 },
        new JsonObject { ["id"] = 16, ["name"] = "Kettles", ["parent"] = 15 });

    public static JsonObject Shopify(long id, string handle, string price, string updated = "2026-03-01T15:00:00+05:00", string status = "active", string? sku = null) => new()
    {
        ["id"] = id, ["title"] = $"The {handle}", ["body_html"] = $"<p>{handle}</p>", ["vendor"] = "Tula", ["product_type"] = "Kettles", ["handle"] = handle, ["updated_at"] = updated,
        ["published_at"] = "2025-01-01T00:00:00+05:00", ["status"] = status, ["tags"] = "a, b",
        ["options"] = new JsonArray(new JsonObject { ["name"] = "Title", ["position"] = 1, ["values"] = new JsonArray("Default Title") }),
        ["variants"] = new JsonArray(new JsonObject
        {
            ["id"] = id * 10, ["title"] = "Default Title", ["option1"] = "Default Title", ["option2"] = null, ["option3"] = null, ["sku"] = sku ?? handle + "-1", ["price"] = price, ["compare_at_price"] = null,
            ["barcode"] = "4870001", ["inventory_management"] = "shopify", ["inventory_quantity"] = 3, ["inventory_policy"] = "deny", ["inventory_item_id"] = id * 1000,
        }),
        ["images"] = new JsonArray(new JsonObject { ["id"] = 2, ["position"] = 2, ["src"] = "https://pictures.example/b.jpg", ["alt"] = null }, new JsonObject { ["id"] = 1, ["position"] = 1, ["src"] = "https://pictures.example/a.jpg", ["alt"] = "Front" }),
    };

    /// <summary>Shopify's news of how many pieces lie in one place.</summary>
    public static JsonObject Level(long inventoryItem, long available, string updated) => new()
    {
        ["inventory_item_id"] = inventoryItem, ["location_id"] = 905684977, ["available"] = available, ["updated_at"] = updated, ["admin_graphql_api_id"] = $"gid://shopify/InventoryLevel/1?inventory_item_id={inventoryItem}",
    };

    public static JsonObject WithStock(this JsonObject shopify, long pieces)
    {
        shopify["variants"]![0]!["inventory_quantity"] = pieces;
        return shopify;
    }

    public static JsonObject WithSizes(this JsonObject shopify, params (long Id, string Size, string Price)[] sizes)
    {
        shopify["options"] = new JsonArray(new JsonObject { ["name"] = "Size", ["position"] = 1 });
        shopify["variants"] = new JsonArray([.. sizes.Select(s => new JsonObject { ["id"] = s.Id, ["option1"] = s.Size, ["sku"] = $"v{s.Id}", ["price"] = s.Price, ["compare_at_price"] = "99999.00", ["inventory_management"] = null, ["inventory_quantity"] = 0 })]);
        return shopify;
    }
}
