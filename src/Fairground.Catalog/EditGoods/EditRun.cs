using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.EditGoods;

/// <summary>
/// Carries an edit of many goods through as imports are: batch by batch, with what goods were before kept, so that it is undone in the same
/// way. Goods that it has changed already are passed over, so that one that was interrupted adds no percentage twice.
/// </summary>
internal sealed class EditRun(CatalogContext catalog, Kernel.Storage.Database database, IPriceFreeze freeze, TimeProvider time)
{
    private const int BatchSize = 500;

    public async Task<Result<Import>> Run(Import import, Shop shop, CancellationToken ct)
    {
        var edit = GoodsEdit.Read(import.WantedMapping!);
        var shelf = new CategoryShelf(catalog, time, dryRun: true);
        await shelf.Load(ct);
        if (edit.Change.CategoryId is { } category && shelf.NameOf(category).Length == 0) return CatalogRefusals.CategoryNotFound;
        (import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Deactivated, import.Problems, import.Differences) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
        await using (var transaction = await catalog.BeginWriteAsync(ct))
        {
            await catalog.ImportProblems.Where(p => p.ImportId == import.Id).ExecuteDeleteAsync(ct);
            await catalog.ImportDifferences.Where(d => d.ImportId == import.Id).ExecuteDeleteAsync(ct);
            await transaction.CommitAsync(ct);
        }
        var (tally, differences) = (new ImportTally(import, database.Kind), new Differences(shop.Money, shelf.NameOf));
        foreach (var ids in edit.Products.Distinct().Order().Chunk(BatchSize)) await Batch(ids, edit.Change, import, shop, tally, differences, ct);
        return import;
    }

    private async Task Batch(Guid[] ids, GoodsChange change, Import import, Shop shop, ImportTally tally, Differences differences, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var done = await catalog.ImportChanges.Where(c => c.ImportId == import.Id && ids.Contains(c.ProductId)).Select(c => c.ProductId).ToListAsync(ct);
        var own = await catalog.Products.Where(p => p.ShopId == shop.Id && ids.Contains(p.Id)).Select(p => p.Id).ToListAsync(ct);
        var frozen = change.PricePercent is null ? new HashSet<Guid>() : await freeze.Frozen(own, ct);
        var rows = new ShelfRows(database.Kind, shop, import.Id);
        await using var connection = await database.OpenAsync(ct);
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var reader = new ShelfReader(database.Kind, connection, transaction);
        var todo = own.Except(done).ToList();
        await reader.HoldNames([], ct);
        await reader.Lock(todo, ct);
        var (planned, problems) = (new List<PlannedGoods>(), new List<FeedProblem>());
        foreach (var old in (await reader.Load(todo, whole: true, ct)).Values.OrderBy(g => g.Name, StringComparer.Ordinal))
        {
            var next = GoodsEdit.Of(old, change, shop.Money) with { UpdatedAt = now, ChangedBy = import.Id };
            if (old.PriceMinor != next.PriceMinor && frozen.Contains(old.Id))
            {
                next = Prices.Held(old, next);
                problems.Add(new FeedProblem(0, 0, old.Key, CatalogRefusals.PriceFrozen.Code, Fill(Key("Certificates for '{0}' are on sale: the new price waits until they are no longer."), old.Name), Rejects: false));
            }
            if (change.Active == true && next.PriceMinor == 0) problems.Add(new FeedProblem(0, 0, old.Key, CatalogRefusals.ProductNoPrice.Code, Fill(Key("'{0}' has no price yet and cannot be put on the shelf."), old.Name), Rejects: false));
            var found = differences.Between(old, next).ToList();
            if (found.Count > 0) planned.Add(new PlannedGoods(new ProductDraft(0, 1, old.Key, DraftKind.Goods, FeedParts.None), old, next, found));
        }
        if (!import.IsDryRun) rows.Stage(planned, new Dictionary<Guid, FormerGoods>());
        await rows.Write(connection, transaction, ct);
        tally.Count(new BatchOutcome(todo.Count - planned.Count, planned, problems));
        (import.Updated, import.Read, import.Rows) = (import.Updated + done.Count, import.Read + done.Count, import.Rows + own.Count);
        await tally.Write(connection, transaction, ct);
        await transaction.CommitAsync(ct);
        tally.Written();
    }
}
