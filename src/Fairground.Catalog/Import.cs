namespace Fairground.Catalog;

/// <summary>Where an import stands, as the API spells it.</summary>
internal static class ImportState
{
    /// <summary>Waits until its sender has said what the columns are.</summary>
    public const string Held = "held";

    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
}

/// <summary>How far the undoing of an import is.</summary>
internal static class UndoState
{
    public const string Running = "undoing";
    public const string Done = "undone";

    /// <summary>What the goods were before is no longer kept.</summary>
    public const string TooOld = "expired";
}

/// <summary>One import of one shop's feed (C-06): what was asked, what was found, and what came of it.</summary>
internal sealed class Import
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>Who asked for it; null for the command line.</summary>
    public Guid? StartedBy { get; init; }

    public string State { get; set; } = ImportState.Queued;

    /// <summary>The feed as it was sent; null until an address has been fetched.</summary>
    public Guid? FileId { get; set; }

    public string FileName { get; init; } = "";

    public string? SourceUrl { get; init; }

    /// <summary>The source that brought it; null where a person sent it.</summary>
    public Guid? SourceId { get; init; }

    public string Format { get; set; } = "";

    public string Encoding { get; set; } = "";

    public string Separator { get; set; } = "";

    public string? WantedFormat { get; set; }

    public string? WantedEncoding { get; set; }

    public string? WantedSeparator { get; set; }

    /// <summary>JSON, our field to the sender's column: <c>{"price":"Retail, tenge"}</c>; null where the file's own words decide.</summary>
    public string? WantedMapping { get; set; }

    /// <summary>True where the file is everything the shop has: goods that are not in it are taken off the shelf.</summary>
    public bool IsFull { get; set; }

    /// <summary>What the sender said about that; null where the file decides.</summary>
    public bool? WantedFull { get; set; }

    /// <summary>What the sender said prices are in that name no currency.</summary>
    public string? WantedCurrency { get; set; }

    /// <summary>True where the goods are only compared and nothing on the shelf changes.</summary>
    public bool IsDryRun { get; set; }

    /// <summary>JSON: <c>[{"code":"…","text":"…"}]</c>, what the sender should know about the import as a whole.</summary>
    public string Notes { get; set; } = "[]";

    /// <summary>Differences that a dry run found.</summary>
    public long Differences { get; set; }

    /// <summary>Null, or <see cref="UndoState"/>.</summary>
    public string? UndoState { get; set; }

    public Guid? UndoneBy { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Goods that are again as they were before the import.</summary>
    public long Undone { get; set; }

    /// <summary>Goods that stayed, because they were changed since.</summary>
    public long UndoLeft { get; set; }

    /// <summary>Lines of data.</summary>
    public long Rows { get; set; }

    /// <summary>Goods; always created + updated + unchanged + rejected.</summary>
    public long Read { get; set; }

    public long Created { get; set; }

    public long Updated { get; set; }

    public long Unchanged { get; set; }

    public long Rejected { get; set; }

    public long Deactivated { get; set; }

    /// <summary>All problems, also those beyond the number that is kept.</summary>
    public long Problems { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorText { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>One thing in a feed that could not be used as it stands.</summary>
internal sealed class ImportProblem
{
    public Guid ImportId { get; init; }

    public int N { get; init; }

    /// <summary>Line of the file, from 1; 0 where no line is at fault.</summary>
    public long Line { get; init; }

    public required string Field { get; init; }

    public required string Code { get; init; }

    public required string Said { get; init; }
}

/// <summary>A picture that came beside a feed, by its file name.</summary>
internal sealed class ImportPicture
{
    public Guid ImportId { get; init; }

    public required string Name { get; init; }

    public Guid FileId { get; init; }
}

/// <summary>What an import did to goods, so that it can be undone.</summary>
internal sealed class ImportChange
{
    public Guid ImportId { get; init; }

    public Guid ProductId { get; init; }

    public required string Kind { get; init; }

    /// <summary>JSON of what the goods were before, where that is different.</summary>
    public required string Before { get; init; }

    public bool Undone { get; init; }
}

/// <summary>One thing that would change, found by a dry run.</summary>
internal sealed class ImportDifference
{
    public Guid ImportId { get; init; }

    public int N { get; init; }

    public required string ProductKey { get; init; }

    public required string Name { get; init; }

    /// <summary><c>new</c>, <c>changed</c> or <c>off the shelf</c>.</summary>
    public required string What { get; init; }

    public required string Field { get; init; }

    public required string Before { get; init; }

    public required string After { get; init; }
}
