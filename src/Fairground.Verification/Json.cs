using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fairground.Verification;

/// <summary>A number as it stood in the text.</summary>
internal sealed record JsonNumber(string Token);

/// <summary>The members of an object; sorted by UTF-16 code units, which is the order of RFC 8785.</summary>
internal sealed class JsonMembers() : SortedDictionary<string, object?>(StringComparer.Ordinal);

/// <summary>A strict reader of JSON, and the canonical form of RFC 8785. Written for this verifier alone. A value is null, a bool, a string, a <see cref="JsonNumber"/>,
/// a <c>List&lt;object?&gt;</c> or <see cref="JsonMembers"/>.</summary>
internal sealed class Json
{
    private const int MostDepth = 64;

    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    private readonly string text;
    private int at;

    private Json(string text) => this.text = text;

    /// <exception cref="FormatException">The text is not one JSON value, has a key twice, or holds half of a surrogate pair.</exception>
    public static object? Read(string text)
    {
        var reader = new Json(text);
        var value = reader.Value(0);
        reader.Blank();
        return reader.at == text.Length ? value : throw reader.Wrong("something follows the end");
    }

    /// <exception cref="FormatException">As for <see cref="Read(string)"/>, or the bytes are not UTF-8.</exception>
    public static object? Read(byte[] utf8)
    {
        try
        {
            return Read(Utf8.GetString(utf8));
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException("the bytes are not UTF-8", error);
        }
    }

    /// <summary>The canonical form.</summary>
    /// <exception cref="FormatException">A number has none that every program agrees on.</exception>
    public static string Canonical(object? value)
    {
        var output = new StringBuilder(256);
        Write(output, value);
        return output.ToString();
    }

    private FormatException Wrong(string why) => new($"This is not JSON that can be read: {why} at character {at + 1}.");

    private object? Value(int depth)
    {
        if (depth > MostDepth) throw Wrong("it is nested too deeply");
        Blank();
        if (at == text.Length) throw Wrong("it ends too early");
        return text[at] switch
        {
            '{' => Object(depth),
            '[' => List(depth),
            '"' => String(),
            't' => Word("true", true),
            'f' => Word("false", false),
            'n' => Word("null", null),
            _ => Number(),
        };
    }

    private void Blank()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
            if (at == text.Length) return;
        }
    }

    private bool Take(char c)
    {
        Blank();
        if (at == text.Length || text[at] != c) return false;
        at++;
        return true;
    }

    private object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) throw Wrong("an unknown word stands");
        at += word.Length;
        return value;
    }

    private JsonMembers Object(int depth)
    {
        var members = new JsonMembers();
        at++;
        if (Take('}')) return members;
        do
        {
            Blank();
            if (at == text.Length || text[at] != '"') throw Wrong("a key is missing");
            var key = String();
            if (!Take(':')) throw Wrong("a colon is missing");
            if (!members.TryAdd(key, Value(depth + 1))) throw Wrong($"the key \"{key}\" stands twice");
        }
        while (Take(','));
        return Take('}') ? members : throw Wrong("an object does not end");
    }

    private List<object?> List(int depth)
    {
        var items = new List<object?>();
        at++;
        if (Take(']')) return items;
        do items.Add(Value(depth + 1));
        while (Take(','));
        return Take(']') ? items : throw Wrong("a list does not end");
    }

    private string String()
    {
        var end = text.AsSpan(at + 1).IndexOfAny('"', '\\');
        if (end >= 0 && text[at + 1 + end] == '"')
        {
            var plain = text.Substring(at + 1, end);
            at += end + 2;
            return Checked(plain);
        }
        var output = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++) output.Append(text[at] == '\\' ? Escape() : text[at] < ' ' ? throw Wrong("a control character stands") : text[at]);
        if (at == text.Length) throw Wrong("a string does not end");
        at++;
        return Checked(output.ToString(), mayControl: true);
    }

    private char Escape()
    {
        at++;
        if (at == text.Length) throw Wrong("it ends too early");
        var place = "\"\\/bfnrt".IndexOf(text[at], StringComparison.Ordinal);
        if (place >= 0) return "\"\\/\b\f\n\r\t"[place];
        if (text[at] != 'u' || at + 4 >= text.Length || !ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) throw Wrong("an unknown escape stands");
        at += 4;
        return (char)code;
    }

    private string Checked(string value, bool mayControl = false)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] < ' ' && !mayControl) throw Wrong("a control character stands");
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[++i])) throw Wrong("half of a surrogate pair stands");
        }
        return value;
    }

    private JsonNumber Number()
    {
        var start = at;
        if (Is('-')) at++;
        if (Is('0')) at++;
        else Digits();
        if (Is('.'))
        {
            at++;
            Digits();
        }
        if (Is('e') || Is('E'))
        {
            at++;
            if (Is('+') || Is('-')) at++;
            Digits();
        }
        return new JsonNumber(text[start..at]);
    }

    private bool Is(char c) => at < text.Length && text[at] == c;

    private void Digits()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at == start) throw Wrong("a value is missing");
    }

    private static void Write(StringBuilder output, object? value)
    {
        switch (value)
        {
            case null: output.Append("null"); break;
            case bool truth: output.Append(truth ? "true" : "false"); break;
            case string characters: WriteString(output, characters); break;
            case JsonNumber number: output.Append(WrittenNumber(number.Token)); break;
            case List<object?> items: WriteAll(output, '[', items, Write, ']'); break;
            case JsonMembers members: WriteAll(output, '{', members, WriteMember, '}'); break;
            default: throw new FormatException("There is a value of no kind that JSON knows.");
        }
    }

    private static void WriteAll<T>(StringBuilder output, char open, IEnumerable<T> items, Action<StringBuilder, T> write, char close)
    {
        output.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) output.Append(',');
            first = false;
            write(output, item);
        }
        output.Append(close);
    }

    private static void WriteMember(StringBuilder output, KeyValuePair<string, object?> member)
    {
        WriteString(output, member.Key);
        output.Append(':');
        Write(output, member.Value);
    }

    private static void WriteString(StringBuilder output, string value)
    {
        output.Append('"');
        // A list has millions of strings, and hardly one that needs more than to be copied.
        if (!value.AsSpan().ContainsAny(Escaped))
        {
            output.Append(value).Append('"');
            return;
        }
        foreach (var c in value)
        {
            var place = "\"\\\b\t\n\f\r".IndexOf(c, StringComparison.Ordinal);
            if (place >= 0) output.Append('\\').Append("\"\\btnfr"[place]);
            else if (c < ' ') output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else output.Append(c);
        }
        output.Append('"');
    }

    /// <summary>A number as ECMAScript writes it: the fewest digits that read back as the same double.</summary>
    internal static string WrittenNumber(string token)
    {
        if (token.Length <= 15 && !token.AsSpan().ContainsAny('.', 'e', 'E') && token != "-0") return token;
        var value = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) throw new FormatException($"The number {token} is too large.");
        var text = value == 0 ? "0" : Layout(value);
        if (!token.AsSpan().ContainsAny('.', 'e', 'E') && text != token && BigInteger.Parse(token, CultureInfo.InvariantCulture) != new BigInteger(value))
            throw new FormatException($"The integer {token} cannot be held by a double.");
        return text;
    }

    private static string Layout(double value)
    {
        var scientific = "";
        for (var digits = 0; digits < 17; digits++)
        {
            scientific = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(scientific, CultureInfo.InvariantCulture).Equals(value)) break;
        }
        var split = scientific.IndexOf('E', StringComparison.Ordinal);
        var mantissa = scientific[..split].Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        var power = int.Parse(scientific.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = value < 0 ? "-" : "";
        if (power is < -6 or > 20)
            return $"{sign}{mantissa[0]}{(mantissa.Length > 1 ? "." + mantissa[1..] : "")}e{(power < 0 ? "-" : "+")}{Math.Abs(power).ToString(CultureInfo.InvariantCulture)}";
        if (power < 0) return sign + "0." + new string('0', -power - 1) + mantissa;
        return mantissa.Length <= power + 1 ? sign + mantissa + new string('0', power + 1 - mantissa.Length) : sign + mantissa[..(power + 1)] + "." + mantissa[(power + 1)..];
    }
}
