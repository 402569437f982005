using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>Whether money came to the operator's account or left it.</summary>
internal enum BankDirection
{
    In = 0,
    Out = 1,
}

/// <summary>A statement of the bank that was taken in; its format is <c>camt.053</c> or <c>1c</c>.</summary>
internal sealed class BankStatement : TakenFile;

/// <summary>One line of a bank statement. Matched it is a <c>top_up</c>, <c>payout</c>, <c>payout_return</c>, <c>gateway</c> or <c>till</c>: of the person, the payout, the gateway or the shop.</summary>
internal sealed class BankLine : TakenLine
{
    /// <summary>yyyy-MM-dd.</summary>
    public required string BookedOn { get; init; }

    public BankDirection Direction { get; init; }

    /// <summary>Minor units, above zero.</summary>
    public long Amount { get; init; }

    public required string Counterparty { get; init; }

    public required string CounterpartyAccount { get; init; }

    public required string Purpose { get; init; }

    /// <summary>What the payer's bank passed on in its own place, such as the end-to-end id.</summary>
    public required string Reference { get; init; }

    public required string BankReference { get; init; }

    /// <summary>Where the bank says that a transfer came back: why.</summary>
    public string? ReturnReason { get; init; }

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
