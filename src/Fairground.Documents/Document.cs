using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents;

/// <summary>A numbered document as it is stored: added once and never changed.</summary>
internal sealed class Document
{
    public Guid Id { get; init; }

    public Guid IssuerId { get; init; }

    public PaperKind Kind { get; init; }

    public int Year { get; init; }

    /// <summary>Without a gap from 1 within issuer, kind and year.</summary>
    public long Number { get; init; }

    /// <summary>The number as it is printed: <c>R-2026-000001</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The person it is for, or null.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>The organisation it is for, or null.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>One of <see cref="Supplies"/>.</summary>
    public required string Supply { get; init; }

    /// <summary>What the transfer refers to: credit notes find by it what they take back.</summary>
    public Guid Reference { get; init; }

    /// <summary>The transfer that called for it.</summary>
    public Guid SourceId { get; init; }

    /// <summary>Counts from 0 where one transfer calls for several.</summary>
    public int SourcePart { get; init; }

    public required string Currency { get; init; }

    /// <summary>Minor units, as are the next two.</summary>
    public long Net { get; init; }

    public long Tax { get; init; }

    public long GrossMinor { get; init; }

    /// <summary>The issuer's day, as the number 20261127.</summary>
    public int IssuedOn { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset SuppliedAt { get; init; }

    /// <summary>The content in its written form (<see cref="DocumentText"/>). The name of a person in it is sealed.</summary>
    public required string Body { get; init; }

    /// <summary>The hash of the document before it in its series; of the first one 64 zeros.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>SHA-256 over the one before and the body, lower-case hex.</summary>
    public required string Hash { get; init; }

    public Money Gross => new(GrossMinor, Kernel.Currency.Of(Currency));

    public DocumentContent Content => DocumentText.Read(Body);

    /// <summary>The number as it is printed.</summary>
    public static string CodeOf(PaperKind kind, int year, long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Letter(kind)}-{year}-{number:000000}");

    private static char Letter(PaperKind kind) => kind switch { PaperKind.Receipt => 'R', PaperKind.Invoice => 'I', _ => 'C' };
}

/// <summary>Where a series of numbers stands. Locked while documents of it are added.</summary>
internal sealed class DocumentSeries
{
    public static readonly string NoHash = new('0', 64);

    public Guid IssuerId { get; init; }

    public PaperKind Kind { get; init; }

    public int Year { get; init; }

    public long Last { get; set; }

    public required string LastHash { get; set; }
}

/// <summary>A transfer that was looked at, with how many documents it called for.</summary>
internal sealed class DocumentSource
{
    public Guid TransferId { get; init; }

    public int Documents { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>How far the ledger was read. There is one.</summary>
internal sealed class IssuingProgress
{
    public int Id { get; init; } = 1;

    /// <summary>Transfers before this are older than the keeping of documents.</summary>
    public Guid BeganAfter { get; init; }

    public Guid SeenUntil { get; set; }
}
