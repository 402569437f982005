using Fairground.Catalog.FetchOutside;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.FetchPictures;

/// <summary>Fetches pictures from the shops' addresses in the background: a few tries, further and further apart, then it is left at that. An import never waits for it.</summary>
internal sealed class PictureFetcher(IServiceScopeFactory scopes, OutsideFetcher fetcher, IFileStore files, IOptions<OutsideOptions> options, Leases leases, TimeProvider time, ILogger<PictureFetcher> logger)
    : LeasedWorker("catalog.pictures", TimeSpan.FromSeconds(3), leases, time, logger)
{
    private const int AtOnce = 4;
    private const int MostTries = 4;

    private readonly TimeProvider clock = time;

    protected override async Task<bool> RunOnce(CancellationToken ct) => await FetchDue(ct) == AtOnce;

    /// <summary>Fetches some of the pictures that are due; returns how many were tried.</summary>
    public async Task<int> FetchDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        var now = clock.GetUtcNow();
        var due = await catalog.Pictures.AsNoTracking().Where(p => p.FetchAt != null && p.FetchAt <= now).OrderBy(p => p.FetchAt).Take(AtOnce).ToListAsync(ct);
        var fetched = await Task.WhenAll(due.Select(async picture => (Picture: picture, Result: await Fetch(picture, ct))));
        await using var transaction = await catalog.BeginWriteAsync(ct);
        foreach (var (picture, result) in fetched)
        {
            var tries = picture.Tries + 1;
            // What is refused for good is not asked for again.
            var again = result.Refused && tries < MostTries && result.Refusal!.Kind == CatalogRefusals.AddressFailed;
            var fileId = result.Refused ? (Guid?)null : result.Value.Id;
            var error = result.Refused ? result.Refusal!.Sentence : null;
            DateTimeOffset? next = again ? now.AddMinutes(Math.Pow(8, tries - 1)) : null;
            // By id and source: the row may have been replaced by an import meanwhile.
            await catalog.Pictures.Where(p => p.Id == picture.Id && p.SourceUrl == picture.SourceUrl)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.FileId, fileId).SetProperty(x => x.Tries, tries).SetProperty(x => x.FetchAt, next).SetProperty(x => x.Error, error), ct);
        }
        await transaction.CommitAsync(ct);
        return due.Count;
    }

    private async Task<Kernel.Result<StoredFile>> Fetch(Picture picture, CancellationToken ct)
    {
        var address = await fetcher.Check(picture.SourceUrl, ct);
        if (address.Refused) return address.Refusal!;
        return await fetcher.Fetch(address.Value, options.Value.PictureTimeout, content => files.Save(content, FileRules.Picture, ct), ct);
    }
}
