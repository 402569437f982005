using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;

namespace Fairground.Catalog.SyncStores;

/// <summary>What a store answered.</summary>
/// <param name="Body">Null where there is nothing at this address (404).</param>
internal sealed record StoreAnswer(JsonElement? Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public DateTimeOffset? At => DateTimeOffset.TryParse(Header("Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>The query of the link to the next page, or null where this is the last.</summary>
    public string? NextQuery
    {
        get
        {
            foreach (var link in Header("Link").Split(','))
            {
                var parts = link.Split(';', StringSplitOptions.TrimEntries);
                if (parts.Length < 2 || !parts.Skip(1).Any(p => p is "rel=\"next\"" or "rel=next")) continue;
                return Uri.TryCreate(parts[0].Trim('<', '>', ' '), UriKind.Absolute, out var uri) ? uri.Query.TrimStart('?') : null;
            }
            return null;
        }
    }
}

/// <summary>Asks a store's interface, as fast as it likes to be asked and no faster.</summary>
internal sealed class StoreCalls(OutsideFetcher fetcher, TimeProvider time)
{
    private const int MostTries = 5;
    private const int LongestAnswer = 64 * 1024 * 1024;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Refuses with <c>import.address_refused</c>, <c>import.address_failed</c>, <c>source.denied</c>, <c>source.busy</c>, <c>source.unexpected</c>.</summary>
    /// <param name="keys">Headers that let us in. They never follow a redirect.</param>
    public async Task<Result<StoreAnswer>> Get(string address, IReadOnlyList<(string Name, string Value)> keys, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in keys) request.Headers.TryAddWithoutValidation(name, value);
            request.Headers.Accept.ParseAdd("application/json");
            var answer = await fetcher.Ask<StoreAnswer>(request, follow: false, CallTimeout, (response, content) => Read(response, content, ct), ct);
            if (!answer.Refused)
            {
                await Ease(answer.Value, ct);
                return answer;
            }
            var refusal = answer.Refusal!;
            var mayPass = refusal.Kind == SourceRefusals.Busy || refusal.Kind == CatalogRefusals.AddressFailed;
            if (!mayPass || tries == MostTries) return refusal;
            var asked = refusal.Details.FirstOrDefault(d => d.Name == FeedAddress.RetryAfter).Value is long seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(Math.Pow(2, tries - 1));
            // A longer wait is not for us to sit out: the source is looked at again when that has passed.
            if (asked > LongestWait) return refusal;
            await Task.Delay(asked, time, ct);
        }
    }

    private async Task<Result<StoreAnswer>> Read(HttpResponseMessage response, Stream content, CancellationToken ct)
    {
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return new StoreAnswer(null, headers);
        if ((int)response.StatusCode is >= 300 and < 400) return SourceRefusals.Unexpected.Saying(T["The store sends us on to another address. Enter the address where it is."]);
        // Shopify writes parts of a second.
        if ((int)response.StatusCode == 429 && headers.TryGetValue("Retry-After", out var wait) && double.TryParse(wait, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return SourceRefusals.Busy.With((FeedAddress.RetryAfter, (long)Math.Ceiling(Math.Clamp(seconds, 0, 86_400))));
        if (FeedAddress.Refusal(response, time.GetUtcNow()) is { } refusal) return refusal;
        try
        {
            var bytes = await Whole(content, ct);
            if (bytes is null) return SourceRefusals.Unexpected.Saying(T["The store's answer is longer than 64 MB."]);
            using var document = JsonDocument.Parse(bytes.Value);
            return new StoreAnswer(document.RootElement.Clone(), headers);
        }
        catch (JsonException)
        {
            return SourceRefusals.Unexpected;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> Whole(Stream content, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await content.ReadAsync(buffer.AsMemory(), ct)) > 0)
        {
            if (whole.Length + count > LongestAnswer) return null;
            await whole.WriteAsync(buffer.AsMemory(0, count), ct);
        }
        return whole.ToArray();
    }

    // Shopify's bucket leaks two calls a second: where it is nearly full we wait, and other programs of the shop have room too.
    private async Task Ease(StoreAnswer answer, CancellationToken ct)
    {
        if (answer.Header("X-Shopify-Shop-Api-Call-Limit").Split('/') is not [var used, var most] || !int.TryParse(used, NumberStyles.None, CultureInfo.InvariantCulture, out var calls) || !int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return;
        var over = calls - (size - 2);
        if (over > 0) await Task.Delay(TimeSpan.FromMilliseconds(500 * over), time, ct);
    }
}
