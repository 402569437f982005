namespace Fairground.Catalog;

/// <summary>Where an import stands, as the API spells it.</summary>
internal static class ImportState
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
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

    public string Format { get; set; } = "";

    public string Encoding { get; set; } = "";

    public string Separator { get; set; } = "";

    public string? WantedFormat { get; init; }

    public string? WantedEncoding { get; init; }

    public string? WantedSeparator { get; init; }

    /// <summary>True where the file is everything the shop has: goods that are not in it are taken off the shelf.</summary>
    public bool IsFull { get; init; }

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
