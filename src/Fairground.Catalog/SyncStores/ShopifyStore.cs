using System.Globalization;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;

namespace Fairground.Catalog.SyncStores;

/// <summary>A Shopify store by its Admin interface (REST).</summary>
internal sealed class ShopifyStore(StoreCalls calls, SourceSecret secret) : IStore
{
    // Shopify answers with the oldest version it still has where this one is gone.
    private const string Version = "2025-07";
    private const int PerPage = 250;
    private const string Fields = "id,title,body_html,vendor,product_type,handle,updated_at,published_at,status,variants,options,images";

    private readonly IReadOnlyList<(string, string)> keys = [("X-Shopify-Access-Token", secret.Password ?? "")];
    private string currency = "";

    public async Task<Result<string?>> Currency(CancellationToken ct)
    {
        var answer = await Get("shop.json?fields=currency", ct);
        if (answer.Refused) return answer.Refusal!;
        if (answer.Value.Body is not { } body || !body.TryGetProperty("shop", out var shop)) return SourceRefusals.Unexpected;
        currency = new JsonFields(shop).Text("currency");
        return Result<string?>.Accepted(currency.Length > 0 ? currency : null);
    }

    public async Task<Result<StorePage>> Page(string? next, DateTimeOffset? since, CancellationToken ct)
    {
        // A page's link carries the filters; nothing may be asked beside it but the number and the fields.
        var query = string.Create(CultureInfo.InvariantCulture, $"products.json?limit={PerPage}&fields={Fields}");
        if (next is not null) query += $"&page_info={next}";
        else if (since is { } at) query += $"&updated_at_min={Uri.EscapeDataString(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}";
        var answer = await Get(query, ct);
        if (answer.Refused) return answer.Refusal!;
        if (answer.Value.Body is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("products", out var list) || list.ValueKind != JsonValueKind.Array) return SourceRefusals.Unexpected;
        var link = answer.Value.NextQuery?.Split('&').FirstOrDefault(p => p.StartsWith("page_info=", StringComparison.Ordinal))?["page_info=".Length..];
        return new StorePage([.. list.EnumerateArray().Select(Product)], link, null, answer.Value.At);
    }

    public async Task<Result<StoreProduct?>> Find(string remoteId, CancellationToken ct)
    {
        var answer = await Get($"products/{Uri.EscapeDataString(remoteId)}.json?fields={Fields}", ct);
        if (answer.Refused) return answer.Refusal!;
        if (answer.Value.Body is not { } body) return Result<StoreProduct?>.Accepted(null);
        return body.TryGetProperty("product", out var product) && product.ValueKind == JsonValueKind.Object ? Result<StoreProduct?>.Accepted(Product(product)) : SourceRefusals.Unexpected;
    }

    public Task<Result<StoreNews?>> Read(string topic, JsonElement body, CancellationToken ct)
    {
        if (topic.StartsWith("inventory_levels/", StringComparison.Ordinal)) return Task.FromResult<Result<StoreNews?>>(StockNews(new JsonFields(body)));
        if (!topic.StartsWith("products/", StringComparison.Ordinal)) return Task.FromResult(Result<StoreNews?>.Accepted(null));
        var id = new JsonFields(body).Text("id");
        if (id.Length == 0) throw new JsonException("A product of no id.");
        return Task.FromResult<Result<StoreNews?>>(topic == "products/delete" ? new StoreNews(id, true, null, false) : new StoreNews(id, false, Product(body), false));
    }

    // It has the pieces of one place only, and goods may lie in several: how many there are in all is asked.
    private static StoreNews StockNews(JsonFields fields) => fields.Text("inventory_item_id") is { Length: > 0 } id
        ? new StoreNews("", false, null, Ask: true) { StockId = id, At = Instant(fields.Text("updated_at")) }
        : throw new JsonException("A stock of nothing.");

    private StoreProduct Product(JsonElement element)
    {
        var fields = new JsonFields(element);
        var names = fields.List("options").Select(o => new JsonFields(o).Text("name")).ToList();
        var variants = fields.List("variants").Select(v => Variant(new JsonFields(v), names)).ToList();
        // Goods without options have one variant that is they themselves.
        var single = variants is [{ Options.Count: 0 } only] ? only : null;
        return new StoreProduct(fields.Text("id"), fields.Text("handle"), Instant(fields.Text("updated_at")), new StoreGoods
        {
            Name = fields.Text("title"),
            Sku = variants.Count > 0 ? variants[0].Sku : null,
            Vendor = fields.Text("vendor"),
            Description = fields.Text("body_html"),
            Categories = fields.Text("product_type") is { Length: > 0 } type ? [FeedText.Level(type)] : [],
            Price = single?.Price,
            CompareAt = single?.CompareAt,
            Currency = currency.Length > 0 ? currency : null,
            Stock = single?.Stock,
            Barcode = single?.Barcode,
            Active = fields.Text("status") is "active" or "" && fields.Text("published_at").Length > 0,
            Attributes = [],
            Variants = single is null ? variants : [],
            Pictures = [.. fields.List("images").Select(i => new JsonFields(i)).Where(i => i.Text("src").Length > 0).OrderBy(i => int.TryParse(i.Text("position"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : int.MaxValue).Select(i => new StorePicture(i.Text("src"), i.Text("alt")))],
        })
        {
            StockIds = [.. fields.List("variants").Select(v => new JsonFields(v).Text("inventory_item_id")).Where(id => id.Length > 0)],
        };
    }

    private static StoreVariant Variant(JsonFields fields, List<string> names)
    {
        var options = names.Select((name, i) => new StoreWord(name, fields.Text(string.Create(CultureInfo.InvariantCulture, $"option{i + 1}")))).Where(o => o.Value.Length > 0 && !(o.Name == "Title" && o.Value == "Default Title")).ToList();
        // Where Shopify does not count, nobody does.
        var stock = fields.Text("inventory_management").Length > 0 ? fields.Text("inventory_quantity") : "";
        return new StoreVariant(fields.Text("id"), fields.Text("sku"), Nonempty(fields.Text("price")), Nonempty(fields.Text("compare_at_price")), stock, fields.Text("barcode"), options);
    }

    private Task<Result<StoreAnswer>> Get(string path, CancellationToken ct) => calls.Get($"{secret.Address}/admin/api/{Version}/{path}", keys, ct);

    private static string? Nonempty(string text) => text.Length > 0 ? text : null;

    private static DateTimeOffset Instant(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.UnixEpoch;
}
