using Fairground.Kernel.Contracts;
using Fairground.Payments.TakeCash;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.NameMovements;

/// <summary>Which documents money in and out of wallets, and charges, call for. Money on deposit is no sale: its receipt says that it was taken, and a credit note that it went back.</summary>
internal sealed class PaymentPapers(PaymentsContext context) : IPapers
{
    private static readonly string[] In = [PaymentsPostings.TopUp.Name, PayoutPostings.BankTopUp.Name, PaymentsPostings.GivenBack.Name, PaymentsPostings.Forgiven.Name, TillPostings.CashIn.Name];
    private static readonly string[] Back = [PaymentsPostings.TakenBack.Name, PaymentsPostings.Owed.Name, TillPostings.CashOut.Name];
    private static readonly string[] Refunds = [PaymentsPostings.RefundPaid.Name, PaymentsPostings.RefundCameBack.Name];

    public IReadOnlyCollection<string> Movements { get; } =
        [.. In, .. Back, .. Refunds, PaymentsPostings.RefundFee.Name, PaymentsPostings.RefundFeeReturned.Name, PayoutPostings.Charge.Name, PayoutPostings.ChargeDebt.Name];

    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>> Due(IReadOnlyList<Moved> moved, CancellationToken ct)
    {
        // Money that is set aside for a refund stands under the payment: whose that is stands with the payment.
        var payments = moved.Where(m => Refunds.Contains(m.Movement)).Select(m => m.Reference).Distinct().ToList();
        var owners = payments.Count == 0 ? [] : await context.Payments.AsNoTracking().Where(p => payments.Contains(p.Id)).Select(p => new { p.Id, p.UserId }).ToDictionaryAsync(p => p.Id, p => p.UserId, ct);
        var due = new Dictionary<Guid, IReadOnlyList<PaperDue>>();
        foreach (var one in moved)
            if (Of(one, owners) is { } paper) due[one.TransferId] = [paper];
        return due;
    }

    private static PaperDue? Of(Moved one, Dictionary<Guid, Guid> owners)
    {
        if (In.Contains(one.Movement)) return Person(PaperKind.Receipt, Supplies.TopUp, one.To, one);
        if (Back.Contains(one.Movement)) return Person(PaperKind.CreditNote, Supplies.TopUp, one.From, one);
        if (Refunds.Contains(one.Movement))
            return owners.TryGetValue(one.Reference, out var owner) ? Person(one.Movement == PaymentsPostings.RefundPaid.Name ? PaperKind.CreditNote : PaperKind.Receipt, Supplies.TopUp, owner, one) : null;
        if (one.Movement == PaymentsPostings.RefundFee.Name) return Person(PaperKind.Receipt, Supplies.Fee, one.From, one);
        if (one.Movement == PaymentsPostings.RefundFeeReturned.Name) return Person(PaperKind.CreditNote, Supplies.Fee, one.To, one);
        var owed = one.Movement == PayoutPostings.ChargeDebt.Name ? one.Amount.Minor : 0;
        return new PaperDue(PaperKind.Invoice, Supplies.Commission, OrganisationInfo.OperatorId, PaperBuyer.Organisation, one.From, Line(one), owed);
    }

    private static PaperDue Person(PaperKind kind, string supply, Guid person, Moved one) => new(kind, supply, OrganisationInfo.OperatorId, PaperBuyer.Person, person, Line(one));

    private static PaperLine[] Line(Moved one) => [new PaperLine("", 1, one.Amount.Minor)];
}
