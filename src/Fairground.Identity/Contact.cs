using System.Globalization;
using System.Text;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity;

/// <summary>An e-mail address or mobile number in the one form we compare and keep (C-01): lower-case address, or E.164.</summary>
internal readonly record struct Contact(string Value, ContactChannel Channel)
{
    private const int LongestAddress = 254;
    private const string LocalSigns = "!#$%&'*+-/=?^_`{|}~.";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>True where the text is a usable contact. Numbers may have spaces, dashes, dots and brackets, and are checked against the numbering plan of their country; 8… of eleven digits is +7….</summary>
    public static bool TryParse(string? text, out Contact contact)
    {
        var trimmed = text?.Trim() ?? "";
        var value = trimmed.Contains('@', StringComparison.Ordinal) ? Address(trimmed) : Number(trimmed);
        contact = value is null ? default : new Contact(value, value[0] == '+' && !value.Contains('@', StringComparison.Ordinal) ? ContactChannel.Sms : ContactChannel.Email);
        return value is not null;
    }

    private static string? Address(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || at != text.LastIndexOf('@')) return null;
        var local = text[..at].ToLowerInvariant();
        if (local.StartsWith('.') || local.EndsWith('.') || local.Contains("..", StringComparison.Ordinal)) return null;
        if (!local.All(c => char.IsAsciiLetterOrDigit(c) || LocalSigns.Contains(c, StringComparison.Ordinal))) return null;
        if (Domain(text[(at + 1)..]) is not { } domain) return null;
        return local.Length + domain.Length < LongestAddress ? $"{local}@{domain}" : null;
    }

    private static string? Domain(string text)
    {
        if (text.Length == 0 || text.EndsWith('.')) return null;
        try
        {
            // Two spellings of one international domain are one address.
            var ascii = Idn.GetAscii(text).ToLowerInvariant();
            var labels = ascii.Split('.');
            return labels.Length >= 2 && labels[^1].Length >= 2 && !labels[^1].All(char.IsAsciiDigit) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Number(string text)
    {
        var digits = new StringBuilder(text.Length);
        var plus = text.StartsWith('+');
        foreach (var c in plus ? text[1..] : text)
        {
            if (char.IsAsciiDigit(c)) digits.Append(c);
            else if (!IsNumberSpacing(c)) return null;
        }
        var number = digits.ToString();
        if (!plus)
        {
            if (number.StartsWith("00", StringComparison.Ordinal)) number = number[2..];
            // Kazakhstan and Russia dial 8 inside the country; 7 first is the same number without its plus.
            else if (number.Length == 11 && number[0] == '8') number = "7" + number[1..];
            else if (!(number.Length == 11 && number[0] == '7')) return null;
        }
        return PhoneNumbers.Normalise("+" + number);
    }

    private static bool IsNumberSpacing(char c) => c is ' ' or '-' or '(' or ')' or '.' or '\u00a0' or '\u2009' or '\u202f' or '\u2010' or '\u2011' or '\u2012' or '\u2013';
}
