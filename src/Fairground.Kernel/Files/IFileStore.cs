namespace Fairground.Kernel.Files;

/// <summary>A file as it is kept. The same content is one file, whoever sent it.</summary>
/// <param name="Id">The id in <c>/files/{id}</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="MediaType">Found in the content, never taken from the sender.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="IsPublic">True where <c>GET /files/{id}</c> shows it to anyone.</param>
public sealed record StoredFile(Guid Id, long Length, string MediaType, string Sha256, bool IsPublic, DateTimeOffset CreatedAt)
{
    /// <summary>Which store has the bytes: <c>database</c> or <c>s3</c>.</summary>
    public string Store { get; init; } = FileStores.Database;

    /// <summary>The address on this server.</summary>
    public string Url => $"/files/{Id}";
}

/// <summary>What a file may be.</summary>
/// <param name="LongestBytes">The limit; above it the file is refused with <c>file.too_large</c>.</param>
/// <param name="PicturesOnly">Anything but png, jpeg, gif, webp and avif is refused with <c>file.type_refused</c>.</param>
/// <param name="IsPublic">Show it at <c>/files/{id}</c>.</param>
public sealed record FileRules(long LongestBytes, bool PicturesOnly, bool IsPublic)
{
    /// <summary>Pictures for everyone, up to 10 MB.</summary>
    public static readonly FileRules Picture = new(10L * 1024 * 1024, PicturesOnly: true, IsPublic: true);

    /// <summary>Papers of a shop or a lot: PDF or a picture, up to 200 MB, shown only by whoever keeps them.</summary>
    public static readonly FileRules Document = new(200L * 1024 * 1024, PicturesOnly: false, IsPublic: false) { IsDocument = true };

    /// <summary>Anything but a PDF or a picture is refused with <c>file.type_refused</c>.</summary>
    public bool IsDocument { get; init; }

    /// <summary>Made by the server itself out of a picture: kept as it is, and no sizes are made of it.</summary>
    internal bool IsMadeHere { get; init; }
}

/// <summary>Keeps files of any size in small pieces (C-36). The bytes lie in the database or in an S3 store; nobody outside this folder can tell.</summary>
public interface IFileStore
{
    /// <summary>
    /// Stores what the stream gives, in constant memory. Pictures lose what tells about people and places (EXIF, XMP, comments) before they are kept.
    /// Refuses with <c>file.too_large</c>, <c>file.type_refused</c>, <c>file.empty</c>, <c>file.picture_broken</c>, <c>file.too_many_pixels</c>.
    /// </summary>
    Task<Result<StoredFile>> Save(Stream content, FileRules rules, CancellationToken ct);

    /// <summary>What is known of a file, or null.</summary>
    Task<StoredFile?> Find(Guid id, CancellationToken ct);

    /// <summary>What is known of these files, by id; those that are gone are missing.</summary>
    Task<IReadOnlyDictionary<Guid, StoredFile>> FindMany(IReadOnlyCollection<Guid> ids, CancellationToken ct);

    /// <summary>Those of the given ids that exist.</summary>
    Task<IReadOnlySet<Guid>> Existing(IReadOnlyCollection<Guid> ids, CancellationToken ct);

    /// <summary>A seekable stream that reads one piece at a time and keeps no database connection between reads. A file that is moved meanwhile is read on from where it went.</summary>
    Stream OpenRead(StoredFile file);
}
