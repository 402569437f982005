using System.IO.Compression;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>Keeps the pieces that 1C sends, puts them together, opens its zips, and hands the files to the importer.</summary>
internal sealed class ExchangeFiles(CatalogContext catalog, IFileStore files, StartImport start, IOptions<OutsideOptions> outside)
{
    /// <summary>Bytes of one piece; <c>init</c> tells 1C so.</summary>
    public const int LongestPiece = 50 * 1024 * 1024;

    private const long LongestExchange = 2L * 1024 * 1024 * 1024;
    private const int MostPieces = 20_000;
    private const int MostEntries = 20_000;

    // A catalogue shrinks ten times, seldom thirty; a bomb a thousand times.
    private const int MostShrunk = 200;

    private static readonly string[] PictureEndings = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"];

    /// <summary>Keeps a piece. Refuses with <c>exchange.name_invalid</c>, <c>exchange.too_large</c>, <c>file.*</c>.</summary>
    public async Task<Result<bool>> Add(ExchangeSession session, string name, Stream content, CancellationToken ct)
    {
        if (Name(name) is not { } clean) return CatalogRefusals.ExchangeNameInvalid;
        var (count, bytes) = (await catalog.ExchangeParts.CountAsync(p => p.SessionId == session.Id, ct), await catalog.ExchangeParts.Where(p => p.SessionId == session.Id).SumAsync(p => p.Length, ct));
        if (count >= MostPieces || bytes >= LongestExchange) return CatalogRefusals.ExchangeTooLarge;
        var saved = await files.Save(content, new FileRules(LongestPiece, PicturesOnly: false, IsPublic: false), ct);
        if (saved.Refused) return saved.Refusal!;
        catalog.ExchangeParts.Add(new ExchangePart { SessionId = session.Id, N = count, Name = clean, FileId = saved.Value.Id, Length = saved.Value.Length });
        await catalog.SaveChangesAsync(ct);
        return true;
    }

    /// <summary>Begins the import of a file of this exchange, once. Refuses with <c>exchange.name_invalid</c>, <c>exchange.file_missing</c>, <c>exchange.zip_refused</c> and as imports do.</summary>
    public async Task<Result<Guid>> Import(ExchangeSession session, string name, CancellationToken ct)
    {
        if (Name(name) is not { } clean) return CatalogRefusals.ExchangeNameInvalid;
        if (await catalog.ExchangeImports.AsNoTracking().FirstOrDefaultAsync(i => i.SessionId == session.Id && i.Name == clean, ct) is { } begun) return begun.ImportId;
        await using var parcel = new Parcel();
        var opened = await Open(session, parcel, ct);
        if (opened.Refused) return opened.Refusal!;
        if (!parcel.Files.TryGetValue(clean, out var feed)) return CatalogRefusals.ExchangeFileMissing.Saying(T["'{0}' was not sent in this exchange.", clean]);
        // Only the catalogue names pictures; offers and prices would only carry them again.
        var pictures = clean.Contains("import", StringComparison.OrdinalIgnoreCase)
            ? parcel.Files.Where(f => PictureEndings.Contains(Path.GetExtension(f.Key).ToLowerInvariant())).Select(f => new SentPicture(f.Key, f.Value)).ToList()
            : [];
        Result<Import> started;
        try
        {
            await using var content = feed();
            started = await start.FromFile(session.ShopId, null, Path.GetFileName(clean), content, pictures, new ImportWishes(Format: "commerceml"), ct);
        }
        catch (InvalidDataException)
        {
            return CatalogRefusals.ExchangeZipRefused;
        }
        if (started.Refused) return started.Refusal!;
        catalog.ExchangeImports.Add(new ExchangeImport { SessionId = session.Id, Name = clean, ImportId = started.Value.Id });
        await catalog.SaveChangesAsync(ct);
        return started.Value.Id;
    }

    // All files of the exchange by name, those in zips too; what came later under the same name counts.
    private async Task<Result<bool>> Open(ExchangeSession session, Parcel parcel, CancellationToken ct)
    {
        var parts = await catalog.ExchangeParts.AsNoTracking().Where(p => p.SessionId == session.Id).OrderBy(p => p.N).ToListAsync(ct);
        foreach (var file in parts.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase))
        {
            var whole = await Whole([.. file], ct);
            if (whole.Refused) return whole.Refusal!;
            if (!file.Key.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) parcel.Files[file.Key] = () => files.OpenRead(whole.Value);
            else if (!OpenZip(await OnDisk.Of(files.OpenRead(whole.Value), ct), parcel)) return CatalogRefusals.ExchangeZipRefused;
        }
        return true;
    }

    private async Task<Result<StoredFile>> Whole(IReadOnlyList<ExchangePart> parts, CancellationToken ct)
    {
        var stored = new List<StoredFile>(parts.Count);
        foreach (var part in parts) stored.Add(await files.Find(part.FileId, ct) ?? throw new InvalidOperationException("A piece of an exchange is gone."));
        if (stored.Count == 1) return stored[0];
        await using var together = new PiecesStream([.. stored.Select(s => (Func<Stream>)(() => files.OpenRead(s)))]);
        return await files.Save(together, new FileRules(LongestExchange, PicturesOnly: false, IsPublic: false), ct);
    }

    private bool OpenZip(Stream content, Parcel parcel)
    {
        ZipArchive zip;
        try
        {
            zip = new ZipArchive(content, ZipArchiveMode.Read);
            parcel.Keep(zip);
            if (zip.Entries.Count > MostEntries || zip.Entries.Sum(e => e.Length) > LongestExchange) return false;
        }
        catch (InvalidDataException)
        {
            content.Dispose();
            return false;
        }
        foreach (var entry in zip.Entries.Where(e => e.Length > 0))
        {
            if (entry.Length > 10 * 1024 * 1024 && entry.Length / Math.Max(1, entry.CompressedLength) > MostShrunk) return false;
            if (Name(entry.FullName) is not { } name) return false;
            // What an entry says of its length may be a lie: it is counted while it is read.
            var longest = Math.Min(entry.Length, outside.Value.LongestFeedBytes);
            parcel.Files[name] = () => new CountedStream(entry.Open(), longest);
        }
        return true;
    }

    // A relative path without ways up, as 1C writes it: import_files/ab/abc.jpg.
    private static string? Name(string name)
    {
        var clean = name.Replace('\\', '/').TrimStart('/');
        return clean.Length is > 0 and <= 300 && !clean.Split('/').Contains("..") && !clean.Any(char.IsControl) && !clean.Contains(':', StringComparison.Ordinal) ? clean : null;
    }

    // What was opened for one import.
    private sealed class Parcel : IAsyncDisposable
    {
        private readonly List<ZipArchive> zips = [];

        public Dictionary<string, Func<Stream>> Files { get; } = new(StringComparer.OrdinalIgnoreCase);

        public void Keep(ZipArchive zip) => zips.Add(zip);

        public async ValueTask DisposeAsync()
        {
            foreach (var zip in zips) await zip.DisposeAsync();
        }
    }
}
