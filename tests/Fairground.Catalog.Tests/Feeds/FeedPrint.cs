using System.Globalization;
using System.Text;
using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>Records written down so that a person can read them and a test can compare them; only what differs from nothing is written.</summary>
internal static class FeedPrint
{
    public static string Of(IEnumerable<FeedRecord> records) => string.Join('\n', records.Select(Line)) + "\n";

    private static string Line(FeedRecord record)
    {
        var line = new StringBuilder();
        void Add(string name, string value)
        {
            if (value.Length > 0) line.Append(CultureInfo.InvariantCulture, $" {name}={value.ReplaceLineEndings("⏎")}");
        }
        line.Append(CultureInfo.InvariantCulture, $"{record.Line} {record.GetType().Name[4..].ToLowerInvariant()}");
        switch (record)
        {
            case FeedFacts facts:
                Add("full", facts.IsFull?.ToString() ?? "");
                Add("currency", facts.Currency);
                break;
            case FeedCategory category:
                line.Append(CultureInfo.InvariantCulture, $" {category.Key}: {category.Path}");
                break;
            case FeedProblem problem:
                line.Append(CultureInfo.InvariantCulture, $" {problem.Code}{(problem.Rejects ? " rejects" : "")} rows={problem.Rows}");
                Add("field", problem.Field);
                break;
            case FeedVariant variant:
                line.Append(CultureInfo.InvariantCulture, $" of {variant.Parent}{Offer(variant.Offer)}");
                break;
            case FeedPatch patch:
                line.Append(CultureInfo.InvariantCulture, $" {patch.Key} ({patch.Parts}){Offer(patch.Offer)}");
                break;
            case FeedProduct product:
                line.Append(CultureInfo.InvariantCulture, $" {product.Key} rows={product.Rows}{(product.Active ? "" : " off")}{(product.Deleted ? " deleted" : "")}{(product.VariantsElsewhere ? " elsewhere" : "")}{(product.MayRepeat ? " repeats" : "")}");
                if (product.Parts != FeedParts.All) line.Append(CultureInfo.InvariantCulture, $" ({product.Parts})");
                Add("name", product.Name);
                Add("sku", product.Sku);
                Add("vendor", product.Vendor);
                Add("html", product.Html);
                Add("in", string.Join(" | ", product.Categories));
                Add("list", product.CategoryList);
                Add("keys", string.Join(" | ", product.CategoryKeys));
                Add("is", string.Join(", ", product.Attributes.Select(a => $"{a.Name}: {a.Value}{(a.Unit.Length > 0 ? " " + a.Unit : "")}")));
                Add("pictures", string.Join(" ", product.Pictures.Select(p => p.Source + (p.Alt.Length > 0 ? $" ({p.Alt})" : ""))));
                Add("known as", string.Join(", ", product.Aliases));
                line.Append(Price(product.Price));
                foreach (var offer in product.Variants) line.Append(CultureInfo.InvariantCulture, $"\n  {offer.Line} offer{Offer(offer)}");
                break;
        }
        return line.ToString();
    }

    private static string Offer(FeedOffer offer)
    {
        var text = new StringBuilder();
        if (offer.Key.Length > 0) text.Append(CultureInfo.InvariantCulture, $" key={offer.Key}");
        foreach (var option in offer.Options) text.Append(CultureInfo.InvariantCulture, $" [{option.Name}: {option.Value}]");
        if (offer.Sku.Length > 0) text.Append(CultureInfo.InvariantCulture, $" sku={offer.Sku}");
        text.Append(Price(offer.Price));
        if (offer.PriceChange.Length > 0) text.Append(CultureInfo.InvariantCulture, $" change={offer.PriceChange}");
        if (offer.Stock.Length > 0) text.Append(CultureInfo.InvariantCulture, $" stock={offer.Stock}");
        if (offer.Barcode.Length > 0) text.Append(CultureInfo.InvariantCulture, $" barcode={offer.Barcode}");
        return text.ToString();
    }

    private static string Price(FeedPrice? price) => price is null ? "" : $" price='{price.Text}'{(price.CompareAt.Length > 0 ? $" was '{price.CompareAt}'" : "")}{(price.Currency.Length > 0 ? " " + price.Currency : "")}";
}
