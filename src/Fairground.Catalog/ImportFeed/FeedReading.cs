using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fairground.Catalog.Feeds;
using Fairground.Kernel.Files;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Some goods of a feed, with what could not be used on the way to them.</summary>
internal sealed class FeedBatch
{
    public List<ProductDraft> Drafts { get; } = [];

    public List<FeedProblem> Problems { get; } = [];

    /// <summary>Lines of data.</summary>
    public int Rows { get; set; }

    /// <summary>How much of the file was read when the batch was full, 0 to 1.</summary>
    public double Share { get; set; }
}

/// <summary>Reads a feed and turns it into drafts, a few batches ahead of what is written: reading and writing share the time.</summary>
internal sealed class FeedReading(IFileStore files, StoredFile file, FeedNature nature, FeedReadOptions options, CategoryShelf shelf, PictureShelf pictures, Drafting drafting, ImportScratch scratch)
{
    /// <summary>Goods of a batch.</summary>
    public const int BatchSize = 500;

    // A batch of long descriptions is full before it has its number of goods.
    private const int LongestBatch = 8 * 1024 * 1024;

    private const int BatchesAhead = 1;

    private FeedBatch batch = new();
    private int characters;

    /// <summary>Works out ahead what writing a draft will need, where that is worth it.</summary>
    public Func<ProductDraft, ProductDraft> Ahead { get; init; } = draft => draft;

    /// <summary>What the file says of itself; null where it does not.</summary>
    public bool? FileIsFull { get; private set; }

    /// <summary>True where the file says what goods are, and not only figures of theirs.</summary>
    public bool SpokeOfGoods { get; private set; }

    /// <summary>True where the file declares categories.</summary>
    public bool SpokeOfCategories { get; private set; }

    /// <summary>True where a price named no currency and the file neither.</summary>
    public bool AssumedCurrency => drafting.AssumedCurrency;

    /// <summary>The feed in batches, in its own order.</summary>
    public async IAsyncEnumerable<FeedBatch> Batches([EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateBounded<FeedBatch>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Task.Run(() => Read(channel.Writer, over.Token), ct);
        try
        {
            await foreach (var full in channel.Reader.ReadAllAsync(ct)) yield return full;
        }
        finally
        {
            // Where writing failed the reader must be out of the file before that is closed.
            await over.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await reading;
    }

    private async Task Read(ChannelWriter<FeedBatch> batches, CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            Stream? stream = null;
            var feed = new FeedFile(() => stream = files.OpenRead(file), nature.Encoding);
            drafting.Problem = Say;
            var records = nature.Format.Read(feed, options, ct);
            await foreach (var record in Assembly.Together(records, scratch, rows => batch.Rows += rows, ct))
            {
                // Changes of goods that stand in the same file come after these are on the shelf.
                if (record is FeedAdditions && batch.Drafts.Exists(d => d.Kind == DraftKind.Goods)) await Send(batches, ct);
                await Take(record, ct);
                if (batch.Drafts.Count + batch.Problems.Count < BatchSize && characters < LongestBatch) continue;
                batch.Share = stream is { CanSeek: true } ? (double)stream.Position / file.Length : 1;
                await Send(batches, ct);
            }
            batch.Share = 1;
            await Send(batches, ct);
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            batches.Complete(failure);
        }
    }

    private async Task Send(ChannelWriter<FeedBatch> batches, CancellationToken ct)
    {
        await batches.WriteAsync(batch, ct);
        batch = new FeedBatch();
        characters = 0;
    }

    private async Task Take(FeedRecord record, CancellationToken ct)
    {
        if (record is FeedProblem problem) Say(problem);
        else if (record is FeedFacts facts)
        {
            FileIsFull = facts.IsFull ?? FileIsFull;
            if (facts.Currency.Length > 0) drafting.FileCurrency = facts.Currency;
        }
        else if (record is FeedCategory category)
        {
            SpokeOfCategories = true;
            await shelf.Declare(category, ct);
        }
        else if (record is FeedAdditions additions)
        {
            if (drafting.Draft(additions) is { } draft) batch.Drafts.Add(draft with { InFile = scratch.HasSeen(additions.Key) });
        }
        else if (record is FeedProduct product)
        {
            SpokeOfGoods |= !product.Deleted && product.Parts.HasFlag(FeedParts.Name);
            var drawn = await pictures.Of(product, Say, ct);
            var categories = await shelf.Of(product, Say, ct);
            // Groups of 1C are declared in a file of their own.
            if (categories.Count > 0 && !product.Parts.HasFlag(FeedParts.Categories)) product = product with { Parts = product.Parts | FeedParts.Categories };
            if (drafting.Draft(product, categories, drawn) is not { } draft) return;
            batch.Drafts.Add(Ahead(draft));
            characters += draft.RawHtml.Length;
        }
    }

    private void Say(FeedProblem problem) => batch.Problems.Add(problem);
}
