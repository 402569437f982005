using Fairground.Catalog.Feeds;
using Fairground.Catalog.FetchOutside;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What was sent along with a feed; null where the file decides.</summary>
/// <param name="Full">True where the file is the whole range, false where it is not, whatever it says itself.</param>
/// <param name="Currency">What prices are in that name no currency: the shop's, or the feed is not for this shop.</param>
/// <param name="DryRun">Compare only, and change nothing.</param>
/// <param name="Mapping">Our fields to the table's columns, checked.</param>
/// <param name="Hold">Keep the file and wait until somebody has looked at it.</param>
internal sealed record ImportWishes(
    string? Format = null, string? Encoding = null, string? Separator = null, bool? Full = null, string? Currency = null, bool DryRun = false, IReadOnlyDictionary<string, string>? Mapping = null, bool Hold = false);

/// <summary>A picture that was sent beside a feed.</summary>
internal sealed record SentPicture(string Name, Func<Stream> Open);

/// <summary>Puts an import into the queue; page, API and command line all come through here.</summary>
internal sealed class StartImport(CatalogContext catalog, IFileStore files, IShopFiles shopFiles, OutsideFetcher fetcher, IOptions<OutsideOptions> outside, ImportDesk desk, TimeProvider time)
{
    private const int MostWaiting = 20;
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Refuses with <c>shop.not_found</c>, <c>import.too_many_waiting</c>, <c>import.format_unknown</c>, <c>import.currency_unknown</c>, <c>import.currency_other</c>, <c>file.*</c>.</summary>
    public async Task<Result<Import>> FromFile(Guid shopId, Guid? userId, string fileName, Stream content, IReadOnlyList<SentPicture> pictures, ImportWishes wishes, CancellationToken ct)
    {
        if (await Refusal(shopId, wishes, ct) is { } refusal) return refusal;
        var feed = await files.Save(content, new FileRules(outside.Value.LongestFeedBytes, PicturesOnly: false, IsPublic: false), ct);
        if (feed.Refused) return feed.Refusal!;
        if (wishes.Hold) feed = await FeedArchive.Unpacked(files, feed.Value, outside.Value.LongestFeedBytes, ct);
        if (feed.Refused) return feed.Refusal!;
        var import = New(shopId, userId, Path.GetFileName(fileName), null, wishes);
        import.FileId = feed.Value.Id;
        var kept = new List<ImportPicture>();
        foreach (var (name, open) in pictures.DistinctBy(p => PictureShelf.NameOf(p.Name), StringComparer.OrdinalIgnoreCase))
        {
            await using var stream = open();
            var saved = await shopFiles.Save(shopId, stream, FileRules.Picture, ct);
            if (saved.Refused) return saved.Refusal!.Kind.Saying($"{PictureShelf.NameOf(name)}: {saved.Refusal.Sentence}", [.. saved.Refusal.Details, ("field", "pictures")]);
            kept.Add(new ImportPicture { ImportId = import.Id, Name = PictureShelf.NameOf(name), FileId = saved.Value.Id });
        }
        catalog.ImportPictures.AddRange(kept);
        return await Keep(import, ct);
    }

    /// <summary>Refuses with <c>import.address_refused</c> and as above.</summary>
    public async Task<Result<Import>> FromAddress(Guid shopId, Guid? userId, string? url, ImportWishes wishes, CancellationToken ct)
    {
        if (await Refusal(shopId, wishes, ct) is { } refusal) return refusal;
        var address = await fetcher.Check(url, ct);
        if (address.Refused) return address.Refusal!;
        var import = New(shopId, userId, Path.GetFileName(address.Value.AbsolutePath), address.Value.AbsoluteUri, wishes);
        if (!wishes.Hold) return await Keep(import, ct);
        // Somebody waits to look at it.
        var rules = new FileRules(outside.Value.LongestFeedBytes, PicturesOnly: false, IsPublic: false);
        var feed = await fetcher.Fetch(address.Value, LookTimeout, content => files.Save(content, rules, ct), ct);
        if (!feed.Refused) feed = await FeedArchive.Unpacked(files, feed.Value, outside.Value.LongestFeedBytes, ct);
        if (feed.Refused) return feed.Refusal!;
        import.FileId = feed.Value.Id;
        return await Keep(import, ct);
    }

    /// <summary>
    /// Begins what was held, or the same file once more where the import has ended. What is said of a plain table's columns is remembered.
    /// Refuses with <c>import.not_found</c>, <c>import.not_finished</c>, <c>import.nothing_sent</c> and as above.
    /// </summary>
    public async Task<Result<Import>> Go(Guid importId, Guid? userId, ImportWishes wishes, CancellationToken ct)
    {
        if (await catalog.Imports.FirstOrDefaultAsync(i => i.Id == importId, ct) is not { } before) return CatalogRefusals.ImportNotFound;
        if (before.State is ImportState.Queued or ImportState.Running) return CatalogRefusals.ImportNotFinished;
        if (before.FileId is not { } file) return CatalogRefusals.ImportNothingSent;
        if (await Refusal(before.ShopId, wishes, ct) is { } refusal) return refusal;
        if (before.State != ImportState.Held)
        {
            var again = New(before.ShopId, userId, before.FileName, before.SourceUrl, wishes);
            again.FileId = file;
            return await Keep(again, ct);
        }
        (before.WantedFormat, before.WantedEncoding, before.WantedSeparator, before.WantedFull, before.IsFull) = (wishes.Format, wishes.Encoding, wishes.Separator, wishes.Full, wishes.Full ?? false);
        (before.WantedCurrency, before.IsDryRun, before.WantedMapping, before.State) = (CodeOf(wishes), wishes.DryRun, MappingOf(wishes), ImportState.Queued);
        return await Keep(before, ct);
    }

    private static string? CodeOf(ImportWishes wishes) => wishes.Currency is { Length: > 0 } currency ? Currency.Of(currency).Code : null;

    private static string? MappingOf(ImportWishes wishes) => wishes.Mapping is { Count: > 0 } mapping ? FeedMapping.Write(mapping) : null;

    /// <summary>An import of what a source brought, still to be kept by whoever asks, with what else belongs to it. Refuses as above.</summary>
    public async Task<Result<Import>> OfSource(Source source, string fileName, StoredFile file, ImportWishes wishes, CancellationToken ct)
    {
        if (await Refusal(source.ShopId, wishes, ct) is { } refusal) return refusal;
        var import = New(source.ShopId, null, fileName, source.Shown, wishes, source.Id);
        import.FileId = file.Id;
        return import;
    }

    /// <summary>Says that an import was put into the queue.</summary>
    public void Ring() => desk.Ring();

    /// <summary>Why an import with these wishes cannot be begun, or null.</summary>
    public async Task<Refusal?> Refusal(Guid shopId, ImportWishes wishes, CancellationToken ct)
    {
        if (wishes.Format is { Length: > 0 } format && FeedFormats.Named(format) is null) return CatalogRefusals.FormatUnknown.Saying(T["There is no format '{0}'. Known are: {1}.", format, string.Join(", ", FeedFormats.All.Select(f => f.Name))]);
        if (wishes.Encoding is { Length: > 0 } encoding && FeedEncoding.Named(encoding) is null) return CatalogRefusals.EncodingUnknown;
        if (wishes.Separator is { Length: > 0 } separator && FeedOpening.Separator(separator) is null) return CatalogRefusals.SeparatorUnknown;
        if (await catalog.Shops.AsNoTracking().FirstOrDefaultAsync(s => s.Id == shopId, ct) is not { } shop) return CatalogRefusals.ShopNotFound;
        if (wishes.Currency is { Length: > 0 } code)
        {
            if (!Currency.TryParse(code, out var currency)) return CatalogRefusals.CurrencyUnknown;
            if (currency != shop.Money) return CatalogRefusals.CurrencyOther.Saying(T["The shop sells in {0}, so a feed in {1} cannot be imported.", shop.Currency, currency], ("currency", shop.Currency));
        }
        var waiting = await catalog.Imports.CountAsync(i => i.ShopId == shopId && (i.State == ImportState.Queued || i.State == ImportState.Running), ct);
        return waiting >= MostWaiting ? CatalogRefusals.TooManyWaiting.ToRefusal() : null;
    }

    private Import New(Guid shopId, Guid? userId, string fileName, string? url, ImportWishes wishes, Guid? sourceId = null) => new()
    {
        Id = Ids.New(),
        ShopId = shopId,
        StartedBy = userId,
        FileName = fileName,
        SourceUrl = url,
        SourceId = sourceId,
        WantedFormat = wishes.Format,
        WantedEncoding = wishes.Encoding,
        WantedSeparator = wishes.Separator,
        WantedFull = wishes.Full,
        IsFull = wishes.Full ?? false,
        WantedCurrency = CodeOf(wishes),
        WantedMapping = MappingOf(wishes),
        State = wishes.Hold ? ImportState.Held : ImportState.Queued,
        IsDryRun = wishes.DryRun,
        CreatedAt = time.GetUtcNow(),
    };

    private async Task<Result<Import>> Keep(Import import, CancellationToken ct)
    {
        if (import is { WantedMapping: { } said, State: ImportState.Queued }) await FeedMapping.Remember(catalog, import.ShopId, FeedMapping.Read(said), import.StartedBy, time.GetUtcNow(), ct);
        if (catalog.Entry(import).State == EntityState.Detached) catalog.Imports.Add(import);
        await catalog.SaveChangesAsync(ct);
        if (import.State == ImportState.Queued) desk.Ring();
        return import;
    }
}
