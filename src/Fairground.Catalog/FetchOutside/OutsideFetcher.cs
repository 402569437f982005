using System.Net;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.FetchOutside;

/// <summary>How far we reach out for feeds and pictures.</summary>
internal sealed class OutsideOptions : OutsideReach
{
    /// <summary>Longest feed in bytes.</summary>
    public long LongestFeedBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Longest time for a whole feed.</summary>
    public TimeSpan FeedTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two pictures of one host.</summary>
    public TimeSpan PauseBetweenPictures { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Longest time for a whole picture.</summary>
    public TimeSpan PictureTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Fetches addresses that other people gave us, through the door that keeps them out of the private network.</summary>
internal sealed class OutsideFetcher : IDisposable
{
    private static readonly string[] Schemes = ["http", "https"];

    private readonly OutsideDoor door;
    private readonly HttpClient client;
    private readonly HttpClient direct;

    public OutsideFetcher(IOptions<OutsideOptions> options)
    {
        door = new OutsideDoor(options.Value);
        client = door.Client(follow: true);
        direct = door.Client(follow: false);
    }

    /// <summary>Checks an address before it is taken: http or https, no credentials, and a name that leads to the public internet. Refuses with <c>import.address_refused</c>.</summary>
    public async Task<Result<Uri>> Check(string? address, CancellationToken ct) =>
        Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var uri) && await door.MayTake(uri, Schemes, ct) ? uri : CatalogRefusals.AddressRefused;

    /// <summary>Gives the content to <paramref name="take"/>; refuses with <c>import.address_refused</c> or <c>import.address_failed</c>.</summary>
    public async Task<Result<TRead>> Fetch<TRead>(Uri address, TimeSpan timeout, Func<Stream, Task<Result<TRead>>> take, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await Ask(request, follow: true, timeout, async (response, content) => response.IsSuccessStatusCode ? await take(content) : Answered(response), ct);
    }

    /// <summary>Gives whatever is answered to <paramref name="take"/>; refuses with <c>import.address_refused</c> or <c>import.address_failed</c>.</summary>
    /// <param name="follow">Go where a redirect leads. Not with keys in the request's headers: they are for the one who was asked.</param>
    public async Task<Result<TRead>> Ask<TRead>(HttpRequestMessage request, bool follow, TimeSpan timeout, Func<HttpResponseMessage, Stream, Task<Result<TRead>>> take, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await (follow ? client : direct).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await using var content = await response.Content.ReadAsStreamAsync(limit.Token);
            return await take(response, new TimedStream(content, limit.Token));
        }
        catch (HttpRequestException error) when (AddressRefusedException.IsIn(error))
        {
            return CatalogRefusals.AddressRefused;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            return CatalogRefusals.AddressFailed.Saying(T["The address could not be reached."]);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return CatalogRefusals.AddressFailed.Saying(T["The address did not answer in full within {0:0} seconds.", timeout.TotalSeconds]);
        }
    }

    /// <summary>True where a connection may be made to it.</summary>
    public bool MayReach(IPAddress address) => door.MayReach(address);

    /// <summary>Where a name leads; a name that says "no address" leads to this very machine, as it would for a connection.</summary>
    public Task<IPAddress[]> Resolve(string host, CancellationToken ct) => door.Resolve(host, ct);

    public void Dispose()
    {
        client.Dispose();
        direct.Dispose();
    }

    private static Refusal Answered(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - response.Headers.Date) : null;
        return wait is { } time && time > TimeSpan.Zero && status is 429 or 503
            ? CatalogRefusals.AddressFailed.Saying(T["The address answered {0} and asks to come again later.", status], ("status", status), ("retryAfterSeconds", time.TotalSeconds))
            : CatalogRefusals.AddressFailed.Saying(T["The address answered {0}.", status], ("status", status));
    }

    // The time limit holds for the body too, whatever token the reader brings.
    private sealed class TimedStream(Stream inner, CancellationToken limit) : ReadingStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, limit);
    }
}

/// <summary>Reads the settings.</summary>
internal static class OutsideSettings
{
    /// <summary><c>FAIRGROUND_ALLOW_PRIVATE_FEEDS=1</c>, for tests and demos.</summary>
    public static void Read(OutsideOptions options, IConfiguration configuration) =>
        options.AllowPrivate = configuration["FAIRGROUND_ALLOW_PRIVATE_FEEDS"] == "1";
}
