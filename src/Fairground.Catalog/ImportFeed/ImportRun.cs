using System.Data.Common;
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

/// <summary>Runs one import from its first line to its last, in batches; the same file again changes nothing (C-06).</summary>
internal sealed class ImportRun(CatalogContext catalog, Kernel.Storage.Database database, IFileStore files, IPriceFreeze freeze, TimeProvider time)
{
    private const int BatchSize = 500;

    /// <summary>Problems beyond these are counted and not kept.</summary>
    public const int MostProblemsKept = 10_000;

    private readonly List<ProductDraft> batch = new(BatchSize);
    private readonly List<FeedProblem> problems = [];
    private readonly HashSet<Guid> seenKeys = [];
    private readonly HashSet<Guid> seenGoods = [];
    private Import import = null!;
    private ShelfWriter writer = null!;
    private int problemsKept;

    /// <summary>Imports the file of this job. Refuses only where nothing could be read at all.</summary>
    public async Task<Result<Import>> Run(Import job, Shop shop, StoredFile file, string? picturesFolder, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        import = job;
        writer = new ShelfWriter(database, shop, freeze);
        var looked = await FeedOpening.Look(() => files.OpenRead(file), import.FileName, new FeedWishes(import.WantedFormat, import.WantedEncoding, import.WantedSeparator), ct);
        if (looked.Refused) return looked.Refusal!;
        var nature = looked.Value;
        (import.Format, import.Encoding, import.Separator) = (nature.Format.Name, nature.Encoding.Name, nature.Separator.ToString());
        await Begin(ct);
        var sent = await catalog.ImportPictures.AsNoTracking().Where(p => p.ImportId == import.Id).ToDictionaryAsync(p => p.Name, p => p.FileId, StringComparer.OrdinalIgnoreCase, ct);
        var (shelf, pictures, drafting) = (new CategoryShelf(catalog, time), new PictureShelf(files, sent, picturesFolder), new Drafting(shop.Money, Say));
        await shelf.Load(ct);
        Stream? stream = null;
        var feed = new FeedFile(() => stream = files.OpenRead(file), nature.Encoding);
        var records = nature.Format.Read(feed, new FeedReadOptions(nature.Separator, time.GetUtcNow()), ct);
        await foreach (var record in Assembly.Together(records, ct))
        {
            import.Rows += record.Rows;
            if (record is FeedProblem problem) Say(problem);
            else if (record is FeedProduct product && IsFirst(product)) await Take(product, shelf, pictures, drafting, ct);
            if (batch.Count < BatchSize && problems.Count < BatchSize) continue;
            await Flush(ct);
            progress?.Report(Progress((double)(stream?.Position ?? 0) / file.Length));
        }
        await Flush(ct);
        if (import.Read == 0) return CatalogRefusals.NoGoods;
        if (import.IsFull) await Deactivate(ct);
        progress?.Report(Progress(1));
        return import;
    }

    private async Task Take(FeedProduct product, CategoryShelf shelf, PictureShelf pictures, Drafting drafting, CancellationToken ct)
    {
        var drawn = await pictures.Of(product, Say, ct);
        if (drafting.Draft(product, await shelf.Of(product, Say, ct), drawn) is { } draft) batch.Add(draft);
    }

    // The same key twice in one file: the first one counts.
    private bool IsFirst(FeedProduct product)
    {
        if (seenKeys.Add(Ids.Derive(product.Key))) return true;
        Say(new FeedProblem(product.Line, product.Rows, "Key", FeedCodes.KeyTwice, $"'{product.Key}' stands in the file before; this time it is left out."));
        return false;
    }

    private void Say(FeedProblem problem)
    {
        if (problem.Rejects)
        {
            import.Read++;
            import.Rejected++;
        }
        import.Problems++;
        if (problemsKept + problems.Count < MostProblemsKept) problems.Add(problem);
    }

    // Counts, problems and goods of a batch are one transaction, so that a crash leaves nothing half said.
    private async Task Flush(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (batch.Count > 0)
        {
            var outcome = await writer.Write(batch, now, async (done, connection, transaction) =>
            {
                foreach (var problem in done.Problems) Say(problem);
                import.Read += batch.Count;
                import.Created += done.Created;
                import.Updated += done.Updated;
                import.Unchanged += done.Unchanged;
                await Record(connection, transaction, ct);
            }, ct);
            if (import.IsFull) seenGoods.UnionWith(outcome.Ids);
        }
        else
        {
            using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
            await using var connection = await database.OpenAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await Record(connection, transaction, ct);
            await transaction.CommitAsync(ct);
        }
        problemsKept += problems.Count;
        problems.Clear();
        batch.Clear();
    }

    private async Task Record(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        var rows = new Bulk("catalog_import_problem", "import_id, n", new("import_id", Kind.Id), new("n", Kind.Number), new("line", Kind.Number), new("field", Kind.Text), new("code", Kind.Text), new("said", Kind.Text));
        for (var i = 0; i < problems.Count; i++) rows.Add(import.Id, problemsKept + i + 1, problems[i].Line, problems[i].Field, problems[i].Code, problems[i].Text);
        await rows.Write(connection, transaction, ct);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            update catalog_import set rows_read = @rows, read_count = @read, created_count = @created, updated_count = @updated, unchanged_count = @unchanged,
            rejected_count = @rejected, problem_count = @problems where id = @id
            """;
        foreach (var (name, value) in new (string, object)[]
        {
            ("@rows", import.Rows), ("@read", import.Read), ("@created", import.Created), ("@updated", import.Updated), ("@unchanged", import.Unchanged),
            ("@rejected", import.Rejected), ("@problems", import.Problems), ("@id", Bulk.Key(database.Kind, import.Id)),
        })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        await command.ExecuteNonQueryAsync(ct);
    }

    // A job that was interrupted begins again: what it had written is found unchanged.
    private async Task Begin(CancellationToken ct)
    {
        (import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Deactivated, import.Problems) = (0, 0, 0, 0, 0, 0, 0, 0);
        catalog.Update(import);
        await catalog.SaveChangesAsync(ct);
        catalog.ChangeTracker.Clear();
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.ImportProblems.Where(p => p.ImportId == import.Id).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task Deactivate(CancellationToken ct)
    {
        var gone = new List<Guid>();
        await foreach (var id in catalog.Products.Where(p => p.ShopId == import.ShopId && p.Active).Select(p => p.Id).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (!seenGoods.Contains(id)) gone.Add(id);
        }
        var now = time.GetUtcNow();
        foreach (var some in gone.Chunk(BatchSize))
        {
            await using var transaction = await catalog.BeginWriteAsync(ct);
            // The hash goes too: when the goods come back in the same shape they must be put on the shelf again.
            import.Deactivated += await catalog.Products.Where(p => some.Contains(p.Id)).ExecuteUpdateAsync(p => p.SetProperty(x => x.Active, false).SetProperty(x => x.ContentHash, "").SetProperty(x => x.UpdatedAt, now), ct);
            await transaction.CommitAsync(ct);
        }
    }

    private ImportProgress Progress(double share) =>
        new(import.Id, Math.Min(share, 1), import.Rows, import.Read, import.Created, import.Updated, import.Unchanged, import.Rejected, import.Problems);
}
