using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Turns what a feed says into our terms. Everything that cannot be used becomes a problem; only goods without key, name or price are lost.</summary>
internal sealed class Drafting(Currency currency)
{
    private const int LongestName = 400;
    private const int LongestText = 256 * 1024;
    private const int LongestCode = 200;
    private const int LongestValue = 400;
    private const int MostPictures = 30;
    private const int MostVariants = 2000;
    private const int MostAttributes = 100;
    private const int MostNames = 10_000;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789., ");

    // What the names of columns say of the currency, and which properties are the shop's own business: a feed has few of them.
    private readonly Dictionary<string, string> columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> inner = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Takes what cannot be used.</summary>
    public Action<FeedProblem> Problem { get; set; } = _ => { };

    /// <summary>What the file says its prices are in where they name nothing; empty where it does not say.</summary>
    public string FileCurrency { get; set; } = "";

    /// <summary>True once a price was taken to be in the shop's currency because nothing in the feed says which it is.</summary>
    public bool AssumedCurrency { get; private set; }

    /// <summary>The draft, or null where the goods are lost; then exactly one rejecting problem was said.</summary>
    public ProductDraft? Draft(FeedProduct product, IReadOnlyList<Guid> categories, IReadOnlyList<PictureDraft> pictures)
    {
        var draft = new ProductDraft(product.Line, product.Rows, Cut(product.Key, LongestCode), DraftKind.Goods, product.Parts) { Deleted = product.Deleted, Active = product.Active, VariantsApart = product.VariantsApart };
        if (product.Deleted) return Hashed(draft with { Parts = FeedParts.None });
        if (draft.SpeaksOfGoods && string.IsNullOrWhiteSpace(product.Name)) return Lose(product, "Name", FeedCodes.NameMissing, Key("The goods have no name."));
        var wanted = product.Parts.HasFlag(FeedParts.Price);
        var variants = new List<VariantDraft>(product.Variants.Count);
        var wrong = product.Variants.Count == 0 ? product.Price : null;
        foreach (var offer in product.Variants.Take(MostVariants))
        {
            var price = offer.Price is { Text.Length: > 0 } own ? own : product.Price ?? offer.Price;
            var minor = Changed(Minor(price), offer);
            var given = price is { Text.Length: > 0 };
            if (minor is not null || (!wanted && !given)) variants.Add(Variant(offer, price, minor, product.Parts.HasFlag(FeedParts.Stock)));
            else if (product.Variants.Count <= 1) wrong = price;
            else Say(offer.Line, price?.Field ?? "Price", FeedCodes.VariantPrice, given ? Fill(Key("'{0}' is no price in {1}; the variant is left out."), Short(price!.Text), currency) : Key("The variant has no price and is left out."));
        }
        if (product.Variants.Count > MostVariants) Say(product.Line, "", FeedCodes.VariantsTooMany, Fill(Key("The goods have more than {0} variants; the last {1} are left out."), MostVariants, product.Variants.Count - MostVariants));
        var ownPrice = variants.Count == 0 ? Minor(product.Price) : null;
        if (wanted && variants.Count == 0 && ownPrice is null) return LosePrice(product, wrong ?? product.Price);
        return Hashed(draft with
        {
            Name = Cut(OneLine(product.Name.Trim()), LongestName),
            Sku = Cut(product.Sku, LongestCode),
            Vendor = Cut(product.Vendor, LongestCode),
            RawHtml = Text(product),
            Categories = categories,
            PriceMinor = ownPrice,
            CompareAtMinor = ownPrice is { } minorOwn ? CompareAt(product.Price!, minorOwn) : null,
            PriceField = (product.Variants.Count > 0 ? product.Variants[0].Price?.Field : null) ?? product.Price?.Field ?? "Price",
            Variants = variants,
            Pictures = [.. pictures.Take(MostPictures)],
            Attributes = Attributes(product.Attributes),
            Aliases = !product.VariantsElsewhere ? [] : [.. product.Aliases.Select(a => Cut(a, LongestCode)).Where(a => a != draft.Key).Distinct(StringComparer.Ordinal)],
        });
    }

    // What is shown is cut there too; a thousand books in one batch would not fit.
    private string Text(FeedProduct product)
    {
        if (product.Html.Length <= LongestText) return product.Html;
        Say(product.Line, "Description", FeedCodes.TextTooLong, Fill(Key("The description has {0} characters; those beyond {1} are left out."), product.Html.Length, LongestText));
        return product.Html[..LongestText];
    }

    private static ProductDraft Hashed(ProductDraft draft) => draft with { Hash = draft.ComputeHash() };

    /// <summary>What is said of goods that are not in the file; null where nothing of it can be used, and then one rejecting problem was said.</summary>
    public ProductDraft? Draft(FeedAdditions additions)
    {
        var rows = additions.Variants.Count + additions.Patches.Count;
        var variants = new List<VariantDraft>();
        var patches = new List<PatchDraft>();
        FeedProblem? wrong = null;
        foreach (var (line, offer) in additions.Variants.Select(v => (v.Line, v.Offer)))
        {
            var minor = Minor(offer.Price);
            if (minor is null && offer.Price is { Text.Length: > 0 } price) wrong = Next(wrong, new FeedProblem(line, rows, price.Field, PriceCode(price), PriceWords(price)));
            else variants.Add(Variant(offer, offer.Price, minor, offer.Stock.Length > 0));
        }
        foreach (var patch in additions.Patches)
        {
            var (minor, price) = (Minor(patch.Offer.Price), patch.Parts.HasFlag(FeedParts.Price));
            var stock = patch.Parts.HasFlag(FeedParts.Stock);
            if (price && minor is null) wrong = Next(wrong, new FeedProblem(patch.Line, rows, patch.Offer.Price?.Field ?? "Price", PriceCode(patch.Offer.Price), PriceWords(patch.Offer.Price)));
            if (!stock && minor is null) continue;
            patches.Add(new PatchDraft(patch.Line, Cut(patch.Offer.Key, LongestCode), minor is not null, minor, minor is { } m ? CompareAt(patch.Offer.Price!, m) : null, stock, stock ? Stock(patch.Offer) : null, patch.Offer.Price?.Field ?? "Stock"));
        }
        if (wrong is not null) Problem(variants.Count + patches.Count > 0 ? wrong with { Rejects = false } : wrong);
        if (variants.Count + patches.Count == 0) return null;
        return new ProductDraft(additions.Line, rows, Cut(additions.Key, LongestCode), DraftKind.Additions, FeedParts.None)
        {
            Variants = variants,
            Patches = patches,
            PriceField = additions.Variants.Select(v => v.Offer).Concat(additions.Patches.Select(p => p.Offer)).FirstOrDefault(o => o.Price is not null)?.Price?.Field ?? "Price",
        };
    }

    // The one before is said as it stands; the last one may be what loses the goods.
    private FeedProblem Next(FeedProblem? before, FeedProblem next)
    {
        if (before is not null) Problem(before with { Rejects = false });
        return next;
    }

    private VariantDraft Variant(FeedOffer offer, FeedPrice? price, long? minor, bool speaksOfStock) => new(
        offer.Line, Cut(offer.Key, LongestCode), OptionsJson(offer.Options), Cut(offer.Sku, LongestCode), minor, minor is { } m ? CompareAt(price!, m) : null,
        speaksOfStock || offer.Stock.Length > 0, Stock(offer), Cut(offer.Barcode, LongestCode)) { ChangeMinor = minor is null ? Change(offer) : null };

    private long? Change(FeedOffer offer) => offer.PriceChange.Length == 0 ? null : FeedText.Price(offer.PriceChange, currency);

    // "2.50 more than the goods": where their price is known it is added at once.
    private long? Changed(long? minor, FeedOffer offer) => minor is { } price && offer.Price is not { Text.Length: > 0 } && Change(offer) is { } change && price + change > 0 ? price + change : minor;

    private long? Stock(FeedOffer offer)
    {
        if (offer.Stock.Length == 0) return null;
        var stock = StockText.Read(offer.Stock);
        if (!stock.Understood) Say(offer.Line, "Stock", FeedCodes.StockInvalid, Fill(Key("'{0}' is no number of pieces; the stock is left open."), Short(offer.Stock)));
        return stock.Pieces;
    }

    // What the shop pays and whom stands in its tables beside what goods are.
    private bool IsInner(string name)
    {
        if (inner.TryGetValue(name, out var known)) return known;
        if (inner.Count >= MostNames) inner.Clear();
        return inner[name] = FeedText.IsInner(name);
    }

    private IReadOnlyList<FeedAttribute> Attributes(IReadOnlyList<FeedAttribute> given) =>
        given.Count == 0 ? [] : [.. given.Where(a => a.Name.Trim().Length > 0 && a.Value.Trim().Length > 0 && !IsInner(a.Name)).Select(a => new FeedAttribute(Cut(a.Name.Trim(), LongestCode), Cut(a.Value.Trim(), LongestValue), Cut(a.Unit.Trim(), LongestCode))).Distinct().Take(MostAttributes)];

    private static string OptionsJson(IReadOnlyList<FeedOption> options) => options.Count == 0 ? "[]" : JsonSerializer.Serialize(options, Json);

    private long? Minor(FeedPrice? price)
    {
        if (price is null || price.Text.Length == 0) return null;
        if (OtherCurrency(price) is not null) return null;
        if (FeedText.Price(price.Text, currency) is not (> 0 and var minor)) return null;
        AssumedCurrency |= Said(price).Length == 0;
        return minor;
    }

    // By the price itself, its column, or the file for all of them.
    private string Said(FeedPrice price)
    {
        // Most prices are digits and nothing else; what stands with them says more than a column or a file does.
        var bare = price.Text.AsSpan().IndexOfAnyExcept(Digits) < 0;
        if (!bare && FeedText.CurrencyIn(price.Text) is { Length: > 0 } code) return code;
        var sign = bare ? "" : FeedText.CurrencyBySign(price.Text, currency);
        if (price.Currency.Length > 0 && (sign.Length == 0 || sign == currency.Code)) return price.Currency;
        if (sign.Length > 0) return sign;
        if (columns.Count >= MostNames) columns.Clear();
        if (!columns.TryGetValue(price.Field, out var column)) columns[price.Field] = column = FeedText.CurrencyBySign(price.Field, currency);
        return column.Length > 0 ? column : FileCurrency;
    }

    // Null where it is the shop's or nothing is said.
    private string? OtherCurrency(FeedPrice price)
    {
        var said = Said(price);
        return said.Length == 0 || (Currency.TryParse(said, out var named) && named == currency) ? null : said;
    }

    // A former price that is not higher is no reduction.
    private long? CompareAt(FeedPrice price, long minor) =>
        price.CompareAt.Length > 0 && FeedText.Price(price.CompareAt, currency) is { } former && former > minor ? former : null;

    private ProductDraft? LosePrice(FeedProduct product, FeedPrice? price)
    {
        var line = product.Variants.Count == 1 ? product.Variants[0].Line : product.Line;
        return Lose(product with { Line = line }, price?.Field ?? "Price", PriceCode(price), PriceWords(price));
    }

    private string PriceCode(FeedPrice? price) => price switch
    {
        null or { Text.Length: 0 } => FeedCodes.PriceMissing,
        _ when OtherCurrency(price) is not null => FeedCodes.CurrencyOther,
        _ when FeedText.Price(price.Text, currency) == 0 => FeedCodes.PriceMissing,
        _ => FeedCodes.PriceInvalid,
    };

    private string PriceWords(FeedPrice? price) => price switch
    {
        null or { Text.Length: 0 } => Key("The goods have no price."),
        _ when OtherCurrency(price) is { } other => Fill(Key("The price is in {0}, but the shop sells in {1}."), Short(other), currency),
        _ when FeedText.Price(price.Text, currency) == 0 => Key("The price is 0."),
        _ when FeedText.IsUnsure(price.Text, currency) => Fill(Key("'{0}' can be read in two ways: write it without a sign between thousands, or with two digits behind the point."), Short(price.Text)),
        _ => Fill(Key("'{0}' is no price in {1}."), Short(price.Text), currency),
    };

    private ProductDraft? Lose(FeedProduct product, string field, string code, string text)
    {
        Problem(new FeedProblem(product.Line, product.Rows, field, code, text));
        return null;
    }

    private void Say(long line, string field, string code, string text) => Problem(new FeedProblem(line, 0, field, code, text, Rejects: false));

    // Names of tables and feeds are sometimes broken to fit their column.
    private static string OneLine(string text) => text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0 ? text : string.Join(' ', text.Split(['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static string Cut(string text, int longest)
    {
        text = FeedText.WithoutZeros(text);
        return text.Length > longest ? text[..longest] : text;
    }
}
