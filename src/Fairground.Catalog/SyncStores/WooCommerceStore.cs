using System.Globalization;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;

namespace Fairground.Catalog.SyncStores;

/// <summary>A WooCommerce store by its REST interface, version <c>wc/v3</c>.</summary>
internal sealed class WooCommerceStore(StoreCalls calls, SourceSecret secret) : IStore
{
    private const int PerPage = 100;
    private const int MostPages = 10_000;

    private readonly IReadOnlyList<(string, string)> keys = [("Authorization", FeedAddress.SignIn(secret)!.ToString())];
    private Dictionary<long, (string Name, long Parent)>? categories;
    private string currency = "";

    public async Task<Result<string?>> Currency(CancellationToken ct)
    {
        var answer = await Get("data/currencies/current", ct);
        if (answer.Refused) return answer.Refusal!;
        currency = answer.Value.Body is { } body ? new JsonFields(body).Text("code") : "";
        return Result<string?>.Accepted(currency.Length > 0 ? currency : null);
    }

    public async Task<Result<StorePage>> Page(string? next, DateTimeOffset? since, CancellationToken ct)
    {
        var page = next is null ? 1 : int.Parse(next, CultureInfo.InvariantCulture);
        var query = string.Create(CultureInfo.InvariantCulture, $"products?per_page={PerPage}&page={page}&orderby=id&order=asc&status=any");
        if (since is { } at) query += $"&modified_after={Uri.EscapeDataString(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture))}&dates_are_gmt=true";
        var answer = await Get(query, ct);
        if (answer.Refused) return answer.Refusal!;
        if (answer.Value.Body is not { ValueKind: JsonValueKind.Array } list) return SourceRefusals.Unexpected;
        var products = new List<StoreProduct>();
        foreach (var element in list.EnumerateArray())
        {
            var product = await Whole(element, ct);
            if (product.Refused) return product.Refusal!;
            products.Add(product.Value);
        }
        return new StorePage(products, HasNext(answer.Value, page) && page < MostPages ? (page + 1).ToString(CultureInfo.InvariantCulture) : null, Number(answer.Value.Header("X-WP-Total")), answer.Value.At);
    }

    public async Task<Result<StoreProduct?>> Find(string remoteId, CancellationToken ct)
    {
        var answer = await Get($"products/{Uri.EscapeDataString(remoteId)}", ct);
        if (answer.Refused) return answer.Refusal!;
        // What lies in the trash can still be asked for.
        if (answer.Value.Body is not { } body || new JsonFields(body).Text("status") == "trash") return Result<StoreProduct?>.Accepted(null);
        var product = await Whole(body, ct);
        return product.Refused ? product.Refusal! : Result<StoreProduct?>.Accepted(product.Value);
    }

    public async Task<Result<StoreNews?>> Read(string topic, JsonElement body, CancellationToken ct)
    {
        if (!topic.StartsWith("product.", StringComparison.Ordinal)) return Result<StoreNews?>.Accepted(null);
        var fields = new JsonFields(body);
        var id = fields.Text("id");
        if (id.Length == 0) throw new JsonException("A product of no id.");
        if (topic == "product.deleted") return new StoreNews(id, true, null, false);
        // A variation is news of its parent, and a parent does not bring its variations.
        if (fields.Text("type") == "variation" || fields.Text("parent_id") is not ("" or "0")) return new StoreNews(fields.Text("parent_id"), false, null, true);
        if (fields.Text("status") == "trash") return new StoreNews(id, true, null, false);
        var product = await Whole(body, ct);
        return product.Refused ? product.Refusal! : new StoreNews(id, false, product.Value, false);
    }

    private async Task<Result<StoreProduct>> Whole(JsonElement element, CancellationToken ct)
    {
        var fields = new JsonFields(element);
        var (id, sku, type) = (fields.Text("id"), fields.Text("sku"), fields.Text("type"));
        if (id.Length == 0) return SourceRefusals.Unexpected;
        var (keyWish, modified) = (sku.Length > 0 ? sku : $"id:{id}", Instant(fields.Text("date_modified_gmt", "date_created_gmt")));
        if (type == "grouped") return new StoreProduct(id, keyWish, modified, null);
        if (categories is null && await LoadCategories(ct) is { } refusal) return refusal;
        var variants = new List<StoreVariant>();
        if (type == "variable")
        {
            var loaded = await LoadVariations(id, ct);
            if (loaded.Refused) return loaded.Refusal!;
            variants = loaded.Value;
        }
        var (price, compareAt) = Price(fields);
        return new StoreProduct(id, keyWish, modified, new StoreGoods
        {
            Name = fields.Text("name"),
            Sku = sku,
            Vendor = fields.List("brands").Select(b => new JsonFields(b).Text("name")).FirstOrDefault(""),
            Description = fields.Text("short_description") + fields.Text("description"),
            Categories = [.. fields.List("categories").Select(c => Path(Number(new JsonFields(c).Text("id")) ?? 0)).Where(p => p.Length > 0)],
            Price = variants.Count > 0 ? null : price,
            CompareAt = variants.Count > 0 ? null : compareAt,
            Currency = currency.Length > 0 ? currency : null,
            Stock = variants.Count > 0 ? null : Stock(fields),
            Barcode = variants.Count > 0 ? null : fields.Text("global_unique_id"),
            Active = fields.Text("status") == "publish" && fields.Text("catalog_visibility") != "hidden",
            Attributes = [.. fields.List("attributes").Select(a => new JsonFields(a)).Where(a => !a.IsTrue("variation")).SelectMany(a => a.List("options").Select(o => new StoreWord(a.Text("name"), JsonFields.Text(o))))],
            Variants = variants,
            Pictures = Pictures(fields.List("images")),
        });
    }

    private async Task<Result<List<StoreVariant>>> LoadVariations(string id, CancellationToken ct)
    {
        var variants = new List<StoreVariant>();
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await Get(string.Create(CultureInfo.InvariantCulture, $"products/{id}/variations?per_page={PerPage}&page={page}&orderby=id&order=asc"), ct);
            if (answer.Refused) return answer.Refusal!;
            if (answer.Value.Body is not { ValueKind: JsonValueKind.Array } list) return SourceRefusals.Unexpected;
            foreach (var fields in list.EnumerateArray().Select(v => new JsonFields(v)).Where(v => v.Text("status") is "" or "publish"))
            {
                var (price, compareAt) = Price(fields);
                variants.Add(new StoreVariant(fields.Text("id"), fields.Text("sku"), price, compareAt, Stock(fields), fields.Text("global_unique_id"), [.. fields.List("attributes").Select(a => new JsonFields(a)).Select(a => new StoreWord(a.Text("name"), a.Text("option")))]));
            }
            if (!HasNext(answer.Value, page)) break;
        }
        return variants;
    }

    private async Task<Refusal?> LoadCategories(CancellationToken ct)
    {
        var found = new Dictionary<long, (string, long)>();
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await Get(string.Create(CultureInfo.InvariantCulture, $"products/categories?per_page={PerPage}&page={page}&orderby=id&order=asc"), ct);
            if (answer.Refused) return answer.Refusal;
            if (answer.Value.Body is not { ValueKind: JsonValueKind.Array } list) return SourceRefusals.Unexpected;
            foreach (var fields in list.EnumerateArray().Select(c => new JsonFields(c))) found[Number(fields.Text("id")) ?? 0] = (System.Net.WebUtility.HtmlDecode(fields.Text("name")), Number(fields.Text("parent")) ?? 0);
            if (!HasNext(answer.Value, page)) break;
        }
        categories = found;
        return null;
    }

    private string Path(long id)
    {
        var levels = new List<string>();
        // A ring of parents ends too.
        while (levels.Count < 10 && categories!.TryGetValue(id, out var category))
        {
            levels.Insert(0, FeedText.Level(category.Name));
            id = category.Parent;
        }
        return string.Join(" > ", levels);
    }

    private Task<Result<StoreAnswer>> Get(string path, CancellationToken ct) => calls.Get($"{secret.Address}/wp-json/wc/v3/{path}", keys, ct);

    // Behind some proxies the links are lost and the counts stay.
    private static bool HasNext(StoreAnswer answer, int page) => answer.NextQuery is not null || Number(answer.Header("X-WP-TotalPages")) > page;

    private static (string? Price, string? CompareAt) Price(JsonFields fields)
    {
        var (price, regular) = (fields.Text("price"), fields.Text("regular_price"));
        return (price.Length > 0 ? price : null, regular.Length > 0 && regular != price ? regular : null);
    }

    private static string Stock(JsonFields fields) => fields.IsTrue("manage_stock") && fields.Text("stock_quantity") is { Length: > 0 } pieces ? pieces : fields.Text("stock_status") == "outofstock" ? "0" : "";

    private static List<StorePicture> Pictures(IEnumerable<JsonElement> images) => [.. images.Select(i => new JsonFields(i)).Where(i => i.Text("src").Length > 0).Select(i => new StorePicture(i.Text("src"), i.Text("alt")))];

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // In GMT and without saying so.
    private static DateTimeOffset Instant(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : DateTimeOffset.UnixEpoch;
}
