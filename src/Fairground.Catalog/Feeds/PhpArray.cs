using System.Globalization;
using System.Text;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// An array as PHP writes it down, read as mere text: strings, whole numbers, flags and arrays within. Nothing is ever made of it but
/// words, and anything else in it — objects above all — makes the whole of it nothing.
/// </summary>
internal sealed class PhpArray
{
    private const int LongestText = 256 * 1024;
    private const int MostItems = 2000;
    private const int Deepest = 6;

    private readonly Dictionary<string, object> items = [];

    public IEnumerable<object> Values => items.Values;

    /// <summary>The text of an item, or empty where it is none.</summary>
    public string Text(string key) => items.GetValueOrDefault(key) as string ?? "";

    /// <summary>The array, or null where the text is anything but exactly one.</summary>
    public static PhpArray? Parse(string text)
    {
        if (text.Length is 0 or > LongestText || !text.StartsWith("a:", StringComparison.Ordinal)) return null;
        var reader = new Reader(Encoding.UTF8.GetBytes(text));
        return reader.Value(0) is PhpArray array && reader.AtEnd ? array : null;
    }

    // Lengths count bytes.
    private sealed class Reader(byte[] bytes)
    {
        private int at;
        private int items;

        public bool AtEnd => at == bytes.Length;

        public object? Value(int depth)
        {
            if (at + 1 >= bytes.Length || depth > Deepest) return null;
            var kind = (char)bytes[at];
            at += 2;
            return kind switch
            {
                's' => String(),
                'i' or 'd' or 'b' => Until(';'),
                'N' when bytes[at - 1] == ';' => "",
                'a' => Array(depth),
                _ => null,
            };
        }

        private string? String()
        {
            if (Number(':') is not { } length || !Take('"') || length > bytes.Length - at) return null;
            var text = Encoding.UTF8.GetString(bytes, at, length);
            at += length;
            return Take('"') && Take(';') ? text : null;
        }

        private PhpArray? Array(int depth)
        {
            if (Number(':') is not { } count || !Take('{')) return null;
            var array = new PhpArray();
            for (var i = 0; i < count; i++)
            {
                if (++items > MostItems || Value(depth + 1) is not string key || Value(depth + 1) is not { } value) return null;
                array.items[key] = value;
            }
            return Take('}') ? array : null;
        }

        private int? Number(char end) => Until(end) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        private string? Until(char end)
        {
            var stop = System.Array.IndexOf(bytes, (byte)end, at, Math.Min(40, bytes.Length - at));
            if (stop < 0) return null;
            var text = Encoding.ASCII.GetString(bytes, at, stop - at);
            at = stop + 1;
            return text;
        }

        private bool Take(char expected) => at < bytes.Length && bytes[at++] == expected;
    }
}
