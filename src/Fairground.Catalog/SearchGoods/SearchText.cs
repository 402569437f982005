using System.Globalization;
using System.Text;

namespace Fairground.Catalog.SearchGoods;

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
    public (IReadOnlyList<SearchWord> Name, IReadOnlyList<SearchWord> Facts, IReadOnlyList<SearchWord> Body) Words() =>
        ([.. SearchWords.Of(Name)], [.. SearchWords.Of(Facts), .. Joined(Facts)], [.. SearchWords.Of(Body.Length > LongestBody ? Body[..LongestBody] : Body)]);

    /// <summary>The words as PostgreSQL writes a tsvector: names weigh A, facts B, the rest D.</summary>
    public static string Vector(IReadOnlyList<SearchWord> name, IReadOnlyList<SearchWord> facts, IReadOnlyList<SearchWord> body)
    {
        var text = new StringBuilder();
        var (seen, position) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var (words, weight) in new[] { (name, "A"), (facts, "B"), (body, "") })
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
