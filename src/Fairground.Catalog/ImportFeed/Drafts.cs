using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Goods of a feed in our own terms, ready to be compared and stored.</summary>
internal sealed record ProductDraft(long Line, string Key, string Name, string Sku, string Vendor, string RawHtml, IReadOnlyList<Guid> Categories, bool Active)
{
    public long PriceMinor { get; init; }

    public long? CompareAtMinor { get; init; }

    public string PriceField { get; init; } = "";

    public IReadOnlyList<VariantDraft> Variants { get; init; } = [];

    public IReadOnlyList<PictureDraft> Pictures { get; init; } = [];

    /// <summary>SHA-256 over everything above, lengths included: the same hash is the same goods, and nothing needs to be written.</summary>
    public string Hash()
    {
        var text = new StringBuilder(512);
        void Add(string part) => text.Append(part.Length).Append(':').Append(part);
        void Number(long? number) => text.Append(number).Append(';');
        foreach (var part in (string[])["1", Name, Sku, Vendor, RawHtml]) Add(part);
        Number(PriceMinor);
        Number(CompareAtMinor);
        Number(Active ? 1 : 0);
        foreach (var category in Categories) text.Append(category).Append(';');
        foreach (var variant in Variants)
        {
            Add(variant.Options);
            Add(variant.Sku);
            Add(variant.Barcode);
            Number(variant.PriceMinor);
            Number(variant.CompareAtMinor);
            Number(variant.Stock);
        }
        foreach (var picture in Pictures)
        {
            Add(picture.Source);
            Add(picture.Alt);
            text.Append(picture.FileId).Append(';');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

internal sealed record VariantDraft(string Options, string Sku, long PriceMinor, long? CompareAtMinor, long? Stock, string Barcode);

/// <param name="Source">As the feed has it.</param>
/// <param name="FileId">Set where the picture came beside the feed.</param>
internal sealed record PictureDraft(string Source, Guid? FileId, string Alt)
{
    public bool IsRemote => Source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Turns what a feed says into our terms. Everything that cannot be used becomes a problem; only goods without key, name or price are lost.</summary>
internal sealed class Drafting(Currency currency, Action<FeedProblem> say)
{
    private const int LongestName = 400;
    private const int LongestCode = 200;
    private const int MostPictures = 30;
    private const int MostVariants = 2000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The draft, or null where the goods are lost; then exactly one rejecting problem was said.</summary>
    public ProductDraft? Draft(FeedProduct product, IReadOnlyList<Guid> categories, IReadOnlyList<PictureDraft> pictures)
    {
        if (string.IsNullOrWhiteSpace(product.Name)) return Lose(product, "Name", FeedCodes.NameMissing, "The goods have no name.");
        var single = product.Variants.Count <= 1;
        var variants = new List<VariantDraft>(product.Variants.Count);
        FeedPrice? wrong = product.Variants.Count == 0 ? product.Price : null;
        foreach (var offer in product.Variants.Take(MostVariants))
        {
            var price = offer.Price is { Text.Length: > 0 } own ? own : product.Price ?? offer.Price;
            if (Minor(price) is { } minor) variants.Add(Variant(offer, price!, minor));
            else if (single) wrong = price;
            else Say(offer.Line, price?.Field ?? "Price", FeedCodes.VariantPrice, price is { Text.Length: > 0 } ? $"'{Short(price.Text)}' is no price in {currency}; the variant is left out." : "The variant has no price and is left out.");
        }
        var lowest = variants.MinBy(v => v.PriceMinor);
        var ownPrice = lowest is null ? Minor(product.Price) : null;
        if (lowest is null && ownPrice is null) return LosePrice(product, wrong ?? product.Price);
        return new ProductDraft(product.Line, Cut(product.Key, LongestCode), Cut(product.Name.Trim(), LongestName), Cut(product.Sku, LongestCode), Cut(product.Vendor, LongestCode), product.Html, categories, product.Active)
        {
            PriceMinor = lowest?.PriceMinor ?? ownPrice!.Value,
            CompareAtMinor = lowest is not null ? lowest.CompareAtMinor : CompareAt(product.Price!, ownPrice!.Value),
            PriceField = product.Variants.Count > 0 ? product.Variants[0].Price?.Field ?? "Price" : product.Price?.Field ?? "Price",
            Variants = variants,
            Pictures = [.. pictures.Take(MostPictures)],
        };
    }

    private VariantDraft Variant(FeedOffer offer, FeedPrice price, long minor)
    {
        long? stock = null;
        if (offer.Stock.Length > 0 && (stock = FeedText.Stock(offer.Stock)) is null) Say(offer.Line, "Stock", FeedCodes.StockInvalid, $"'{Short(offer.Stock)}' is no number of pieces; the stock is left open.");
        return new VariantDraft(OptionsJson(offer.Options), Cut(offer.Sku, LongestCode), minor, CompareAt(price, minor), stock, Cut(offer.Barcode, LongestCode));
    }

    private static string OptionsJson(IReadOnlyList<FeedOption> options) => options.Count == 0 ? "[]" : JsonSerializer.Serialize(options, Json);

    private long? Minor(FeedPrice? price)
    {
        if (price is null || price.Text.Length == 0) return null;
        if (OtherCurrency(price) is not null) return null;
        return FeedText.Price(price.Text, currency) is > 0 and var minor ? minor : null;
    }

    // Said by the feed or in the price itself; null where it is the shop's or nothing is said.
    private string? OtherCurrency(FeedPrice price)
    {
        var said = price.Currency.Length > 0 ? price.Currency : FeedText.CurrencyIn(price.Text);
        return said.Length == 0 || (Currency.TryParse(said, out var named) && named == currency) ? null : said;
    }

    // A former price that is not higher is no reduction.
    private long? CompareAt(FeedPrice price, long minor) =>
        price.CompareAt.Length > 0 && FeedText.Price(price.CompareAt, currency) is { } former && former > minor ? former : null;

    private ProductDraft? LosePrice(FeedProduct product, FeedPrice? price)
    {
        var field = price?.Field ?? "Price";
        var line = product.Variants.Count == 1 ? product.Variants[0].Line : product.Line;
        if (price is null || price.Text.Length == 0) return Lose(product with { Line = line }, field, FeedCodes.PriceMissing, "The goods have no price.");
        if (OtherCurrency(price) is { } other) return Lose(product with { Line = line }, field, FeedCodes.CurrencyOther, $"The price is in {Short(other)}, but the shop sells in {currency}.");
        if (FeedText.Price(price.Text, currency) == 0) return Lose(product with { Line = line }, field, FeedCodes.PriceMissing, "The price is 0.");
        return Lose(product with { Line = line }, field, FeedCodes.PriceInvalid, $"'{Short(price.Text)}' is no price in {currency}.");
    }

    private ProductDraft? Lose(FeedProduct product, string field, string code, string text)
    {
        say(new FeedProblem(product.Line, product.Rows, field, code, text));
        return null;
    }

    private void Say(long line, string field, string code, string text) => say(new FeedProblem(line, 0, field, code, text, Rejects: false));

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static string Cut(string text, int longest) => text.Length > longest ? text[..longest] : text;
}
