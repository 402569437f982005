using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>Turns a seed into places without bias (draw proof, section 5; C-24).</summary>
public static class WinnerSelection
{
    /// <summary>Tries for one place before the entries are walked in order.</summary>
    public const int MaxTries = 10_000;

    /// <summary>The seqs of the winners and then of the reserves, in the order in which they would be called. Each
    /// holder is chosen at most once; there are fewer places than asked for when no other holder is left.</summary>
    /// <param name="seed">The 32 bytes of <see cref="Seed.Derive"/>.</param>
    /// <param name="size">The number of entries; seqs run from 1 to this.</param>
    /// <param name="holderOfSeq">The holder of an entry; any text that is equal for equal holders.</param>
    /// <param name="places">Winners and reserves together.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes, or a count is negative.</exception>
    public static IReadOnlyList<int> Places(byte[] seed, int size, Func<int, string> holderOfSeq, int places)
    {
        if (seed.Length != 32) throw new ArgumentException("Must be 32 bytes.", nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfNegative(places);
        var chosen = new List<int>(Math.Min(places, size));
        var holders = new HashSet<string>(StringComparer.Ordinal);
        // A chosen seq needs no list of its own: its holder is in the set already.
        while (chosen.Count < places && chosen.Count < size)
        {
            var seq = Choose(seed, chosen.Count, size, candidate => !holders.Contains(holderOfSeq(candidate)));
            if (seq == 0) break;
            holders.Add(holderOfSeq(seq));
            chosen.Add(seq);
        }
        return chosen;
    }

    /// <summary>The seq for one place, or 0 where no entry may be chosen.</summary>
    internal static int Choose(ReadOnlySpan<byte> seed, int place, int size, Func<int, bool> mayBeChosen, int tries = MaxTries)
    {
        Span<byte> input = stackalloc byte[40];
        Span<byte> x = stackalloc byte[32];
        seed.CopyTo(input);
        BinaryPrimitives.WriteUInt32BigEndian(input[32..], (uint)place);
        var last = 1;
        for (var j = 0; j < tries; j++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input[36..], (uint)j);
            SHA256.HashData(input, x);
            if (!TryReduce(x, size, out var seq)) continue;
            if (mayBeChosen(seq)) return seq;
            last = seq;
        }
        return Walk(last, size, mayBeChosen);
    }

    /// <summary>x mod size + 1, unless x is at or above floor(2^256 / size) × size.</summary>
    internal static bool TryReduce(ReadOnlySpan<byte> x, int size, out int seq)
    {
        ulong n = (uint)size;
        ulong remainder = 0, wrap = 1;
        var topIsFull = true;
        for (var i = 0; i < 32; i += 4)
        {
            var word = BinaryPrimitives.ReadUInt32BigEndian(x[i..]);
            remainder = ((remainder << 32) | word) % n;
            wrap = (wrap << 32) % n;
            if (i < 28) topIsFull &= word == uint.MaxValue;
        }
        seq = (int)remainder + 1;
        // The limit is 2^256 - (2^256 mod size), which differs from 2^256 in the lowest 32 bits only.
        return !(topIsFull && wrap > 0 && BinaryPrimitives.ReadUInt32BigEndian(x[28..]) >= (1UL << 32) - wrap);
    }

    private static int Walk(int from, int size, Func<int, bool> mayBeChosen)
    {
        var seq = from;
        for (var step = 0; step < size; step++)
        {
            if (mayBeChosen(seq)) return seq;
            seq = seq == size ? 1 : seq + 1;
        }
        return 0;
    }
}
