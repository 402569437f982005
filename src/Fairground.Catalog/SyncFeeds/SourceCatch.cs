using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Files;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>What a look at a source gave.</summary>
/// <param name="File">To be imported; null where nothing has changed.</param>
internal sealed record SourceCatch(StoredFile? File, string FileName, ImportWishes Wishes)
{
    /// <summary>The file's validators, as its server wrote them.</summary>
    public string? Etag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Everything that the store changed before this has been read; null where that stays.</summary>
    public DateTimeOffset? Mark { get; init; }

    /// <summary>True where the store was read as a whole.</summary>
    public bool Whole { get; init; }

    /// <summary>What is known of the store's products now.</summary>
    public IReadOnlyList<SourceItem> Items { get; init; } = [];

    public static SourceCatch Nothing { get; } = new(null, "", new ImportWishes());
}
