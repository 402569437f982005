using System.Buffers.Binary;
using System.Text;

namespace Fairground.Kernel.Files;

/// <summary>Tells what a file is by its first bytes. What the sender says is never asked.</summary>
public static class MediaType
{
    /// <summary>How many bytes of a file are looked at.</summary>
    public const int HeadBytes = 4096;

    /// <summary>The type of everything that is not known.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>A paper; only ever a download.</summary>
    public const string Pdf = "application/pdf";

    // A picture whose head also reads as a page is made to be mistaken for one.
    private static readonly string[] PageMarks = ["<!doctype", "<html", "<head", "<body", "<script", "<iframe", "<?php", "<svg"];

    private static ReadOnlySpan<byte> PngMagic => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>The media type found in the head of a file, or <see cref="Unknown"/>.</summary>
    public static string Of(ReadOnlySpan<byte> head)
    {
        var type = ByMagic(head);
        return type.StartsWith("image/", StringComparison.Ordinal) && ReadsAsPage(head) ? Unknown : type;
    }

    /// <summary>True for the types that pages may show in place.</summary>
    public static bool IsPicture(string mediaType) => mediaType.StartsWith("image/", StringComparison.Ordinal);

    private static string ByMagic(ReadOnlySpan<byte> head)
    {
        if (IsPng(head)) return "image/png";
        if (head.Length > 3 && head is [0xff, 0xd8, 0xff, >= 0xc0, ..]) return "image/jpeg";
        if (head.Length >= 13 && (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)) && HasSize(head[6..])) return "image/gif";
        if (head.Length >= 16 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBPVP8"u8)) return "image/webp";
        if (IsAvif(head)) return "image/avif";
        if (head.StartsWith("%PDF-"u8)) return Pdf;
        return Unknown;
    }

    private static bool IsPng(ReadOnlySpan<byte> head) =>
        head.Length >= 33 && head.StartsWith(PngMagic) && head[12..].StartsWith("IHDR"u8)
        && BinaryPrimitives.ReadUInt32BigEndian(head[8..]) == 13;

    private static bool HasSize(ReadOnlySpan<byte> screen) =>
        BinaryPrimitives.ReadUInt16LittleEndian(screen) > 0 && BinaryPrimitives.ReadUInt16LittleEndian(screen[2..]) > 0;

    private static bool IsAvif(ReadOnlySpan<byte> head)
    {
        if (head.Length < 16 || !head[4..].StartsWith("ftyp"u8)) return false;
        var box = head[8..(int)Math.Min(head.Length, Math.Max(16, BinaryPrimitives.ReadUInt32BigEndian(head)))];
        // The major brand first, then the compatible ones behind the minor version.
        for (var at = 0; at + 4 <= box.Length; at += 4)
        {
            if (box[at..].StartsWith("avif"u8) || box[at..].StartsWith("avis"u8)) return true;
        }
        return false;
    }

    private static bool ReadsAsPage(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head[..Math.Min(head.Length, HeadBytes)]);
        return PageMarks.Any(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));
    }
}
