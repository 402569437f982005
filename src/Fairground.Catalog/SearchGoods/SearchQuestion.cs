namespace Fairground.Catalog.SearchGoods;

/// <summary>What somebody typed, as stems; all of them must be found, and the last one may be the beginning of a word that is still being typed.</summary>
/// <param name="Words">At most <see cref="MostWords"/>.</param>
internal sealed record SearchQuestion(IReadOnlyList<SearchWord> Words)
{
    public const int MostWords = 8;

    // Below these a beginning fits half the catalogue.
    private const int ShortestBeginning = 2;
    private const int ShortestCode = 3;

    /// <summary>Words that begin as the last one does, the most frequent first: the index would have to read every word that begins so.</summary>
    public IReadOnlyList<string> Ends { get; init; } = [];

    public bool IsEmpty => Words.Count == 0;

    /// <summary>What <see cref="Ends"/> must begin with; null where the last word can only be whole.</summary>
    public string? Beginning => Words.Count > 0 && Words[^1].Stem is { Length: >= ShortestBeginning } last && !IsCode(last) ? last : null;

    public static SearchQuestion Of(string? text) => new([.. SearchWords.Of(text ?? "").DistinctBy(w => w.Stem).Take(MostWords)]);

    /// <summary>For FTS5; with <paramref name="inName"/> only what stands in the name.</summary>
    /// <param name="tags">Which the goods must have all.</param>
    public string ForSqlite(bool inName, IEnumerable<string> tags)
    {
        var all = string.Join(" AND ", Words.Select((w, i) => Either(i, word => $"\"{word}\"", code => $"\"{code}\" *", " OR ")));
        var words = inName ? $"name : ({all})" : $"({all})";
        return string.Concat(tags.Select(t => $"facts : \"{t}\" AND ")) + words;
    }

    /// <summary>For a tsquery; with <paramref name="inName"/> only what stands in the name.</summary>
    /// <param name="tags">Which the goods must have all.</param>
    public string ForPostgres(bool inName, IEnumerable<string> tags)
    {
        var mark = inName ? SearchText.InName : "";
        return string.Join(" & ", tags.Select(t => $"'{t}'").Concat(Words.Select((_, i) => Either(i, word => $"'{mark}{word}'", code => $"'{mark}{code}':*", " | "))));
    }

    private string Either(int i, Func<string, string> whole, Func<string, string> beginning, string or)
    {
        var stem = Words[i].Stem;
        if (i < Words.Count - 1) return whole(stem);
        // Codes are no words that spelling knows, and few begin alike.
        if (IsCode(stem)) return stem.Length >= ShortestCode ? $"({whole(stem)}{or}{beginning(stem)})" : whole(stem);
        return Ends.Count == 0 ? whole(stem) : $"({string.Join(or, Ends.Prepend(stem).Distinct(StringComparer.Ordinal).Select(whole))})";
    }

    private static bool IsCode(string stem) => stem.Any(char.IsDigit);
}
