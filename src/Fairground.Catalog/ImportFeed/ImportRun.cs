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
    private const int BatchSize = 500;

    private readonly List<ProductDraft> batch = new(BatchSize);
    private Import import = null!;
    private Shop shop = null!;
    private ImportTally tally = null!;
    private ShelfWriter writer = null!;
    private bool? fileIsFull;
    private bool spokeOfGoods;

    /// <summary>Imports the file of this job. Refuses only where nothing could be read at all.</summary>
    public async Task<Result<Import>> Run(Import job, Shop itsShop, StoredFile file, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        (import, shop, tally) = (job, itsShop, new ImportTally(job, database.Kind));
        var looked = await FeedOpening.Look(() => files.OpenRead(file), import.FileName, new FeedWishes(import.WantedFormat, import.WantedEncoding, import.WantedSeparator), ct);
        if (looked.Refused) return looked.Refusal!;
        var nature = looked.Value;
        (import.Format, import.Encoding, import.Separator) = (nature.Format.Name, nature.Encoding.Name, nature.Separator.ToString());
        await Begin(ct);
        if (await nature.Format.Check(new FeedFile(() => files.OpenRead(file), nature.Encoding), ct) is { } fault) return Malformed(fault);
        var sent = await catalog.ImportPictures.AsNoTracking().Where(p => p.ImportId == import.Id).ToDictionaryAsync(p => p.Name, p => p.FileId, StringComparer.OrdinalIgnoreCase, ct);
        var (shelf, pictures, drafting) = (new CategoryShelf(catalog, time, import.IsDryRun), new PictureShelf(files, sent, picturesFolder), new Drafting(shop.Money, tally.Say));
        await shelf.Load(ct);
        writer = new ShelfWriter(database, shop, import.Id, import.IsDryRun, freeze, new Differences(shop.Money, shelf.NameOf));
        Stream? stream = null;
        var feed = new FeedFile(() => stream = files.OpenRead(file), nature.Encoding);
        using var scratch = new ImportScratch(scratchFolder, import.Id);
        var records = nature.Format.Read(feed, new FeedReadOptions(nature.Separator, time.GetUtcNow()), ct);
        await foreach (var record in Assembly.Together(records, scratch, rows => import.Rows += rows, ct))
        {
            await Take(record, shelf, pictures, drafting, ct);
            if (batch.Count + tally.Waiting < BatchSize) continue;
            await Flush(ct);
            progress?.Report(Progress(stream is { CanSeek: true } ? (double)stream.Position / file.Length : 0));
        }
        await Flush(ct);
        if (import.Read == 0) return CatalogRefusals.NoGoods;
        await End(scratch, drafting, ct);
        progress?.Report(Progress(1));
        return import;
    }

    private async Task Take(FeedRecord record, CategoryShelf shelf, PictureShelf pictures, Drafting drafting, CancellationToken ct)
    {
        if (record is FeedProblem problem) tally.Say(problem);
        else if (record is FeedFacts facts)
        {
            fileIsFull = facts.IsFull ?? fileIsFull;
            if (facts.Currency.Length > 0) drafting.FileCurrency = facts.Currency;
        }
        else if (record is FeedAdditions additions)
        {
            if (drafting.Draft(additions) is { } draft) batch.Add(draft);
        }
        else if (record is FeedProduct product)
        {
            spokeOfGoods |= !product.Deleted && product.Parts.HasFlag(FeedParts.Name);
            var drawn = await pictures.Of(product, tally.Say, ct);
            if (drafting.Draft(product, await shelf.Of(product, tally.Say, ct), drawn) is { } draft) batch.Add(draft);
        }
    }

    // Counts, problems and goods of a batch are one transaction, so that a crash leaves nothing half said.
    private async Task Flush(CancellationToken ct)
    {
        await writer.Write(batch, time.GetUtcNow(), async (outcome, connection, transaction) =>
        {
            tally.Count(outcome);
            await tally.Write(connection, transaction, ct);
        }, ct);
        tally.Written();
        batch.Clear();
    }

    // A job that was interrupted begins again: what it had written is found unchanged.
    private async Task Begin(CancellationToken ct)
    {
        (import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Deactivated, import.Problems, import.Differences) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
        import.Notes = "[]";
        catalog.Update(import);
        await catalog.SaveChangesAsync(ct);
        catalog.ChangeTracker.Clear();
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.ImportProblems.Where(p => p.ImportId == import.Id).ExecuteDeleteAsync(ct);
        await catalog.ImportDifferences.Where(d => d.ImportId == import.Id).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task End(ImportScratch scratch, Drafting drafting, CancellationToken ct)
    {
        import.IsFull = import.WantedFull ?? fileIsFull ?? false;
        if (import.IsFull && spokeOfGoods) await Deactivate(scratch, ct);
        else if (import.IsFull) tally.Note("import.not_full", "The file has figures of goods and not the goods themselves, so nothing was taken off the shelf.");
        if (drafting.AssumedCurrency && import.WantedCurrency is null && !await catalog.Imports.AnyAsync(i => i.ShopId == shop.Id && i.WantedCurrency != null && i.Id != import.Id, ct))
            tally.Note("import.currency_assumed", $"The file does not say which currency its prices are in; they were taken to be in {shop.Currency}, the shop's.");
        await Flush(ct);
    }

    private async Task Deactivate(ImportScratch scratch, CancellationToken ct)
    {
        var shelved = catalog.Products.AsNoTracking().Where(p => p.ShopId == import.ShopId && (p.Active || p.Listed)).OrderBy(p => p.Id).Select(p => new { p.Id, p.SourceKey });
        for (var after = Guid.Empty; ;)
        {
            var some = await shelved.Where(p => p.Id.CompareTo(after) > 0).Take(BatchSize * 10).ToListAsync(ct);
            if (some.Count == 0) return;
            after = some[^1].Id;
            foreach (var gone in some.Where(p => !scratch.HasSeen(p.SourceKey)).Chunk(BatchSize))
            {
                batch.AddRange(gone.Select(g => new ProductDraft(0, 0, g.SourceKey, DraftKind.Goods, FeedParts.None) { Deleted = true }));
                await writer.Write(batch, time.GetUtcNow(), async (outcome, connection, transaction) =>
                {
                    tally.CountGone(outcome);
                    await tally.Write(connection, transaction, ct);
                }, ct);
                tally.Written();
                batch.Clear();
            }
        }
    }

    private static Refusal Malformed(FeedFault fault) => CatalogRefusals.ImportMalformed.Saying(
        fault.Column > 0 ? $"The file is not well-formed at line {fault.Line}, column {fault.Column}, so nothing of it was imported: {fault.Text}" : $"The file is not well-formed at line {fault.Line}, so nothing of it was imported: {fault.Text}",
        ("line", fault.Line), ("column", fault.Column));

    private ImportProgress Progress(double share) =>
        new(import.Id, Math.Min(share, 1), import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Problems);
}
