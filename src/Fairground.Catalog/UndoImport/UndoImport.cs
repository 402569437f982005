using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.UndoImport;

/// <summary>
/// Takes an import back: what it brought in leaves the shelf, what it changed is again as it was. Goods that a person or a later import
/// changed since stay as they are and are reported. Once only; an undoing that was interrupted goes on where it stood.
/// </summary>
internal sealed class UndoImport(CatalogContext catalog, Kernel.Storage.Database database, ImportDesk desk, IPriceFreeze freeze, TimeProvider time)
{
    private const int BatchSize = 500;

    private int problems;

    /// <summary>Refuses with <c>import.dry_run</c>, <c>import.already_undone</c>, <c>import.not_finished</c>, <c>import.undo_too_old</c>, <c>import.running</c>, <c>import.nothing_to_undo</c>, <c>import.changed_since</c>.</summary>
    public async Task<Result<Import>> Undo(Guid importId, Guid? userId, CancellationToken ct)
    {
        var import = await Find(importId, ct);
        if (Refusal(import) is { } early) return early;
        await using var hold = await desk.Take(import.ShopId, ct);
        if (hold is null) return CatalogRefusals.ImportRunning;
        // Somebody may have been first between looking and taking.
        import = await Find(importId, ct);
        if (Refusal(import) is { } late) return late;
        var shop = await catalog.Shops.AsNoTracking().FirstAsync(s => s.Id == import.ShopId, ct);
        await Begin(import, userId, ct);
        var left = await Restore(import, shop, ct) + await TakeOff(import, shop, ct);
        return await End(importId, left, ct);
    }

    /// <summary>Why an import cannot be undone, or null.</summary>
    public static RefusalKind? Refusal(Import import) => import switch
    {
        { IsDryRun: true } => CatalogRefusals.ImportDryRun,
        { UndoState: UndoState.Done } => CatalogRefusals.ImportUndone,
        { UndoState: UndoState.TooOld } => CatalogRefusals.ImportUndoTooOld,
        { State: ImportState.Queued or ImportState.Running or ImportState.Held } => CatalogRefusals.ImportNotFinished,
        _ => null,
    };

    private Task<Import> Find(Guid id, CancellationToken ct) => catalog.Imports.AsNoTracking().FirstAsync(i => i.Id == id, ct);

    private async Task Begin(Import import, Guid? userId, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.Imports.Where(i => i.Id == import.Id).ExecuteUpdateAsync(i => i.SetProperty(x => x.UndoState, UndoState.Running).SetProperty(x => x.UndoneBy, userId), ct);
        // Those that an interrupted undoing said are looked at again.
        await catalog.ImportProblems.Where(p => p.ImportId == import.Id && p.Code == CatalogRefusals.ImportChangedSince.Code).ExecuteDeleteAsync(ct);
        problems = await catalog.ImportProblems.Where(p => p.ImportId == import.Id).MaxAsync(p => (int?)p.N, ct) ?? 0;
        await transaction.CommitAsync(ct);
    }

    // Goods that the import changed; returns how many had to stay.
    private async Task<int> Restore(Import import, Shop shop, CancellationToken ct)
    {
        var left = 0;
        for (var after = Guid.Empty; ;)
        {
            var some = await catalog.ImportChanges.AsNoTracking().Where(c => c.ImportId == import.Id && !c.Undone && c.Kind == ChangeKind.Changed && c.ProductId.CompareTo(after) > 0).OrderBy(c => c.ProductId).Take(BatchSize).ToListAsync(ct);
            if (some.Count == 0) return left;
            after = some[^1].ProductId;
            left += await Restore(import, shop, some, ct);
        }
    }

    private async Task<int> Restore(Import import, Shop shop, List<ImportChange> changes, CancellationToken ct)
    {
        var ids = changes.ConvertAll(c => c.ProductId);
        var frozen = await freeze.Frozen(ids, ct);
        var rows = new ShelfRows(database.Kind, shop, import.Id);
        var said = new List<FeedProblem>();
        await Write(ids, async (reader, goods) =>
        {
            var there = (await reader.HoldNames([.. changes.SelectMany(c => FormerGoods.Read(c.Before).Categories ?? []).Distinct()], ct)).Keys.ToHashSet();
            foreach (var change in changes)
            {
                if (!goods.TryGetValue(change.ProductId, out var now)) continue;
                if (now.ChangedBy != import.Id)
                {
                    said.Add(Stayed(now));
                    continue;
                }
                var before = Former(change, now, there) with { UpdatedAt = time.GetUtcNow() };
                if (before.PriceMinor != now.PriceMinor && frozen.Contains(now.Id))
                {
                    before = Prices.Held(now, before);
                    said.Add(new FeedProblem(0, 0, now.Key, CatalogRefusals.PriceFrozen.Code, Fill(Key("Certificates for '{0}' are on sale: the former price waits until they are no longer."), Short(now.Name)), Rejects: false));
                }
                rows.Stage(now, before);
                rows.Undone(change.ProductId, ChangeKind.Changed, change.Before);
            }
            await Said(import.Id, said, reader, ct);
        }, rows, ct);
        return said.Count(p => p.Code == CatalogRefusals.ImportChangedSince.Code);
    }

    // Goods that the import made; returns how many had to stay.
    private async Task<int> TakeOff(Import import, Shop shop, CancellationToken ct)
    {
        var left = 0;
        for (var after = Guid.Empty; ;)
        {
            var ids = await catalog.Products.Where(p => p.ShopId == shop.Id && p.CreatedImport == import.Id && p.Id.CompareTo(after) > 0
                && !catalog.ImportChanges.Any(c => c.ImportId == import.Id && c.ProductId == p.Id && c.Undone)).OrderBy(p => p.Id).Take(BatchSize).Select(p => p.Id).ToListAsync(ct);
            if (ids.Count == 0) return left;
            after = ids[^1];
            var rows = new ShelfRows(database.Kind, shop, import.Id);
            var said = new List<FeedProblem>();
            await Write(ids, async (reader, goods) =>
            {
                foreach (var now in goods.Values.OrderBy(g => g.Id))
                {
                    if (now.ChangedBy != import.Id)
                    {
                        said.Add(Stayed(now));
                        continue;
                    }
                    // Without a note of what the feed said, the next import puts the goods back.
                    rows.Stage(now, now with { Active = false, Listed = false, Hash = "", ChangedBy = Ids.New(), UpdatedAt = time.GetUtcNow() });
                    rows.Undone(now.Id, ChangeKind.Created, "{}");
                }
                await Said(import.Id, said, reader, ct);
            }, rows, ct);
            left += said.Count;
        }
    }

    // The goods are read and written in one transaction, so that nothing done by hand meanwhile is lost.
    private async Task Write(IReadOnlyCollection<Guid> ids, Func<ShelfReader, Dictionary<Guid, GoodsState>, Task> stage, ShelfRows rows, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var reader = new ShelfReader(database.Kind, connection, transaction);
        await reader.HoldNames([], ct);
        await reader.Lock(ids, ct);
        await stage(reader, await reader.Load(ids, whole: true, ct));
        await rows.Write(connection, transaction, ct);
        await transaction.CommitAsync(ct);
    }

    // A picture that was fetched since the import stays fetched, and goods whose category was merged away stay where they are.
    private static GoodsState Former(ImportChange change, GoodsState now, HashSet<Guid> categories)
    {
        var before = FormerGoods.Read(change.Before).Over(now);
        if (!ReferenceEquals(before.Categories, now.Categories) && !before.Categories.All(categories.Contains)) before = before with { Categories = now.Categories };
        return ReferenceEquals(before.Pictures, now.Pictures) ? before : before with
        {
            Pictures = [.. before.Pictures.Select(p => now.Pictures.FirstOrDefault(n => n.Source == p.Source && n.FileId is not null) is { } here ? here with { Alt = p.Alt } : p)],
        };
    }

    private static FeedProblem Stayed(GoodsState goods) =>
        new(0, 0, goods.Key, CatalogRefusals.ImportChangedSince.Code, Fill(Key("'{0}' was changed since, by hand or by a later import, and stays as it is."), Short(goods.Name)), Rejects: false);

    private async Task Said(Guid importId, List<FeedProblem> said, ShelfReader reader, CancellationToken ct)
    {
        foreach (var problem in said.Take(Math.Max(0, ImportTally.MostProblemsKept * 2 - problems)))
        {
            await using var command = reader.Command("insert into catalog_import_problem (import_id, n, line, field, code, said) values (@import, @n, 0, @field, @code, @said)");
            ShelfReader.Bind(command, "@import", Bulk.Key(database.Kind, importId));
            ShelfReader.Bind(command, "@n", ++problems);
            ShelfReader.Bind(command, "@field", problem.Field);
            ShelfReader.Bind(command, "@code", problem.Code);
            ShelfReader.Bind(command, "@said", problem.Text);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task<Result<Import>> End(Guid importId, int left, CancellationToken ct)
    {
        await using (var transaction = await catalog.BeginWriteAsync(ct))
        {
            var undone = await catalog.ImportChanges.LongCountAsync(c => c.ImportId == importId && c.Undone, ct);
            var kept = await catalog.ImportProblems.LongCountAsync(p => p.ImportId == importId, ct);
            var now = time.GetUtcNow();
            if (undone > 0)
            {
                await catalog.Imports.Where(i => i.Id == importId).ExecuteUpdateAsync(i => i.SetProperty(x => x.UndoState, UndoState.Done).SetProperty(x => x.UndoneAt, now)
                    .SetProperty(x => x.Undone, undone).SetProperty(x => x.UndoLeft, left).SetProperty(x => x.Problems, x => x.Problems > kept ? x.Problems : kept), ct);
            }
            else await catalog.Imports.Where(i => i.Id == importId).ExecuteUpdateAsync(i => i.SetProperty(x => x.UndoState, (string?)null).SetProperty(x => x.UndoneBy, (Guid?)null).SetProperty(x => x.Problems, x => x.Problems > kept ? x.Problems : kept), ct);
            await transaction.CommitAsync(ct);
            if (undone == 0) return left > 0 ? CatalogRefusals.ImportChangedSince : CatalogRefusals.ImportNothingToUndo;
        }
        return await Find(importId, ct);
    }

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
