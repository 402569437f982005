using System.Text;
using Fairground.Catalog.ImportFeed;

namespace Fairground.Catalog.SearchGoods;

/// <summary>The words that goods are found by, in the order of weight, and their tags (<see cref="SearchTags"/>).</summary>
internal sealed record SearchEntry(IReadOnlyList<SearchWord> Name, IReadOnlyList<SearchWord> Facts, IReadOnlyList<SearchWord> Body, IReadOnlyList<string> Tags)
{
    /// <summary>Those that spelling knows: no codes, and nothing from descriptions.</summary>
    public IEnumerable<SearchWord> ForSpelling => Name.Concat(Facts).Where(w => w.Stem.Length > 2 && !w.Stem.Any(char.IsDigit)).DistinctBy(w => w.Stem);
}

/// <summary>What a search reads of some goods, in the order of weight.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Facts">SKU, maker, categories, properties.</param>
/// <param name="Body">The description's beginning.</param>
internal sealed record SearchText(string Name, string Facts, string Body, IReadOnlyList<string> Tags)
{
    /// <summary>What goes before a word of the name, so that an index of plain words also answers what stands in names.</summary>
    public const string InName = "=";

    private const int LongestBody = 4_000;

    /// <summary>The words of each part; a code with hyphens is also found written together (FG-046, fg046).</summary>
    public SearchEntry Words() =>
        new([.. SearchWords.Of(Name)], [.. SearchWords.Of(Facts), .. Joined(Facts)], [.. SearchWords.Of(Body.Length > LongestBody ? Body[..LongestBody] : Body)], Tags);

    /// <summary>What is read of goods that are about to be written; the same as what the index reads of them later.</summary>
    public static SearchText Of(Guid shop, GoodsState goods, Func<Guid, string> categoryName)
    {
        var categories = goods.Categories.Select(categoryName).ToList();
        return new SearchText(goods.Name, string.Join(' ', categories.Prepend(goods.Vendor).Prepend(goods.Sku).Concat(goods.Attributes.Select(a => a.Value))), goods.Plain, SearchTags.Of(shop, categories));
    }

    /// <summary>
    /// The words as PostgreSQL writes a tsvector. Those of the name stand there a second time with a mark, for the index knows no weights: it would
    /// have to read all goods with a word to find those that have it in their name.
    /// </summary>
    public static string Vector(SearchEntry entry)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Add(string mark, string word)
        {
            if (seen.Add(mark + word)) text.Append('\'').Append(mark).Append(word).Append("' ");
        }
        foreach (var word in entry.Name) Add(InName, word.Stem);
        foreach (var word in entry.Name.Concat(entry.Facts).Concat(entry.Body)) Add("", word.Stem);
        foreach (var tag in entry.Tags) Add("", tag);
        return text.ToString();
    }

    private static IEnumerable<SearchWord> Joined(string facts)
    {
        foreach (var part in facts.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!part.AsSpan().ContainsAny("-_./") || !part.Any(char.IsDigit)) continue;
            var together = string.Concat(part.ToLowerInvariant().Where(char.IsLetterOrDigit));
            if (together.Length is > 0 and <= 40) yield return new SearchWord(together, together);
        }
    }
}
