using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.SendWebhooks;

/// <summary>Calls the webhooks that are due, a few of each at once, so that a slow receiver holds up the others as little as possible.</summary>
internal sealed class WebhookSender(IServiceScopeFactory scopes, WebhookCall call, WebhookFeed feed, Leases leases, TimeProvider time, ILogger<WebhookSender> logger)
    : LeasedWorker("notifications.webhooks", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int Batch = 128;
    private const int AtOnce = 32;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly TimeProvider clock = time;
    private DateTimeOffset swept;

    protected override Task<bool> RunOnce(CancellationToken ct) => SendDue(ct);

    /// <summary>Calls what is due; true where more is waiting.</summary>
    internal async Task<bool> SendDue(CancellationToken ct)
    {
        await Sweep(ct);
        List<Guid> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            // No more than a few of each webhook in a round.
            due = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().WebhookDeliveries
                .FromSqlRaw("""
                    select d.* from (select x.*, row_number() over (partition by x.webhook_id order by x.next_try_at, x.id) as place
                        from notifications_webhook_delivery x where x.state = 0 and x.next_try_at <= {0}) d where d.place <= 8
                    """, clock.GetUtcNow().ToUnixTimeMilliseconds())
                .AsNoTracking().OrderBy(d => d.NextTryAt).ThenBy(d => d.Id).Take(Batch).Select(d => d.Id).ToListAsync(ct);
        }
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (id, token) => await Deliver(id, token));
        return due.Count > 0;
    }

    private async Task Deliver(Guid id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        var delivery = await context.WebhookDeliveries.FirstOrDefaultAsync(d => d.Id == id && d.State == DeliveryState.Waiting, ct);
        if (delivery is null) return;
        var webhook = await context.Webhooks.FirstAsync(w => w.Id == delivery.WebhookId, ct);
        if (webhook.State != WebhookState.On)
        {
            (delivery.State, delivery.LastError) = (DeliveryState.Failed, "off");
            await context.SaveChangesAsync(ct);
            return;
        }
        var outcome = await call.Send(webhook, delivery, ct);
        var gaveUp = Note(webhook, delivery, outcome, clock.GetUtcNow());
        context.WebhookAttempts.Add(new WebhookAttempt
        {
            Id = Ids.New(), DeliveryId = delivery.Id, At = clock.GetUtcNow(), Status = outcome.Status, Error = outcome.Error, Milliseconds = (int)Math.Min(outcome.Took.TotalMilliseconds, int.MaxValue),
        });
        try
        {
            await context.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateException)
        {
            // The webhook was removed while it was called, and its deliveries with it.
            return;
        }
        if (!gaveUp) return;
        feed.Forget();
        await Tell(scope.ServiceProvider, webhook, ct);
    }

    /// <summary>What follows from a call; true where the webhook is given up.</summary>
    private static bool Note(Webhook webhook, WebhookDelivery delivery, CallOutcome outcome, DateTimeOffset now)
    {
        delivery.Attempts++;
        (delivery.LastStatus, delivery.LastError) = (outcome.Status, outcome.Error);
        if (outcome.Error is null)
        {
            (delivery.State, delivery.DoneAt, webhook.FailingSince) = (DeliveryState.Delivered, now, null);
            return false;
        }
        webhook.FailingSince ??= now;
        var gone = outcome.Status == 410;
        if (!gone && WebhookDelivery.Pause(delivery.Attempts, RandomNumberGenerator.GetInt32(1_000) / 1_000.0) is { } pause)
        {
            delivery.NextTryAt = now + (outcome.Wait is { } asked && asked > pause ? asked : pause);
            return false;
        }
        delivery.State = DeliveryState.Failed;
        if (!gone && now - webhook.FailingSince < Webhook.LongestFailure) return false;
        (webhook.State, webhook.OffAt) = (WebhookState.GivenUp, now);
        return true;
    }

    // One notice a failure, to whoever made it and to the owners of the shop.
    private static async Task Tell(IServiceProvider services, Webhook webhook, CancellationToken ct)
    {
        HashSet<Guid> concerned = [webhook.MadeBy];
        if (webhook.ShopId is { } shop) concerned.UnionWith((await services.GetRequiredService<IShopAccess>().PeopleOf(shop, ct)).Where(p => p.Value == ShopRole.Owner).Select(p => p.Key));
        var people = await services.GetRequiredService<IPeople>().FindMany(concerned, ct);
        var page = webhook.ShopId is { } of ? $"/shop/{of}/office/webhooks/{webhook.Id}" : $"/office/webhooks/{webhook.Id}";
        await services.GetRequiredService<IMessages>().Send([.. people.Values.Select(p => new Message(
            Ids.Derive("notifications.webhook.off", webhook.Id.ToString("N"), $"{webhook.OffAt:O}", p.UserId.ToString("N")),
            p.Contact, p.Channel, NotificationLetters.WebhookGivenUp(new Uri(webhook.Url).Host, page), p.UserId))], ct);
    }

    private async Task Sweep(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - swept < TimeSpan.FromHours(1)) return;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        await using var transaction = await context.BeginWriteAsync(ct);
        var before = now - Kept;
        await context.WebhookAttempts.Where(a => context.WebhookDeliveries.Any(d => d.Id == a.DeliveryId && d.State != DeliveryState.Waiting && d.CreatedAt < before)).ExecuteDeleteAsync(ct);
        await context.WebhookDeliveries.Where(d => d.State != DeliveryState.Waiting && d.CreatedAt < before).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        swept = now;
    }
}
