using System.Globalization;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Notifications.SendWebhooks;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.KeepWebhooks;

/// <summary>Keeps the webhooks of a shop, or of the operator where the shop is null; for the endpoints and the pages.</summary>
internal sealed class WebhookDesk(NotificationsContext context, WebhookSecrets secrets, WebhookReach reach, WebhookFeed feed, IEnumerable<PublicEvent> events, TimeProvider time)
{
    public const string TestTopic = "webhook.test";
    private const int Most = 20;
    private const int LongestOverlapHours = 168;
    private const int LargestPage = 100;

    private readonly OutsideDoor door = new(reach);

    /// <summary>What can be asked for, by topic.</summary>
    public IReadOnlyList<PublicEvent> Events { get; } = [.. events.OrderBy(e => e.Topic, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<Webhook>> List(Guid? shopId, CancellationToken ct) =>
        await context.Webhooks.AsNoTracking().Where(w => w.ShopId == shopId).OrderBy(w => w.CreatedAt).ThenBy(w => w.Url).ToListAsync(ct);

    /// <summary>Refusal: <c>webhook.not_found</c>.</summary>
    public async Task<Result<Webhook>> Find(Guid? shopId, Guid webhookId, CancellationToken ct) =>
        await context.Webhooks.FirstOrDefaultAsync(w => w.Id == webhookId && w.ShopId == shopId, ct) is { } found ? found : WebhookRefusals.NotFound;

    /// <summary>Makes one; its secret is shown here and never again. Refusals: <c>webhook.address_refused</c>, <c>webhook.events_unknown</c>, <c>webhook.description_too_long</c>, <c>webhook.too_many</c>.</summary>
    public async Task<Result<(Webhook Webhook, string Secret)>> Make(Guid? shopId, Guid by, WebhookRequest wish, CancellationToken ct)
    {
        var read = await Read(wish, ct);
        if (read.Refusal is { } refusal) return refusal;
        var (url, description, topics) = read.Value;
        var (shown, kept) = secrets.Make();
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.Webhooks.CountAsync(w => w.ShopId == shopId, ct) >= Most) return WebhookRefusals.TooMany;
        var made = new Webhook { Id = Ids.New(), ShopId = shopId, Url = url, Description = description, Events = topics, Secret = kept, MadeBy = by, CreatedAt = time.GetUtcNow() };
        context.Webhooks.Add(made);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        feed.Forget();
        return (made, shown);
    }

    /// <summary>Changes address, description, events or whether it is on; what is missing stays. Refusals as <see cref="Make"/>, and <c>webhook.not_found</c>.</summary>
    public async Task<Result<Webhook>> Change(Guid? shopId, Guid webhookId, WebhookRequest wish, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refused) return found;
        var hook = found.Value;
        var read = await Read(new WebhookRequest(wish.Url ?? hook.Url, wish.Description ?? hook.Description, wish.Events ?? hook.Topics), ct);
        if (read.Refusal is { } refusal) return refusal;
        (hook.Url, hook.Description, hook.Events) = read.Value;
        if (wish.On is true && hook.State != WebhookState.On) (hook.State, hook.FailingSince, hook.OffAt) = (WebhookState.On, null, null);
        if (wish.On is false && hook.State == WebhookState.On) (hook.State, hook.OffAt) = (WebhookState.Off, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        feed.Forget();
        return hook;
    }

    /// <summary>A new secret beside the old one, which signs too for some hours. Refusals: <c>webhook.not_found</c>, <c>webhook.overlap_invalid</c>.</summary>
    /// <param name="overlapHours">0 to 168; 24 where null.</param>
    public async Task<Result<(Webhook Webhook, string Secret)>> Rotate(Guid? shopId, Guid webhookId, int? overlapHours, CancellationToken ct)
    {
        if (overlapHours is < 0 or > LongestOverlapHours) return WebhookRefusals.OverlapInvalid;
        var found = await Find(shopId, webhookId, ct);
        if (found.Refusal is { } refusal) return refusal;
        var hook = found.Value;
        var (shown, kept) = secrets.Make();
        (hook.OldSecret, hook.OldSecretUntil, hook.Secret) = (hook.Secret, time.GetUtcNow() + TimeSpan.FromHours(overlapHours ?? 24), kept);
        await context.SaveChangesAsync(ct);
        return (hook, shown);
    }

    /// <summary>Removes it and its log. Refusal: <c>webhook.not_found</c>.</summary>
    public async Task<Refusal?> Remove(Guid? shopId, Guid webhookId, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refused) return found.Refusal;
        context.Webhooks.Remove(found.Value);
        await context.SaveChangesAsync(ct);
        feed.Forget();
        return null;
    }

    /// <summary>Sends a test event as any other. Refusals: <c>webhook.not_found</c>, <c>webhook.off</c>.</summary>
    public async Task<Result<WebhookDelivery>> Test(Guid? shopId, Guid webhookId, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refusal is { } refusal) return refusal;
        if (found.Value.State != WebhookState.On) return WebhookRefusals.Off;
        var now = time.GetUtcNow();
        var delivery = new WebhookDelivery
        {
            Id = Ids.New(), WebhookId = webhookId, EventId = Ids.New(), Topic = TestTopic, CreatedAt = now, NextTryAt = now,
            Body = WebhookFeed.Body(TestTopic, now, new JsonObject { ["text"] = "A test: nothing has happened." }),
        };
        context.WebhookDeliveries.Add(delivery);
        await context.SaveChangesAsync(ct);
        return delivery;
    }

    /// <summary>A page of the log, the newest first. Refusals: <c>webhook.not_found</c>, <c>request.cursor_invalid</c>.</summary>
    /// <param name="limit">1 to 100; 30 where null.</param>
    public async Task<Result<Page<WebhookDelivery>>> Log(Guid? shopId, Guid webhookId, bool failedOnly, string? cursor, int? limit, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refusal is { } refusal) return refusal;
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } bad) return bad;
        var (at, id) = (long.MaxValue, Guid.AllBitsSet);
        if (read.Value is { } key)
        {
            var parts = key.Split('|');
            if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out at) || !Guid.TryParse(parts[1], out id)) return CommonRefusals.CursorInvalid;
        }
        object Key(Guid value) => context.Store.Kind == DatabaseKind.Postgres ? value : value.ToByteArray(true);
        var take = Math.Clamp(limit ?? 30, 1, LargestPage);
        // In SQL, because EF does not compare ids.
        var rows = await context.WebhookDeliveries
            .FromSqlRaw("select * from notifications_webhook_delivery where webhook_id = {0} and (state = 2 or not {3}) and (created_at < {1} or (created_at = {1} and id < {2}))", Key(webhookId), at, Key(id), failedOnly)
            .AsNoTracking().OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(take + 1).ToListAsync(ct);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        return new Page<WebhookDelivery>(rows, more ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].CreatedAt.ToUnixTimeMilliseconds()}|{rows[^1].Id}")) : null);
    }

    /// <summary>One delivery with its tries. Refusals: <c>webhook.not_found</c>, <c>webhook.delivery_not_found</c>.</summary>
    public async Task<Result<(WebhookDelivery Delivery, IReadOnlyList<WebhookAttempt> Attempts)>> Look(Guid? shopId, Guid webhookId, Guid deliveryId, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refusal is { } refusal) return refusal;
        if (await context.WebhookDeliveries.FirstOrDefaultAsync(d => d.Id == deliveryId && d.WebhookId == webhookId, ct) is not { } delivery) return WebhookRefusals.DeliveryNotFound;
        return (delivery, await context.WebhookAttempts.AsNoTracking().Where(a => a.DeliveryId == deliveryId).OrderBy(a => a.At).Take(LargestPage).ToListAsync(ct));
    }

    /// <summary>Sends one again, under the same id. Refusals: <c>webhook.not_found</c>, <c>webhook.delivery_not_found</c>, <c>webhook.off</c>.</summary>
    public async Task<Result<int>> Replay(Guid? shopId, Guid webhookId, Guid deliveryId, CancellationToken ct)
    {
        var looked = await Look(shopId, webhookId, deliveryId, ct);
        if (looked.Refusal is { } refusal) return refusal;
        if ((await Find(shopId, webhookId, ct)).Value.State != WebhookState.On) return WebhookRefusals.Off;
        looked.Value.Delivery.Again(time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        return 1;
    }

    /// <summary>Sends again what failed since then, at most 10,000; returns how many. Refusals: <c>webhook.not_found</c>, <c>webhook.off</c>.</summary>
    public async Task<Result<int>> ReplayFailed(Guid? shopId, Guid webhookId, DateTimeOffset since, CancellationToken ct)
    {
        var found = await Find(shopId, webhookId, ct);
        if (found.Refusal is { } refusal) return refusal;
        if (found.Value.State != WebhookState.On) return WebhookRefusals.Off;
        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        var asked = await context.WebhookDeliveries.Where(d => d.WebhookId == webhookId && d.State == DeliveryState.Failed && d.CreatedAt >= since)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.State, DeliveryState.Waiting).SetProperty(x => x.Attempts, 0).SetProperty(x => x.NextTryAt, now), ct);
        await transaction.CommitAsync(ct);
        return asked;
    }

    private async Task<Result<(string Url, string Description, string Topics)>> Read(WebhookRequest wish, CancellationToken ct)
    {
        if (!Uri.TryCreate(wish.Url?.Trim(), UriKind.Absolute, out var uri) || !await door.MayTake(uri, reach.Schemes, ct)) return WebhookRefusals.AddressRefused;
        var description = (wish.Description ?? "").Trim();
        if (description.Length > 200) return WebhookRefusals.DescriptionTooLong;
        var topics = (wish.Events ?? []).Distinct().Order(StringComparer.Ordinal).ToList();
        if (topics.Count == 0 || topics.Exists(t => !Events.Any(e => e.Topic == t))) return WebhookRefusals.EventsUnknown;
        return (uri.AbsoluteUri, description, string.Join(' ', topics));
    }
}
