using Fairground.Kernel.Storage;

namespace Fairground.Catalog.SearchGoods;

/// <summary>Finds the word that was meant where a typed one is in no goods (D-26): one slip in four letters, two in eight.</summary>
internal sealed class Spelling(Kernel.Storage.Database database, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private const int MostWords = 100_000;

    private readonly SemaphoreSlim loading = new(1);
    private Book? book;

    private sealed record Entry(string Stem, string Written);

    private sealed record Book(IReadOnlyList<Entry> Words, HashSet<string> Stems, DateTimeOffset ReadAt);

    /// <summary>The question with unknown words replaced by the nearest known ones, or null where there is nothing to replace.</summary>
    public async Task<SearchQuestion?> Correct(SearchQuestion question, CancellationToken ct)
    {
        var known = await Read(ct);
        var changed = false;
        var words = new List<SearchWord>(question.Words.Count);
        foreach (var word in question.Words)
        {
            if (known.Stems.Contains(word.Stem) || Nearest(known, word) is not { } near) words.Add(word);
            else
            {
                words.Add(new SearchWord(near.Stem, near.Written));
                changed = true;
            }
        }
        return changed ? new SearchQuestion(words) : null;
    }

    // As few slips as can be; among those as near, the word that most goods have.
    private static Entry? Nearest(Book known, SearchWord word)
    {
        var most = word.Written.Length < 4 ? 0 : word.Written.Length < 8 ? 1 : 2;
        for (var slips = 1; slips <= most; slips++)
        {
            // They are sorted by how many goods have them.
            foreach (var entry in known.Words)
            {
                if (IsNear(word.Written, entry.Written, slips) || IsNear(word.Stem, entry.Stem, slips)) return entry;
            }
        }
        return null;
    }

    // A short stem says too little by itself.
    private static bool IsNear(string a, string b, int slips) =>
        Math.Min(a.Length, b.Length) > slips + 2 && Math.Abs(a.Length - b.Length) <= slips && Slips.AtMost(a, b, slips);

    private async Task<Book> Read(CancellationToken ct)
    {
        if (book is { } current && time.GetUtcNow() - current.ReadAt < Fresh) return current;
        await loading.WaitAsync(ct);
        try
        {
            if (book is { } loaded && time.GetUtcNow() - loaded.ReadAt < Fresh) return loaded;
            var entries = new List<Entry>();
            await using var connection = await database.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = $"select stem, written from catalog_search_word order by uses desc, stem limit {MostWords}";
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) entries.Add(new Entry(reader.GetString(0), reader.GetString(1)));
            return book = new Book(entries, [.. entries.Select(e => e.Stem)], time.GetUtcNow());
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();

    /// <summary>Reads the words anew at the next question.</summary>
    public void Forget() => book = null;
}

/// <summary>Counts slips of the hand: a letter too many, too few, another one, or two that changed places.</summary>
internal static class Slips
{
    /// <summary>True where <paramref name="b"/> is at most so many slips from <paramref name="a"/> (1 or 2).</summary>
    public static bool AtMost(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        // What is the same at both ends needs no counting.
        var same = a.CommonPrefixLength(b);
        a = a[same..];
        b = b[same..];
        while (a.Length > 0 && b.Length > 0 && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }
        if (a.Length == 0 || b.Length == 0) return Math.Max(a.Length, b.Length) <= most;
        if (most == 0) return false;
        if (a.Length > 1 && b.Length > 1 && a[0] == b[1] && a[1] == b[0] && AtMost(a[2..], b[2..], most - 1)) return true;
        return AtMost(a[1..], b[1..], most - 1) || AtMost(a[1..], b, most - 1) || AtMost(a, b[1..], most - 1);
    }
}
