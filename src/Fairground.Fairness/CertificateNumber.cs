using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>Certificate numbers: 12 characters of Crockford's base 32, of which the last is a check character by the
/// hybrid system MOD 33,32 of ISO 7064. Each has a digit and a letter (C-15).</summary>
public static class CertificateNumber
{
    /// <summary>The length of a number, its check character included.</summary>
    public const int Length = 12;

    /// <summary>The fewest random bytes that fill the eleven random characters.</summary>
    public const int MinRandomBytes = 7;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Modulus = 32;
    private const int RandomCharacters = Length - 1;

    /// <summary>Makes a number from the first 55 bits of at least 7 random bytes; take them from a cryptographic source.
    /// Bytes that would give only letters or only digits are hashed until they do not.</summary>
    /// <exception cref="ArgumentException">There are fewer than 7 bytes.</exception>
    public static string FromRandom(ReadOnlySpan<byte> random)
    {
        if (random.Length < MinRandomBytes) throw new ArgumentException("Must be at least 7 bytes.", nameof(random));
        var number = Encode(random);
        Span<byte> next = stackalloc byte[32];
        if (!IsMixed(number)) SHA256.HashData(random, next);
        while (!IsMixed(number))
        {
            number = Encode(next);
            SHA256.HashData(next, next);
        }
        return number;
    }

    /// <summary>Whether the text, as a person might have typed it, is a number whose check character is right.</summary>
    public static bool IsValid(string text)
    {
        var number = Normalise(text);
        if (number.Length != Length) return false;
        foreach (var c in number)
        {
            if (!Alphabet.Contains(c, StringComparison.Ordinal)) return false;
        }
        return CheckCharacter(number.AsSpan(0, RandomCharacters)) == number[^1];
    }

    /// <summary>Undoes what typing does to a number: lower case, O for 0, I and L for 1, spaces and dashes. Whether the
    /// outcome is a number at all <see cref="IsValid"/> tells.</summary>
    public static string Normalise(string text)
    {
        var number = new List<char>(text.Length);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || c is '-' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014' or '\u2212') continue;
            number.Add(char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other });
        }
        return new string([.. number]);
    }

    /// <summary>The check character over the eleven others.</summary>
    /// <exception cref="ArgumentException">A character is not of the alphabet.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> body)
    {
        var product = Modulus;
        foreach (var c in body)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value < 0) throw new ArgumentException($"'{c}' is not of the alphabet.", nameof(body));
            product = Step(product, value);
        }
        return Alphabet[(Modulus + 1 - product) % Modulus];
    }

    internal static int Step(int product, int value)
    {
        var sum = (product + value) % Modulus;
        return (sum == 0 ? Modulus : sum) * 2 % (Modulus + 1);
    }

    private static string Encode(ReadOnlySpan<byte> random)
    {
        ulong bits = 0;
        foreach (var b in random[..MinRandomBytes]) bits = (bits << 8) | b;
        bits >>= 1;
        Span<char> number = stackalloc char[Length];
        for (var i = RandomCharacters - 1; i >= 0; i--)
        {
            number[i] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }
        number[^1] = CheckCharacter(number[..RandomCharacters]);
        return number.ToString();
    }

    private static bool IsMixed(string number) => number.Any(char.IsAsciiDigit) && number.Any(char.IsAsciiLetter);
}
