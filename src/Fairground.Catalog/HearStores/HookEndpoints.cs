using System.Globalization;
using System.Text;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.HearStores;

/// <summary>Where stores send their webhooks: the signature is looked at, the news is kept, and the answer is given; the work comes after.</summary>
internal static class HookEndpoints
{
    private const int LongestBody = 5 * 1024 * 1024;

    // Only a signed request is worked, and a store does not send again what was turned away too often.
    public static void Map(IEndpointRouteBuilder root) => root.MapPost("/hooks/{sourceId:guid}", Hear)
        .WithAccess(Access.Public).DisableRateLimiting().WithMetadata(new RequestSizeLimitAttribute(LongestBody + 1)).ExcludeFromDescription().DisableAntiforgery();

    /// <summary>Where the store is to send to.</summary>
    public static string AddressOf(PublicAddress market, HttpContext http, Guid sourceId) => $"{market.Of(http)}/hooks/{sourceId}";

    private static async Task<Results<Ok, ProblemHttpResult>> Hear(Guid sourceId, HttpContext http, CatalogContext catalog, SourceSecrets secrets, TimeProvider time, CancellationToken ct)
    {
        var source = await catalog.Sources.AsNoTracking().FirstOrDefaultAsync(s => s.Id == sourceId, ct);
        if (source is null || !SourceKind.IsStore(source.Kind) || secrets.Read(source).HookSecret is not { } secret) return Problems.Of(SourceRefusals.HookUnknown);
        var body = await Body(http.Request, ct);
        if (body is null) return Problems.Of(SourceRefusals.HookTooLarge);
        var shopify = source.Kind == SourceKind.Shopify;
        var headers = http.Request.Headers;
        var signature = headers[shopify ? "X-Shopify-Hmac-Sha256" : "X-WC-Webhook-Signature"].ToString();
        // WooCommerce tries a new address with the webhook's number alone, and wants to hear that it is there.
        if (!shopify && signature.Length == 0 && IsPing(body)) return TypedResults.Ok();
        if (!HookSignature.IsRight(secret, body, signature)) return Problems.Of(SourceRefusals.HookSignature);
        var topic = headers[shopify ? "X-Shopify-Topic" : "X-WC-Webhook-Topic"].ToString();
        var delivery = headers[shopify ? "X-Shopify-Webhook-Id" : "X-WC-Webhook-Delivery-ID"].ToString();
        if (topic.Length is 0 or > 100 || delivery.Length is 0 or > 200) return Problems.Of(SourceRefusals.HookInvalid);
        // What is not of goods needs no place; a paused source is read as a whole when it goes on.
        if (source.Paused || !IsOfGoods(topic, shopify)) return TypedResults.Ok();
        var now = time.GetUtcNow();
        var sent = DateTimeOffset.TryParse(headers["X-Shopify-Triggered-At"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at < now ? at : now;
        await Keep(catalog, new SourceHook { Id = Ids.New(), SourceId = sourceId, DeliveryId = delivery, Topic = topic, Body = Encoding.UTF8.GetString(body), SentAt = sent, ReceivedAt = now }, ct);
        return TypedResults.Ok();
    }

    private static bool IsOfGoods(string topic, bool shopify) => shopify
        ? topic.StartsWith("products/", StringComparison.Ordinal) || topic.StartsWith("inventory_levels/", StringComparison.Ordinal)
        : topic.StartsWith("product.", StringComparison.Ordinal);

    private static async Task Keep(CatalogContext catalog, SourceHook hook, CancellationToken ct)
    {
        try
        {
            await using var transaction = await catalog.BeginWriteAsync(ct);
            if (await Known(catalog, hook, ct)) return;
            catalog.SourceHooks.Add(hook);
            await catalog.SaveChangesAsync(ct);
            await catalog.Sources.Where(s => s.Id == hook.SourceId && (s.HooksAt == null || s.HookFailures == 0)).ExecuteUpdateAsync(s => s.SetProperty(x => x.HooksAt, hook.ReceivedAt), ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateException)
        {
            catalog.ChangeTracker.Clear();
            // The same delivery came twice at once.
            if (!await Known(catalog, hook, ct)) throw;
        }
    }

    private static Task<bool> Known(CatalogContext catalog, SourceHook hook, CancellationToken ct) => catalog.SourceHooks.AnyAsync(h => h.SourceId == hook.SourceId && h.DeliveryId == hook.DeliveryId, ct);

    private static async Task<byte[]?> Body(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > LongestBody) return null;
        using var whole = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer.AsMemory(), ct)) > 0)
        {
            if (whole.Length + count > LongestBody) return null;
            await whole.WriteAsync(buffer.AsMemory(0, count), ct);
        }
        return whole.ToArray();
    }

    private static bool IsPing(byte[] body) => body.Length is > 11 and < 40 && Encoding.ASCII.GetString(body) is var text && text.StartsWith("webhook_id=", StringComparison.Ordinal) && text.AsSpan(11).IndexOfAnyExceptInRange('0', '9') < 0;
}
