using System.Net;
using System.Net.Sockets;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.FetchOutside;

/// <summary>How far we reach out for feeds and pictures.</summary>
internal sealed class OutsideOptions
{
    /// <summary>Lets addresses lead into private networks: <c>FAIRGROUND_ALLOW_PRIVATE_FEEDS=1</c>, for tests and demos.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Longest feed in bytes.</summary>
    public long LongestFeedBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Longest time for a whole feed.</summary>
    public TimeSpan FeedTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two pictures of one host.</summary>
    public TimeSpan PauseBetweenPictures { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How names become addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>Which addresses a connection may be made to.</summary>
    public Func<IPAddress, bool> MayReach { get; set; } = PublicAddress.IsPublic;

    /// <summary>Longest time for a whole picture.</summary>
    public TimeSpan PictureTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// Fetches addresses that other people gave us. The name is resolved here and the connection goes to the very address that was checked,
/// also after a redirect, so that no name can lead into the private network.
/// </summary>
internal sealed class OutsideFetcher : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly OutsideOptions options;
    private readonly HttpClient client;
    private readonly HttpClient direct;

    public OutsideFetcher(IOptions<OutsideOptions> options)
    {
        this.options = options.Value;
        client = Client(follow: true);
        direct = Client(follow: false);
    }

    /// <summary>Checks an address before it is taken: http or https, no credentials, and a name that leads to the public internet. Refuses with <c>import.address_refused</c>.</summary>
    public async Task<Result<Uri>> Check(string? address, CancellationToken ct)
    {
        if (!Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return CatalogRefusals.AddressRefused;
        if (uri.UserInfo.Length > 0 || uri.Host.Length == 0 || !MayKnock(uri.Port) || uri.OriginalString.Length > 2000) return CatalogRefusals.AddressRefused;
        try
        {
            // A name that does not resolve now may do so later; one that leads inside is refused at once.
            foreach (var found in await Resolve(uri.DnsSafeHost, ct))
            {
                if (!MayReach(found)) return CatalogRefusals.AddressRefused;
            }
        }
        catch (SocketException)
        {
            return uri;
        }
        return uri;
    }

    /// <summary>Gives the content to <paramref name="take"/>; refuses with <c>import.address_refused</c> or <c>import.address_failed</c>.</summary>
    public async Task<Result<T>> Fetch<T>(Uri address, TimeSpan timeout, Func<Stream, Task<Result<T>>> take, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await Ask(request, follow: true, timeout, async (response, content) => response.IsSuccessStatusCode ? await take(content) : Answered(response), ct);
    }

    /// <summary>Gives whatever is answered to <paramref name="take"/>; refuses with <c>import.address_refused</c> or <c>import.address_failed</c>.</summary>
    /// <param name="follow">Go where a redirect leads. Not with keys in the request's headers: they are for the one who was asked.</param>
    public async Task<Result<T>> Ask<T>(HttpRequestMessage request, bool follow, TimeSpan timeout, Func<HttpResponseMessage, Stream, Task<Result<T>>> take, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await (follow ? client : direct).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await using var content = await response.Content.ReadAsStreamAsync(limit.Token);
            return await take(response, new TimedStream(content, limit.Token));
        }
        catch (HttpRequestException error) when (Inner<AddressRefusedException>(error))
        {
            return CatalogRefusals.AddressRefused;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            return CatalogRefusals.AddressFailed.Saying("The address could not be reached.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return CatalogRefusals.AddressFailed.Saying($"The address did not answer in full within {timeout.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>True where a connection may be made to it.</summary>
    public bool MayReach(IPAddress address) => options.AllowPrivate || options.MayReach(address);

    /// <summary>Where a name leads; a name that says "no address" leads to this very machine, as it would for a connection.</summary>
    public async Task<IPAddress[]> Resolve(string host, CancellationToken ct)
    {
        try
        {
            return await options.Resolve(host, ct);
        }
        catch (ArgumentException)
        {
            // 0.0.0.0 and :: are "no address" to the resolver; they would lead to this very machine.
            return [IPAddress.Any];
        }
    }

    public void Dispose()
    {
        client.Dispose();
        direct.Dispose();
    }

    private HttpClient Client(bool follow)
    {
#pragma warning disable CA2000 // The client owns and disposes its handler.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = follow,
            MaxAutomaticRedirections = 3,
            UseCookies = false,
            // A proxy would resolve the name for itself, past the check.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = 4,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = Connect,
        };
#pragma warning restore CA2000
        var made = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        made.DefaultRequestHeaders.UserAgent.ParseAdd("Fairground/1.0");
        return made;
    }

    private static Refusal Answered(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - response.Headers.Date) : null;
        return wait is { } time && time > TimeSpan.Zero && status is 429 or 503
            ? CatalogRefusals.AddressFailed.Saying($"The address answered {status} and asks to come again later.", ("status", status), ("retryAfterSeconds", time.TotalSeconds))
            : CatalogRefusals.AddressFailed.Saying($"The address answered {status}.", ("status", status));
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Resolve(context.DnsEndPoint.Host, ct);
        if (!MayKnock(context.DnsEndPoint.Port) || addresses.Length == 0 || !Array.TrueForAll(addresses, MayReach)) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The web's own ports and those that anyone may listen on; never those of mail and other old services.
    private bool MayKnock(int port) => options.AllowPrivate || port is 80 or 443 or >= 1024;

    private static bool Inner<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T) return true;
        }
        return false;
    }

#pragma warning disable CA1032, CA1064 // Never leaves this class.
    private sealed class AddressRefusedException : IOException;
#pragma warning restore CA1032, CA1064

    // The time limit holds for the body too, whatever token the reader brings.
    private sealed class TimedStream(Stream inner, CancellationToken limit) : ReadingStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, limit);
    }
}

/// <summary>Reads the settings.</summary>
internal static class OutsideSettings
{
    public static void Read(OutsideOptions options, IConfiguration configuration) =>
        options.AllowPrivate = configuration["FAIRGROUND_ALLOW_PRIVATE_FEEDS"] == "1";
}
