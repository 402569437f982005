using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// WordPress's own export of a WooCommerce shop. Pictures and terms are named by ids and may stand behind the goods that use them, so
/// the file is read twice. Keys are those of <see cref="WooCommerceCsv"/>: the SKU, else <c>id:44</c>.
/// </summary>
internal sealed class WooCommerceWxr : IFeedFormat
{
    public string Name => "woocommerce-wxr";

    public int Likelihood(FeedSample sample) =>
        XmlWords.Root(sample.Text).Equals("rss", StringComparison.OrdinalIgnoreCase) && sample.Text.Contains("wordpress.org/export", StringComparison.OrdinalIgnoreCase) ? 95 : 0;

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => XmlFeed.Check(file, ct);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var terms = new WxrTerms();
        using (var first = XmlFeed.Open(file))
        {
            await foreach (var piece in first.Walk(IsWhole, ct)) terms.Add(piece.Element);
        }
        using var feed = XmlFeed.Open(file);
        await foreach (var piece in feed.Walk(IsWhole, ct))
        {
            if (piece.Name == "item" && new WxrItem(piece.Line, piece.Element, terms, options.Now).Record() is { } record) yield return record;
        }
        if (feed.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }

    private static bool IsWhole(string name, IReadOnlyList<string> parents) => name is "item" or "term" or "category" && parents.Count > 0 && parents[^1] == "channel";
}

/// <summary>Pictures by their ids, categories with their parents, and the words behind terms' short names.</summary>
internal sealed class WxrTerms
{
    private const int Most = 300_000;
    private const int Deepest = 12;

    private readonly Dictionary<string, string> pictures = [];
    private readonly Dictionary<(string Taxonomy, string Slug), (string Name, string Parent)> terms = [];

    public void Add(XElement element)
    {
        if (element.Is("item"))
        {
            if (element.Text("attachment_url") is { Length: > 0 } url && pictures.Count < Most) pictures.TryAdd(element.Text("post_id"), url);
            foreach (var term in element.Children("category")) Add(term.Attr("domain"), term.Attr("nicename"), term.Value, "");
        }
        else if (element.Is("term")) Add(element.Text("term_taxonomy"), element.Text("term_slug"), element.Text("term_name"), element.Text("term_parent"));
    }

    public string Picture(string id) => pictures.GetValueOrDefault(id, "");

    /// <summary>A term's name by its short one, which is all that variations have.</summary>
    public string Name(string taxonomy, string slug) => terms.TryGetValue((taxonomy, slug), out var term) ? term.Name : slug;

    public string Path(string taxonomy, string slug)
    {
        var levels = new List<string>();
        var passed = new HashSet<string>();
        while (levels.Count < Deepest && passed.Add(slug) && terms.TryGetValue((taxonomy, slug), out var term))
        {
            levels.Insert(0, FeedText.Level(term.Name));
            slug = term.Parent;
        }
        return string.Join(" > ", levels);
    }

    private void Add(string taxonomy, string slug, string name, string parent)
    {
        name = XmlWords.Plain(name.Trim());
        if (slug.Length == 0 || name.Length == 0 || terms.Count >= Most) return;
        var key = (taxonomy, slug);
        if (!terms.TryAdd(key, (name, parent)) && parent.Length > 0) terms[key] = (name, parent);
    }
}

/// <summary>An item of the export; most are no goods.</summary>
internal sealed class WxrItem(long line, XElement item, WxrTerms terms, DateTimeOffset now)
{
    private readonly ILookup<string, string> meta = item.Children("postmeta").ToLookup(m => m.Text("meta_key"), m => m.Child("meta_value")?.Value ?? "", StringComparer.Ordinal);

    private string Id => item.Text("post_id");

    /// <summary>Goods, a variation, a problem, or null for what is none of these.</summary>
    public FeedRecord? Record() => item.Text("post_type") switch
    {
        "product" => Product(),
        "product_variation" => Variation(),
        _ => null,
    };

    private FeedRecord Product()
    {
        var (sku, type, status) = (Meta("_sku"), Terms("product_type").FirstOrDefault("simple").ToLowerInvariant(), item.Text("status"));
        if (type == "grouped") return new FeedProblem(line, 1, "product_type", FeedCodes.Grouped, Key("Grouped goods have no price of their own; their parts are imported each for itself."));
        var key = sku.Length > 0 ? sku : Id.Length > 0 ? $"id:{Id}" : "";
        if (key.Length == 0) return new FeedProblem(line, 1, "wp:post_id", FeedCodes.KeyMissing, Key("The item has neither an SKU nor an id."));
        var variable = type.StartsWith("variable", StringComparison.Ordinal);
        var visibility = Terms("product_visibility").ToList();
        return new FeedProduct(line, 1, key)
        {
            Name = XmlWords.Plain(item.Text("title")),
            Sku = sku,
            Vendor = Terms("product_brand").FirstOrDefault(""),
            Html = Html(),
            Categories = [.. item.Children("category").Where(c => c.Attr("domain") == "product_cat").Select(c => terms.Path("product_cat", c.Attr("nicename"))).Where(p => p.Length > 0).Distinct()],
            // What WordPress keeps as the price of variable goods is only that of their cheapest variation.
            Price = variable ? null : Price(),
            Active = status is "publish" or "" && !(visibility.Contains("exclude-from-catalog") && visibility.Contains("exclude-from-search")),
            Deleted = status == "trash",
            Pictures = Pictures(),
            Attributes = Attributes(),
            Aliases = sku.Length > 0 ? [$"id:{Id}", key] : [key],
            VariantsElsewhere = variable,
            Variants = variable ? [] : [Offer()],
        };
    }

    private FeedRecord? Variation()
    {
        if (item.Text("status") == "trash") return null;
        var parent = item.Text("post_parent");
        if (parent is "" or "0") return new FeedProblem(line, 1, "wp:post_parent", FeedCodes.ParentMissing, Key("A variation must name its parent."));
        // A variation that is switched off is not for sale.
        var offer = item.Text("status") is "publish" or "" ? Offer() : Offer() with { Stock = "0" };
        return new FeedVariant(line, $"id:{parent}", offer with { Options = [.. Options()] });
    }

    private FeedOffer Offer() => new(line) { Sku = Meta("_sku"), Price = Price(), Stock = Stock(), Barcode = Meta("_global_unique_id") };

    private IEnumerable<FeedOption> Options()
    {
        foreach (var pair in meta.Where(m => m.Key.StartsWith("attribute_", StringComparison.Ordinal)))
        {
            var (taxonomy, value) = (pair.Key["attribute_".Length..], pair.First().Trim());
            // No value: any will do.
            if (value.Length > 0) yield return new FeedOption(Title(taxonomy), terms.Name(taxonomy, value));
        }
    }

    private FeedPrice Price()
    {
        var (regular, sale, current) = (Meta("_regular_price"), Meta("_sale_price"), Meta("_price"));
        if (sale.Length > 0 && SaleHolds()) return new FeedPrice(sale, "_sale_price", regular);
        return regular.Length > 0 ? new FeedPrice(regular, "_regular_price") : new FeedPrice(current, "_price");
    }

    private bool SaleHolds()
    {
        var seconds = now.ToUnixTimeSeconds();
        return !(Seconds("_sale_price_dates_from") > seconds) && !(Seconds("_sale_price_dates_to") < seconds);
    }

    private long? Seconds(string key) => long.TryParse(Meta(key), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private string Stock() => Meta("_manage_stock") == "yes" && Meta("_stock").Length > 0 ? Meta("_stock") : Meta("_stock_status") == "outofstock" ? "0" : "";

    private string Html()
    {
        // The same local name in two namespaces: the text, and the few words before it.
        var texts = item.Children("encoded").ToLookup(e => e.Name.NamespaceName.Contains("excerpt", StringComparison.Ordinal), e => e.Value.Trim());
        var (full, brief) = (texts[false].FirstOrDefault(""), texts[true].FirstOrDefault(""));
        if (full.Length == 0) return brief;
        return brief.Length == 0 || brief == full ? full : $"{brief}\n\n{full}";
    }

    private List<FeedPicture> Pictures() =>
        [.. new[] { Meta("_thumbnail_id") }.Concat(Meta("_product_image_gallery").Split(',', StringSplitOptions.TrimEntries)).Select(terms.Picture).Where(u => u.Length > 0).Distinct().Select(u => new FeedPicture(line, u, "_thumbnail_id"))];

    // Terms of attributes, and attributes that only these goods have; those that variations are chosen by are none of them.
    private List<FeedAttribute> Attributes()
    {
        var own = PhpArray.Parse(Meta("_product_attributes"))?.Values.OfType<PhpArray>().ToList() ?? [];
        var chosen = own.Where(a => a.Text("is_variation") == "1").Select(a => a.Text("name")).ToHashSet(StringComparer.Ordinal);
        var found = item.Children("category").Where(c => c.Attr("domain").StartsWith("pa_", StringComparison.Ordinal) && !chosen.Contains(c.Attr("domain")))
            .GroupBy(c => c.Attr("domain")).Select(g => new FeedAttribute(Title(g.Key), string.Join(", ", g.Select(c => XmlWords.Plain(c.Value.Trim()))))).ToList();
        found.AddRange(own.Where(a => a.Text("is_taxonomy") != "1" && !chosen.Contains(a.Text("name")) && a.Text("name").Length > 0 && a.Text("value").Length > 0).Select(a => new FeedAttribute(a.Text("name"), a.Text("value").Replace(" | ", ", ", StringComparison.Ordinal))));
        return found;
    }

    private IEnumerable<string> Terms(string domain) => item.Children("category").Where(c => c.Attr("domain") == domain).Select(c => XmlWords.Plain(c.Value.Trim()));

    private string Meta(string key) => meta[key].FirstOrDefault("").Trim();

    // "pa_color" is Color; letters beyond ASCII are escaped in short names.
    private static string Title(string taxonomy) => XmlWords.Label(WebUtility.UrlDecode(taxonomy.StartsWith("pa_", StringComparison.Ordinal) ? taxonomy[3..] : taxonomy));
}
