using System.Buffers.Text;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.PushToBrowsers;

/// <summary>The key that a browser subscribes with (<c>applicationServerKey</c>), base64url.</summary>
public sealed record PushKey(string PublicKey);

/// <summary>The keys of a browser's subscription, base64url, as <c>PushSubscription.toJSON()</c> gives them.</summary>
public sealed record PushKeys(string? P256dh, string? Auth);

/// <summary>A browser's subscription, as <c>PushSubscription.toJSON()</c> gives it.</summary>
public sealed record PushSubscriptionRequest(string? Endpoint, PushKeys? Keys = null);

/// <summary>Push messages to browsers (C-26): the server's key, and a person's subscriptions.</summary>
internal static class PushEndpoints
{
    private const int Most = 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("push/key", Key).WithAccess(Access.Public).WithName("ReadPushKey").WithTags("Messages").WithSummary("The key with which a browser subscribes to push messages.");
        api.MapPost("me/push-subscriptions", Subscribe).WithAccess(Access.SignedIn).WithName("SubscribeToPush").WithTags("Messages").WithSummary("Push my messages to this browser too.");
        api.MapPost("me/push-subscriptions/removal", Unsubscribe).WithAccess(Access.SignedIn).WithName("UnsubscribeFromPush").WithTags("Messages").WithSummary("Push no more to this browser.");
    }

    private static Ok<PushKey> Key(VapidKey key) => TypedResults.Ok(new PushKey(key.PublicKey));

    private static async Task<Results<NoContent, ProblemHttpResult>> Subscribe(PushSubscriptionRequest request, ClaimsPrincipal user, NotificationsContext context, PushReach reach, TimeProvider time, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Endpoint, UriKind.Absolute, out var uri) || !await new OutsideDoor(reach).MayTake(uri, reach.Schemes, ct)) return Problems.Of(NotificationRefusals.PushAddressRefused);
        var (point, auth) = (Bytes(request.Keys?.P256dh), Bytes(request.Keys?.Auth));
        if (!PushCrypto.IsPoint(point) || auth.Length != 16) return Problems.Of(NotificationRefusals.PushKeysInvalid);
        var me = user.UserId();
        // The browser is the person's who signed in last: the id follows from the endpoint.
        var id = Ids.Derive("notifications.push", uri.AbsoluteUri);
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.PushSubscriptions.Where(s => s.Id == id).ExecuteDeleteAsync(ct);
        if (await context.PushSubscriptions.CountAsync(s => s.UserId == me, ct) >= Most) return Problems.Of(NotificationRefusals.PushTooMany);
        context.PushSubscriptions.Add(new PushSubscription { Id = id, UserId = me, Endpoint = uri.AbsoluteUri, P256dh = point, Auth = auth, CreatedAt = time.GetUtcNow() });
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Unsubscribe(PushSubscriptionRequest request, ClaimsPrincipal user, NotificationsContext context, CancellationToken ct)
    {
        var me = user.UserId();
        var id = Ids.Derive("notifications.push", Uri.TryCreate(request.Endpoint, UriKind.Absolute, out var uri) ? uri.AbsoluteUri : "");
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.PushSubscriptions.Where(s => s.Id == id && s.UserId == me).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private static byte[] Bytes(string? text) => text is { Length: <= 200 } && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
}
