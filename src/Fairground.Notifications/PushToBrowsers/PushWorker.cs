using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.PushToBrowsers;

/// <summary>The key that says who pushes; the same on every node.</summary>
internal sealed class VapidKey(ServerSecrets secrets, PublicAddress address, TimeProvider time)
{
    private readonly Lazy<ECDsa> key = new(() => PushCrypto.Key(secrets.Of("notifications.vapid")));

    public string PublicKey => PushCrypto.PublicKey(key.Value);

    /// <summary>The header for the service at this endpoint; good for half a day.</summary>
    public string Authorize(Uri endpoint) => PushCrypto.Authorize(key.Value, endpoint.GetLeftPart(UriPartial.Authority), address.Of(), time.GetUtcNow() + TimeSpan.FromHours(12));
}

/// <summary>How far push reaches: to push services on the public internet. <c>FAIRGROUND_ALLOW_PRIVATE_PUSH=1</c> is for tests.</summary>
internal sealed class PushReach : OutsideReach
{
    public IReadOnlyCollection<string> Schemes => AllowPrivate ? ["https", "http"] : ["https"];
}

/// <summary>Queues pushes beside messages, and sends them. The payload is JSON: <c>title</c>, <c>body</c>, <c>url</c>, <c>tag</c>.</summary>
internal sealed class PushWorker(IServiceScopeFactory scopes, PushReach reach, VapidKey key, Leases leases, TimeProvider time, ILogger<PushWorker> logger)
    : LeasedWorker("notifications.push", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int Batch = 200;
    private const int AtOnce = 16;
    private const int LongestBody = 400;
    private const int MostAttempts = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Lives = TimeSpan.FromDays(1);

    private readonly HttpClient client = new OutsideDoor(reach).Client(follow: false, connectionsPerServer: 16);
    private readonly TimeProvider clock = time;
    private readonly ILogger log = logger;

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    protected override Task<bool> RunOnce(CancellationToken ct) => SendDue(ct);

    /// <summary>Sends what is due; true where more may be waiting.</summary>
    internal async Task<bool> SendDue(CancellationToken ct)
    {
        List<Guid> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var now = clock.GetUtcNow();
            due = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Pushes.Where(p => p.NextTryAt <= now).OrderBy(p => p.NextTryAt).Take(Batch).Select(p => p.Id).ToListAsync(ct);
        }
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (id, token) => await Push(id, token));
        return due.Count > 0;
    }

    private async Task Push(Guid id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        if (await context.Pushes.FirstOrDefaultAsync(p => p.Id == id, ct) is not { } push) return;
        var browser = await context.PushSubscriptions.FirstOrDefaultAsync(s => s.Id == push.SubscriptionId, ct);
        var message = await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == push.MessageId, ct);
        var outcome = browser is null || message is null || message.ReadAt is not null || clock.GetUtcNow() - message.CreatedAt > Lives ? SendOutcome.Sent : await Send(browser, message, ct);
        push.Attempts++;
        if (outcome == SendOutcome.TryLater && push.Attempts < MostAttempts) push.NextTryAt = clock.GetUtcNow() + StoredMessage.Backoff(push.Attempts);
        else context.Pushes.Remove(push);
        // The browser is gone, and what is queued for it with it.
        if (outcome == SendOutcome.Never && browser is not null) context.PushSubscriptions.Remove(browser);
        try
        {
            await context.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateException)
        {
            // The subscription was removed meanwhile.
        }
    }

    private async Task<SendOutcome> Send(PushSubscription browser, StoredMessage message, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var request = Request(browser, message);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode) return SendOutcome.Sent;
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return SendOutcome.Never;
            log.LogWarning("A push service answered {Status}", (int)response.StatusCode);
            return SendOutcome.TryLater;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            log.LogWarning("A push service could not be reached: {Error}", error.GetType().Name);
            return AddressRefusedException.IsIn(error) ? SendOutcome.Never : SendOutcome.TryLater;
        }
    }

    /// <summary>What a notice shows of a message: its lines without what only makes headings of them, cut where it is long.</summary>
    internal static string Body(string words)
    {
        var text = string.Join('\n', MessageLines.Of(words).Where(l => l.Text.Length > 0).Select(l => l.Text));
        return text.Length > LongestBody ? text[..(LongestBody - 1)] + "…" : text;
    }

    private HttpRequestMessage Request(PushSubscription browser, StoredMessage message)
    {
        var endpoint = new Uri(browser.Endpoint);
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { title = message.Subject, body = Body(message.Short ?? message.Text), url = message.Digest == DigestPart.Summary ? "/messages" : $"/messages#m-{message.Id}", tag = message.Id.ToString("N") });
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(PushCrypto.Encrypt(payload, browser.P256dh, browser.Auth)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", key.Authorize(endpoint));
        request.Headers.Add("TTL", "86400");
        request.Headers.Add("Urgency", "normal");
        return request;
    }
}
