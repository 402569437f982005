namespace Fairground.Delivery;

/// <summary>What the buyer says is wrong.</summary>
internal enum DisputeReason
{
    NotArrived = 1,
    Damaged = 2,
    Wrong = 3,
    NotAsDescribed = 4,
    Other = 5,
}

/// <summary>For whom the operator ruled.</summary>
internal enum Ruling
{
    ForBuyer = 1,
    ForSeller = 2,
}

/// <summary>A handover's dispute; there is one at most. Words are sealed under the buyer's key.</summary>
internal sealed class Dispute
{
    public Guid HandoverId { get; init; }

    public DisputeReason Reason { get; init; }

    public required string Said { get; set; }

    public DateTimeOffset OpenedAt { get; init; }

    public string? Answer { get; set; }

    public Guid? AnsweredBy { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }
}

/// <summary>The operator's word, with a dispute or without. Only added to.</summary>
internal sealed class HandoverRuling
{
    public Guid HandoverId { get; init; }

    public Ruling Ruling { get; init; }

    /// <summary>Sealed under the buyer's key.</summary>
    public required string Reasons { get; set; }

    public Guid RuledBy { get; init; }

    public DateTimeOffset RuledAt { get; init; }
}

/// <summary>Who shows evidence.</summary>
internal enum Side
{
    Buyer = 1,
    Seller = 2,
    Operator = 3,
}

/// <summary>A picture or paper in a dispute, for the parties and the operator alone.</summary>
internal sealed class Evidence
{
    public Guid Id { get; init; }

    public Guid HandoverId { get; init; }

    public Side Side { get; init; }

    public Guid FileId { get; init; }

    /// <summary>Sealed under the buyer's key.</summary>
    public required string Note { get; set; }

    public Guid ShownBy { get; init; }

    public DateTimeOffset ShownAt { get; init; }
}
