using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Fairground.Verification;

/// <summary>An object of a published document; what is missing or of another shape is told in a sentence.</summary>
internal sealed class Document(JsonMembers members)
{
    public const long MostExact = 9_007_199_254_740_991;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private const string TimeLayout = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public IEnumerable<string> Names => members.Keys;

    public string Canonical => Json.Canonical(members);

    public static Document Of(object? value, string what) => value is JsonMembers members ? new Document(members) : throw new FormatException($"{what} must be a JSON object.");

    public static Document Of(byte[] utf8, string what) => Of(Json.Read(utf8), what);

    public bool Has(string name) => members.ContainsKey(name);

    public object? Value(string name) => members.TryGetValue(name, out var value) ? value : throw new FormatException($"\"{name}\" is missing.");

    public Document Part(string name) => Of(Value(name), $"\"{name}\"");

    public List<object?> List(string name) => Value(name) as List<object?> ?? throw new FormatException($"\"{name}\" must be a list.");

    public List<Document> Parts(string name) => [.. List(name).Select(item => Of(item, $"An item of \"{name}\""))];

    public string Text(string name) => Value(name) as string ?? throw new FormatException($"\"{name}\" must be a string.");

    public long Number(string name, long least = 0, long most = MostExact) => Whole(Value(name), name, least, most);

    public string Time(string name)
    {
        _ = Seconds(Text(name), name);
        return Text(name);
    }

    public string Hash(string name, int bytes = 32) => IsHex(Text(name)) && Text(name).Length == bytes * 2 ? Text(name) : throw new FormatException($"\"{name}\" must be {bytes * 2} lower-case hexadecimal digits.");

    public static long Whole(object? value, string name, long least, long most)
    {
        if (value is not JsonNumber number || number.Token == "-0" || !long.TryParse(number.Token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) throw new FormatException($"\"{name}\" must be a whole number.");
        return whole >= least && whole <= most ? whole : throw new FormatException($"\"{name}\" must lie between {least} and {most}.");
    }

    /// <summary>The lines without the empty piece that splitting a file at line ends leaves after the last one.</summary>
    public static IEnumerable<string> WithoutLastBlank(IEnumerable<string> lines)
    {
        var blank = false;
        foreach (var line in lines)
        {
            if (blank) yield return "";
            blank = line.Length == 0;
            if (!blank) yield return line;
        }
    }

    /// <summary>Unix seconds of a time like 2026-01-31T09:00:00Z.</summary>
    public static long Seconds(string time, string name) =>
        DateTimeOffset.TryParseExact(time, TimeLayout, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUnixTimeSeconds()
            : throw new FormatException($"\"{name}\" must be a time like 2026-01-31T09:00:00Z.");

    public static string Told(long seconds) =>
        seconds is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(TimeLayout, CultureInfo.InvariantCulture) : "a time beyond the calendar";

    public static bool IsHex(ReadOnlySpan<char> text) => text.Length % 2 == 0 && !text.ContainsAnyExcept(HexDigits);

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Json.Utf8.GetBytes(text)));
}
