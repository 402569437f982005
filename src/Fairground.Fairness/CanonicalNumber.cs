using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fairground.Fairness;

/// <summary>Numbers as ECMAScript writes them (RFC 8785 section 3.2.2.3).</summary>
internal static class CanonicalNumber
{
    /// <summary>The canonical form of a JSON number token.</summary>
    public static string FromJson(string token)
    {
        if (!double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"{token} is not a number.");
        var text = Format(value);
        // Programs that keep integers exact and programs that keep doubles would hash such a number differently.
        if (IsPlainInteger(token) && text != token && new BigInteger(value) != BigInteger.Parse(token, CultureInfo.InvariantCulture))
            throw new FormatException($"The integer {token} cannot be held by a double; write it as a string.");
        return text;
    }

    /// <summary>The shortest digits that read back as the same double, laid out by the rules of ECMAScript.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) throw new FormatException("A number must be finite.");
        if (value == 0) return "0";
        var (digits, point) = Shortest(Math.Abs(value));
        var text = new StringBuilder(value < 0 ? "-" : "");
        if (digits.Length <= point && point <= 21)
            text.Append(digits).Append('0', point - digits.Length);
        else if (point is > 0 and <= 21)
            text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
        else if (point is > -6 and <= 0)
            text.Append("0.").Append('0', -point).Append(digits);
        else
            AppendExponential(text, digits, point - 1);
        return text.ToString();
    }

    private static void AppendExponential(StringBuilder text, string digits, int exponent)
    {
        text.Append(digits[0]);
        if (digits.Length > 1) text.Append('.').Append(digits, 1, digits.Length - 1);
        text.Append(exponent < 0 ? "e-" : "e+").Append(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Digits d1..dk without leading or trailing zeros, and n such that the value is 0.d1..dk × 10^n.</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? text.Length : dot) + exponent;
        var digits = dot < 0 ? text : text.Remove(dot, 1);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), point - leading);
    }

    private static bool IsPlainInteger(string token) => token.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
}
