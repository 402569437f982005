using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications.SendWebhooks;

/// <summary>Turns events into deliveries for the webhooks that asked for them. An event that nobody asked for costs nothing.</summary>
internal sealed class WebhookFeed(IServiceScopeFactory scopes, IEnumerable<PublicEvent> events, TimeProvider time) : IEventConsumer
{
    // How long another node's change of webhooks may go unnoticed.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, PublicEvent> known = events.ToDictionary(e => e.Topic);
    private volatile Listening? listening;

    public string Name => "notifications.webhooks";

    public IReadOnlyCollection<string> Topics => known.Keys;

    /// <summary>Webhooks have changed on this node.</summary>
    public void Forget() => listening = null;

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var hooks = await Hooks(ct);
        var interested = hooks.Where(h => h.Topics.Contains(envelope.Topic)).ToList();
        if (interested.Count == 0) return;
        var data = JsonNode.Parse(envelope.Payload)!.AsObject();
        var shop = Guid.TryParse(data["shopId"]?.ToString(), out var id) ? id : (Guid?)null;
        foreach (var member in known[envelope.Topic].Inside) data.Remove(member);
        var body = Body(envelope.Topic, envelope.At, data);
        var now = time.GetUtcNow();
        foreach (var hook in interested.Where(h => h.ShopId is null || h.ShopId == shop)) await Add(hook, envelope, body, now, ct);
    }

    /// <summary>What is sent: <c>type</c>, <c>timestamp</c> and <c>data</c>.</summary>
    public static string Body(string type, DateTimeOffset at, JsonObject data) => new JsonObject
    {
        ["type"] = type,
        ["timestamp"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["data"] = data.DeepClone(),
    }.ToJsonString();

    private async Task<IReadOnlyList<Hook>> Hooks(CancellationToken ct)
    {
        if (listening is { } now && time.GetElapsedTime(now.At) < Fresh) return now.Hooks;
        var at = time.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Webhooks.AsNoTracking().Where(w => w.State != WebhookState.Off).ToListAsync(ct);
        var hooks = rows.ConvertAll(w => new Hook(w.Id, w.ShopId, w.State, [.. w.Topics]));
        listening = new Listening(at, hooks);
        return hooks;
    }

    // The id follows from event and webhook, so that an event that comes twice is sent once.
    private async Task Add(Hook hook, EventEnvelope envelope, string body, DateTimeOffset now, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        var id = Ids.Derive("notifications.webhook", hook.Id.ToString("N"), envelope.Id.ToString("N"));
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.WebhookDeliveries.AnyAsync(d => d.Id == id, ct) || !await context.Webhooks.AnyAsync(w => w.Id == hook.Id, ct)) return;
        // One that was given up is not called, but what it misses can be replayed once it is on again.
        var missed = hook.State == WebhookState.GivenUp;
        context.WebhookDeliveries.Add(new WebhookDelivery
        {
            Id = id,
            WebhookId = hook.Id,
            EventId = envelope.Id,
            Topic = envelope.Topic,
            Body = body,
            State = missed ? DeliveryState.Failed : DeliveryState.Waiting,
            LastError = missed ? "off" : null,
            CreatedAt = now,
            NextTryAt = now,
        });
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private sealed record Hook(Guid Id, Guid? ShopId, WebhookState State, HashSet<string> Topics);

    private sealed record Listening(long At, List<Hook> Hooks);
}
