namespace Fairground.Kernel.Files;

/// <summary>The stores that this server can reach, and the one that new files go to.</summary>
internal sealed class FileStores
{
    /// <summary>Pieces of 255 KiB in the database; always there.</summary>
    public const string Database = "database";

    /// <summary>Objects in an S3 bucket; there where <c>FAIRGROUND_S3_BUCKET</c> is set.</summary>
    public const string S3 = "s3";

    private readonly Dictionary<string, IByteStore> all;

    public FileStores(string forNew, params IReadOnlyList<IByteStore> stores)
    {
        all = stores.ToDictionary(s => s.Name);
        New = Find(forNew) ?? throw new SettingException(forNew == S3
            ? "FAIRGROUND_FILES says s3, but FAIRGROUND_S3_BUCKET names no bucket."
            : $"FAIRGROUND_FILES is '{forNew}'; it must be 'database' or 's3'.");
    }

    /// <summary>Where new files go.</summary>
    public IByteStore New { get; }

    public IEnumerable<IByteStore> All => all.Values;

    /// <summary>The store of that name, or null where this server has none.</summary>
    public IByteStore? Find(string name) => all.GetValueOrDefault(name);

    /// <summary>The store that has the file's bytes.</summary>
    public IByteStore Of(StoredFile file) => Find(file.Store) ?? throw new FileGoneException($"File {file.Id} lies in the store '{file.Store}', and this server has no settings for it.");
}
