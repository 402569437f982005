using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Fairground.Kernel;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Yandex Market's YML, and what other marketplaces made of it: offers under a flat list of categories. Offers without a name are a list
/// of prices and stocks. Key: the offer's id, or <c>group:</c> and its group's id where offers are variants.
/// </summary>
internal sealed class YandexYml : IFeedFormat
{
    public string Name => "yandex-yml";

    public int Likelihood(FeedSample sample) =>
        XmlWords.Root(sample.Text).Equals("yml_catalog", StringComparison.OrdinalIgnoreCase) ? 100
        : sample.Text.Contains("<yml_catalog", StringComparison.OrdinalIgnoreCase) ? 90 : 0;

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => XmlFeed.Check(file, ct);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var feed = XmlFeed.Open(file);
        var (categories, groups) = (new YmlCategories(), new FeedGroups());
        var (currency, begun) = ("", false);
        await foreach (var piece in feed.Walk(static (name, _) => name is "offer" or "category", ct))
        {
            if (piece.Name == "currency" && (currency.Length == 0 || piece.Element.Attr("rate") is "1" or "1.0" or "1.00")) currency = FeedText.CurrencyCode(piece.Element.Attr("id"));
            else if (piece.Name == "category") categories.Add(piece.Element);
            else if (piece.Name == "offer")
            {
                var offer = new YmlOffer(piece.Line, piece.Element, categories);
                if (!begun && (offer.IsPatch || currency.Length > 0)) yield return new FeedFacts(piece.Line, offer.IsPatch ? false : null, currency);
                begun = true;
                if (offer.Undeclared is { Length: > 0 } undeclared && categories.IsNews(undeclared))
                {
                    yield return new FeedProblem(piece.Line, 0, "categoryId", FeedCodes.CategoryUnknown, Fill(Key("The category '{0}' is not declared in the feed; its goods are put into none."), undeclared), Rejects: false);
                }
                if (offer.Group.Length == 0 || offer.IsPatch || offer.Key.Length == 0)
                {
                    foreach (var done in groups.Finish()) yield return done;
                    yield return offer.Alone();
                }
                else
                {
                    foreach (var done in groups.Add(offer.Member())) yield return done;
                }
            }
        }
        foreach (var done in groups.Finish()) yield return done;
        if (feed.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }
}

/// <summary>The flat list of categories, by which paths are found.</summary>
internal sealed class YmlCategories
{
    private const int Most = 200_000;
    private const int Deepest = 12;

    private readonly Dictionary<string, (string Name, string Parent)> known = [];
    private readonly HashSet<string> missed = [];

    /// <summary>True the first time that this category is missed.</summary>
    public bool IsNews(string id) => missed.Count < Most && missed.Add(id);

    public void Add(XElement category)
    {
        var (id, name) = (category.Attr("id"), FeedText.Level(XmlWords.Plain(category.Value.Trim())));
        if (id.Length > 0 && name.Length > 0 && known.Count < Most) known.TryAdd(id, (name, category.Attr("parentId") is { Length: > 0 } parent ? parent : category.Attr("parent_id")));
    }

    /// <summary>The path of this category, or empty where nobody declared it.</summary>
    public string Path(string id)
    {
        var levels = new List<string>();
        var passed = new HashSet<string>();
        // A chain may bite its own tail.
        while (levels.Count < Deepest && passed.Add(id) && known.TryGetValue(id, out var category))
        {
            levels.Insert(0, category.Name);
            id = category.Parent;
        }
        return string.Join(" > ", levels);
    }
}

/// <summary>One offer.</summary>
internal sealed class YmlOffer
{
    // What a list of prices and stocks may have; anything else tells of the goods.
    private static readonly HashSet<string> PatchNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "price", "oldprice", "old_price", "price_old", "min_price", "premium_price", "price_promo", "currencyId", "currency", "vat", "outlets", "count", "stock", "stock_quantity", "quantity", "quantity_in_stock",
        "instock", "available", "disabled", "archived", "min-quantity", "step-quantity", "id", "shop-sku", "market-sku", "group_id",
    };

    // Elements that describe goods of special kinds: books, music, tours, tickets.
    private static readonly HashSet<string> Descriptive = new(StringComparer.OrdinalIgnoreCase)
    {
        "author", "publisher", "series", "year", "ISBN", "volume", "part", "language", "binding", "page_extent", "performed_by", "performance_type", "storage", "format", "recording_length", "artist",
        "media", "starring", "director", "originalName", "country", "country_of_origin", "worldRegion", "region", "days", "dataTour", "hotel_stars", "room", "meal", "included", "transport", "place", "hall",
        "hall_part", "date", "age", "weight", "dimensions", "period-of-validity-days", "warranty-days",
    };

    private readonly long line;
    private readonly XElement offer;
    private readonly YmlCategories categories;

    public YmlOffer(long line, XElement offer, YmlCategories categories)
    {
        (this.line, this.offer, this.categories) = (line, offer, categories);
        Key = offer.Attr("id") is { Length: > 0 } id ? id : offer.Text("id", "shop-sku", "vendorCode", "sku");
        Group = offer.Attr("group_id") is { Length: > 0 } group ? group : offer.Text("group_id");
        IsPatch = offer.Elements().Any() && offer.Elements().All(e => PatchNames.Contains(e.Name.LocalName)) && Title().Length == 0;
    }

    public string Key { get; }

    public string Group { get; }

    /// <summary>True where the offer has a price or a stock only.</summary>
    public bool IsPatch { get; }

    /// <summary>The category that nobody declared, or empty.</summary>
    public string Undeclared => offer.Text("categoryId") is { Length: > 0 } id && categories.Path(id).Length == 0 ? id : "";

    public FeedRecord Alone()
    {
        if (Key.Length == 0) return new FeedProblem(line, 1, "id", FeedCodes.KeyMissing, Kernel.Languages.Words.Key("The offer has no id."));
        if (!IsPatch) return Goods() with { Price = Price(), Variants = [Offer() with { Key = "" }], Attributes = [.. Own(), .. Params()] };
        var stock = Stock();
        var parts = (offer.Text("price").Length > 0 ? FeedParts.Price : FeedParts.None) | (stock.Length > 0 ? FeedParts.Stock : FeedParts.None);
        return Group.Length > 0
            ? new FeedPatch(line, FeedGroups.Key(Group), Offer(), parts)
            : new FeedPatch(line, Key, Offer(), parts);
    }

    public FeedMember Member() => new(Group, Goods() with { Attributes = Own() }, Offer(), Params());

    private FeedProduct Goods() => new(line, 1, Key)
    {
        Name = XmlWords.Plain(Title()),
        Sku = offer.Text("vendorCode", "shop-sku", "article", "sku"),
        Vendor = XmlWords.Plain(offer.Text("vendor", "brand")),
        Html = (offer.Child("description") ?? offer.Child("description_ru") ?? offer.Child("description_ua")).Html(),
        Categories = Categories(),
        Active = !IsYes(offer.Attr("disabled")) && !IsYes(offer.Text("disabled")) && !IsYes(offer.Text("archived")),
        Pictures = [.. offer.Children("picture").Select(p => p.Value.Trim()).Where(p => p.Length > 0 && p != "None").Distinct().Select(p => new FeedPicture(line, p, "picture"))],
    };

    private FeedOffer Offer() => new(line)
    {
        Key = Key,
        Sku = offer.Text("vendorCode", "shop-sku", "article", "sku"),
        Price = Price(),
        Stock = Stock(),
        Barcode = offer.Text("barcode", "ISBN"),
    };

    private FeedPrice Price() => new(offer.Text("price"), "price", offer.Text("oldprice", "old_price", "price_old"), FeedText.CurrencyCode(offer.Text("currencyId", "currency")));

    // The simple kind has a name; the others are put together from what they have.
    private string Title()
    {
        if (offer.Text("name", "name_ru", "name_ua") is { Length: > 0 } name) return name;
        var (vendor, model) = (offer.Text("vendor"), offer.Text("model"));
        if (model.Length > 0)
        {
            if (model.StartsWith(vendor, StringComparison.OrdinalIgnoreCase)) vendor = "";
            return string.Join(' ', new[] { offer.Text("typePrefix"), vendor, model }.Where(p => p.Length > 0));
        }
        var (artist, title) = (offer.Text("artist", "author"), offer.Text("title"));
        return artist.Length > 0 && title.Length > 0 ? $"{artist} – {title}" : title;
    }

    private List<string> Categories()
    {
        var paths = offer.Children("categoryId").Select(c => categories.Path(c.Value.Trim())).Where(p => p.Length > 0).Distinct().ToList();
        if (paths.Count == 0 && offer.Text("category", "market_category") is { Length: > 0 } written) paths.Add(written.Replace("/", " > ", StringComparison.Ordinal));
        return paths;
    }

    private List<FeedAttribute> Own() =>
        [.. offer.Elements().Where(e => Descriptive.Contains(e.Name.LocalName)).Select(e => new FeedAttribute(XmlWords.Label(e.Name.LocalName), e.Value.Trim())).Where(a => a.Value.Length > 0).DistinctBy(a => (a.Name, a.Value))];

    private List<FeedAttribute> Params() =>
        [.. offer.Children("param").Select(p => new FeedAttribute(XmlWords.Plain(p.Attr("name")), XmlWords.Plain(p.Value.Trim()), p.Attr("unit"))).Where(a => a.Name.Length > 0 && a.Value.Length > 0)];

    // Pieces where they are counted: in an element, or in each outlet. Else only whether there are any.
    private string Stock()
    {
        if (offer.Text("count", "stock_quantity", "quantity_in_stock", "quantity", "stock", "instock") is { Length: > 0 } counted) return counted;
        var outlets = (offer.Child("outlets")?.Children("outlet") ?? []).Select(o => o.Attr("instock")).Where(s => s.Length > 0).ToList();
        if (outlets.Count == 1) return outlets[0];
        if (outlets.Count > 1) return Sum(outlets);
        return FeedText.StockInWords(offer.Attr("available") is { Length: > 0 } available ? available : offer.Text("available"));
    }

    internal static string Sum(IEnumerable<string> stocks)
    {
        long sum = 0;
        foreach (var stock in stocks) sum += FeedText.Stock(stock) ?? 0;
        return sum.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool IsYes(string text) => text.ToLowerInvariant() is "true" or "1" or "yes" or "да";
}
