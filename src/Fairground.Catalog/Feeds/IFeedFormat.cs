namespace Fairground.Catalog.Feeds;

/// <summary>
/// One format of product feeds. To add one, write this and register it in <see cref="FeedFormats"/>: reading, and nothing of storing.
/// Every format gives the same records, so prices, categories, pictures, variants and counts are dealt with once.
/// </summary>
internal interface IFeedFormat
{
    /// <summary>Stable, as the API and the command line spell it: <c>shopify-csv</c>.</summary>
    string Name { get; }

    /// <summary>How sure the format is that a file is one of its own: 0 (no) to 100.</summary>
    int Likelihood(FeedSample sample);

    /// <summary>
    /// Looks through the whole file for what makes it unreadable, before anything of it is used; null where it can be read. Tables need no
    /// such look: a broken row is only that row's problem.
    /// </summary>
    Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => Task.FromResult<FeedFault?>(null);

    /// <summary>Reads a file from its first character, in constant memory. What is wrong with a row is a record too; nothing throws for bad data.</summary>
    IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, CancellationToken ct);
}

/// <summary>A file as formats read it: as text, or as bytes where the format is a package (XLSX).</summary>
/// <param name="Open">Opens the bytes from the beginning; seekable.</param>
/// <param name="Encoding">Of the text.</param>
internal sealed record FeedFile(Func<Stream> Open, FeedEncoding Encoding)
{
    /// <summary>The text from the beginning, without a byte order mark.</summary>
    public StreamReader Text() => FeedOpening.Text(Open(), Encoding);
}

/// <summary>Why a file is not what it claims to be.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; 0 where only the line is known.</param>
internal sealed record FeedFault(long Line, long Column, string Text);

/// <summary>The beginning of a file, as formats look at it.</summary>
/// <param name="FileName">As it was sent; may be empty.</param>
/// <param name="Text">The first characters.</param>
/// <param name="Separator">The most likely separator of columns.</param>
/// <param name="Header">The first record, split by it; empty for files that are no tables.</param>
internal sealed record FeedSample(string FileName, string Text, char Separator, IReadOnlyList<string> Header)
{
    /// <summary>The first records, the header among them; a table's header may stand below a title.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; init; } = [];
}

/// <summary>What a format needs to know besides the text.</summary>
/// <param name="Now">For prices that hold for a time.</param>
internal sealed record FeedReadOptions(char Separator, DateTimeOffset Now)
{
    /// <summary>What the shop said of its own columns, our field to their name: <c>price</c> → <c>Retail, tenge</c>; null where it said nothing.</summary>
    public IReadOnlyDictionary<string, string>? Mapping { get; init; }

    /// <summary>ISO 4217 of the shop, for feeds with prices in several; empty for the feed's first.</summary>
    public string Currency { get; init; } = "";
}

/// <summary>The formats there are.</summary>
internal static class FeedFormats
{
    public static IReadOnlyList<IFeedFormat> All { get; } = 
    [
        new ShopifyCsv(), new WooCommerceCsv(), new YandexYml(), new KaspiXml(), new GoogleRss(), new GoogleTable(), new CommerceMl.MlFormat(), new WooCommerceWxr(),
        new MagentoCsv(), new PrestaShopCsv(), new SpreeCsv(), new JsonGoods(),
        new Builders.BuilderCsv(new Builders.Wix()), new Builders.BuilderCsv(new Builders.Squarespace()), new Builders.BuilderCsv(new Builders.BigCommerce()), new Builders.BuilderCsv(new Builders.Ecwid()),
        new Tables.TableXlsx(), new Tables.TableCsv(),
    ];

    // Below this nobody would call it recognised.
    private const int Sure = 40;

    /// <summary>The format of this name: in full, or one of its parts (<c>shopify</c>, <c>xlsx</c>); of several the one likeliest for the sample.</summary>
    public static IFeedFormat? Named(string name, FeedSample? sample = null)
    {
        var wanted = name.Trim();
        return All.FirstOrDefault(f => f.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? All.Where(f => f.Name.Split('-').Contains(wanted, StringComparer.OrdinalIgnoreCase)).OrderByDescending(f => sample is null ? 0 : f.Likelihood(sample)).FirstOrDefault();
    }

    /// <summary>The likeliest format, or null.</summary>
    public static IFeedFormat? Detect(FeedSample sample) =>
        All.Select(f => (Format: f, Score: f.Likelihood(sample))).Where(x => x.Score >= Sure).OrderByDescending(x => x.Score).FirstOrDefault().Format;
}
