using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>Whether money came to the operator's account or left it.</summary>
internal enum BankDirection
{
    In = 0,
    Out = 1,
}

/// <summary>Where a line of the bank's statement, or of a payment company's report, stands.</summary>
internal enum BankLineState
{
    /// <summary>Nothing was found for it yet, or a person of the office decides.</summary>
    Waiting = 0,

    /// <summary>It is what the ledger knows.</summary>
    Matched = 1,

    /// <summary>The office said that it is none of the market's.</summary>
    SetAside = 2,
}

/// <summary>A statement file that was taken in.</summary>
internal sealed class BankStatement
{
    public required Guid Id { get; init; }

    public required string Sha256 { get; init; }

    /// <summary><c>camt.053</c> or <c>1c</c>.</summary>
    public required string Format { get; init; }

    public DateTimeOffset TakenAt { get; init; }

    public Guid TakenBy { get; init; }

    public int Lines { get; init; }

    /// <summary>How many of its lines were not known before.</summary>
    public int Fresh { get; init; }
}

/// <summary>One line of a bank statement. The same line in another file is the same row.</summary>
internal sealed class BankLine
{
    public required Guid Id { get; init; }

    public Guid StatementId { get; init; }

    /// <summary>yyyy-MM-dd.</summary>
    public required string BookedOn { get; init; }

    public BankDirection Direction { get; init; }

    /// <summary>Minor units, above zero.</summary>
    public long Amount { get; init; }

    public required string Currency { get; init; }

    public required string Counterparty { get; init; }

    public required string CounterpartyAccount { get; init; }

    public required string Purpose { get; init; }

    /// <summary>What the payer's bank passed on in its own place, such as the end-to-end id.</summary>
    public required string Reference { get; init; }

    public required string BankReference { get; init; }

    /// <summary>Where the bank says that a transfer came back: why.</summary>
    public string? ReturnReason { get; init; }

    public BankLineState State { get; set; }

    /// <summary><c>top_up</c>, <c>payout</c>, <c>payout_return</c>, <c>gateway</c> or <c>till</c>.</summary>
    public string? MatchedKind { get; set; }

    /// <summary>The person, the payout, the gateway or the shop.</summary>
    public Guid? MatchedId { get; set; }

    /// <summary>What the office, or the matching, says about it.</summary>
    public string? Note { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));
}

/// <summary>The reference by which a person's bank transfers are known, one a currency.</summary>
internal sealed class TransferReference
{
    public required Guid Id { get; init; }

    public Guid UserId { get; set; }

    public required string Currency { get; init; }

    public required string Reference { get; init; }

    public DateTimeOffset MadeAt { get; init; }
}
