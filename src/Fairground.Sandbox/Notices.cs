using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Sandbox;

/// <summary>A notice that is ready to be sent, and can be sent again to the letter.</summary>
/// <param name="Company">Who sends it.</param>
/// <param name="Merchant">The payment it is about, as the merchant calls it.</param>
/// <param name="What">What happened: <c>paid</c>, <c>declined</c>, <c>refunded</c> …</param>
public sealed record PlayNotice(string Company, string Merchant, string What, Uri To, string Body, Func<IReadOnlyList<(string Name, string Value)>> Headers);

/// <summary>Tells merchants what happened, as each company does it.</summary>
public sealed class Notices(Faults faults, TimeProvider time) : IDisposable
{
    /// <summary>The secret that Stripe's notices are signed with.</summary>
    public const string StripeSecret = "whsec_sandbox";

    /// <summary>PayPal's id of the webhook, which is part of what is signed.</summary>
    public const string PayPalWebhook = "WH-SANDBOX";

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<PlayNotice> sent = new();
    private readonly ConcurrentStack<PlayNotice> held = new();
    private readonly ConcurrentDictionary<Task, byte> underWay = new();
    private Uri? market;

    /// <summary>Every notice there was, in order, sent or held.</summary>
    public IReadOnlyList<PlayNotice> All => [.. sent];

    /// <summary>How signatures of PayPal are asked for.</summary>
    internal ConcurrentDictionary<string, string> PayPalSignatures { get; } = new(StringComparer.Ordinal);

    /// <summary>The companies' clock.</summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Where the merchant's server is.</summary>
    public void Send(Uri marketAddress) => market = marketAddress;

    /// <summary>Something happened to a payment.</summary>
    internal void Of(Play play, string what)
    {
        if (market is null && play.Company != "epay") return;
        var notice = play.Company switch
        {
            "stripe" => PlayStripe.StripeNotice.Of(play, what, faults, To("stripe"), time),
            "paypal" => PlayPayPal.PayPalNotice.Of(play, what, faults, To("paypal"), time, PayPalSignatures),
            _ => PlayEpay.EpayNotice.Of(play, what, faults, time),
        };
        if (notice is not null) Send(notice);
    }

    /// <summary>A way of paying was kept; of the companies only ePay tells of it to an address that came with the asking.</summary>
    internal void Of(PlayMethod method)
    {
        if (method.Company == "epay") Send(PlayEpay.EpayNotice.Of(method, faults, time));
    }

    private void Send(PlayNotice notice)
    {
        sent.Enqueue(notice);
        if (faults.HoldNotices)
        {
            held.Push(notice);
            return;
        }
        for (var copy = 0; copy < faults.Copies; copy++) Keep(Later(notice, faults.Delay));
    }

    /// <summary>Sends a notice now; the status of the answer, 0 where there was none.</summary>
    public async Task<int> Deliver(PlayNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        // A merchant's server may have moved since the notice was written.
        var to = market is null ? notice.To : new Uri(market, notice.To.PathAndQuery);
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(notice.Body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in notice.Headers()) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request);
            return (int)response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Sends what was held, the newest first.</summary>
    public async Task Release()
    {
        while (held.TryPop(out var notice)) await Deliver(notice);
    }

    /// <summary>Waits until everything that was to be sent was sent.</summary>
    public async Task Quiet()
    {
        while (!underWay.IsEmpty) await Task.WhenAll(underWay.Keys);
    }

    public void Dispose() => http.Dispose();

    internal static string HmacHex(string secret, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private Uri To(string company) => new(market!, $"/api/v1/gateways/{company}/notices");

    // A company whose notice is not taken sends it again, with longer and longer waits; here a few times.
    private async Task Later(PlayNotice notice, TimeSpan delay)
    {
        await Task.Delay(delay, time);
        for (var tries = 0; tries < 4; tries++)
        {
            if (await Deliver(notice) is >= 200 and < 300) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50 << tries), time);
        }
    }

    private void Keep(Task task)
    {
        underWay.TryAdd(task, 0);
        _ = task.ContinueWith(t => underWay.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
