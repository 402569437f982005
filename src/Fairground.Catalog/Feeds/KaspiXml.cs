using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Kaspi's price list: a name, a brand, prices by city and whether there are any, in tenge. It has no descriptions, categories or
/// pictures and does not take away those that the goods have. Key: the offer's sku.
/// </summary>
internal sealed class KaspiXml : IFeedFormat
{
    public string Name => "kaspi-xml";

    public int Likelihood(FeedSample sample) =>
        XmlWords.Root(sample.Text).Equals("kaspi_catalog", StringComparison.OrdinalIgnoreCase) ? 100
        : sample.Text.Contains("<kaspi_catalog", StringComparison.OrdinalIgnoreCase) ? 90 : 0;

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => XmlFeed.Check(file, ct);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var feed = XmlFeed.Open(file);
        yield return new FeedFacts(1, null, "KZT");
        var said = false;
        await foreach (var piece in feed.Walk(static (name, _) => name == "offer", ct))
        {
            if (piece.Name != "offer") continue;
            var offer = piece.Element;
            var key = offer.Attr("sku") is { Length: > 0 } sku ? sku : offer.Attr("id");
            if (key.Length == 0)
            {
                yield return new FeedProblem(piece.Line, 1, "sku", FeedCodes.KeyMissing, Key("The offer has no sku."));
                continue;
            }
            var prices = Prices(offer);
            if (!said && prices.Distinct().Skip(1).Any())
            {
                said = true;
                yield return new FeedProblem(piece.Line, 0, "cityprice", FeedCodes.PriceByCity, Key("Prices differ by city; the first of each offer's is taken."), Rejects: false);
            }
            yield return Goods(piece.Line, key, offer, prices.Count > 0 ? prices[0] : "");
        }
        if (feed.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }

    private static FeedRecord Goods(long line, string key, XElement offer, string price)
    {
        var own = new FeedOffer(line) { Sku = key, Price = new FeedPrice(price, "price", "", "KZT"), Stock = Stock(offer) };
        var name = XmlWords.Plain(offer.Text("model", "name"));
        // A list of prices without names changes what is there.
        if (name.Length == 0) return new FeedPatch(line, key, own, (price.Length > 0 ? FeedParts.Price : FeedParts.None) | (own.Stock.Length > 0 ? FeedParts.Stock : FeedParts.None));
        return new FeedProduct(line, 1, key)
        {
            Name = name,
            Sku = key,
            Vendor = XmlWords.Plain(offer.Text("brand")),
            Price = own.Price,
            Variants = [own],
            Parts = FeedParts.Name | FeedParts.Price | FeedParts.Stock,
        };
    }

    // The plain price where there is one, then those by city, in the feed's order.
    private static List<string> Prices(XElement offer)
    {
        var plain = offer.Text("price");
        var cities = (offer.Child("cityprices")?.Children("cityprice") ?? []).Select(c => c.Value.Trim()).Where(p => p.Length > 0);
        return plain.Length > 0 ? [plain] : [.. cities];
    }

    // Counted in each store in newer lists; else whether any store has it.
    private static string Stock(XElement offer)
    {
        var stores = (offer.Child("availabilities")?.Children("availability") ?? offer.Children("availability")).ToList();
        if (stores.Count == 0) return "";
        var open = stores.Where(s => !FeedText.IsNo(s.Attr("available"))).ToList();
        if (open.Count == 0) return "0";
        var counted = open.Select(s => s.Attr("stockCount")).Where(c => c.Length > 0).ToList();
        return counted.Count == open.Count ? YmlOffer.Sum(counted) : "";
    }
}
