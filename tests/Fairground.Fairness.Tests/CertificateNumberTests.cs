using System.Security.Cryptography;
using Xunit;

namespace Fairground.Fairness.Tests;

public sealed class CertificateNumberTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static IEnumerable<string> Sample(int count) =>
        Enumerable.Range(0, count).Select(i => CertificateNumber.FromRandom(SHA256.HashData(BitConverter.GetBytes(i))));

    [Fact]
    public void Numbers_have_twelve_characters_of_the_alphabet_a_digit_and_a_letter_and_check()
    {
        foreach (var number in Sample(20_000))
        {
            Assert.Equal(12, number.Length);
            Assert.True(number.All(Alphabet.Contains) && number.Any(char.IsAsciiDigit) && number.Any(char.IsAsciiLetter), number);
            Assert.True(CertificateNumber.IsValid(number), number);
        }
    }

    [Theory] // Computed apart from this library, from the words of the rule.
    [InlineData(0, "VWZP3604N4QM")]
    [InlineData(1, "CYNXTWGG4KR6")]
    [InlineData(2, "4TS5THBNJYKR")]
    public void A_number_is_the_first_55_bits_and_the_check_character(int i, string expected) =>
        Assert.Equal(expected, CertificateNumber.FromRandom(SHA256.HashData(BitConverter.GetBytes(i))));

    [Fact]
    public void Numbers_depend_on_the_random_bytes_alone_and_do_not_repeat()
    {
        Assert.Equal(20_000, Sample(20_000).Distinct().Count());
        Assert.Equal(Sample(100), Sample(100));
    }

    [Fact]
    public void Bytes_that_would_give_letters_only_or_digits_only_still_give_a_mixed_number()
    {
        foreach (var random in (byte[][])[[255, 255, 255, 255, 255, 255, 255], new byte[7], new byte[32]])
        {
            var number = CertificateNumber.FromRandom(random);
            Assert.Contains(number, char.IsAsciiDigit);
            Assert.Contains(number, char.IsAsciiLetter);
            Assert.True(CertificateNumber.IsValid(number));
        }
    }

    [Fact]
    public void Fewer_than_seven_random_bytes_are_refused() =>
        Assert.Throws<ArgumentException>(() => CertificateNumber.FromRandom(new byte[6]));

    [Fact]
    public void Every_single_wrong_character_is_caught()
    {
        foreach (var number in Sample(200))
        {
            for (var i = 0; i < number.Length; i++)
            {
                foreach (var c in Alphabet.Where(c => c != number[i]))
                    Assert.False(CertificateNumber.IsValid(number[..i] + c + number[(i + 1)..]));
            }
        }
    }

    [Fact]
    public void Every_swap_of_neighbours_is_caught_save_the_pairs_that_the_standard_lets_through()
    {
        foreach (var number in Sample(3000))
        {
            for (var i = 0; i + 1 < number.Length; i++)
            {
                var (a, b) = (number[i], number[i + 1]);
                if (a == b) continue;
                var swapped = number[..i] + b + a + number[(i + 2)..];
                Assert.Equal(SwapEscapes(number, i), CertificateNumber.IsValid(swapped));
            }
        }
    }

    [Fact]
    public void The_swaps_that_escape_are_one_in_496_always_of_characters_next_to_each_other_in_the_alphabet()
    {
        // For each of the 32 states before the pair exactly one pair escapes: a + state = 16 and b = a + 1, modulo 32.
        var escapes = 0;
        for (var state = 1; state <= 32; state++)
        {
            for (var a = 0; a < 32; a++)
            {
                for (var b = 0; b < 32; b++)
                {
                    if (a == b || !Escapes(state, a, b)) continue;
                    escapes++;
                    var first = (b + 32 - a) % 32 == 1 ? a : b;
                    Assert.Equal(first == a ? b : a, (first + 1) % 32);
                    Assert.Equal(16, (state + first) % 32);
                }
            }
        }
        // Both orders of each pair were tried: 32 of 32 × 496 pairs.
        Assert.Equal(2 * 32, escapes);
    }

    [Theory]
    [InlineData("o", "0")]
    [InlineData("O0iIlL1", "0011111")]
    [InlineData(" ab-cd\u00a0EF\u2013gh ", "ABCDEFGH")]
    public void Typing_is_undone(string typed, string number) => Assert.Equal(number, CertificateNumber.Normalise(typed));

    [Fact]
    public void A_number_typed_in_lower_case_with_dashes_and_look_alikes_is_valid()
    {
        foreach (var number in Sample(500))
        {
            var typed = number.ToLowerInvariant().Replace('0', 'o').Replace('1', 'l');
            Assert.True(CertificateNumber.IsValid($" {typed[..4]}-{typed[4..8]} {typed[8..]}"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000000")]
    [InlineData("UUUUUUUUUUUU")]
    [InlineData("Ж00000000000")]
    public void What_is_not_a_number_is_not_valid(string text) => Assert.False(CertificateNumber.IsValid(text));

    private static bool SwapEscapes(string number, int at)
    {
        var product = 32;
        for (var i = 0; i < at; i++) product = CertificateNumber.Step(product, Alphabet.IndexOf(number[i], StringComparison.Ordinal));
        var (a, b) = (Alphabet.IndexOf(number[at], StringComparison.Ordinal), Alphabet.IndexOf(number[at + 1], StringComparison.Ordinal));
        return Escapes(product, a, b);
    }

    private static bool Escapes(int state, int a, int b) =>
        CertificateNumber.Step(CertificateNumber.Step(state, a), b) == CertificateNumber.Step(CertificateNumber.Step(state, b), a);
}
