using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger;
using Fairground.Ledger.Statements;
using Fairground.Payments.TellPayees;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.KeepPayees;

/// <summary>One balance of an organisation.</summary>
/// <param name="Payable">What the operator owes it, minor units; what is on hold is part of it.</param>
/// <param name="Held">Set aside and not paid out.</param>
/// <param name="Transit">Taken from the balance and on its way to the bank.</param>
/// <param name="Debt">What the organisation owes the operator: zero or above.</param>
/// <param name="Cash">What its till took for the operator and it still has; kept of the next payout.</param>
internal sealed record PayeeBalance(string Currency, long Payable, long Held, long Transit, long Debt, long Cash);

/// <summary>All that an organisation sees of its money.</summary>
/// <param name="Holds">By currency, the bank details in effect.</param>
/// <param name="Waits">By currency, those that hold from a later moment.</param>
internal sealed record PayeeView(
    OrganisationInfo Organisation, Payee Payee, IReadOnlyList<PayeeBalance> Balances, IReadOnlyDictionary<string, BankDetails> Holds, IReadOnlyDictionary<string, BankDetails> Waits)
{
    /// <summary>The balance in this currency; zeros where nothing ever moved.</summary>
    public PayeeBalance In(string currency) => Balances.FirstOrDefault(b => b.Currency == currency) ?? new PayeeBalance(currency, 0, 0, 0, 0, 0);

    /// <summary>What would be paid out now in this currency, or why not.</summary>
    public (long Amount, RefusalKind? Why) Next(PayeeBalance balance)
    {
        var amount = Math.Max(0, balance.Payable - balance.Held - Math.Min(balance.Debt + balance.Cash, Math.Max(0, balance.Payable - balance.Held)));
        if (Payee.CheckState == CheckState.Refused) return (amount, PayoutRefusals.CheckRefused);
        if (Payee.CheckState == CheckState.NotChecked) return (amount, PayoutRefusals.NotChecked);
        if (!Holds.ContainsKey(balance.Currency)) return (amount, PayoutRefusals.NoBankDetails);
        return (amount, amount < Payee.LeastIn(balance.Currency) ? PayoutRefusals.BelowMinimum : null);
    }
}

/// <summary>Keeps who may be paid, how often, and from which amount on (S-33).</summary>
internal sealed class PayeeDesk(PayoutsContext context, IOrganisations organisations, LedgerReader ledger, PaymentsOptions payments, PayoutOptions options, TimeProvider time)
{
    private static readonly AccountPurpose[] Purposes = [SharedAccounts.ShopPayable, PayoutPostings.Transit, PayoutPostings.Debt, TakeCash.TillPostings.TillCash];

    /// <summary>The organisation as its owner sees it. Refusal: <c>request.not_found</c>.</summary>
    public async Task<Result<PayeeView>> Look(Guid organisationId, CancellationToken ct)
    {
        if (await organisations.Find(organisationId, ct) is not { } organisation) return CommonRefusals.NotFound;
        var payee = await context.Payees.AsNoTracking().FirstOrDefaultAsync(p => p.OrganisationId == organisationId, ct) ?? Payee.New(organisationId, payments.DefaultCurrency.Code);
        var details = await context.BankDetails.AsNoTracking().Where(d => d.OrganisationId == organisationId && d.WithdrawnAt == null).ToListAsync(ct);
        var now = time.GetUtcNow();
        var byCurrency = details.GroupBy(d => d.Currency, StringComparer.Ordinal).ToList();
        return new PayeeView(
            organisation, payee, await Balances(organisationId, ct),
            byCurrency.Select(g => BankDetails.InEffect(g, now)).OfType<BankDetails>().ToDictionary(d => d.Currency),
            byCurrency.Select(g => BankDetails.Waiting(g, now)).OfType<BankDetails>().ToDictionary(d => d.Currency));
    }

    /// <summary>Says how often and from which amount on it is paid. Refusals: <c>payout.schedule_unknown</c>, <c>payout.minimum_invalid</c>, <c>request.not_found</c>.</summary>
    public async Task<Refusal?> ChangeTerms(Guid organisationId, string? schedule, Money minimum, CancellationToken ct)
    {
        if (!PayeeWords.TrySchedule(schedule, out var chosen)) return PayoutRefusals.ScheduleUnknown;
        if (minimum.Minor < 0) return PayoutRefusals.MinimumInvalid;
        if (await organisations.Find(organisationId, ct) is null) return CommonRefusals.NotFound;
        await Change(organisationId, payee =>
        {
            if (payee.Schedule != chosen || payee.NextAt is null) payee.NextAt = chosen.Next(time.GetUtcNow(), options.Hour);
            (payee.Schedule, payee.Minimum, payee.MinimumCurrency) = (chosen, minimum.Minor, minimum.Currency.Code);
        }, ct);
        return null;
    }

    /// <summary>What the operator found out about the organisation; its owners are told. Refusals: <c>payout.check_unknown</c>, <c>payout.reason_missing</c> for a refusal without one, <c>request.not_found</c>.</summary>
    public async Task<Refusal?> Decide(Guid organisationId, string? state, string? reason, CancellationToken ct)
    {
        CheckState? decided = state switch { "checked" => CheckState.Checked, "refused" => CheckState.Refused, "not_checked" => CheckState.NotChecked, _ => null };
        if (decided is not { } check) return PayoutRefusals.CheckUnknown;
        var why = Reason.Clean(reason);
        if (check == CheckState.Refused && why is null) return PayoutRefusals.ReasonMissing;
        if (await organisations.Find(organisationId, ct) is null) return CommonRefusals.NotFound;
        var now = time.GetUtcNow();
        await Change(organisationId, payee => (payee.CheckState, payee.CheckReason, payee.CheckedAt) = (check, why, check == CheckState.NotChecked ? null : now), ct,
            check == CheckState.NotChecked ? null : new PayeeChecked(organisationId, check == CheckState.Checked, why));
        return null;
    }

    /// <summary>The row, made where there was none. Inside a writing transaction of the caller's.</summary>
    public async Task<Payee> Row(Guid organisationId, CancellationToken ct)
    {
        if (await context.Payees.FirstOrDefaultAsync(p => p.OrganisationId == organisationId, ct) is { } known) return known;
        var made = Payee.New(organisationId, payments.DefaultCurrency.Code);
        context.Payees.Add(made);
        return made;
    }

    private async Task Change(Guid organisationId, Action<Payee> change, CancellationToken ct, PayeeChecked? tell = null)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        change(await Row(organisationId, ct));
        if (tell is not null) context.Publish(tell, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<IReadOnlyList<PayeeBalance>> Balances(Guid organisationId, CancellationToken ct)
    {
        var found = new List<IReadOnlyDictionary<string, (long Balance, long Held)>>();
        foreach (var purpose in Purposes) found.Add(await ledger.BalancesOf(organisationId, purpose, ct));
        return [.. found.SelectMany(f => f.Keys).Distinct().Order(StringComparer.Ordinal).Where(c => Currency.TryParse(c, out _))
            .Select(c => new PayeeBalance(c, found[0].GetValueOrDefault(c).Balance, found[0].GetValueOrDefault(c).Held, found[1].GetValueOrDefault(c).Balance, -found[2].GetValueOrDefault(c).Balance, -found[3].GetValueOrDefault(c).Balance))];
    }
}

/// <summary>A reason that somebody wrote.</summary>
internal static class Reason
{
    public const int Longest = 300;

    /// <summary>Trimmed, on one line, at most 300 characters; null where nothing was written.</summary>
    public static string? Clean(string? text)
    {
        var one = (text ?? "").ReplaceLineEndings(" ").Trim();
        if (one.Length == 0) return null;
        return one.Length <= Longest ? one : one[..Longest];
    }
}
