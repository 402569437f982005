using System.Security.Cryptography;

namespace Fairground.Kernel.Files;

/// <summary>
/// Keeps files: looks at what comes, hands the bytes on to the store for new files, and writes the file's row last, so that a file is either
/// whole or not there. What a crash left behind is swept.
/// </summary>
internal sealed class FileStore(FileStores stores, FileRows rows, TimeProvider time) : IFileStore
{
    public async Task<Result<StoredFile>> Save(Stream content, FileRules rules, CancellationToken ct)
    {
        var head = await ReadChunk(content, ct);
        if (head.Length == 0) return FileRefusals.Empty;
        var type = MediaType.Of(head.AsSpan(0, Math.Min(head.Length, MediaType.HeadBytes)));
        if (rules.PicturesOnly && !MediaType.IsPicture(type)) return FileRefusals.TypeRefused;
        if (rules.IsDocument && !MediaType.IsPicture(type) && type != MediaType.Pdf) return FileRefusals.TypeRefused.Saying(T["This is not a paper we take: send a PDF, or a picture as PNG, JPEG, GIF, WebP or AVIF."]);
        if (!MediaType.IsPicture(type) || rules.IsMadeHere || !(rules.PicturesOnly || rules.IsDocument)) return await Take(head, content, type, null, rules, ct);
        var cleaned = await Clean(head, content, type, rules, ct);
        if (cleaned.Refused) return cleaned.Refusal!;
        using var picture = new MemoryStream(cleaned.Value.Bytes);
        return await Take(await ReadChunk(picture, ct), picture, type, cleaned.Value.Facts, rules, ct);
    }

    public Task<StoredFile?> Find(Guid id, CancellationToken ct) => rows.Find(id, ct);

    public async Task<IReadOnlyDictionary<Guid, StoredFile>> FindMany(IReadOnlyCollection<Guid> ids, CancellationToken ct) => await rows.FindMany(ids, ct);

    public async Task<IReadOnlySet<Guid>> Existing(IReadOnlyCollection<Guid> ids, CancellationToken ct) => (await rows.FindMany(ids, ct)).Keys.ToHashSet();

    public Stream OpenRead(StoredFile file) => new FollowingStream(stores, rows, file);

    /// <summary>The next piece of a stream, shorter than the rest only at its end.</summary>
    public static async Task<byte[]> ReadChunk(Stream content, CancellationToken ct)
    {
        var buffer = new byte[ChunkStore.ChunkBytes];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return read == buffer.Length ? buffer : buffer[..read];
    }

    // A picture is small enough to be held whole, and has to be: what tells about people and places may stand anywhere in it.
    private static async Task<Result<(byte[] Bytes, PictureFacts Facts)>> Clean(byte[] head, Stream content, string type, FileRules rules, CancellationToken ct)
    {
        var limit = Math.Min(rules.LongestBytes, PictureLimits.LongestBytes);
        using var whole = new MemoryStream();
        for (var piece = head; piece.Length > 0; piece = await ReadChunk(content, ct))
        {
            if (whole.Length + piece.Length > limit) return TooLarge(limit);
            whole.Write(piece);
        }
        var bytes = whole.ToArray();
        if (PictureHead.Read(bytes, type) is not { } facts) return FileRefusals.PictureBroken;
        if (facts.Pixels > PictureLimits.MostPixels) return FileRefusals.TooManyPixels.With(("width", facts.Width), ("height", facts.Height), ("limitPixels", PictureLimits.MostPixels));
        return PictureCleaner.Clean(bytes, type, facts) is { } cleaned ? (cleaned, facts) : FileRefusals.PictureBroken;
    }

    private async Task<Result<StoredFile>> Take(byte[] head, Stream content, string type, PictureFacts? picture, FileRules rules, CancellationToken ct)
    {
        var (id, store, length) = (Ids.New(), stores.New, 0L);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var writer = await store.Write(id, replaces: false, ct);
        for (var piece = head; piece.Length > 0; piece = piece.Length < ChunkStore.ChunkBytes ? [] : await ReadChunk(content, ct))
        {
            length += piece.Length;
            if (length > rules.LongestBytes)
            {
                await writer.Abandon(CancellationToken.None);
                await store.Remove(id, CancellationToken.None);
                return TooLarge(rules.LongestBytes);
            }
            hash.AppendData(piece);
            await writer.Write(piece, ct);
        }
        await writer.Complete(ct);
        var now = time.GetUtcNow();
        var file = new StoredFile(id, length, type, Convert.ToHexStringLower(hash.GetHashAndReset()), rules.IsPublic, now) { Store = store.Name };
        var kept = await rows.Keep(file, rules.IsPublic ? picture : null, now, ct);
        if (kept.Id != id) await store.Remove(id, CancellationToken.None);
        return kept;
    }

    private static Refusal TooLarge(long limit) => FileRefusals.TooLarge.Saying(T["The file is larger than {0} MB.", limit / 1024 / 1024], ("limitBytes", limit));
}
