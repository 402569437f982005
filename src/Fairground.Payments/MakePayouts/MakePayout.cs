using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.TakeCash;
using Fairground.Payments.TellPayees;

namespace Fairground.Payments.MakePayouts;

/// <summary>Takes all that an organisation may be paid in one currency out of its balance and sends it on its way to its bank.</summary>
/// <param name="Details">The bank details in effect.</param>
internal sealed record MakePayout(CommandKey Key, Guid PayoutId, Guid OrganisationId, BankDetails Details) : IHotCommand
{
    /// <summary>Once a run, organisation and currency, however often the run is begun again.</summary>
    public static MakePayout InRun(Guid runId, Guid organisationId, BankDetails details) =>
        new(CommandKey.System("payments.payout", runId.ToString("N"), organisationId.ToString("N"), details.Currency), Ids.New(), organisationId, details);
}

/// <summary>What became of it, minor units.</summary>
/// <param name="PayoutId">Null where all went into a debt.</param>
internal sealed record PayoutTaken(Guid? PayoutId, long Amount, long Recovered);

/// <summary>
/// Decides <see cref="MakePayout"/>. Cash of its till is kept first, then a debt is paid back; what is on hold stays; the rest goes whole. Refusals: <c>payout.check_refused</c>,
/// <c>payout.not_checked</c>, <c>payout.below_minimum</c>.
/// </summary>
internal sealed class MakePayoutRule : HotRule<MakePayout, PayoutTaken>
{
    public override void Needs(MakePayout command, LoadPlan plan)
    {
        var currency = command.Details.Currency;
        plan.Row(Payee.Table, command.OrganisationId)
            .Account(SharedAccounts.PayableTo(command.OrganisationId, currency))
            .Account(PayoutPostings.DebtOf(command.OrganisationId, currency))
            .Account(TillPostings.TillOf(command.OrganisationId, currency))
            .Account(PayoutPostings.TransitOf(command.OrganisationId, currency));
    }

    public override Decision Decide(MakePayout command, GroupState state, DateTimeOffset now)
    {
        var payee = state.Row(Payee.Table, command.OrganisationId);
        if (payee?.CheckState == CheckState.Refused) return Refuse(PayoutRefusals.CheckRefused);
        if (payee?.CheckState != CheckState.Checked) return Refuse(PayoutRefusals.NotChecked);

        var currency = command.Details.Currency;
        var (payable, debt) = (SharedAccounts.PayableTo(command.OrganisationId, currency), PayoutPostings.DebtOf(command.OrganisationId, currency));
        // Cash that its till took for the operator is in the shop already: it is kept of what the shop is owed.
        var till = TillPostings.TillOf(command.OrganisationId, currency);
        var netted = Math.Clamp(-state.Balance(till), 0, Math.Max(0, state.Available(payable)));
        var (recovered, amount) = Divide(state.Available(payable) - netted, -state.Balance(debt), payee.LeastIn(currency));
        if (netted == 0 && recovered == 0 && amount == 0) return Refuse(PayoutRefusals.BelowMinimum, ("minimum", payee.LeastIn(currency)), ("currency", currency));

        var decision = Accept(new PayoutTaken(amount > 0 ? command.PayoutId : null, amount, recovered));
        if (netted > 0) decision.Post(TillPostings.CashNetted, payable, till, netted, command.OrganisationId);
        if (recovered > 0) decision.Post(PayoutPostings.Recover, payable, debt, recovered, command.OrganisationId);
        if (amount == 0) return decision;
        var payout = new Payout(
            command.PayoutId, command.OrganisationId, command.Details.Id, null, amount, currency, PayoutState.OnItsWay, BankReference.Of(BankReference.Payout, command.PayoutId), now, null, null, null);
        return decision
            .Post(PayoutPostings.Payout, payable, PayoutPostings.TransitOf(command.OrganisationId, currency), amount, payout.Id)
            .Add(Payout.Table, payout)
            .Publish(new PayoutMade(command.OrganisationId, payout.Id, amount, currency));
    }

    /// <summary>What goes into the debt and what is paid out, minor units. Pure.</summary>
    public static (long Recovered, long Amount) Divide(long available, long debt, long least)
    {
        var recovered = Math.Clamp(debt, 0, Math.Max(0, available));
        var left = available - recovered;
        return (recovered, left >= least ? left : 0);
    }
}
