using System.Text;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.ReleasePrices;
using Fairground.Catalog.SyncFeeds;
using Fairground.Catalog.SyncStores;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.AskPrice;

/// <summary>
/// Fetches the current cost of goods when a lot opens (element 8). A store or a database is asked for this one thing; of a feed the age of
/// the last answer counts. What has changed becomes an import of its own, so that it stands in the shop's history and can be undone.
/// </summary>
internal sealed class CurrentCosts(
    CatalogContext catalog, SourceSecrets secrets, DatabaseSource databases, StoreWalk stores, StartImport start, ImportDesk desk, IFileStore files, IPriceFreeze freeze, PriceReleaser releaser, TimeProvider time, ILogger<CurrentCosts> logger) : ICurrentCost
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // A feed that is looked at in time has been heard within its interval, and a little for the looking.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public async Task<Result<CurrentCost>> Fetch(Guid productId, CancellationToken ct)
    {
        var product = await catalog.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == productId, ct);
        if (product?.PendingPriceMinor is not null)
        {
            if ((await freeze.Frozen([productId], ct)).Contains(productId)) return SourceRefusals.PriceWaits;
            // What it waited for is over: the new price is the current one.
            await releaser.Release(ct);
            product = await catalog.Products.AsNoTracking().FirstAsync(p => p.Id == productId, ct);
        }
        var source = product?.SourceId is { } id ? await catalog.Sources.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, ct) : null;
        if (product is null || source is null || source.Paused) return new CurrentCost(CostOrigin.Shelf, null);
        if (source.Kind == SourceKind.Address) return await OfFeed(source, ct);
        var asked = await Ask(source, product.SourceKey, ct);
        if (asked.Refused) return Silent(source, asked.Refusal!);
        return await Apply(source, product, asked.Value, ct);
    }

    private async Task<Result<CurrentCost>> OfFeed(Source source, CancellationToken ct)
    {
        var last = await catalog.Imports.AsNoTracking().Where(i => i.Id == source.ImportId).Select(i => i.State).FirstOrDefaultAsync(ct);
        var fresh = source.HeardAt >= time.GetUtcNow() - TimeSpan.FromMinutes(source.IntervalMinutes) - Grace;
        if (fresh && last == ImportState.Done) return new CurrentCost(CostOrigin.Source, source.HeardAt);
        return Silent(source, last is ImportState.Queued or ImportState.Running ? CatalogRefusals.ImportRunning : CatalogRefusals.AddressFailed);
    }

    private async Task<Result<AskedGoods>> Ask(Source source, string key, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            var secret = secrets.Read(source);
            return SourceKind.IsDatabase(source.Kind) ? await databases.Ask(source, secret, key, Limit, limit.Token) : await stores.Ask(source, secret, key, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return SourceRefusals.Silent;
        }
    }

    private Result<CurrentCost> Silent(Source source, Refusal why)
    {
        logger.LogWarning("Source {Source} did not say the current price ({Code})", source.Id, why.Code);
        if (source.WhenSilent == WhenSilent.LastKnown && source.HeardAt is { } heard) return new CurrentCost(CostOrigin.LastKnown, heard);
        return SourceRefusals.Silent.With(("source", source.Name), ("reason", why.Code));
    }

    private async Task<Result<CurrentCost>> Apply(Source source, Product product, AskedGoods asked, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (!asked.Gone && asked.Prices.Count == 0) return new CurrentCost(CostOrigin.Shelf, null);
        var lowest = asked.Prices.Select(p => FeedText.Price(p.Text, product.Price.Currency)).Where(p => p > 0).Min();
        if (!asked.Gone && lowest == product.PriceMinor) return new CurrentCost(CostOrigin.Source, now);
        await using var hold = await desk.Take(source.ShopId, ct);
        // An older price that is on its way must not come after this one.
        if (hold is null || await catalog.Imports.AnyAsync(i => i.SourceId == source.Id && (i.State == ImportState.Queued || i.State == ImportState.Running), ct)) return CatalogRefusals.ImportRunning;
        var imported = await Import(source, asked, ct);
        if (imported.Refused) return imported.Refusal!;
        var after = await catalog.Products.AsNoTracking().FirstAsync(p => p.Id == product.Id, ct);
        if (after.PendingPriceMinor is not null) return SourceRefusals.PriceWaits;
        return !asked.Gone && after.PriceMinor != lowest ? SourceRefusals.PriceUnusable : new CurrentCost(CostOrigin.Source, now);
    }

    private async Task<Result<Import>> Import(Source source, AskedGoods asked, CancellationToken ct)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(asked.Content));
        var saved = await files.Save(content, new FileRules(content.Length, PicturesOnly: false, IsPublic: false), ct);
        if (saved.Refused) return saved.Refusal!;
        var made = await start.OfSource(source, $"current-price-{asked.FileName}", saved.Value, asked.Wishes, ct);
        if (made.Refused) return made.Refusal!;
        await using (var transaction = await catalog.BeginWriteAsync(ct))
        {
            catalog.Imports.Add(made.Value);
            await catalog.SaveChangesAsync(ct);
            await SourceItems.Write(catalog, asked.Items, ct);
            await transaction.CommitAsync(ct);
        }
        catalog.ChangeTracker.Clear();
        await desk.Run(made.Value.Id, null, null, ct);
        var after = await catalog.Imports.AsNoTracking().FirstAsync(i => i.Id == made.Value.Id, ct);
        return after.State == ImportState.Done ? after : SourceRefusals.PriceUnusable.With(("import", after.Id.ToString()));
    }
}
