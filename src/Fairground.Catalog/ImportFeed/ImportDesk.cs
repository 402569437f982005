using System.Data.Common;
using Fairground.Catalog.EditGoods;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Carries imports through: one at a time for each shop, on whichever node holds the shop's lease.</summary>
internal sealed class ImportDesk(IServiceScopeFactory scopes, Leases leases, IFileStore files, OutsideFetcher fetcher, SearchKeeper search, IOptions<OutsideOptions> outside, TimeProvider time, ILogger<ImportDesk> logger) : IDisposable
{
    private readonly HashSet<Guid> busy = [];
    private readonly SemaphoreSlim bell = new(0);

    /// <summary>Says that a job waits.</summary>
    public void Ring() => bell.Release();

    /// <summary>Waits until somebody rings, or for a while.</summary>
    public async Task Wait(TimeSpan most, CancellationToken ct)
    {
        await bell.WaitAsync(most, ct);
        while (bell.Wait(0, ct)) { }
    }

    /// <summary>Takes the shop for one import, or returns null where one is running already, here or on another node.</summary>
    public async Task<IAsyncDisposable?> Take(Guid shopId, CancellationToken ct)
    {
        lock (busy)
        {
            if (!busy.Add(shopId)) return null;
        }
        LeaseHold? held = null;
        try
        {
            held = await LeaseHold.Take(leases, time, logger, $"catalog.import.{shopId}", ct);
        }
        finally
        {
            if (held is null) Leave(shopId);
        }
        return held is null ? null : new Hold(held, () => Leave(shopId));
    }

    /// <summary>Runs a job whose shop is held; it ends done or failed, or stays running where the server stops before.</summary>
    public async Task Run(Guid importId, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        var import = await catalog.Imports.AsNoTracking().FirstAsync(i => i.Id == importId, ct);
        // Another node may have finished it between looking and taking.
        if (import.State is ImportState.Done or ImportState.Failed) return;
        var shop = await catalog.Shops.AsNoTracking().FirstAsync(s => s.Id == import.ShopId, ct);
        (import.State, import.StartedAt) = (ImportState.Running, time.GetUtcNow());
        catalog.Update(import);
        await catalog.SaveChangesAsync(ct);
        catalog.ChangeTracker.Clear();
        Result<Import> result;
        try
        {
            var isEdit = import.Format == GoodsEdit.Format;
            var file = isEdit ? default : await FileOf(import, ct);
            // Whoever is told that it is done finds the goods.
            result = await search.Beside(() => isEdit ? ActivatorUtilities.CreateInstance<EditRun>(scope.ServiceProvider, catalog).Run(import, shop, ct)
                : file.Refused ? Task.FromResult<Result<Import>>(file.Refusal!)
                : ActivatorUtilities.CreateInstance<ImportRun>(scope.ServiceProvider, catalog).Run(import, shop, file.Value, picturesFolder, progress, ct), ct);
        }
        catch (DbException error) when (error.IsTransient)
        {
            // The database was away: the job stays and is taken up again.
            logger.LogWarning(error, "Import {Import} was interrupted and will be taken up again", importId);
            throw;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.LogError(error, "Import {Import} broke", importId);
            result = CatalogRefusals.ImportBroken;
        }
        (import.State, import.FinishedAt) = (result.Refused ? ImportState.Failed : ImportState.Done, time.GetUtcNow());
        if (result.Refused) (import.ErrorCode, import.ErrorText) = (result.Refusal!.Code, result.Refusal.Sentence);
        catalog.ChangeTracker.Clear();
        catalog.Update(import);
        await catalog.SaveChangesAsync(CancellationToken.None);
    }

    private async Task<Result<StoredFile>> FileOf(Import import, CancellationToken ct)
    {
        if (import.FileId is { } known) return await Unpacked(import, await files.Find(known, ct) ?? throw new InvalidOperationException($"The file of import {import.Id} is gone."), ct);
        var settings = outside.Value;
        var rules = new FileRules(settings.LongestFeedBytes, PicturesOnly: false, IsPublic: false);
        var address = await fetcher.Check(import.SourceUrl, ct);
        if (address.Refused) return address.Refusal!;
        var saved = await fetcher.Fetch(address.Value, settings.FeedTimeout, content => files.Save(content, rules, ct), ct);
        if (saved.Refused) return saved;
        import.FileId = saved.Value.Id;
        return await Unpacked(import, saved.Value, ct);
    }

    private async Task<Result<StoredFile>> Unpacked(Import import, StoredFile file, CancellationToken ct)
    {
        var unpacked = await FeedArchive.Unpacked(files, file, outside.Value.LongestFeedBytes, ct);
        if (!unpacked.Refused) import.FileId = unpacked.Value.Id;
        return unpacked;
    }

    public void Dispose() => bell.Dispose();

    private void Leave(Guid shopId)
    {
        lock (busy) busy.Remove(shopId);
    }

    private sealed class Hold(LeaseHold lease, Action leave) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lease.DisposeAsync();
            leave();
        }
    }
}
