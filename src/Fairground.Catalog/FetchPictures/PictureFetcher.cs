using System.Collections.Concurrent;
using Fairground.Catalog.FetchOutside;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.FetchPictures;

/// <summary>
/// Fetches pictures from the shops' addresses in the background: a few tries, further and further apart, then it is left at that. An import never waits for it. Every host is asked
/// one picture after the other with a pause between, several hosts side by side; a host that says when to come again is left alone until then. When a picture is due stands in its row.
/// </summary>
internal sealed class PictureFetcher(IServiceScopeFactory scopes, OutsideFetcher fetcher, IOptions<OutsideOptions> options, Leases leases, TimeProvider time, ILogger<PictureFetcher> logger)
    : LeasedWorker("catalog.pictures", TimeSpan.FromSeconds(3), leases, time, logger)
{
    private const int HostsAtOnce = 6;
    private const int OfAHost = 8;
    private const int MostTries = 4;

    // Half from the front of the queue and half from its end, so that one shop's million pictures do not keep another shop's ten waiting.
    private const int Looked = 60;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider clock = time;

    // When a host was asked last, by a clock that only runs forwards.
    private readonly ConcurrentDictionary<string, long> asked = new(StringComparer.OrdinalIgnoreCase);

    protected override async Task<bool> RunOnce(CancellationToken ct) => await FetchDue(ct) > 0;

    /// <summary>Fetches some of the pictures that are due; returns how many were tried.</summary>
    public async Task<int> FetchDue(CancellationToken ct)
    {
        var hosts = (await Due(ct)).GroupBy(p => HostOf(p.SourceUrl)).Take(HostsAtOnce).Select(h => h.Take(OfAHost).ToList()).ToList();
        if (asked.Count > 10_000) asked.Clear();
        return (await Task.WhenAll(hosts.Select(h => FetchHost(h, ct)))).Sum();
    }

    private async Task<List<Picture>> Due(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        var due = scope.ServiceProvider.GetRequiredService<CatalogContext>().Pictures.AsNoTracking().Where(p => p.FetchAt != null && p.FetchAt <= now);
        var first = await due.OrderBy(p => p.FetchAt).ThenBy(p => p.Id).Take(Looked).ToListAsync(ct);
        if (first.Count < Looked) return first;
        var last = await due.OrderByDescending(p => p.FetchAt).ThenByDescending(p => p.Id).Take(Looked).ToListAsync(ct);
        return [.. first.Concat(last).DistinctBy(p => p.Id)];
    }

    private async Task<int> FetchHost(List<Picture> pictures, CancellationToken ct)
    {
        var tried = 0;
        foreach (var picture in pictures)
        {
            await Pause(HostOf(picture.SourceUrl), ct);
            await using var scope = scopes.CreateAsyncScope();
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            var result = await Fetch(picture, catalog, scope.ServiceProvider.GetRequiredService<IShopFiles>(), ct);
            tried++;
            if (await Write(catalog, picture, result, ct) is { } until)
            {
                await Postpone(catalog, picture, until, ct);
                break;
            }
        }
        return tried;
    }

    // Writes down what came of it; returns until when the host wants to be left alone, or null.
    private async Task<DateTimeOffset?> Write(CatalogContext catalog, Picture picture, Result<StoredFile> result, CancellationToken ct)
    {
        var (now, tries) = (clock.GetUtcNow(), picture.Tries + 1);
        var until = result.Refused && result.Refusal!.RetryAfter() is { } wait ? now + (wait < LongestWait ? wait : LongestWait) : (DateTimeOffset?)null;
        var fileId = result.Refused ? (Guid?)null : result.Value.Id;
        var error = result.Refused ? result.Refusal!.Sentence : null;
        // What is refused for good, or is not there, is not asked for again; being told to wait is no failed try, up to a point.
        var again = result.Refused && tries < (until is null ? MostTries : 4 * MostTries) && result.Refusal!.MayPass();
        DateTimeOffset? next = again ? until ?? now.AddMinutes(Math.Pow(8, Math.Min(tries, MostTries) - 1)) : null;
        await using var transaction = await catalog.BeginWriteAsync(ct);
        // By id and source: the row may have been replaced by an import meanwhile.
        await catalog.Pictures.Where(p => p.Id == picture.Id && p.SourceUrl == picture.SourceUrl)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.FileId, fileId).SetProperty(x => x.Tries, tries).SetProperty(x => x.FetchAt, next).SetProperty(x => x.Error, error), ct);
        await transaction.CommitAsync(ct);
        return until;
    }

    private static async Task Postpone(CatalogContext catalog, Picture picture, DateTimeOffset until, CancellationToken ct)
    {
        if (!Uri.TryCreate(picture.SourceUrl, UriKind.Absolute, out var address)) return;
        var host = address.GetLeftPart(UriPartial.Authority) + "/";
        DateTimeOffset? at = until;
        await catalog.Pictures.Where(p => p.FetchAt != null && p.FetchAt < at && p.SourceUrl!.StartsWith(host)).ExecuteUpdateAsync(p => p.SetProperty(x => x.FetchAt, at), ct);
    }

    private async Task Pause(string host, CancellationToken ct)
    {
        if (asked.TryGetValue(host, out var last) && options.Value.PauseBetweenPictures - clock.GetElapsedTime(last) is var left && left > TimeSpan.Zero) await Task.Delay(left, clock, ct);
        asked[host] = clock.GetTimestamp();
    }

    private async Task<Result<StoredFile>> Fetch(Picture picture, CatalogContext catalog, IShopFiles files, CancellationToken ct)
    {
        var address = await fetcher.Check(picture.SourceUrl, ct);
        if (address.Refused) return address.Refusal!;
        var shop = await catalog.Products.Where(g => g.Id == picture.ProductId).Select(g => g.ShopId).FirstOrDefaultAsync(ct);
        return await fetcher.Fetch(address.Value, options.Value.PictureTimeout, content => files.Save(shop, content, FileRules.Picture, ct), ct);
    }

    private static string HostOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : "";
}

/// <summary>What a failed fetch says about another try.</summary>
internal static class FetchFailures
{
    /// <summary>How long the host wants to be left alone, or null.</summary>
    public static TimeSpan? RetryAfter(this Refusal refusal) => Detail(refusal, "retryAfterSeconds") is double seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>True where the same address may answer later: it was not reached, too slow, overloaded or in trouble of its own.</summary>
    public static bool MayPass(this Refusal refusal) => refusal.Kind == CatalogRefusals.AddressFailed && (Detail(refusal, "status") is not int status || status is 408 or 425 or 429 or >= 500);

    private static object? Detail(Refusal refusal, string name) => refusal.Details.FirstOrDefault(d => d.Name == name).Value;
}
