using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Fairground.Kernel.Http;

namespace Fairground.Notifications.SendWebhooks;

/// <summary>What came of one call.</summary>
/// <param name="Status">HTTP status, or null where there was no answer.</param>
/// <param name="Error">Why not, in one word: <c>timeout</c>, <c>unreachable</c>, <c>address_refused</c>, <c>status</c>; null where it was taken.</param>
/// <param name="Wait">How long the receiver asks us to wait.</param>
internal sealed record CallOutcome(int? Status, string? Error, TimeSpan? Wait, TimeSpan Took);

/// <summary>Calls webhooks, through the door that keeps addresses out of the private network. Redirects are not followed: only 2xx is done.</summary>
internal sealed class WebhookCall(WebhookReach reach, WebhookSecrets secrets, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly HttpClient client = new OutsideDoor(reach).Client(follow: false, connectionsPerServer: 8);

    public async Task<CallOutcome> Send(Webhook webhook, WebhookDelivery delivery, CancellationToken ct)
    {
        var (started, now) = (Stopwatch.GetTimestamp(), time.GetUtcNow());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(reach.Patience);
        using var request = Request(webhook, delivery, now);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - now : null;
            var sensible = wait is { } time && time > TimeSpan.Zero ? time < LongestWait ? time : LongestWait : (TimeSpan?)null;
            return Outcome((int)response.StatusCode, response.IsSuccessStatusCode ? null : "status", sensible);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Outcome(null, "timeout");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return Outcome(null, AddressRefusedException.IsIn(error) ? "address_refused" : "unreachable");
        }

        CallOutcome Outcome(int? status, string? error, TimeSpan? wait = null) => new(status, error, wait, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage Request(Webhook webhook, WebhookDelivery delivery, DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var (id, timestamp) = ($"evt_{delivery.EventId:N}", now.ToUnixTimeSeconds());
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", secrets.Sign(webhook.SecretsAt(now), id, timestamp, body));
        return request;
    }
}

/// <summary>How far webhooks reach: to the public internet over https. <c>FAIRGROUND_ALLOW_PRIVATE_WEBHOOKS=1</c> lets them reach an operator's own machines, also over http.</summary>
internal sealed class WebhookReach : OutsideReach
{
    public IReadOnlyCollection<string> Schemes => AllowPrivate ? ["https", "http"] : ["https"];

    /// <summary>How long a receiver may take.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);
}
