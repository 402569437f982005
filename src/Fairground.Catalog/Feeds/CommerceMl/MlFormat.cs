using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds.CommerceMl;

/// <summary>
/// What 1C sends to shops, CommerceML 2.x and 3.x, in any namespace or none: goods in one file, offers with prices and stocks in another,
/// or prices and stocks each in their own. Key of goods: their Ид; of a variant: <c>goods#variant</c>, as its Ид is written.
/// </summary>
internal sealed class MlFormat : IFeedFormat
{
    private static readonly HashSet<string> WholeNames = ["Товар", "Предложение", "Свойство", "СвойствоНоменклатуры", "ТипЦены"];

    public string Name => "commerceml";

    public int Likelihood(FeedSample sample) =>
        XmlWords.Root(sample.Text) is "КоммерческаяИнформация" or "Классификатор" or "Каталог" or "ПакетПредложений" ? 100
        : sample.Text.Contains("<КоммерческаяИнформация", StringComparison.Ordinal) ? 90 : 0;

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => XmlFeed.Check(file, ct);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var feed = XmlFeed.Open(file);
        var (classifier, prices) = (new Classifier(), new PriceTypes(options.Mapping?.GetValueOrDefault("price_type") ?? ""));
        var saw = new Seen();
        await foreach (var piece in feed.Walk(IsWhole, ct))
        {
            if (piece.Name is "Документ" or "Контейнер") saw.Documents = true;
            if (piece.Name is "Каталог" or "ПакетПредложений" or "ИзмененияПакетаПредложений" && !saw.Goods)
            {
                saw.Goods = true;
                if (IsFull(piece) is { } full) yield return new FeedFacts(piece.Line, full);
            }
            if (!piece.Whole) continue;
            foreach (var record in Records(piece, classifier, prices, saw)) yield return record;
        }
        if (feed.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
        else if (saw.Documents && !saw.Goods) yield return new FeedProblem(1, 0, "Документ", FeedCodes.FileOther, Key("The file has orders or documents and no goods."), Rejects: false);
    }

    private static IEnumerable<FeedRecord> Records(XmlPiece piece, Classifier classifier, PriceTypes prices, Seen saw)
    {
        switch (piece.Name)
        {
            case "Группа":
                return classifier.AddGroup(piece);
            case "Свойство" or "СвойствоНоменклатуры":
                classifier.AddProperty(piece.Element);
                return [];
            case "ТипЦены":
                prices.Add(piece.Element);
                return [];
            case "Товар":
                return MlGoods.Records(piece.Line, piece.Element, classifier, saw);
            default:
                return MlOffer.Records(piece.Line, piece.Element, prices);
        }
    }

    private static bool IsWhole(string name, IReadOnlyList<string> parents)
    {
        // Orders have goods and offers of their own, which are none of the shelf's.
        if (parents.Contains("Документ")) return false;
        // The outermost group brings the tree below it.
        return name == "Группа" ? !parents.Contains("Группа") : WholeNames.Contains(name);
    }

    // Only a catalogue can be the whole shop; a package of offers changes what is there.
    private static bool? IsFull(XmlPiece piece)
    {
        var changes = piece.Element.Attr("СодержитТолькоИзменения");
        if (piece.Name != "Каталог") return false;
        return changes.Length == 0 ? null : FeedText.IsNo(changes);
    }

    /// <summary>What the walk has come across.</summary>
    internal sealed class Seen
    {
        public bool Documents { get; set; }

        public bool Goods { get; set; }

        /// <summary>True once it was said that groups are declared elsewhere.</summary>
        public bool SaidGroups { get; set; }
    }
}

/// <summary>The classifier: groups by id with their paths, properties and their values by id.</summary>
internal sealed class Classifier
{
    private const int Most = 500_000;
    private const int Deepest = 12;

    private readonly Dictionary<string, string> groups = [];
    private readonly Dictionary<string, string> properties = [];
    private readonly Dictionary<string, string> values = [];

    public string Group(string id) => groups.GetValueOrDefault(id, "");

    public string Property(string id) => properties.GetValueOrDefault(id, "");

    /// <summary>The value itself, or what its id stands for.</summary>
    public string Value(string text) => values.GetValueOrDefault(text, text);

    public List<FeedRecord> AddGroup(XmlPiece piece)
    {
        var found = new List<FeedRecord>();
        Walk(piece.Element, "", 0, found, piece.Line);
        return found;
    }

    public void AddProperty(XElement property)
    {
        var (id, name) = (property.Text("Ид"), property.Text("Наименование"));
        if (id.Length == 0 || name.Length == 0 || properties.Count >= Most) return;
        properties.TryAdd(id, name);
        foreach (var value in property.Descendants().Where(e => e.Is("ИдЗначения")))
        {
            if (values.Count >= Most) return;
            if (value.Parent?.Text("Значение") is { Length: > 0 } text) values.TryAdd(value.Value.Trim(), text);
        }
    }

    private void Walk(XElement group, string above, int depth, List<FeedRecord> found, long line)
    {
        var (id, name) = (group.Text("Ид"), FeedText.Level(group.Text("Наименование")));
        if (id.Length == 0 || name.Length == 0 || depth >= Deepest || groups.Count >= Most) return;
        var path = above.Length > 0 ? $"{above} > {name}" : name;
        if (groups.TryAdd(id, path)) found.Add(new FeedCategory(line, id, path));
        foreach (var child in group.Children("Группы").SelectMany(g => g.Children("Группа"))) Walk(child, path, depth + 1, found, line);
    }
}

/// <summary>Kinds of prices: wholesale, retail, purchase. One of them is the shop's.</summary>
/// <param name="wanted">Id or name of the one to take; empty for retail where it is told by its name, else the first.</param>
internal sealed class PriceTypes(string wanted)
{
    private static readonly string[] Retail = ["рознич", "retail", "для сайта", "сайт", "бөлшек"];

    private readonly List<(string Id, string Name, string Currency)> known = [];

    public void Add(XElement type)
    {
        if (known.Count < 1000 && type.Text("Ид") is { Length: > 0 } id) known.Add((id, type.Text("Наименование"), type.Text("Валюта")));
    }

    /// <summary>The chosen kind's id; empty where the file declares none.</summary>
    public string Chosen
    {
        get
        {
            if (wanted.Length > 0) return known.Find(t => t.Id == wanted || t.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)).Id ?? wanted;
            foreach (var word in Retail)
            {
                if (known.Find(t => t.Name.Contains(word, StringComparison.OrdinalIgnoreCase)).Id is { } retail) return retail;
            }
            return known.Count > 0 ? known[0].Id : "";
        }
    }

    public string CurrencyOf(string id) => known.Find(t => t.Id == id).Currency ?? "";
}
