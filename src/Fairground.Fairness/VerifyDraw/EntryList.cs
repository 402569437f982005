namespace Fairground.Fairness;

/// <summary>The published entries as they were read: in order and complete, or with the first thing that is wrong.</summary>
internal sealed class EntryList
{
    private const int BatchSize = 8192;

    private readonly List<int> _seqs = [];
    private readonly List<string> _numbers = [];
    private readonly List<int> _holderOf = [];
    private readonly List<string> _holders = [];
    private readonly Dictionary<string, int> _holderIndex = new(StringComparer.Ordinal);
    private readonly MerkleAccumulator _tree = new();

    /// <summary>Why the list cannot be believed, as a sentence; null where nothing is wrong with it.</summary>
    public string? Problem { get; private set; }

    public int Count => _seqs.Count;

    public byte[] Root() => _tree.Root();

    public string NumberOf(int seq) => _numbers[seq - 1];

    public string HolderOf(int seq) => _holders[_holderOf[seq - 1]];

    /// <summary>The most entries in one hand, and whose.</summary>
    public (int Entries, string Holder) LargestHolder()
    {
        var counts = new int[_holders.Count];
        foreach (var holder in _holderOf) counts[holder]++;
        if (counts.Length == 0) return (0, "");
        var most = counts.Max();
        return (most, _holders[Array.IndexOf(counts, most)]);
    }

    public static EntryList Read(IEnumerable<string> lines, string lot)
    {
        var list = new EntryList();
        foreach (var batch in WithoutLastBlank(lines).Chunk(BatchSize))
        {
            var read = new (PublishedEntry? Entry, byte[] Hash, string? Problem)[batch.Length];
            Parallel.For(0, batch.Length, i => read[i] = ReadLine(batch[i]));
            foreach (var (entry, hash, problem) in read)
            {
                list.Problem = problem is null ? null : $"Line {list.Count + 1} of the entries cannot be read: {problem}";
                if (entry is not null) list.Add(entry, hash, lot);
                if (list.Problem is not null) return list;
            }
        }
        list.Problem = list.OrderProblem() ?? list.NumberProblem();
        return list;
    }

    private static (PublishedEntry?, byte[], string?) ReadLine(string line)
    {
        try
        {
            var bytes = CanonicalJson.Bytes(line);
            return (EntryLeaf.Parse(bytes), MerkleTree.LeafHash(bytes), null);
        }
        catch (FormatException e)
        {
            return (null, [], e.Message);
        }
    }

    private void Add(PublishedEntry entry, byte[] hash, string lot)
    {
        if (entry.Lot != lot)
        {
            Problem = $"Line {Count + 1} of the entries belongs to lot \"{entry.Lot}\", not to lot \"{lot}\".";
            return;
        }
        if (!_holderIndex.TryGetValue(entry.Holder, out var holder))
        {
            holder = _holders.Count;
            _holders.Add(entry.Holder);
            _holderIndex.Add(entry.Holder, holder);
        }
        _seqs.Add(entry.Seq);
        _numbers.Add(entry.Number);
        _holderOf.Add(holder);
        _tree.AddHash(hash);
    }

    private string? OrderProblem()
    {
        var line = 0;
        while (line < Count && _seqs[line] == line + 1) line++;
        if (line == Count) return null;
        var seen = new HashSet<int>();
        foreach (var seq in _seqs)
        {
            if (!seen.Add(seq)) return $"Entry {seq} stands in the list more than once.";
        }
        for (var seq = 1; seq <= Count; seq++)
        {
            if (!seen.Contains(seq)) return $"Entry {seq} is missing from the list.";
        }
        return $"The entries are out of order: line {line + 1} holds entry {_seqs[line]}.";
    }

    private string? NumberProblem()
    {
        var first = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (var i = 0; i < Count; i++)
        {
            if (!first.TryAdd(_numbers[i], i))
                return $"The number {_numbers[i]} was given out twice, to entries {first[_numbers[i]] + 1} and {i + 1}.";
        }
        return null;
    }

    // Splitting a file at line ends leaves an empty piece after the last one.
    private static IEnumerable<string> WithoutLastBlank(IEnumerable<string> lines)
    {
        var blank = false;
        foreach (var line in lines)
        {
            if (blank) yield return "";
            blank = line.Length == 0;
            if (!blank) yield return line;
        }
    }
}
