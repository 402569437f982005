using System.Buffers.Binary;

namespace Fairground.Kernel.Files;

/// <summary>The boxes of an AVIF file (ISO/IEC 14496-12 and 23008-12) as far as size, turning and notes about people and places go.</summary>
internal static class AvifBoxes
{
    /// <summary>Width and height of the largest image in the file, and whether it is shown on its side.</summary>
    public static PictureFacts? Facts(ReadOnlySpan<byte> bytes)
    {
        if (!Find(bytes, "meta"u8, out var meta) || !Find(meta[4..], "iprp"u8, out var properties) || !Find(properties, "ipco"u8, out var list)) return null;
        PictureFacts? largest = null;
        var sideways = false;
        while (Next(ref list, out var kind, out var body))
        {
            if (kind.SequenceEqual("ispe"u8) && body.Length >= 12)
            {
                var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(body[4..]), BinaryPrimitives.ReadUInt32BigEndian(body[8..]));
                if (width > ushort.MaxValue || height > ushort.MaxValue) return null;
                if (largest is null || (long)width * height > largest.Pixels) largest = new PictureFacts((int)width, (int)height);
            }
            if (kind.SequenceEqual("irot"u8) && body.Length > 0) sideways = (body[0] & 1) == 1;
        }
        return sideways && largest is not null ? largest with { Orientation = 6 } : largest;
    }

    /// <summary>The file with the bytes of its EXIF and XMP items set to zero, so that nothing else moves; null where its boxes make no sense.</summary>
    public static byte[]? Clean(byte[] picture)
    {
        if (!Find(picture, "meta"u8, out var meta) || !Find(meta[4..], "iinf"u8, out var info) || !Find(meta[4..], "iloc"u8, out var places)) return null;
        var notes = Notes(info);
        if (notes.Count == 0) return picture;
        var cleaned = (byte[])picture.Clone();
        foreach (var (offset, length) in Extents(places, notes))
        {
            if (offset < 0 || length < 0 || offset + length > cleaned.Length) return null;
            cleaned.AsSpan((int)offset, (int)length).Clear();
        }
        return cleaned;
    }

    private static HashSet<uint> Notes(ReadOnlySpan<byte> info)
    {
        var notes = new HashSet<uint>();
        var entries = info[(info[0] == 0 ? 6 : 8)..];
        while (Next(ref entries, out var kind, out var body))
        {
            if (!kind.SequenceEqual("infe"u8) || body[0] < 2) continue;
            var wide = body[0] > 2;
            var id = wide ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : BinaryPrimitives.ReadUInt16BigEndian(body[4..]);
            var type = body.Slice(wide ? 10 : 8, 4);
            if (type.SequenceEqual("Exif"u8) || type.SequenceEqual("mime"u8)) notes.Add(id);
        }
        return notes;
    }

    private static List<(long Offset, long Length)> Extents(ReadOnlySpan<byte> places, HashSet<uint> wanted)
    {
        var (version, at) = (places[0], 4);
        var (offsetSize, lengthSize, baseSize, indexSize) = (places[at] >> 4, places[at] & 15, places[at + 1] >> 4, version == 0 ? 0 : places[at + 1] & 15);
        at += 2;
        var count = Number(places, ref at, version < 2 ? 2 : 4);
        var found = new List<(long, long)>();
        for (var i = 0L; i < count; i++)
        {
            var id = (uint)Number(places, ref at, version < 2 ? 2 : 4);
            var method = version == 0 ? 0 : Number(places, ref at, 2) & 15;
            at += 2;
            var start = Number(places, ref at, baseSize);
            var extents = Number(places, ref at, 2);
            for (var e = 0L; e < extents; e++)
            {
                at += indexSize;
                var (offset, length) = (Number(places, ref at, offsetSize), Number(places, ref at, lengthSize));
                // Method 0 counts from the start of the file; others are not used for notes.
                if (wanted.Contains(id) && method == 0) found.Add((start + offset, length));
            }
        }
        return found;
    }

    private static long Number(ReadOnlySpan<byte> bytes, ref int at, int size)
    {
        var number = 0L;
        for (var i = 0; i < size; i++) number = (number << 8) | bytes[at++];
        return number;
    }

    private static bool Find(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> found)
    {
        var rest = boxes;
        while (Next(ref rest, out var kind, out found))
        {
            if (kind.SequenceEqual(wanted)) return true;
        }
        found = default;
        return false;
    }

    // One box: its length, its kind, its body. A length of 1 says that a long one follows, 0 that it reaches to the end.
    private static bool Next(scoped ref ReadOnlySpan<byte> boxes, out ReadOnlySpan<byte> kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        if (boxes.Length < 8) return false;
        var (length, head) = ((long)BinaryPrimitives.ReadUInt32BigEndian(boxes), 8);
        if (length == 1 && boxes.Length >= 16) (length, head) = (BinaryPrimitives.ReadInt64BigEndian(boxes[8..]), 16);
        if (length == 0) length = boxes.Length;
        if (length < head || length > boxes.Length) return false;
        kind = boxes.Slice(4, 4);
        body = boxes[head..(int)length];
        boxes = boxes[(int)length..];
        return true;
    }
}
