using System.Globalization;
using System.Text;
using Fairground.Kernel;

namespace Fairground.Ui;

/// <summary>
/// Writes an amount for people: groups of three parted by a thin no-break space, the culture's decimal sign, the currency's sign
/// where its readers expect it. Whole amounts are written without their zeros unless asked for.
/// </summary>
public static class MoneyFormat
{
    private const char ThinSpace = '\u202F';
    private const char Minus = '\u2212';

    /// <summary>Formats an amount.</summary>
    public static string Format(Money money, bool exact = false, bool signed = false, CultureInfo? culture = null) =>
        Format(money.Minor, money.Currency.Code, money.Currency.MinorDigits, exact, signed, culture);

    /// <summary>Formats minor units.</summary>
    /// <param name="minor">Amount in minor units (tiyn, cent, won).</param>
    /// <param name="currencyCode">ISO 4217 code, or a unit such as POINTS.</param>
    /// <param name="minorDigits">How many of the last digits are minor: 2 for KZT, 0 for KRW.</param>
    /// <param name="exact">Always write the minor digits.</param>
    /// <param name="signed">Write a plus before what comes in.</param>
    /// <param name="culture">Whose decimal sign; the reader's when null.</param>
    public static string Format(
        long minor, string currencyCode, int minorDigits, bool exact = false, bool signed = false, CultureInfo? culture = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minorDigits);
        var number = Number(minor, minorDigits, exact, culture ?? ReadersCulture);
        var sign = minor < 0 ? Minus.ToString() : signed && minor > 0 ? "+" : "";
        return Sign(currencyCode) switch
        {
            (var before, true) => $"{sign}{before}{number}",
            (var after, false) => $"{sign}{number}{'\u00A0'}{after}",
        };
    }

    private static string Number(long minor, int minorDigits, bool exact, CultureInfo culture)
    {
        // Through decimal, because the absolute value of the smallest long is no long.
        var digits = Math.Abs((decimal)minor).ToString("0", CultureInfo.InvariantCulture).PadLeft(minorDigits + 1, '0');
        var (major, rest) = (digits[..^minorDigits], digits[^minorDigits..]);
        var text = new StringBuilder();
        for (var i = 0; i < major.Length; i++)
        {
            if (i > 0 && (major.Length - i) % 3 == 0) text.Append(ThinSpace);
            text.Append(major[i]);
        }

        if (rest.Length > 0 && (exact || rest.Any(digit => digit != '0')))
            text.Append(culture.NumberFormat.NumberDecimalSeparator).Append(rest);
        return text.ToString();
    }

    private static (string Sign, bool Before) Sign(string code) => code switch
    {
        "KZT" => ("₸", false),
        "RUB" => ("₽", false),
        "UAH" => ("₴", false),
        "USD" => ("$", true),
        "GBP" => ("£", true),
        "EUR" => ("€", true),
        "KRW" => ("₩", true),
        "CNY" => ("¥", true),
        _ => (code, false),
    };
}
