using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>
/// Somebody's store that speaks as WooCommerce (wc/v3) and Shopify (Admin REST) are documented to: keys, paging by links and counts, filters,
/// call limits, refusals. Its products are JSON as those systems give them.
/// </summary>
internal sealed class StoreServer : OtherServer
{
    public const string WooKey = "ck_0123456789abcdef";
    public const string WooSecret = "cs_fedcba9876543210";
    public const string Token = "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";

    /// <summary>Of either system, by id.</summary>
    public SortedDictionary<long, JsonObject> Products { get; } = [];

    /// <summary>WooCommerce's variations by the id of their parent.</summary>
    public Dictionary<long, JsonArray> Variations { get; } = [];

    public JsonArray Categories { get; } = [];

    public string Currency { get; set; } = "KZT";

    /// <summary>The most that a page has, whatever is asked for.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Calls that Shopify's bucket holds at this moment.</summary>
    public int Calls { get; set; }

    /// <summary>Answered to the next calls instead, with what <c>Retry-After</c> says.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Faults { get; } = new();

    /// <summary>While it is set nothing is answered.</summary>
    public TaskCompletionSource? Silence { get; set; }

    /// <summary>Path and query of every call.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static Task<StoreServer> Start() => Start(new StoreServer());

    public override ValueTask DisposeAsync()
    {
        Silence?.TrySetResult();
        return base.DisposeAsync();
    }

    protected override void Routes(WebApplication app)
    {
        app.Use((http, next) => Meet(http, next));
        app.MapGet("/wp-json/wc/v3/data/currencies/current", () => Results.Json(new JsonObject { ["code"] = Currency, ["symbol"] = "₸" }));
        app.MapGet("/wp-json/wc/v3/products", (HttpContext http) => WooPage(http, WooProducts(http.Request.Query)));
        app.MapGet("/wp-json/wc/v3/products/categories", (HttpContext http) => WooPage(http, Categories.Select(c => c!)));
        app.MapGet("/wp-json/wc/v3/products/{id:long}", (long id) => Products.TryGetValue(id, out var product) ? Results.Json(product) : WooError(404, "woocommerce_rest_product_invalid_id", "Invalid ID."));
        app.MapGet("/wp-json/wc/v3/products/{id:long}/variations", (HttpContext http, long id) => WooPage(http, Variations.TryGetValue(id, out var list) ? list.Select(v => v!) : []));
        app.MapGet("/admin/api/{version}/shop.json", () => Results.Json(new JsonObject { ["shop"] = new JsonObject { ["currency"] = Currency } }));
        app.MapGet("/admin/api/{version}/products.json", (HttpContext http) => ShopifyPage(http));
        app.MapGet("/admin/api/{version}/products/{id:long}.json", (long id) => Products.TryGetValue(id, out var product) ? Results.Json(new JsonObject { ["product"] = product.DeepClone() }) : Results.Json(new JsonObject { ["errors"] = "Not Found" }, statusCode: 404));
    }

    private async Task Meet(HttpContext http, RequestDelegate next)
    {
        Asked.Enqueue($"{http.Request.Path}{http.Request.QueryString}");
        if (Silence is { } silence) await silence.Task.WaitAsync(http.RequestAborted);
        if (Faults.TryDequeue(out var fault))
        {
            if (fault.RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait;
            http.Response.StatusCode = fault.Status;
            return;
        }
        var woo = http.Request.Path.StartsWithSegments("/wp-json", StringComparison.Ordinal);
        var basic = "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{WooKey}:{WooSecret}"));
        if (woo ? http.Request.Headers.Authorization != basic : http.Request.Headers["X-Shopify-Access-Token"] != Token)
        {
            await (woo ? WooError(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.") : Results.Json(new JsonObject { ["errors"] = "[API] Invalid API key or access token (unrecognized login or wrong password)" }, statusCode: 401)).ExecuteAsync(http);
            return;
        }
        if (!woo) http.Response.Headers["X-Shopify-Shop-Api-Call-Limit"] = string.Create(CultureInfo.InvariantCulture, $"{Calls}/40");
        await next(http);
    }

    private IEnumerable<JsonNode> WooProducts(IQueryCollection query)
    {
        var since = query["modified_after"].ToString() is { Length: > 0 } text ? DateTime.Parse(text, CultureInfo.InvariantCulture) : DateTime.MinValue;
        return Products.Values.Where(p => p["status"]!.GetValue<string>() != "trash" && DateTime.Parse(p["date_modified_gmt"]!.GetValue<string>(), CultureInfo.InvariantCulture) > since);
    }

    private IResult WooPage(HttpContext http, IEnumerable<JsonNode> all)
    {
        var query = http.Request.Query;
        var (page, size) = (int.Parse(query["page"].ToString(), CultureInfo.InvariantCulture), int.Parse(query["per_page"].ToString(), CultureInfo.InvariantCulture));
        if (size > 100) return WooError(400, "rest_invalid_param", "Invalid parameter(s): per_page");
        var (list, shown) = (all.ToList(), Math.Min(size, PageSize));
        var pages = (list.Count + shown - 1) / shown;
        http.Response.Headers["X-WP-Total"] = list.Count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-WP-TotalPages"] = pages.ToString(CultureInfo.InvariantCulture);
        var links = new List<string>();
        if (page > 1) links.Add($"<{Url}{http.Request.Path}?page={page - 1}>; rel=\"prev\"");
        if (page < pages) links.Add($"<{Url}{http.Request.Path}?page={page + 1}&per_page={size}>; rel=\"next\"");
        if (links.Count > 0) http.Response.Headers.Link = string.Join(", ", links);
        return Results.Json(new JsonArray([.. list.Skip((page - 1) * shown).Take(shown).Select(n => n.DeepClone())]));
    }

    private IResult ShopifyPage(HttpContext http)
    {
        var query = http.Request.Query;
        var start = 0L;
        if (query.TryGetValue("page_info", out var info))
        {
            // Shopify refuses a filter beside a page's own.
            if (query.Keys.Any(k => k is not ("page_info" or "limit" or "fields"))) return Results.Json(new JsonObject { ["errors"] = new JsonObject { ["page_info"] = "Invalid value." } }, statusCode: 400);
            start = long.Parse(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(info.ToString())), CultureInfo.InvariantCulture);
        }
        var since = query["updated_at_min"].ToString() is { Length: > 0 } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var list = Products.Where(p => p.Key > start && DateTimeOffset.Parse(p.Value["updated_at"]!.GetValue<string>(), CultureInfo.InvariantCulture) >= since).Select(p => p.Value).ToList();
        var size = Math.Min(int.Parse(query["limit"].ToString(), CultureInfo.InvariantCulture), PageSize);
        var shown = list.Take(size).ToList();
        if (list.Count > size)
        {
            var next = WebUtility.UrlEncode(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(shown[^1]["id"]!.ToString())));
            http.Response.Headers.Link = $"<{Url}{http.Request.Path}?limit={size}&page_info={next}>; rel=\"next\"";
        }
        return Results.Json(new JsonObject { ["products"] = new JsonArray([.. shown.Select(p => p.DeepClone())]) });
    }

    private static IResult WooError(int status, string code, string message) => Results.Json(new JsonObject { ["code"] = code, ["message"] = message, ["data"] = new JsonObject { ["status"] = status } }, statusCode: status);
}
