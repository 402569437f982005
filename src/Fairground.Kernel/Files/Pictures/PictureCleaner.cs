using System.Buffers.Binary;
using System.Text;

namespace Fairground.Kernel.Files;

/// <summary>
/// Takes out of a picture whatever tells about people and places (EXIF with its GPS, XMP, IPTC, comments, and anything behind the picture's end), and leaves every pixel as it was.
/// Only what is on a list of harmless parts is kept.
/// </summary>
internal static class PictureCleaner
{
    private static readonly HashSet<string> PngKept = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"];
    private static readonly HashSet<string> WebpKept = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];

    /// <summary>The picture without them; null where it breaks off or is not made as its kind is made.</summary>
    public static byte[]? Clean(byte[] picture, string mediaType, PictureFacts facts)
    {
        try
        {
            return mediaType switch
            {
                "image/jpeg" => Jpeg(picture, facts),
                "image/png" => Png(picture),
                "image/webp" => Webp(picture),
                "image/gif" => Gif(picture),
                _ => AvifBoxes.Clean(picture),
            };
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private static byte[]? Jpeg(ReadOnlySpan<byte> bytes, PictureFacts facts)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..2]);
        var turned = facts.Orientation == 1;
        for (var at = 2; at + 2 <= bytes.Length;)
        {
            if (bytes[at] != 0xff) return null;
            var marker = bytes[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }
            if (marker == 0xd9)
            {
                kept.Write(bytes.Slice(at, 2));
                return kept.ToArray();
            }
            var segment = bytes.Slice(at, 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]));
            if (!turned && marker != 0xe0)
            {
                kept.Write(Exif.Segment(facts.Orientation));
                turned = true;
            }
            if (IsKept(marker, segment[4..])) kept.Write(segment);
            at += segment.Length;
            if (marker != 0xda) continue;
            var end = EndOfScan(bytes, at);
            kept.Write(bytes[at..end]);
            at = end;
            // A picture that breaks off in its last lines is shown all the same.
            if (at >= bytes.Length) kept.Write([0xff, 0xd9]);
        }
        return kept.ToArray();
    }

    // JFIF, the colour profile and Adobe's colour transform change how pixels look; all other application segments and comments go.
    private static bool IsKept(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        0xe0 => body.StartsWith("JFIF\0"u8),
        0xe2 => body.StartsWith("ICC_PROFILE\0"u8),
        0xee => body.StartsWith("Adobe"u8),
        >= 0xe1 and <= 0xef or 0xfe => false,
        _ => true,
    };

    private static int EndOfScan(ReadOnlySpan<byte> bytes, int at)
    {
        for (; at + 1 < bytes.Length; at++)
        {
            if (bytes[at] == 0xff && bytes[at + 1] is not (0 or 0xff or (>= 0xd0 and <= 0xd7))) return at;
        }
        return bytes.Length;
    }

    private static byte[]? Png(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..8]);
        for (var at = 8; at + 12 <= bytes.Length;)
        {
            var chunk = bytes.Slice(at, checked(12 + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])));
            var name = Encoding.Latin1.GetString(chunk.Slice(4, 4));
            if (PngKept.Contains(name)) kept.Write(chunk);
            if (name == "IEND") return kept.ToArray();
            at += chunk.Length;
        }
        return null;
    }

    private static byte[]? Webp(ReadOnlySpan<byte> bytes)
    {
        const byte ExifAndXmp = 0x0c;
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..12]);
        for (var at = 12; at + 8 <= bytes.Length;)
        {
            var length = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]));
            // The last chunk may lack its filling byte.
            var chunk = bytes.Slice(at, Math.Min(8 + length + (length & 1), Math.Max(8 + length, bytes.Length - at)));
            var name = Encoding.Latin1.GetString(chunk[..4]);
            var from = (int)kept.Length;
            if (WebpKept.Contains(name)) kept.Write(chunk);
            if (name == "VP8X") kept.GetBuffer()[from + 8] &= unchecked((byte)~ExifAndXmp);
            at += chunk.Length;
        }
        var whole = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(4), (uint)(whole.Length - 8));
        return whole.Length > 20 ? whole : null;
    }

    private static byte[]? Gif(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        var at = 13 + Colours(bytes[10]);
        kept.Write(bytes[..at]);
        while (at < bytes.Length)
        {
            var (from, keep) = (at, true);
            switch (bytes[at])
            {
                case 0x3b:
                    kept.WriteByte(0x3b);
                    return kept.ToArray();
                case 0x2c:
                    at += 10 + Colours(bytes[at + 9]) + 1;
                    break;
                case 0x21:
                    // Of applications' own blocks only the one that says how often to repeat is kept.
                    keep = bytes[at + 1] switch { 0xf9 => true, 0xff => bytes[(at + 3)..].StartsWith("NETSCAPE2.0"u8) || bytes[(at + 3)..].StartsWith("ANIMEXTS1.0"u8), _ => false };
                    at += 2;
                    break;
                default:
                    return null;
            }
            while (bytes[at] != 0) at += bytes[at] + 1;
            at++;
            if (keep) kept.Write(bytes[from..at]);
        }
        kept.WriteByte(0x3b);
        return kept.ToArray();
    }

    private static int Colours(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);
}
