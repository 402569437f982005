using System.Security.Claims;
using System.Text.Json;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Notifications.KeepWebhooks;

/// <summary>A webhook to make or to change; what is missing in a change stays as it is.</summary>
/// <param name="Url">Begins with https://. Redirects are not followed.</param>
/// <param name="Events">Topics from <c>GET webhook-events</c>.</param>
/// <param name="On">False to stop the calls, true to begin again.</param>
public sealed record WebhookRequest(string? Url = null, string? Description = null, IReadOnlyList<string>? Events = null, bool? On = null);

/// <summary>How long both secrets sign.</summary>
/// <param name="OverlapHours">0 to 168; 24 where it is missing.</param>
public sealed record RotateWebhookRequest(int? OverlapHours = null);

/// <summary>From when on to send again what failed; everything that is kept where it is missing.</summary>
public sealed record ReplayWebhookRequest(DateTimeOffset? Since = null);

/// <summary>An event that webhooks may hear of.</summary>
public sealed record WebhookEvent(string Type, string Wording);

/// <summary>All of them.</summary>
public sealed record WebhookEvents(IReadOnlyList<WebhookEvent> Items);

/// <summary>A webhook, without its secret.</summary>
/// <param name="State"><c>on</c>, <c>off</c> (by its owner), or <c>given_up</c> (it failed for three days, or answered 410).</param>
/// <param name="FailingSince">Since when no call has been taken; null where the last one was.</param>
/// <param name="OldSecretUntil">Until when the secret before this one signs too.</param>
public sealed record WebhookInfo(Guid WebhookId, string Url, string Description, IReadOnlyList<string> Events, string State, DateTimeOffset CreatedAt, DateTimeOffset? FailingSince, DateTimeOffset? OffAt, DateTimeOffset? OldSecretUntil);

/// <summary>The webhooks of a shop or of the operator.</summary>
public sealed record WebhookList(IReadOnlyList<WebhookInfo> Items);

/// <summary>A webhook with its new secret, which is shown here and never again.</summary>
/// <param name="Secret"><c>whsec_</c> and base64, as Standard Webhooks has it.</param>
public sealed record WebhookMade(WebhookInfo Webhook, string Secret);

/// <summary>One event on its way to a webhook.</summary>
/// <param name="WebhookMessageId">The header <c>webhook-id</c>: the fact's id, the same at every try.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="LastError"><c>timeout</c>, <c>unreachable</c>, <c>address_refused</c>, <c>status</c>, or <c>off</c> where it was missed while the webhook was given up.</param>
public sealed record WebhookDeliveryInfo(Guid DeliveryId, string WebhookMessageId, string Type, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextTryAt, DateTimeOffset? DeliveredAt, int? LastStatus, string? LastError);

/// <summary>One try.</summary>
public sealed record WebhookAttemptInfo(DateTimeOffset At, int? Status, string? Error, int Milliseconds);

/// <summary>A delivery with what is sent and its tries.</summary>
public sealed record WebhookDeliveryDetail(WebhookDeliveryInfo Delivery, JsonElement Body, IReadOnlyList<WebhookAttemptInfo> Attempts);

/// <summary>How many deliveries are on their way again.</summary>
public sealed record WebhookReplayAsked(int Deliveries);

/// <summary>Webhooks of a shop, for its owner, and of the market, for an operator.</summary>
internal static class WebhookEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("webhook-events", Events).WithAccess(Access.Public).WithName("ListWebhookEvents").WithTags("Webhooks").WithSummary("What webhooks may hear of, in words.");
        Map(api.MapGroup("shops/{shopId:guid}/webhooks").WithTags("Webhooks").WithPermission(WebhookPermissions.Keep), Access.ShopOwner, "Shop", "the shop's");
        Map(api.MapGroup("webhooks").WithTags("Webhooks"), Access.Operator, "", "the operator's");
    }

    private static void Map(RouteGroupBuilder hooks, Access access, string of, string whose)
    {
        hooks.MapGet("", List).WithAccess(access).WithName($"List{of}Webhooks").WithSummary($"Read {whose} webhooks, without their secrets.");
        hooks.MapPost("", Make).WithAccess(access).WithRecentSignIn().WithName($"Make{of}Webhook").WithSummary("Make a webhook; its secret is in the answer and never shown again.");
        hooks.MapGet("{webhookId:guid}", One).WithAccess(access).WithName($"Read{of}Webhook").WithSummary($"Read one of {whose} webhooks.");
        hooks.MapPatch("{webhookId:guid}", Change).WithAccess(access).WithRecentSignIn().WithName($"Change{of}Webhook").WithSummary("Change where it leads and what it hears, or switch it on and off.");
        hooks.MapDelete("{webhookId:guid}", Remove).WithAccess(access).WithName($"Remove{of}Webhook").WithSummary("Remove a webhook and its log.");
        hooks.MapPost("{webhookId:guid}/rotation", Rotate).WithAccess(access).WithRecentSignIn().WithName($"Rotate{of}Webhook").WithSummary("A new secret beside the old one, which signs too for a while.");
        hooks.MapPost("{webhookId:guid}/test", Test).WithAccess(access).WithName($"Test{of}Webhook").WithSummary("Send a test event.");
        hooks.MapPost("{webhookId:guid}/replay", ReplayFailed).WithAccess(access).WithName($"Replay{of}Webhook").WithSummary("Send again what failed since a moment.");
        hooks.MapGet("{webhookId:guid}/deliveries", Log).WithAccess(access).WithName($"List{of}WebhookDeliveries").WithSummary("What was sent, the newest first.");
        hooks.MapGet("{webhookId:guid}/deliveries/{deliveryId:guid}", Look).WithAccess(access).WithName($"Read{of}WebhookDelivery").WithSummary("One delivery with what is sent and its tries.");
        hooks.MapPost("{webhookId:guid}/deliveries/{deliveryId:guid}/replay", Replay).WithAccess(access).WithName($"Replay{of}WebhookDelivery").WithSummary("Send one again, under the same id.");
    }

    public static WebhookInfo Info(Webhook w) => new(w.Id, w.Url, w.Description, w.Topics, Wire(w.State), w.CreatedAt, w.FailingSince, w.OffAt, w.OldSecretUntil);

    public static WebhookDeliveryInfo Info(WebhookDelivery d) => new(
        d.Id, $"evt_{d.EventId:N}", d.Topic, d.State switch { DeliveryState.Waiting => "waiting", DeliveryState.Delivered => "delivered", _ => "failed" },
        d.Attempts, d.CreatedAt, d.State == DeliveryState.Waiting ? d.NextTryAt : null, d.DoneAt, d.LastStatus, d.LastError);

    private static string Wire(WebhookState state) => state switch { WebhookState.On => "on", WebhookState.Off => "off", _ => "given_up" };

    private static Ok<WebhookEvents> Events(WebhookDesk desk) => TypedResults.Ok(new WebhookEvents([.. desk.Events.Select(e => new WebhookEvent(e.Topic, e.Wording))]));

    private static async Task<Ok<WebhookList>> List(WebhookDesk desk, CancellationToken ct, Guid? shopId = null) => TypedResults.Ok(new WebhookList([.. (await desk.List(shopId, ct)).Select(Info)]));

    private static async Task<Results<Created<WebhookMade>, ProblemHttpResult>> Make(WebhookRequest request, ClaimsPrincipal user, WebhookDesk desk, HttpContext http, CancellationToken ct, Guid? shopId = null)
    {
        var made = await desk.Make(shopId, user.UserId(), request, ct);
        if (made.Refusal is { } refusal) return Problems.Of(refusal);
        return TypedResults.Created($"{http.Request.Path}/{made.Value.Webhook.Id}", new WebhookMade(Info(made.Value.Webhook), made.Value.Secret));
    }

    private static async Task<Results<Ok<WebhookInfo>, ProblemHttpResult>> One(Guid webhookId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var found = await desk.Find(shopId, webhookId, ct);
        return found.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(Info(found.Value));
    }

    private static async Task<Results<Ok<WebhookInfo>, ProblemHttpResult>> Change(Guid webhookId, WebhookRequest request, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var changed = await desk.Change(shopId, webhookId, request, ct);
        return changed.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(Info(changed.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid webhookId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null) =>
        await desk.Remove(shopId, webhookId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<Ok<WebhookMade>, ProblemHttpResult>> Rotate(Guid webhookId, RotateWebhookRequest request, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var made = await desk.Rotate(shopId, webhookId, request.OverlapHours, ct);
        return made.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(new WebhookMade(Info(made.Value.Webhook), made.Value.Secret));
    }

    private static async Task<Results<Accepted<WebhookDeliveryInfo>, ProblemHttpResult>> Test(Guid webhookId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var sent = await desk.Test(shopId, webhookId, ct);
        return sent.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null, Info(sent.Value));
    }

    private static async Task<Results<Accepted<WebhookReplayAsked>, ProblemHttpResult>> ReplayFailed(Guid webhookId, ReplayWebhookRequest request, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var asked = await desk.ReplayFailed(shopId, webhookId, request.Since ?? DateTimeOffset.UnixEpoch, ct);
        return asked.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null, new WebhookReplayAsked(asked.Value));
    }

    private static async Task<Results<Ok<Page<WebhookDeliveryInfo>>, ProblemHttpResult>> Log(
        Guid webhookId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null, bool failed = false, string? cursor = null, int? limit = null)
    {
        var page = await desk.Log(shopId, webhookId, failed, cursor, limit, ct);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(new Page<WebhookDeliveryInfo>([.. page.Value.Items.Select(Info)], page.Value.Next));
    }

    private static async Task<Results<Ok<WebhookDeliveryDetail>, ProblemHttpResult>> Look(Guid webhookId, Guid deliveryId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var found = await desk.Look(shopId, webhookId, deliveryId, ct);
        if (found.Refusal is { } refusal) return Problems.Of(refusal);
        using var body = JsonDocument.Parse(found.Value.Delivery.Body);
        return TypedResults.Ok(new WebhookDeliveryDetail(
            Info(found.Value.Delivery), body.RootElement.Clone(), [.. found.Value.Attempts.Select(a => new WebhookAttemptInfo(a.At, a.Status, a.Error, a.Milliseconds))]));
    }

    private static async Task<Results<Accepted<WebhookReplayAsked>, ProblemHttpResult>> Replay(Guid webhookId, Guid deliveryId, WebhookDesk desk, CancellationToken ct, Guid? shopId = null)
    {
        var asked = await desk.Replay(shopId, webhookId, deliveryId, ct);
        return asked.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null, new WebhookReplayAsked(asked.Value));
    }
}
