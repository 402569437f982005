using Fairground.Catalog.Feeds;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>How far an import has come.</summary>
/// <param name="Share">0 to 1 of the file.</param>
/// <param name="Rows">Lines of data.</param>
/// <param name="Read">Goods: created + updated + unchanged + rejected.</param>
/// <param name="Problems">Problems said, also those that are not kept.</param>
public sealed record ImportProgress(Guid ImportId, double Share, long Rows, long Read, long Created, long Updated, long Unchanged, long Rejected, long Problems);

/// <summary>Runs one import from its first line to its last, in batches and constant memory; the same file again changes nothing (C-06).</summary>
internal sealed class ImportRun(CatalogContext catalog, Kernel.Storage.Database database, IFileStore files, IPriceFreeze freeze, ScratchFolder scratchFolder, TimeProvider time)
{
    /// <summary>How many of a shop's newest imports can be undone.</summary>
    public const int Undoable = 20;

    private const int PageSize = 5000;

    // Whoever watches an import sees its counts this old at most.
    private static readonly TimeSpan CountsWait = TimeSpan.FromSeconds(1);

    private Import import = null!;
    private Shop shop = null!;
    private ImportTally tally = null!;
    private ShelfWriter writer = null!;
    private DateTimeOffset countedAt;

    // Goods of batches that changed nothing, which are yet to be noted as the source's.
    private readonly List<string> unmarked = [];

    /// <summary>Imports the file of this job. Refuses only where nothing could be read at all.</summary>
    public async Task<Result<Import>> Run(Import job, Shop itsShop, StoredFile file, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var looked = await FeedOpening.Look(() => files.OpenRead(file), job.FileName, new FeedWishes(job.WantedFormat, job.WantedEncoding, job.WantedSeparator), ct);
        if (looked.Refused) return looked.Refusal!;
        return await Run(job, itsShop, file, looked.Value, picturesFolder, progress, ct);
    }

    /// <summary>As above, where the file's nature is known.</summary>
    public async Task<Result<Import>> Run(Import job, Shop itsShop, StoredFile file, FeedNature nature, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        (import, shop, tally) = (job, itsShop, new ImportTally(job, database.Kind));
        (import.Format, import.Encoding, import.Separator) = (nature.Format.Name, nature.Encoding.Name, nature.Separator.ToString());
        await Begin(ct);
        if (await nature.Format.Check(new FeedFile(() => files.OpenRead(file), nature.Encoding), ct) is { } fault) return Malformed(fault);
        var sent = await catalog.ImportPictures.AsNoTracking().Where(p => p.ImportId == import.Id).ToDictionaryAsync(p => p.Name, p => p.FileId, StringComparer.OrdinalIgnoreCase, ct);
        var shelf = new CategoryShelf(catalog, time, import.IsDryRun) { ShopId = shop.Id };
        await shelf.Load(ct);
        await using var shelfWriter = new ShelfWriter(database, shop, import.Id, import.IsDryRun, freeze, shelf);
        writer = shelfWriter;
        using var scratch = new ImportScratch(scratchFolder, import.Id);
        var mapping = import.WantedMapping is { } said ? FeedMapping.Read(said) : await FeedMapping.Remembered(catalog, shop.Id, nature, () => files.OpenRead(file), ct);
        var options = new FeedReadOptions(nature.Separator, time.GetUtcNow()) { Mapping = mapping, Currency = shop.Currency };
        var reading = new FeedReading(files, file, nature, options, shelf, new PictureShelf(files, sent, picturesFolder), new Drafting(shop.Money), scratch)
        {
            Ahead = draft => writer.WritesMost ? Merge.Ahead(shop.Id, draft, shelf.NameOf) : draft,
        };
        await foreach (var batch in reading.Batches(ct))
        {
            await Flush(batch, last: false, ct);
            progress?.Report(Progress(batch.Share));
        }
        // A file of groups alone is part of an exchange.
        if (import.Read == 0 && !reading.SpokeOfCategories) return CatalogRefusals.NoGoods;
        await End(scratch, reading, ct);
        progress?.Report(Progress(1));
        return import;
    }

    // Counts, problems and goods of a batch are one transaction, so that a crash leaves nothing half said. Where there is nothing but counts, they wait
    // for those of the next batches: a feed that changes nothing writes nothing, and nobody who buys waits for it.
    private async Task Flush(FeedBatch batch, bool last, CancellationToken ct)
    {
        import.Rows += batch.Rows;
        foreach (var problem in batch.Problems) tally.Say(problem);
        var now = time.GetUtcNow();
        var waits = !last && now - countedAt < CountsWait;
        if (import.SourceId is not null && !import.IsDryRun) unmarked.AddRange(batch.Drafts.Select(d => d.Key));
        await writer.Write(batch.Drafts, now, outcome =>
        {
            if (!waits || tally.Waiting + outcome.Problems.Count > 0) return false;
            tally.Count(outcome);
            return true;
        },
        async (outcome, connection, transaction) =>
        {
            tally.Count(outcome);
            if (import.SourceId is { } source) await SyncFeeds.SourceGoods.Mark(database.Kind, connection, transaction, import.ShopId, source, unmarked, ct);
            unmarked.Clear();
            await tally.Write(connection, transaction, ct);
            countedAt = now;
        }, ct);
        // Where nothing was written nothing waits either.
        tally.Written();
    }

    // A job that was interrupted begins again: what it had written is found unchanged.
    private async Task Begin(CancellationToken ct)
    {
        (import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Deactivated, import.Problems, import.Differences) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
        import.Notes = "[]";
        unmarked.Clear();
        catalog.Update(import);
        await catalog.SaveChangesAsync(ct);
        catalog.ChangeTracker.Clear();
        await ForgetOldest(ct);
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.ImportProblems.Where(p => p.ImportId == import.Id).ExecuteDeleteAsync(ct);
        await catalog.ImportDifferences.Where(d => d.ImportId == import.Id).ExecuteDeleteAsync(ct);
        var kept = time.GetUtcNow() - KeepHistory.GoodsHistory.Kept;
        await catalog.History.Where(h => h.Until < kept).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    // What goods were before is kept for the newest imports only, or a daily price list would fill the disk. Those by hand are counted for
    // themselves, and each source's too: a store that tells of every sale must not take the shop's own way back.
    private async Task ForgetOldest(CancellationToken ct)
    {
        var newest = catalog.Imports.Where(i => i.ShopId == import.ShopId && i.SourceId == import.SourceId && !i.IsDryRun && i.State != ImportState.Held).OrderByDescending(i => i.Id).Take(Undoable).Select(i => i.Id);
        var old = await catalog.Imports.Where(i => i.ShopId == import.ShopId && i.SourceId == import.SourceId && !i.IsDryRun && i.State != ImportState.Held && (i.UndoState == null || i.UndoState == UndoState.Running || (i.UndoState == UndoState.Done && catalog.ImportChanges.Any(c => c.ImportId == i.Id))) && !newest.Contains(i.Id)).Select(i => new { i.Id, i.UndoState }).ToListAsync(ct);
        foreach (var one in old)
        {
            await using (var mark = await catalog.BeginWriteAsync(ct))
            {
                var state = one.UndoState == UndoState.Done ? UndoState.Done : UndoState.TooOld;
                await catalog.Imports.Where(i => i.Id == one.Id).ExecuteUpdateAsync(i => i.SetProperty(x => x.UndoState, state), ct);
                await mark.CommitAsync(ct);
            }
            for (var removed = 1; removed > 0;)
            {
                await using var transaction = await catalog.BeginWriteAsync(ct);
                var some = catalog.ImportChanges.Where(c => c.ImportId == one.Id).OrderBy(c => c.ProductId).Take(PageSize).Select(c => c.ProductId);
                removed = await catalog.ImportChanges.Where(c => c.ImportId == one.Id && some.Contains(c.ProductId)).ExecuteDeleteAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }
    }

    private async Task End(ImportScratch scratch, FeedReading reading, CancellationToken ct)
    {
        import.IsFull = import.WantedFull ?? reading.FileIsFull ?? false;
        if (import.IsFull && reading.SpokeOfGoods) await Deactivate(scratch, ct);
        else if (import.IsFull) tally.Note("import.not_full", Key("The file has figures of goods and not the goods themselves, so nothing was taken off the shelf."));
        if (reading.AssumedCurrency && import.WantedCurrency is null && !await catalog.Imports.AnyAsync(i => i.ShopId == shop.Id && i.WantedCurrency != null && i.Id != import.Id, ct))
            tally.Note("import.currency_assumed", Fill(Key("The file does not say which currency its prices are in; they were taken to be in {0}, the shop's."), shop.Currency));
        await Flush(new FeedBatch(), last: true, ct);
    }

    private async Task Deactivate(ImportScratch scratch, CancellationToken ct)
    {
        var shelved = catalog.Products.AsNoTracking().Where(p => p.ShopId == import.ShopId && (p.Active || p.Listed)).OrderBy(p => p.Id).Select(p => new { p.Id, p.SourceKey });
        for (var after = Guid.Empty; ;)
        {
            var some = await shelved.Where(p => p.Id.CompareTo(after) > 0).Take(PageSize).ToListAsync(ct);
            if (some.Count == 0) return;
            after = some[^1].Id;
            foreach (var gone in some.Where(p => !scratch.HasSeen(p.SourceKey)).Chunk(FeedReading.BatchSize))
            {
                var drafts = gone.Select(g => new ProductDraft(0, 0, g.SourceKey, DraftKind.Goods, FeedParts.None) { Deleted = true }).ToList();
                await writer.Write(drafts, time.GetUtcNow(), without: _ => false, async (outcome, connection, transaction) =>
                {
                    tally.CountGone(outcome);
                    await tally.Write(connection, transaction, ct);
                }, ct);
                tally.Written();
            }
        }
    }

    private static Refusal Malformed(FeedFault fault) => CatalogRefusals.ImportMalformed.Saying(
        fault.Column > 0 ? T["Nothing was imported, because of line {0}, column {1}. {2}", fault.Line, fault.Column, fault.Text] : T["Nothing was imported, because of line {0}. {1}", fault.Line, fault.Text],
        ("line", fault.Line), ("column", fault.Column));

    private ImportProgress Progress(double share) =>
        new(import.Id, Math.Min(share, 1), import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Problems);
}
