using System.Buffers.Binary;

namespace Fairground.Kernel.Files;

/// <summary>What a picture says of itself before anything is decoded.</summary>
/// <param name="Width">Pixels as stored; so also <paramref name="Height"/>.</param>
/// <param name="Orientation">1 to 8 as in EXIF: how it must be turned to stand upright.</param>
internal sealed record PictureFacts(int Width, int Height, int Orientation = 1)
{
    public long Pixels => (long)Width * Height;

    /// <summary>Pixels across as people see it.</summary>
    public int ShownWidth => Orientation >= 5 ? Height : Width;

    public int ShownHeight => Orientation >= 5 ? Width : Height;
}

/// <summary>How large a picture may be. A small file can unfold to gigabytes, so the limit on pixels is held before decoding.</summary>
internal static class PictureLimits
{
    /// <summary>Bytes; a picture is held whole while it is taken in.</summary>
    public const long LongestBytes = 20L * 1024 * 1024;

    /// <summary>50 million: more than any phone's or camera's usual picture.</summary>
    public const long MostPixels = 50_000_000;

    /// <summary>Bytes of all pixels as they are held while sizes are made: 50 million of four bytes, and a little.</summary>
    public const long MostDecodedBytes = 256L * 1024 * 1024;
}

/// <summary>Reads width, height and orientation from a picture's own words, without decoding.</summary>
internal static class PictureHead
{
    private const int MostSide = 65_535;

    /// <summary>What the picture says, or null where that cannot be read.</summary>
    public static PictureFacts? Read(ReadOnlySpan<byte> bytes, string mediaType)
    {
        var facts = mediaType switch
        {
            "image/png" => Png(bytes),
            "image/jpeg" => Jpeg(bytes),
            "image/gif" => Gif(bytes),
            "image/webp" => Webp(bytes),
            "image/avif" => AvifBoxes.Facts(bytes),
            _ => null,
        };
        return facts is { Width: > 0 and <= MostSide, Height: > 0 and <= MostSide } ? facts : null;
    }

    private static PictureFacts? Png(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 33) return null;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
        return width <= MostSide && height <= MostSide ? new PictureFacts((int)width, (int)height) : null;
    }

    private static PictureFacts? Gif(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 13 ? null : new PictureFacts(BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));

    private static PictureFacts? Jpeg(ReadOnlySpan<byte> bytes)
    {
        var orientation = 1;
        for (var at = 2; at + 4 <= bytes.Length;)
        {
            if (bytes[at] != 0xff) return null;
            var marker = bytes[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || at + 2 + length > bytes.Length) return null;
            var body = bytes.Slice(at + 4, length - 2);
            if (marker == 0xe1 && body.StartsWith("Exif\0\0"u8)) orientation = Exif.Orientation(body[6..]);
            // Start of frame: all of C0 to CF but the tables DHT, JPG and DAC.
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return body.Length < 6 ? null : new PictureFacts(BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]), orientation);
            if (marker is 0xda or 0xd9) return null;
            at += 2 + length;
        }
        return null;
    }

    private static PictureFacts? Webp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30) return null;
        var kind = bytes[12..16];
        if (kind.SequenceEqual("VP8X"u8)) return new PictureFacts(1 + UInt24(bytes[24..]), 1 + UInt24(bytes[27..]));
        if (kind.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return bytes[20] == 0x2f ? new PictureFacts(1 + (int)(bits & 0x3fff), 1 + (int)((bits >> 14) & 0x3fff)) : null;
        }
        return bytes[23..26].SequenceEqual<byte>([0x9d, 0x01, 0x2a])
            ? new PictureFacts(BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3fff)
            : null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}

/// <summary>The one thing of EXIF that is kept: how the picture must be turned.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>The orientation in a TIFF block, or 1.</summary>
    public static int Orientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 14) return 1;
        var little = tiff[0] == (byte)'I';
        ushort Short(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        var offset = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (offset > (uint)tiff.Length - 2) return 1;
        var entries = tiff[(int)offset..];
        var count = Short(entries);
        for (var i = 0; i < count && 2 + ((i + 1) * 12) <= entries.Length; i++)
        {
            var entry = entries.Slice(2 + (i * 12), 12);
            if (Short(entry) == OrientationTag) return Short(entry[8..]) is >= 1 and <= 8 and var found ? found : 1;
        }
        return 1;
    }

    /// <summary>A JPEG segment that says the orientation and nothing else.</summary>
    public static byte[] Segment(int orientation) =>
    [
        0xff, 0xe1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1,
        OrientationTag >> 8, OrientationTag & 0xff, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
    ];
}
