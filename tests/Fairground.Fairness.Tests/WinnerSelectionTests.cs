using System.Numerics;
using System.Security.Cryptography;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class WinnerSelectionTests
{
    private static byte[] SeedOf(int i) => SHA256.HashData(BitConverter.GetBytes(i));

    private static string Own(int seq) => seq.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void A_lot_without_entries_has_no_places() => Assert.Empty(WinnerSelection.Places(SeedOf(1), 0, Own, 5));

    [Fact]
    public void A_single_entry_wins() => Assert.Equal([1], WinnerSelection.Places(SeedOf(1), 1, Own, 5));

    [Fact]
    public void No_places_asked_for_are_none() => Assert.Empty(WinnerSelection.Places(SeedOf(1), 10, Own, 0));

    [Fact]
    public void One_holder_of_all_entries_is_chosen_once() =>
        Assert.Single(WinnerSelection.Places(SeedOf(1), 1000, _ => "the only one", 3));

    [Fact]
    public void Each_holder_is_chosen_at_most_once_and_places_end_when_no_other_is_left()
    {
        for (var i = 0; i < 200; i++)
        {
            var people = 1 + i % 17;
            string Holder(int seq) => Own(seq * 31 % people);
            var places = WinnerSelection.Places(SeedOf(i), 60, Holder, 12);
            Assert.Equal(Math.Min(12, people), places.Count);
            Assert.Equal(places.Count, places.Select(Holder).Distinct().Count());
            Assert.All(places, seq => Assert.InRange(seq, 1, 60));
        }
    }

    [Fact]
    public void With_as_many_places_as_entries_everybody_is_called_once() =>
        Assert.Equal(Enumerable.Range(1, 50), WinnerSelection.Places(SeedOf(3), 50, Own, 50).Order());

    [Fact]
    public void Fewer_places_are_the_beginning_of_more()
    {
        var many = WinnerSelection.Places(SeedOf(4), 500, Own, 40);
        Assert.Equal(many.Take(7), WinnerSelection.Places(SeedOf(4), 500, Own, 7));
    }

    [Fact]
    public void The_places_are_those_of_the_rule_written_with_big_numbers()
    {
        foreach (var size in (int[])[1, 2, 3, 7, 10, 97, 1000, 1 << 20, int.MaxValue])
        {
            for (var i = 0; i < 50; i++)
            {
                string Holder(int seq) => Own(seq % 13);
                Assert.Equal(ByTheBook(SeedOf(i), size, Holder, 4), WinnerSelection.Places(SeedOf(i), size, Holder, 4));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    [InlineData(int.MaxValue)]
    public void Numbers_at_or_above_the_limit_are_thrown_away_and_all_below_are_kept(int size)
    {
        var limit = BigInteger.Pow(2, 256) / size * size;
        foreach (var x in (BigInteger[])[0, 1, size - 1, size, limit - 1, limit, limit + 1, BigInteger.Pow(2, 256) - 1])
        {
            if (x >= BigInteger.Pow(2, 256)) continue;
            var kept = WinnerSelection.TryReduce(Bytes(x), size, out var seq);
            Assert.Equal(x < limit, kept);
            if (kept) Assert.Equal((int)(x % size) + 1, seq);
        }
    }

    [Fact]
    public void After_ten_thousand_tries_the_entries_are_walked_upward_from_the_last_one_tried_and_around()
    {
        const int size = 1000;
        var seed = SeedOf(9);
        var tried = new List<int>();
        var seq = WinnerSelection.Choose(seed, 0, size, candidate =>
        {
            tried.Add(candidate);
            return tried.Count > WinnerSelection.MaxTries + 300;
        });
        var last = tried[WinnerSelection.MaxTries - 1];
        Assert.Equal((last - 1 + 300) % size + 1, seq);
        Assert.Equal(Enumerable.Range(0, 301).Select(step => (last - 1 + step) % size + 1), tried.Skip(WinnerSelection.MaxTries));
    }

    [Fact]
    public void The_walk_wraps_from_the_last_entry_to_the_first_and_ends_after_one_round()
    {
        Assert.Equal(1, WinnerSelection.Choose(SeedOf(9), 0, 1_000_000, seq => seq == 1, tries: 3));
        Assert.Equal(0, WinnerSelection.Choose(SeedOf(9), 0, 1000, _ => false));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(101)]
    public void The_first_place_falls_on_every_entry_equally_often(int size)
    {
        const int draws = 40_000;
        var counts = new int[size];
        for (var i = 0; i < draws; i++) counts[WinnerSelection.Places(SeedOf(i), size, Own, 1)[0] - 1]++;
        AssertUniform(counts, draws);
    }

    [Fact]
    public void Also_the_second_place_falls_on_every_entry_equally_often()
    {
        const int draws = 40_000, size = 10;
        var counts = new int[size];
        for (var i = 0; i < draws; i++) counts[WinnerSelection.Places(SeedOf(i), size, Own, 2)[1] - 1]++;
        AssertUniform(counts, draws);
    }

    // Chi-square by the approximation of Wilson and Hilferty; the seeds are fixed, so the outcome never varies.
    private static void AssertUniform(int[] counts, int draws)
    {
        var expected = (double)draws / counts.Length;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        var freedom = counts.Length - 1.0;
        var z = (Math.Cbrt(chiSquare / freedom) - (1 - 2 / (9 * freedom))) / Math.Sqrt(2 / (9 * freedom));
        Assert.InRange(z, -3.1, 3.1);
    }

    private static List<int> ByTheBook(byte[] seed, int size, Func<int, string> holderOf, int places)
    {
        var chosen = new List<int>();
        var limit = BigInteger.Pow(2, 256) / size * size;
        for (uint p = 0; p < places && chosen.Select(holderOf).Distinct().Count() < Math.Min(size, 13); p++)
        {
            for (uint j = 0; ; j++)
            {
                byte[] input = [.. seed, .. BigEndian(p), .. BigEndian(j)];
                var x = new BigInteger(SHA256.HashData(input), isUnsigned: true, isBigEndian: true);
                if (x >= limit) continue;
                var seq = (int)(x % size) + 1;
                if (chosen.Contains(seq) || chosen.Select(holderOf).Contains(holderOf(seq))) continue;
                chosen.Add(seq);
                break;
            }
        }
        return chosen;
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16 & 255), (byte)(value >> 8 & 255), (byte)(value & 255)];

    private static byte[] Bytes(BigInteger x)
    {
        var bytes = x.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
