using System.Globalization;
using System.Text;
using Fairground.Catalog.ImportFeed;

namespace Fairground.Catalog.SearchGoods;

/// <summary>The words that goods are found by, in the order of weight.</summary>
internal sealed record SearchEntry(IReadOnlyList<SearchWord> Name, IReadOnlyList<SearchWord> Facts, IReadOnlyList<SearchWord> Body)
{
    /// <summary>Those that spelling knows: no codes, and nothing from descriptions.</summary>
    public IEnumerable<SearchWord> ForSpelling => Name.Concat(Facts).Where(w => w.Stem.Length > 2 && !w.Stem.Any(char.IsDigit)).DistinctBy(w => w.Stem);
}

/// <summary>What a search reads of some goods, in the order of weight.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Facts">SKU, maker, categories, properties.</param>
/// <param name="Body">The description's beginning.</param>
internal sealed record SearchText(string Name, string Facts, string Body)
{
    private const int LongestBody = 4_000;

    // A lexeme's position in a tsvector ends here.
    private const int LastPosition = 16_383;

    /// <summary>The words of each part; a code with hyphens is also found written together (FG-046, fg046).</summary>
    public SearchEntry Words() =>
        new([.. SearchWords.Of(Name)], [.. SearchWords.Of(Facts), .. Joined(Facts)], [.. SearchWords.Of(Body.Length > LongestBody ? Body[..LongestBody] : Body)]);

    /// <summary>What is read of goods that are about to be written; the same as what the index reads of them later.</summary>
    public static SearchText Of(GoodsState goods, Func<Guid, string> categoryName) => new(
        goods.Name,
        string.Join(' ', goods.Categories.Select(categoryName).Prepend(goods.Vendor).Prepend(goods.Sku).Concat(goods.Attributes.Select(a => a.Value))),
        goods.Plain);

    /// <summary>The words as PostgreSQL writes a tsvector: names weigh A, facts B, the rest D.</summary>
    public static string Vector(SearchEntry entry)
    {
        var text = new StringBuilder();
        var (seen, position) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var (words, weight) in new[] { (entry.Name, "A"), (entry.Facts, "B"), (entry.Body, "") })
        {
            // Where it stands first is where it weighs most; more often says no more.
            foreach (var word in words.Where(w => seen.Add(w.Stem)))
            {
                position = Math.Min(position + 1, LastPosition);
                text.Append('\'').Append(word.Stem).Append("':").Append(position.ToString(CultureInfo.InvariantCulture)).Append(weight).Append(' ');
            }
        }
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
