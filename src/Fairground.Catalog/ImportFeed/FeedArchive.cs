using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Kernel;
using Fairground.Kernel.Files;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Takes a feed out of what it is packed in: gzip, or a zip with one feed. Bombs are refused while they unpack, whatever they say of themselves.</summary>
internal static class FeedArchive
{
    private const int MostEntries = 20_000;

    private static readonly string[] Endings = [".csv", ".tsv", ".txt", ".xml", ".yml", ".yaml", ".json", ".ndjson", ".jsonl", ".xlsx", ".xlsm", ".rss", ".atom"];

    /// <summary>The file itself where it is not packed; refuses with <c>import.archive_refused</c>, <c>file.too_large</c>.</summary>
    public static async Task<Result<StoredFile>> Unpacked(IFileStore files, StoredFile file, long longest, CancellationToken ct)
    {
        var rules = new FileRules(longest, PicturesOnly: false, IsPublic: false);
        var head = new byte[4];
        await using (var stream = files.OpenRead(file)) await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        try
        {
            if (head is [0x1f, 0x8b, 8, _])
            {
                await using var packed = files.OpenRead(file);
                await using var plain = new UnpackedPart(() => new GZipStream(packed, CompressionMode.Decompress), file.Length);
                var saved = await files.Save(plain, rules, ct);
                // Reading one that was cut on its way simply ends; taken for the whole range it would empty the shelf.
                if (!saved.Refused && !await EndsWell(files, file, saved.Value, ct)) return CatalogRefusals.ArchiveRefused.Saying(T["The archive ends before its end: it was cut on its way. Send it again."]);
                return saved;
            }
            return head is [(byte)'P', (byte)'K', 3, 4] ? await FromZip(files, file, rules, ct) : file;
        }
        catch (InvalidDataException)
        {
            return CatalogRefusals.ArchiveRefused;
        }
    }

    // The last eight bytes of gzip are a checksum and the length of the content, modulo 2^32 (RFC 1952). Archives one after the other are one archive, whose end speaks of the last alone.
    private static async Task<bool> EndsWell(IFileStore files, StoredFile file, StoredFile content, CancellationToken ct)
    {
        var end = new byte[8];
        await using (var packed = files.OpenRead(file))
        {
            if (packed.Length < end.Length) return false;
            packed.Seek(-end.Length, SeekOrigin.End);
            await packed.ReadExactlyAsync(end, ct);
        }
        var said = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(4));
        if (content.Length % (1L << 32) == said) return true;
        if (content.Length < said) return false;
        await using var last = files.OpenRead(content);
        last.Seek(-said, SeekOrigin.End);
        var sum = new Crc32();
        await sum.AppendAsync(last, ct);
        return sum.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    private static async Task<Result<StoredFile>> FromZip(IFileStore files, StoredFile file, FileRules rules, CancellationToken ct)
    {
        await using var zip = await ZipArchive.CreateAsync(await OnDisk.Of(files.OpenRead(file), ct), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, ct);
        if (zip.Entries.Count > MostEntries) return CatalogRefusals.ArchiveRefused;
        // Workbooks are packages too, and read as they are.
        if (zip.Entries.Any(e => e.FullName is "[Content_Types].xml" or "mimetype" || e.FullName.StartsWith("xl/", StringComparison.OrdinalIgnoreCase))) return file;
        var feeds = zip.Entries.Where(e => e.Length > 0 && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal) && !e.Name.StartsWith('.') && Endings.Contains(Path.GetExtension(e.Name).ToLowerInvariant())).Take(6).ToList();
        if (feeds.Count != 1)
        {
            return CatalogRefusals.ArchiveRefused.Saying(feeds.Count == 0
                ? T["The archive has no feed in it: no table, XML or JSON."]
                : T["The archive has several files that may be feeds ({0}). Send them one by one.", $"{string.Join(", ", feeds.Take(5).Select(f => f.Name))}{(feeds.Count > 5 ? " …" : "")}"]);
        }
        await using var plain = new UnpackedPart(feeds[0].Open, feeds[0].CompressedLength);
        return await files.Save(plain, rules, ct);
    }
}
