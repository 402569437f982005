using System.Xml.Linq;

namespace Fairground.Catalog.Feeds.CommerceMl;

/// <summary>Goods of a catalogue: all but price and stock, which come with the offers.</summary>
internal static class MlGoods
{
    private const FeedParts Told = FeedParts.Name | FeedParts.Text | FeedParts.Pictures | FeedParts.Attributes;

    // Requisites that are for 1C itself, or told otherwise.
    private static readonly HashSet<string> Internal = new(StringComparer.OrdinalIgnoreCase)
    {
        "ВидНоменклатуры", "ТипНоменклатуры", "Полное наименование", "ОписаниеФайла", "ОписаниеВФорматеHTML", "Код", "НомерВерсии", "Файл", "Планируемая дата поступления",
    };

    public static IEnumerable<FeedRecord> Records(long line, XElement goods, Classifier classifier, MlFormat.Seen saw)
    {
        var id = goods.Text("Ид");
        if (id.Length == 0)
        {
            yield return new FeedProblem(line, 1, "Ид", FeedCodes.KeyMissing, Key("The goods have no Ид."));
            yield break;
        }
        var groups = goods.Children("Группы").SelectMany(g => g.Children("Ид")).Select(g => g.Value.Trim()).Where(g => g.Length > 0).ToList();
        var paths = groups.Select(classifier.Group).Where(p => p.Length > 0).ToList();
        if (groups.Count > paths.Count && !saw.SaidGroups)
        {
            saw.SaidGroups = true;
            yield return new FeedProblem(line, 0, "Группы", FeedCodes.CategoryUnknown, Key("Groups of these goods are not declared in this file: those that an earlier file declared are taken, and where there is none the goods stay in the categories they have."), Rejects: false);
        }
        var (key, variant) = Split(id);
        var product = Goods(line, goods, classifier, key) with
        {
            Categories = paths,
            CategoryKeys = groups,
            Parts = Told | (paths.Count > 0 || groups.Count == 0 ? FeedParts.Categories : FeedParts.None),
        };
        if (variant.Length == 0)
        {
            yield return product;
            yield break;
        }
        // Older systems list every variant as goods of its own; the goods are the part before the sign.
        yield return product with { Rows = 0, Active = true, VariantsElsewhere = true, MayRepeat = true };
        yield return new FeedVariant(line, key, new FeedOffer(line) { Key = id, Options = Options(goods), Sku = goods.Text("Артикул"), Barcode = goods.Text("Штрихкод"), Stock = product.Active ? "" : "0" });
    }

    /// <summary>An id in its two parts: goods and variant, which may be empty.</summary>
    public static (string Goods, string Variant) Split(string id) =>
        id.IndexOf('#', StringComparison.Ordinal) is > 0 and var at ? (id[..at].Trim(), id[(at + 1)..].Trim()) : (id.Trim('#', ' '), "");

    public static List<FeedOption> Options(XElement element) =>
        [.. element.Children("ХарактеристикиТовара").SelectMany(c => c.Children("ХарактеристикаТовара")).Select(c => new FeedOption(c.Text("Наименование"), c.Text("Значение"))).Where(o => o.Name.Length > 0 && o.Value.Length > 0)];

    /// <summary>Deletion is an attribute in some versions, an element in others, and a mark in the third.</summary>
    public static bool IsDeleted(XElement element) =>
        element.Attr("Статус").StartsWith("Удал", StringComparison.OrdinalIgnoreCase) || element.Text("Статус").StartsWith("Удал", StringComparison.OrdinalIgnoreCase)
        || element.Text("ПометкаУдаления").Equals("true", StringComparison.OrdinalIgnoreCase);

    private static FeedProduct Goods(long line, XElement goods, Classifier classifier, string key)
    {
        var requisites = goods.Children("ЗначенияРеквизитов").SelectMany(r => r.Children("ЗначениеРеквизита")).Select(r => (Name: r.Text("Наименование"), Value: r.Text("Значение"))).Where(r => r.Value.Length > 0).ToList();
        var name = goods.Text("Наименование");
        var deleted = IsDeleted(goods);
        return new FeedProduct(line, 1, key)
        {
            Name = name,
            Sku = goods.Text("Артикул"),
            Vendor = goods.Child("Изготовитель")?.Text("Наименование") is { Length: > 0 } maker ? maker : goods.Text("ТорговаяМарка", "Марка"),
            Html = Description(goods, requisites, name),
            Active = !deleted,
            Deleted = deleted && Split(goods.Text("Ид")).Variant.Length == 0,
            Attributes = Attributes(goods, classifier, requisites),
            Pictures = Pictures(line, goods, requisites),
        };
    }

    // Some shops keep the text in the name for printing, which is the name itself where they do not.
    private static string Description(XElement goods, List<(string Name, string Value)> requisites, string name)
    {
        if (requisites.Find(r => r.Name == "ОписаниеВФорматеHTML").Value is { Length: > 0 } html) return html;
        if (goods.Child("Описание").Html() is { Length: > 0 } text) return text;
        var full = requisites.Find(r => r.Name == "Полное наименование").Value ?? "";
        return full.Equals(name, StringComparison.OrdinalIgnoreCase) ? "" : full;
    }

    private static List<FeedAttribute> Attributes(XElement goods, Classifier classifier, List<(string Name, string Value)> requisites)
    {
        var found = new List<FeedAttribute>();
        foreach (var value in goods.Children("ЗначенияСвойств").SelectMany(v => v.Children("ЗначенияСвойства")))
        {
            var name = value.Text("Наименование") is { Length: > 0 } own ? own : classifier.Property(value.Text("Ид"));
            var texts = value.Elements().Where(e => e.Is("Значение") || e.Is("ИдЗначения")).Select(e => classifier.Value(e.Value.Trim())).Where(t => t.Length > 0).Distinct().ToList();
            if (name.Length > 0 && texts.Count > 0) found.Add(new FeedAttribute(name, string.Join(", ", texts)));
        }
        if (goods.Text("Страна") is { Length: > 0 } country) found.Add(new FeedAttribute("Страна", country));
        found.AddRange(requisites.Where(r => r.Name.Length > 0 && !Internal.Contains(r.Name)).Select(r => new FeedAttribute(r.Name, r.Value)));
        return [.. found.DistinctBy(a => (a.Name, a.Value))];
    }

    // "path#what it shows" stands among the requisites.
    private static List<FeedPicture> Pictures(long line, XElement goods, List<(string Name, string Value)> requisites)
    {
        var shown = requisites.Where(r => r.Name == "ОписаниеФайла").Select(r => r.Value.Split('#', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1]);
        return [.. goods.Children("Картинка").Select(p => p.Value.Trim()).Where(p => p.Length > 0).Distinct().Select(p => new FeedPicture(line, p, "Картинка", shown.GetValueOrDefault(p, "")))];
    }
}
