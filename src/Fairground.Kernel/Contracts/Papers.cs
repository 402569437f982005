namespace Fairground.Kernel.Contracts;

/// <summary>The kinds of numbered documents. The numbers are stored.</summary>
public enum PaperKind
{
    /// <summary>Money was taken.</summary>
    Receipt = 1,

    /// <summary>Something was sold.</summary>
    Invoice = 2,

    /// <summary>Takes a receipt or an invoice back, in whole or in part.</summary>
    CreditNote = 3,
}

/// <summary>What is supplied, as tax rules name it.</summary>
public static class Supplies
{
    /// <summary>Money on deposit: nothing is supplied yet.</summary>
    public const string TopUp = "top-up";

    /// <summary>Certificates of a lot, held until its draw.</summary>
    public const string Entries = "entries";

    /// <summary>First and second payments of a two-stage draw, held until the goods are handed over.</summary>
    public const string Application = "application";

    /// <summary>The goods themselves.</summary>
    public const string Goods = "goods";

    /// <summary>Holding a draw: what a seller keeps of a lot whose goods stay with it.</summary>
    public const string Draw = "draw";

    /// <summary>A fee that a person pays.</summary>
    public const string Fee = "fee";

    /// <summary>What the operator charges an organisation.</summary>
    public const string Commission = "commission";

    public static IReadOnlyList<string> All { get; } = [TopUp, Entries, Application, Goods, Draw, Fee, Commission];
}

/// <summary>A transfer of the ledger, as whoever knows what it was about is asked of it.</summary>
/// <param name="Movement">The name of the movement.</param>
/// <param name="From">The party that paid.</param>
/// <param name="To">The party that was paid.</param>
/// <param name="Reference">What the transfer refers to.</param>
public sealed record Moved(Guid TransferId, string Movement, Guid From, Guid To, Money Amount, DateTimeOffset At, Guid Reference);

/// <summary>A line of a document, with all taxes in.</summary>
/// <param name="Name">What it is called: a title, the name of goods; empty where the kind of supply says it all.</param>
/// <param name="Gross">Of the whole quantity, minor units.</param>
/// <param name="ProductId">The goods, where there are any.</param>
public sealed record PaperLine(string Name, int Quantity, long Gross, Guid? ProductId = null);

/// <summary>Who a document is for.</summary>
public enum PaperBuyer
{
    /// <summary>Many, who are not named.</summary>
    Many = 0,
    Person = 1,
    Organisation = 2,
}

/// <summary>A document that a transfer calls for. A credit note takes back what the same issuer gave the same buyer under the same reference and supply.</summary>
/// <param name="Supply">One of <see cref="Supplies"/>.</param>
/// <param name="Issuer">The organisation that issues it.</param>
/// <param name="Buyer">Null for many.</param>
/// <param name="Due">What of it is still to be paid, minor units.</param>
public sealed record PaperDue(PaperKind Kind, string Supply, Guid Issuer, PaperBuyer BuyerKind, Guid? Buyer, IReadOnlyList<PaperLine> Lines, long Due = 0);

/// <summary>Says which documents transfers call for. Answered by each module whose movements call for one; Documents asks.</summary>
public interface IPapers
{
    /// <summary>The names of the movements that this answers for.</summary>
    IReadOnlyCollection<string> Movements { get; }

    /// <summary>For each of these transfers the documents it calls for. A transfer that is left out calls for none. The lines of all documents of a transfer add up to its amount.</summary>
    Task<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>> Due(IReadOnlyList<Moved> moved, CancellationToken ct);
}
