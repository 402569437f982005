using Fairground.Kernel;
using Fairground.Payments.KeepPayees;

namespace Fairground.Payments.ShowPayouts;

/// <summary>Bank details, with the account number cut short.</summary>
/// <param name="Account">Its first and last four characters.</param>
/// <param name="ValidFrom">From when on payouts go there.</param>
public sealed record BankDetailsInfo(Guid BankDetailsId, string Currency, string Holder, string Account, string Bank, DateTimeOffset MadeAt, DateTimeOffset ValidFrom);

/// <summary>One balance of an organisation.</summary>
/// <param name="Balance">What the operator owes it; what is on hold is part of it.</param>
/// <param name="OnItsWay">Taken out and on its way to the bank.</param>
/// <param name="Debt">What it owes the operator; later sales pay it back first.</param>
/// <param name="Next">What would be paid out now.</param>
/// <param name="Blocked">The code of the refusal that stands in the way, or null.</param>
public sealed record PayableInfo(Money Balance, Money Held, Money OnItsWay, Money Debt, Money Next, string? Blocked);

/// <summary>How an organisation is paid.</summary>
/// <param name="Check"><c>not_checked</c>, <c>checked</c> or <c>refused</c>.</param>
/// <param name="Schedule"><c>daily</c>, <c>weekly</c>, <c>monthly</c> or <c>by_hand</c>.</param>
/// <param name="NextAt">When it is paid next by itself.</param>
public sealed record PayeeInfo(
    Guid OrganisationId, string Name, string Check, string? CheckReason, DateTimeOffset? CheckedAt, string Schedule, Money Minimum, DateTimeOffset? NextAt,
    IReadOnlyList<PayableInfo> Balances, IReadOnlyList<BankDetailsInfo> BankDetails, IReadOnlyList<BankDetailsInfo> Waiting);

/// <summary>All payees.</summary>
public sealed record PayeeList(IReadOnlyList<PayeeInfo> Items);

/// <summary>A payout.</summary>
/// <param name="State"><c>on_its_way</c>, <c>paid</c> or <c>returned</c>.</param>
/// <param name="Account">Where to, cut short.</param>
/// <param name="Reference">Stands in the bank's statement.</param>
/// <param name="Reason">Why it came back.</param>
public sealed record PayoutInfo(
    Guid PayoutId, Guid OrganisationId, string Organisation, Money Amount, string State, string Account, string Reference, Guid? FileId, DateTimeOffset MadeAt, DateTimeOffset? PaidAt, DateTimeOffset? ReturnedAt, string? Reason);

/// <summary>A run: who was paid at one time.</summary>
public sealed record PayoutRunInfo(Guid RunId, DateTimeOffset AskedAt, bool ByOperator, DateTimeOffset? FinishedAt, int Made, int Skipped);

/// <summary>The newest runs.</summary>
public sealed record PayoutRunList(IReadOnlyList<PayoutRunInfo> Items);

/// <summary>A bank file (ISO 20022 pain.001.001.09).</summary>
/// <param name="Sha256">Of its bytes, in hex: the file is the same whenever it is taken.</param>
public sealed record PayoutFileInfo(Guid FileId, DateTimeOffset MadeAt, string ExecutesOn, int Payouts, Money Total, string Sha256, DateTimeOffset? TakenAt);

/// <summary>The newest bank files.</summary>
public sealed record PayoutFileList(IReadOnlyList<PayoutFileInfo> Items);

/// <summary>Turns what is kept into what goes over the wire.</summary>
internal static class PayoutWire
{
    public static PayeeInfo Of(PayeeView v) => new(
        v.Organisation.OrganisationId, v.Organisation.Name, v.Payee.CheckState.Wire(), v.Payee.CheckReason, v.Payee.CheckedAt, v.Payee.Schedule.Wire(),
        new Money(v.Payee.Minimum, Currency.Of(v.Payee.MinimumCurrency)), v.Payee.NextAt,
        [.. v.Balances.Select(b => Of(v, b))], [.. v.Holds.Values.OrderBy(d => d.Currency, StringComparer.Ordinal).Select(Of)], [.. v.Waits.Values.OrderBy(d => d.Currency, StringComparer.Ordinal).Select(Of)]);

    public static BankDetailsInfo Of(BankDetails d) => new(d.Id, d.Currency, d.Holder, d.Masked, d.BankId, d.MadeAt, d.ValidFrom);

    public static PayoutInfo Of(SeenPayout s) => new(
        s.Payout.Id, s.Payout.OrganisationId, s.Organisation, s.Payout.Money, s.Payout.Wire, s.Details.Masked, s.Payout.Reference, s.Payout.BatchId, s.Payout.MadeAt, s.Payout.PaidAt, s.Payout.ReturnedAt, s.Payout.Reason);

    public static PayoutRunInfo Of(PayoutRun r) => new(r.Id, r.AskedAt, r.AskedBy is not null, r.FinishedAt, r.Made, r.Skipped);

    public static PayoutFileInfo Of(PayoutFile f) => new(f.Id, f.MadeAt, f.ExecutesOn, f.Payouts, new Money(f.Total, Currency.Of(f.Currency)), f.Sha256, f.TakenAt);

    private static PayableInfo Of(PayeeView view, PayeeBalance b)
    {
        var currency = Currency.Of(b.Currency);
        var (next, why) = view.Next(b);
        return new PayableInfo(new Money(b.Payable, currency), new Money(b.Held, currency), new Money(b.Transit, currency), new Money(b.Debt, currency), new Money(next, currency), why?.Code);
    }
}
