namespace Fairground.Draws;

/// <summary>The part of a lot that stands still: what the seller asked for, and from opening on the frozen terms.</summary>
internal sealed class Lot
{
    public const string Certificates = "certificates";
    public const string TwoStage = "two-stage";

    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    public Guid ProductId { get; init; }

    /// <summary><see cref="Certificates"/> or <see cref="TwoStage"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>True where there is a second payment.</summary>
    public bool IsTwoStage => Kind == TwoStage;

    public required string Title { get; set; }

    /// <summary>The title as searches compare it: see <see cref="LotTerms.Searched"/>.</summary>
    public string TitleSearch { get; set; } = "";

    public required string Currency { get; set; }

    /// <summary>The price of the goods, minor units; fetched again at opening.</summary>
    public long Price { get; set; }

    /// <summary>Price of a certificate, minor units.</summary>
    public long Nominal { get; init; }

    public int Entries { get; set; }

    /// <summary>True where the seller named the number of certificates instead of leaving it to the price.</summary>
    public bool EntriesGiven { get; init; }

    public int MarginPercent { get; init; }

    public int Winners { get; init; }

    public int Reserves { get; init; }

    /// <summary>Certificates one person may hold.</summary>
    public int Cap { get; init; }

    /// <summary>The announced deadline.</summary>
    public DateTimeOffset ClosesAt { get; init; }

    public int DrawDelaySeconds { get; init; }

    /// <summary>How long a winner has to collect, from being drawn or called.</summary>
    public int ClaimSeconds { get; init; }

    /// <summary>What follows where nobody collects.</summary>
    public UnclaimedPolicy Unclaimed { get; init; }

    public UnsoldPolicy Policy { get; init; }

    public int CashPercent { get; init; }

    /// <summary>The source of randomness: <c>commit-reveal</c>.</summary>
    public required string Entropy { get; init; }

    /// <summary>What the source must remember until the draw, protected at rest.</summary>
    public byte[]? Secret { get; set; }

    /// <summary>The exact text of the published terms.</summary>
    public string? TermsJson { get; set; }

    public byte[]? TermsHash { get; set; }

    /// <summary>The exact text of the published outcome table.</summary>
    public string? OutcomesJson { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid CreatedBy { get; init; }
}
