using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>What a line of a payment company's report is about.</summary>
internal enum GatewayLineKind
{
    /// <summary>A person paid.</summary>
    Payment = 0,

    /// <summary>Money went back to a person, or came again because the person's bank did not take it.</summary>
    Refund = 1,

    /// <summary>A chargeback, or one that was decided for us.</summary>
    Dispute = 2,

    /// <summary>The company keeps something for itself, and nothing else.</summary>
    Fee = 3,

    /// <summary>The company pays what it owes into the bank; the bank's statement will show it.</summary>
    Payout = 4,

    /// <summary>Anything else: a person decides.</summary>
    Other = 5,
}

/// <summary>A report of a payment company that was taken in; its format is <c>stripe</c>, <c>paypal</c> or <c>plain</c>.</summary>
internal sealed class GatewayStatement : TakenFile
{
    public required string Gateway { get; init; }
}

/// <summary>
/// One line of a payment company's report. Its id is derived from the company's own name of it, and is the reference of the fee in the ledger too. Matched it is a <c>payment</c>, <c>refund</c>, <c>fee</c>, <c>cost</c> or
/// <c>bank_line</c>; while it waits its note is one of <see cref="MatchGatewayLines.WaitReasons"/>.
/// </summary>
internal sealed class GatewayLine : TakenLine
{
    public required string Gateway { get; init; }

    /// <summary>The company's own name of the line.</summary>
    public required string LineRef { get; init; }

    public GatewayLineKind Kind { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Minor units, above zero where what the company owes us grows.</summary>
    public long Gross { get; set; }

    /// <summary>Minor units that the company keeps; below zero where it gives some of it back.</summary>
    public long Fee { get; init; }

    /// <summary>The company's names of the payment or the refund it is about, one a line.</summary>
    public required string References { get; init; }

    /// <summary>The company's name of the payout that it is part of, or of the payout itself.</summary>
    public string? PayoutRef { get; init; }

    public required string About { get; init; }

    /// <summary>The ledger has its cost, where there is any.</summary>
    public bool CostPosted { get; set; }

    public Money GrossMoney => new(Gross, Kernel.Currency.Of(Currency));

    public Money FeeMoney => new(Fee, Kernel.Currency.Of(Currency));

    /// <summary>What the ledger takes as a cost once the line is matched, minor units: the fee, or all of a line that is nothing but a cost.</summary>
    public long Cost => MatchedKind is "fee" or "cost" ? checked(Fee - Gross) : Fee;

    public IReadOnlyList<string> Names => References.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reports are read beside payments and beside the bank's lines.</summary>
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<GatewayStatement>().ToTable("payments_gateway_statement").HasKey(s => s.Id);
        var line = modelBuilder.Entity<GatewayLine>();
        line.ToTable("payments_gateway_line").HasKey(l => l.Id);
        line.Ignore(l => l.GrossMoney).Ignore(l => l.FeeMoney).Ignore(l => l.Cost).Ignore(l => l.Names);
        line.Property(l => l.CostPosted).HasConversion<int>();
        ColumnNames.Apply(modelBuilder.Entity<GatewayStatement>().Metadata);
        ColumnNames.Apply(line.Metadata);
        line.Property(l => l.References).HasColumnName("refs");
    }
}
