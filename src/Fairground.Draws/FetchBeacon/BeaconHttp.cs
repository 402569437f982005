using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairground.Draws;

/// <summary>What came back from a beacon.</summary>
/// <param name="Body">JSON, or null.</param>
/// <param name="NotYet">True where it said that it does not have it yet.</param>
/// <param name="Failure">Why there is no answer.</param>
/// <param name="Lie">Why the answer cannot be true.</param>
internal sealed record BeaconAnswer(JsonObject? Body, bool NotYet = false, string? Failure = null, string? Lie = null);

/// <summary>Asks a beacon over HTTP: briefly, without redirects, and for a few kilobytes at most.</summary>
internal sealed class BeaconHttp(BeaconOptions options) : IDisposable
{
    private const int LongestBody = 64 * 1024;

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => client.Dispose();

    /// <summary>One answer. Never throws but where <paramref name="ct"/> ends.</summary>
    public async Task<BeaconAnswer> Get(Uri address, CancellationToken ct)
    {
        var (bytes, answer) = await Read(address, "application/json", ct);
        if (bytes is null) return answer;
        try
        {
            return JsonNode.Parse(bytes) is JsonObject json ? new BeaconAnswer(json) : new BeaconAnswer(null, Lie: "the answer is no object");
        }
        catch (JsonException)
        {
            return new BeaconAnswer(null, Lie: "the answer is no JSON");
        }
    }

    /// <summary>One answer as text, or why there is none.</summary>
    public async Task<(string? Text, string? Failure)> GetText(Uri address, CancellationToken ct)
    {
        var (bytes, answer) = await Read(address, "*/*", ct);
        return bytes is null ? (null, answer.Failure ?? answer.Lie ?? "does not have it") : (Encoding.UTF8.GetString(bytes), null);
    }

    private async Task<(byte[]? Bytes, BeaconAnswer Answer)> Read(Uri address, string accept, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd(accept);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (answer.StatusCode is HttpStatusCode.NotFound or (HttpStatusCode)425) return (null, new BeaconAnswer(null, NotYet: true));
            if (answer.StatusCode != HttpStatusCode.OK) return (null, new BeaconAnswer(null, Failure: $"answered {(int)answer.StatusCode}"));
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            var bytes = new byte[LongestBody];
            var read = await body.ReadAtLeastAsync(bytes, LongestBody, throwOnEndOfStream: false, patience.Token);
            return read == LongestBody ? (null, new BeaconAnswer(null, Lie: "the answer is too long")) : (bytes[..read], new BeaconAnswer(null));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, new BeaconAnswer(null, Failure: $"gave no answer within {options.Patience.TotalSeconds:0.#} s"));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidOperationException)
        {
            return (null, new BeaconAnswer(null, Failure: error.Message));
        }
    }
}
