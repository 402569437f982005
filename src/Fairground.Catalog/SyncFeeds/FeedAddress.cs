using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Looks at a feed's address: asks for it only where it has changed since.</summary>
internal sealed class FeedAddress(OutsideFetcher fetcher, IFileStore files, IOptions<OutsideOptions> outside, TimeProvider time)
{
    /// <summary>The name under which a refusal says how long to wait.</summary>
    public const string RetryAfter = "retryAfterSeconds";

    /// <summary>Refuses with <c>import.address_refused</c>, <c>import.address_failed</c>, <c>source.denied</c>, <c>source.busy</c>, <c>file.*</c>.</summary>
    /// <param name="again">Fetch it whatever it says of itself: the import of what was fetched last broke.</param>
    public async Task<Result<SourceCatch>> Look(Source source, SourceSecret secret, bool again, CancellationToken ct)
    {
        var address = await fetcher.Check(secret.Address, ct);
        if (address.Refused) return address.Refusal!;
        using var request = new HttpRequestMessage(HttpMethod.Get, address.Value);
        if (SignIn(secret) is { } signIn) request.Headers.Authorization = signIn;
        if (!again && source.Etag is { } etag) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (!again && source.LastModified is { } modified) request.Headers.TryAddWithoutValidation("If-Modified-Since", modified);
        var settings = source.ReadSettings();
        return await fetcher.Ask<SourceCatch>(request, follow: true, outside.Value.FeedTimeout, async (response, content) =>
        {
            if (response.StatusCode == HttpStatusCode.NotModified) return SourceCatch.Nothing;
            if (Refusal(response, time.GetUtcNow()) is { } refusal) return refusal;
            var saved = await files.Save(content, new FileRules(outside.Value.LongestFeedBytes, PicturesOnly: false, IsPublic: false), ct);
            if (saved.Refused) return saved.Refusal!;
            return new SourceCatch(saved.Value, FileName(address.Value), new ImportWishes(settings.Format, settings.Encoding, settings.Separator, settings.Full, settings.Currency))
            {
                Etag = Header(response, "ETag"),
                LastModified = Header(response, "Last-Modified"),
            };
        }, ct);
    }

    /// <summary>What an answer that is no success means, or null where it is one.</summary>
    public static Refusal? Refusal(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.IsSuccessStatusCode) return null;
        var status = (int)response.StatusCode;
        if (status is 401 or 403) return SourceRefusals.Denied.Saying(T["The address answered {0}: it does not let us in.", status]);
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        if (status is not (429 or 503)) return CatalogRefusals.AddressFailed.Saying(T["The address answered {0}.", status]);
        return SourceRefusals.Busy.Saying(T["The address answered {0}: it asks us to come back later.", status], (RetryAfter, wait is { } asked && asked > TimeSpan.Zero ? (long)Math.Ceiling(asked.TotalSeconds) : null));
    }

    public static AuthenticationHeaderValue? SignIn(SourceSecret secret) =>
        secret.User is null && secret.Password is null ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{secret.User}:{secret.Password}"))));

    private static string FileName(Uri address) => Uri.UnescapeDataString(Path.GetFileName(ShownAddress.Of(address.GetLeftPart(UriPartial.Path)))) is { Length: > 0 } name && !name.Contains(':', StringComparison.Ordinal) ? name : "feed";

    private static string? Header(HttpResponseMessage response, string name) =>
        (response.Headers.TryGetValues(name, out var own) || response.Content.Headers.TryGetValues(name, out own)) && own.FirstOrDefault() is { Length: > 0 and <= 300 } value ? value : null;
}
