using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Fairground.Verification;

/// <summary>The published entries as they were read: complete and in order, or with the first thing that is wrong.</summary>
internal sealed class Entries
{
    private const int BatchSize = 8192;

    private readonly record struct Leaf(string Holder, string Lot, string Number, UInt128 NumberKey, int Seq, byte[] Hash);

    private readonly List<byte[]> hashes = [];
    private readonly List<int> seqs = [];
    private readonly List<int> holderOf = [];
    private readonly List<string> numbers = [];
    private readonly List<UInt128> numberKeys = [];
    private readonly List<string> holders = [];
    private readonly Dictionary<string, int> holderIds = new(StringComparer.Ordinal);

    /// <summary>Why the list cannot be believed, as a sentence; null where nothing is wrong with it.</summary>
    public string? Problem { get; private set; }

    public int Count => seqs.Count;

    public int Holders => holders.Count;

    public byte[] Root() => EntryTree.Root(hashes);

    public int HolderOf(int seq) => holderOf[seq - 1];

    public string HolderTold(int seq) => holders[holderOf[seq - 1]];

    public string NumberOf(int seq) => numbers[seq - 1];

    /// <summary>The most entries in one hand, and whose.</summary>
    public (int Entries, string Holder) Largest()
    {
        var counts = new int[holders.Count];
        foreach (var holder in holderOf) counts[holder]++;
        return counts.Length == 0 ? (0, "") : (counts.Max(), holders[Array.IndexOf(counts, counts.Max())]);
    }

    public static Entries Read(IEnumerable<string> lines, string lot)
    {
        var entries = new Entries();
        foreach (var batch in Document.WithoutLastBlank(lines).Chunk(BatchSize))
        {
            var (leaves, problems) = (new Leaf[batch.Length], new string?[batch.Length]);
            Parallel.For(0, batch.Length, i => problems[i] = TryRead(batch[i], out leaves[i]));
            for (var i = 0; i < batch.Length && entries.Problem is null; i++)
                entries.Problem = problems[i] is { } problem ? $"Line {entries.Count + 1} of the entries cannot be read: {problem}" : entries.Add(leaves[i], lot);
            if (entries.Problem is not null) return entries;
        }
        entries.Problem = entries.OrderProblem() ?? entries.NumberProblem();
        return entries;
    }

    private static string? TryRead(string line, out Leaf leaf)
    {
        leaf = default;
        try
        {
            if (TryReadPlain(line, out leaf)) return null;
            var json = Document.Of(Json.Read(line), "It");
            var odd = json.Names.FirstOrDefault(name => name is not ("holder" or "lot" or "number" or "seq"));
            if (odd is not null) return $"It has a member \"{odd}\" that no entry has.";
            leaf = LeafOf(json.Hash("holder"), json.Text("lot"), json.Text("number"), (int)json.Number("seq", 1, int.MaxValue), line);
            // One entry has one spelling, or two lists with the same meaning would have two roots.
            return json.Canonical == line ? null : "It is not in canonical form.";
        }
        catch (Exception error) when (error is FormatException or System.Text.EncoderFallbackException)
        {
            return error.Message;
        }
    }

    /// <summary>A line of plain ASCII in exactly this layout is canonical, whatever it says; every other takes the long way. A million entries spend their time here.</summary>
    private static bool TryReadPlain(string line, out Leaf leaf)
    {
        leaf = default;
        var rest = line.AsSpan();
        if (!TakePlain(ref rest, "{\"holder\":\"", out var holder) || !TakePlain(ref rest, ",\"lot\":\"", out var lot) || !TakePlain(ref rest, ",\"number\":\"", out var number)) return false;
        const string Label = ",\"seq\":";
        if (holder.Length != 64 || !Document.IsHex(holder) || !rest.StartsWith(Label) || !rest.EndsWith("}")) return false;
        var digits = rest[Label.Length..^1];
        if (digits.IsEmpty || digits[0] == '0' || digits.ContainsAnyExceptInRange('0', '9') || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return false;
        leaf = LeafOf(holder.ToString(), lot.ToString(), number.ToString(), seq, line);
        return true;
    }

    private static bool TakePlain(ref ReadOnlySpan<char> rest, string label, out ReadOnlySpan<char> text)
    {
        text = default;
        if (!rest.StartsWith(label)) return false;
        var from = rest[label.Length..];
        var end = from.IndexOf('"');
        if (end < 0) return false;
        text = from[..end];
        rest = from[(end + 1)..];
        return !text.ContainsAnyExceptInRange(' ', '~') && !text.Contains('\\');
    }

    private static Leaf LeafOf(string holder, string lot, string number, int seq, string line)
    {
        // 128 bits of a hash stand for the number, so that ten million of them fit into memory.
        var key = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Json.Utf8.GetBytes(number)));
        return new Leaf(holder, lot, number, key, seq, EntryTree.LeafHash(Json.Utf8.GetBytes(line)));
    }

    private string? Add(Leaf leaf, string lot)
    {
        if (leaf.Lot != lot) return $"Line {Count + 1} of the entries belongs to lot \"{leaf.Lot}\", not to lot \"{lot}\".";
        if (!holderIds.TryGetValue(leaf.Holder, out var holder))
        {
            holderIds.Add(leaf.Holder, holder = holders.Count);
            holders.Add(leaf.Holder);
        }
        hashes.Add(leaf.Hash);
        seqs.Add(leaf.Seq);
        holderOf.Add(holder);
        numbers.Add(leaf.Number);
        numberKeys.Add(leaf.NumberKey);
        return null;
    }

    private string? OrderProblem()
    {
        var line = 0;
        while (line < Count && seqs[line] == line + 1) line++;
        if (line == Count) return null;
        var seen = new HashSet<int>();
        foreach (var seq in seqs)
        {
            if (!seen.Add(seq)) return $"Entry {seq} stands in the list more than once.";
        }
        var missing = Enumerable.Range(1, Count).FirstOrDefault(seq => !seen.Contains(seq));
        return missing > 0 ? $"Entry {missing} is missing from the list." : $"The entries are out of order: line {line + 1} holds entry {seqs[line]}.";
    }

    private string? NumberProblem()
    {
        var first = new Dictionary<UInt128, int>(Count);
        for (var i = 0; i < Count; i++)
        {
            if (!first.TryAdd(numberKeys[i], i + 1)) return $"The number {numbers[i]} was given out twice, to entries {first[numberKeys[i]]} and {i + 1}.";
        }
        return null;
    }
}
