using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Catalog.ImportFeed;

/// <summary>
/// Remembers keys in eight bytes each: the beginning of their SHA-256. Among a million keys two look alike once in forty million feeds. It grows in
/// many small tables, so that growing never needs a second large one beside the first.
/// </summary>
internal sealed class KeySet
{
    private const int Tables = 256;
    private const int SmallestTable = 16;

    private readonly ulong[][] tables = new ulong[Tables][];
    private readonly int[] counts = new int[Tables];

    /// <summary>How many keys it holds.</summary>
    public int Count { get; private set; }

    /// <summary>True where the key was not there yet.</summary>
    public bool Add(string key) => Add(Mark(key));

    /// <summary>As above, for a key's mark.</summary>
    public bool Add(ulong mark)
    {
        var at = (int)(mark >> 56);
        var table = tables[at] ??= new ulong[SmallestTable];
        if (Slot(table, mark) is var slot && table[slot] == mark) return false;
        // Three quarters full is the most that is still quick.
        if ((counts[at] + 1) * 4 > table.Length * 3)
        {
            // By a quarter: with a million keys, twice as large would be mostly empty.
            var larger = new ulong[table.Length + Math.Max(SmallestTable, table.Length / 4)];
            foreach (var old in table)
            {
                if (old != 0) larger[Slot(larger, old)] = old;
            }
            tables[at] = table = larger;
            slot = Slot(table, mark);
        }
        table[slot] = mark;
        counts[at]++;
        Count++;
        return true;
    }

    public bool Contains(ulong mark) => tables[(int)(mark >> 56)] is { } table && table[Slot(table, mark)] == mark;

    /// <summary>What a key is remembered by; never 0, which marks an empty place.</summary>
    public static ulong Mark(string key)
    {
        var length = Encoding.UTF8.GetByteCount(key);
        Span<byte> text = length <= 512 ? stackalloc byte[512] : new byte[length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    // The place of the mark, or the empty one where it would stand.
    private static int Slot(ulong[] table, ulong mark)
    {
        var slot = (int)(((mark & uint.MaxValue) * (ulong)table.Length) >> 32);
        while (table[slot] != 0 && table[slot] != mark)
        {
            if (++slot == table.Length) slot = 0;
        }
        return slot;
    }
}
