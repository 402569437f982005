using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Fairground.Kernel.Tests.Files;

/// <summary>Pictures made for tests, without an image library.</summary>
internal static class TestPictures
{
    /// <summary>A JPEG of 64 by 32 pixels that must be turned by 90 degrees (orientation 6), with a place in its EXIF, XMP, a comment, and a second file behind its end.</summary>
    public static byte[] TalkativeJpeg { get; } = Talkative(Convert.FromBase64String(JpegOf64By32));

    /// <summary>A PNG of one colour; as large as one likes, and tiny as a file.</summary>
    public static byte[] Png(int width, int height, params (string Name, byte[] Data)[] extra)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR", head);
        foreach (var (name, data) in extra) Chunk(file, name, data);
        using (var packed = new MemoryStream())
        {
            using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                var line = new byte[1 + (width * 3)];
                Array.Fill(line, (byte)0x90, 1, line.Length - 1);
                // What is behind the first lines of a giant is never looked at: it is refused before.
                for (var y = 0; y < Math.Min(height, 400); y++) zip.Write(line);
            }
            Chunk(file, "IDAT", packed.ToArray());
        }
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>The same whose head says other colours; what is in it does not go with that.</summary>
    /// <param name="depth">Bits of a colour: 8 or 16.</param>
    /// <param name="colours">As PNG counts them: 2 for three, 6 for three and transparency.</param>
    public static byte[] Png(int width, int height, byte depth, byte colours)
    {
        var plain = Png(width, height);
        (plain[24], plain[25]) = (depth, colours);
        using var file = new MemoryStream();
        file.Write(plain.AsSpan(0, 8));
        Chunk(file, "IHDR", plain[16..29]);
        file.Write(plain.AsSpan(33));
        return file.ToArray();
    }

    /// <summary>A WebP in the extended form around one picture, with EXIF and XMP.</summary>
    public static byte[] Webp(byte[] simple, string exif)
    {
        using var body = new MemoryStream();
        byte[] extended = [0x0c, 0, 0, 0, 1, 0, 0, 1, 0, 0];
        foreach (var (name, data) in new (string, byte[])[] { ("VP8X", extended), ("", simple[12..]), ("EXIF", Encoding.Latin1.GetBytes(exif)), ("XMP ", Encoding.Latin1.GetBytes(exif)) })
        {
            if (name.Length > 0)
            {
                body.Write(Encoding.Latin1.GetBytes(name));
                body.Write(BitConverter.GetBytes(data.Length));
            }
            body.Write(data);
            if (data.Length % 2 == 1) body.WriteByte(0);
        }
        return [.. "RIFF"u8, .. BitConverter.GetBytes((int)body.Length + 4), .. "WEBP"u8, .. body.ToArray()];
    }

    private static byte[] Talkative(byte[] jpeg)
    {
        byte[] tiff = [.. "II"u8, 42, 0, 8, 0, 0, 0, 2, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x26, 0, 0, 0, 0, 0, 0, 0, .. "GPS 43.238N 76.945E"u8];
        byte[] exif = [.. "Exif\0\0"u8, .. tiff];
        return [.. jpeg[..2], .. Segment(0xe1, exif), .. Segment(0xe1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. "<x>owner: Aigerim</x>"u8]), .. Segment(0xed, "Photoshop IPTC Almaty"u8.ToArray()), .. Segment(0xfe, "shot at home"u8.ToArray()), .. jpeg[2..], .. "PK\u0003\u0004 a video behind the end"u8];
    }

    private static byte[] Segment(byte marker, byte[] body) => [0xff, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static void Chunk(Stream file, string name, byte[] data)
    {
        var head = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, data.Length);
        Encoding.Latin1.GetBytes(name, head.AsSpan(4));
        file.Write(head);
        file.Write(data);
        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc([.. head[4..], .. data]));
        file.Write(sum);
    }

    private static uint Crc(byte[] data)
    {
        var crc = 0xffffffff;
        foreach (var b in data)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }
        return ~crc;
    }

    private const string JpegOf64By32 = "/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAgAEADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAwQG/8QAFxAAAwEAAAAAAAAAAAAAAAAAAAIDYf/EABgBAQEBAQEAAAAAAAAAAAAAAAQAAwEG/8QAFxEBAAMAAAAAAAAAAAAAAAAAAAIDE//aAAwDAQACEQMRAD8AxCxwRY4WrERY4Y6MYXIlhgixwtWOCLHC0LhciWOCLHC1Y4IscOaFwuRLHBFiWrHBFjhaFQuSLERYlqxwRY4C0eJhciWIixwtWOCLEtCoXIljgixwtWIixLQuFyJY4IsMLVjgixwtC4XP/9k=";
}
