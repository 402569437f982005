namespace Fairground.Catalog.SearchGoods;

/// <summary>What somebody typed, as stems; all of them must be found, and the last one may be the beginning of a word that is still being typed.</summary>
/// <param name="Words">At most <see cref="MostWords"/>.</param>
internal sealed record SearchQuestion(IReadOnlyList<SearchWord> Words)
{
    public const int MostWords = 8;

    // Below this a beginning fits half the catalogue.
    private const int ShortestBeginning = 2;

    public bool IsEmpty => Words.Count == 0;

    public static SearchQuestion Of(string? text) => new([.. SearchWords.Of(text ?? "").DistinctBy(w => w.Stem).Take(MostWords)]);

    /// <summary>For FTS5; with <paramref name="inName"/> only what stands in the name.</summary>
    public string ForSqlite(bool inName)
    {
        var all = string.Join(" AND ", Words.Select((w, i) => IsLast(i) && w.Stem.Length >= ShortestBeginning ? $"(\"{w.Stem}\" OR \"{w.Stem}\" *)" : $"\"{w.Stem}\""));
        return inName ? $"name : ({all})" : all;
    }

    /// <summary>For a tsquery; with <paramref name="inName"/> only what stands in the name.</summary>
    public string ForPostgres(bool inName) => string.Join(" & ", Words.Select((w, i) =>
        $"'{w.Stem}':{(IsLast(i) && w.Stem.Length >= ShortestBeginning ? "*" : "")}{(inName ? "A" : "")}".TrimEnd(':')));

    private bool IsLast(int i) => i == Words.Count - 1;
}
