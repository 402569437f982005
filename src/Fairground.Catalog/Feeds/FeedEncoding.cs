using System.Text;
using System.Text.RegularExpressions;

namespace Fairground.Catalog.Feeds;

/// <summary>An encoding by the name that is reported.</summary>
internal sealed partial record FeedEncoding(string Name, Encoding Encoding)
{
    private const int WindowBytes = 16 * 1024;

    static FeedEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding of this name, or null.</summary>
    public static FeedEncoding? Named(string name)
    {
        try
        {
            var encoding = Encoding.GetEncoding(name.Trim());
            // UTF-7 and the like can hide anything in plain letters.
            return encoding.CodePage == 65000 ? null : new FeedEncoding(encoding.WebName, encoding);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads the whole stream once and tells its encoding: by a byte order mark, by zero bytes (UTF-16), by being valid UTF-8 to the end;
    /// else by what an XML declaration says; else by whether the bytes that break UTF-8 stand in words as Cyrillic letters do, or alone as accents in Latin text do.
    /// </summary>
    public static async Task<FeedEncoding> Detect(Stream stream, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        if (ByMark(buffer.AsSpan(0, count)) is { } marked) return marked;
        var declared = Declared(buffer.AsSpan(0, Math.Min(count, 512)));
        var utf8 = new Utf8Check();
        while (count > 0)
        {
            var bad = utf8.FirstBad(buffer.AsSpan(0, count));
            if (bad >= 0) return declared is { Encoding.CodePage: not 65001 } ? declared : ByLetters(buffer.AsSpan(Math.Max(0, bad - 64), Math.Min(WindowBytes, count - Math.Max(0, bad - 64))));
            count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        }
        // Text with letters that are right UTF-8 from end to end is nothing else, whatever a template declares.
        return declared is not null && !utf8.SawLetters ? declared : Get("utf-8");
    }

    // Of an XML declaration that can be read as plain letters; encodings of two bytes a letter are known by their zeros before this.
    private static FeedEncoding? Declared(ReadOnlySpan<byte> head)
    {
        var match = Declaration().Match(Encoding.Latin1.GetString(head));
        if (!match.Success || Named(match.Groups[1].Value) is not { } named) return null;
        return named.Encoding.GetByteCount("<") == 1 ? named : null;
    }

    [GeneratedRegex("""^\s*<\?xml\s[^>]*encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")]
    private static partial Regex Declaration();

    private static FeedEncoding? ByMark(ReadOnlySpan<byte> head)
    {
        if (head is [0xef, 0xbb, 0xbf, ..]) return Get("utf-8");
        // A package has zeros for reasons of its own.
        if (head is [(byte)'P', (byte)'K', 3, 4, ..]) return Get("utf-8");
        if (head is [0xff, 0xfe, ..]) return Get("utf-16");
        if (head is [0xfe, 0xff, ..]) return Get("utf-16BE");
        var sample = head[..Math.Min(head.Length, 512)];
        if (sample.Length < 4) return null;
        // Of Latin letters one byte of two is zero, of Cyrillic ones it is four; in other encodings neither stands in a text at all, let alone only at every second place.
        int even = 0, odd = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] is not (0 or 4)) continue;
            if (i % 2 == 0) even++;
            else odd++;
        }
        if (odd > sample.Length / 5 && even <= odd / 8) return Get("utf-16");
        return even > sample.Length / 5 && odd <= even / 8 ? Get("utf-16BE") : null;
    }

    private static FeedEncoding ByLetters(ReadOnlySpan<byte> window)
    {
        int neighbours = 0, alone = 0;
        for (var i = 0; i < window.Length; i++)
        {
            if (window[i] < 0xc0) continue;
            var inWord = (i > 0 && window[i - 1] >= 0xc0) || (i + 1 < window.Length && window[i + 1] >= 0xc0);
            if (inWord) neighbours++;
            else alone++;
        }
        return Get(neighbours >= alone ? "windows-1251" : "windows-1252");
    }

    private static FeedEncoding Get(string name) => new(name == "utf-16" ? "utf-16" : name.ToLowerInvariant(), Encoding.GetEncoding(name));

    // Checks UTF-8 across blocks: a character may begin in one and end in the next.
    private sealed class Utf8Check
    {
        private int need;

        /// <summary>True once anything beyond plain ASCII was there.</summary>
        public bool SawLetters { get; private set; }

        public int FirstBad(ReadOnlySpan<byte> block)
        {
            for (var i = 0; i < block.Length; i++)
            {
                var b = block[i];
                if (need == 0 && b < 0x80)
                {
                    // Plain letters in one leap: most files are little else.
                    var letter = block[i..].IndexOfAnyExceptInRange((byte)0, (byte)0x7f);
                    if (letter < 0) return -1;
                    i += letter - 1;
                }
                else if (need > 0)
                {
                    if ((b & 0xc0) != 0x80) return i;
                    need--;
                }
                else
                {
                    SawLetters = true;
                    need = b switch { >= 0xc2 and < 0xe0 => 1, >= 0xe0 and < 0xf0 => 2, >= 0xf0 and < 0xf5 => 3, _ => 0 };
                    if (need == 0) return i;
                }
            }
            return -1;
        }
    }
}
