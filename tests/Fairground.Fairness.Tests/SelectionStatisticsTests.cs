using System.Buffers.Binary;
using System.Security.Cryptography;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>Whether each entry is as likely as any other, at the first place and at the second. With fixed seeds, so that a run says the same every time.
/// First places are drawn ten million times; second ones, which cost more, four hundred thousand times, or as often as FAIRGROUND_DRAWS says.</summary>
public sealed class SelectionStatisticsTests
{
    private const int FirstDraws = 10_000_000;

    private static readonly int[] Sizes = [2, 3, 7, 10, 64, 100, 997, 10_007];

    private static int Draws { get; } = int.TryParse(Environment.GetEnvironmentVariable("FAIRGROUND_DRAWS"), out var draws) ? draws : 400_000;

    public static TheoryData<int> Rooms => new(Sizes);

    [Theory, MemberData(nameof(Rooms))]
    public void First_places_are_spread_evenly(int size)
    {
        const int block = 10_000;
        var counts = new int[size];
        var draws = FirstDraws / Sizes.Length;
        // Each thread counts for itself, or the threads would wait for each other's cache lines.
        Parallel.For(
            0, draws / block, () => new int[size],
            (part, _, mine) =>
            {
                Span<byte> seed = stackalloc byte[32];
                seed.Clear();
                BinaryPrimitives.WriteInt32BigEndian(seed, size);
                for (var i = part * block; i < (part + 1) * block; i++)
                {
                    // The seed is hashed with the place, so a counter serves as well as any other seed.
                    BinaryPrimitives.WriteInt32BigEndian(seed[4..], i);
                    mine[WinnerSelection.Choose(seed, 0, size, static _ => true) - 1]++;
                }
                return mine;
            },
            mine =>
            {
                lock (counts)
                {
                    for (var i = 0; i < size; i++) counts[i] += mine[i];
                }
            });
        Assert.Equal(draws, counts.Sum());
        Assert.InRange(ChanceOf(counts, draws), 0.001, 0.999);
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Second_places_are_spread_evenly_over_whoever_is_left(int size)
    {
        // The place counted from the first winner: 1 to size - 1, each as likely as any other.
        var counts = new int[size - 1];
        var draws = Draws / Sizes.Length;
        Parallel.For(0, draws, i =>
        {
            var places = WinnerSelection.Places(SeedOf(size, -1 - i), size, seq => seq.ToString(System.Globalization.CultureInfo.InvariantCulture), 2);
            Interlocked.Increment(ref counts[(places[1] - places[0] + size) % size - 1]);
        });
        if (size > 2) Assert.InRange(ChanceOf(counts, draws), 0.001, 0.999);
        else Assert.Equal(draws, counts[0]);
    }

    [Fact]
    public void A_holder_of_three_entries_wins_three_times_as_often_as_a_holder_of_one()
    {
        // Twelve entries: one holder with six, one with three, three with one.
        int[] holders = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4];
        var won = new int[5];
        var draws = Draws / 4;
        Parallel.For(0, draws, i => Interlocked.Increment(ref won[holders[WinnerSelection.Places(SeedOf(12_000, i), 12, seq => $"{holders[seq - 1]}", 1)[0] - 1]]));
        double[] expected = [6, 3, 1, 1, 1];
        Assert.InRange(Chance(won.Select((count, i) => Math.Pow(count - draws * expected[i] / 12, 2) / (draws * expected[i] / 12)).Sum(), 4), 0.001, 0.999);
    }

    [Fact]
    public void A_plain_modulo_of_a_short_number_would_be_found_out()
    {
        var counts = new int[100];
        for (var i = 0; i < 50_000; i++) counts[SHA256.HashData(SeedOf(5, i))[0] % 100]++;
        Assert.True(ChanceOf(counts, 50_000) < 0.001);
    }

    private static byte[] SeedOf(int size, int draw)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), draw);
        return SHA256.HashData(bytes);
    }

    private static double ChanceOf(int[] counts, int draws)
    {
        var expected = (double)draws / counts.Length;
        return Chance(counts.Sum(count => (count - expected) * (count - expected) / expected), counts.Length - 1);
    }

    /// <summary>The chance of a chi-square at least this large, by Wilson's and Hilferty's normal approximation, which is close enough at the bounds asked for.</summary>
    private static double Chance(double square, int freedom)
    {
        var spread = 2.0 / (9.0 * freedom);
        var z = (Math.Cbrt(square / freedom) - 1 + spread) / Math.Sqrt(spread);
        // The upper tail of the normal distribution (Abramowitz and Stegun 26.2.17).
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? tail : 1 - tail;
    }
}
