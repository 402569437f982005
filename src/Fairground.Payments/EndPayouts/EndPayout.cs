using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.TellPayees;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.EndPayouts;

/// <summary>The bank has paid a payout, or it came back.</summary>
/// <param name="Returned">Why it came back; null where it was paid.</param>
internal sealed record EndPayout(CommandKey Key, Guid PayoutId, Guid OrganisationId, string Currency, string? Returned) : IHotCommand
{
    public static EndPayout Paid(Payout payout) => new(CommandKey.System("payments.payout_paid", payout.Id.ToString("N")), payout.Id, payout.OrganisationId, payout.Currency, null);

    // The reason is no part of the key: whoever says it first is heard.
    public static EndPayout Back(Payout payout, string reason) => new(CommandKey.System("payments.payout_back", payout.Id.ToString("N")), payout.Id, payout.OrganisationId, payout.Currency, reason);
}

/// <summary>How it stands now.</summary>
internal sealed record PayoutEnded(Guid PayoutId, string State);

/// <summary>Decides <see cref="EndPayout"/>. Refusals: <c>payout.not_found</c>; <c>payout.ended</c> for one that came back already.</summary>
internal sealed class EndPayoutRule : HotRule<EndPayout, PayoutEnded>
{
    public override void Needs(EndPayout command, LoadPlan plan) => plan
        .Row(Payout.Table, command.PayoutId)
        .Account(PayoutPostings.TransitOf(command.OrganisationId, command.Currency))
        .Account(PayoutPostings.BankIn(command.Currency))
        .Account(SharedAccounts.PayableTo(command.OrganisationId, command.Currency));

    public override Decision Decide(EndPayout command, GroupState state, DateTimeOffset now)
    {
        var payout = state.Row(Payout.Table, command.PayoutId);
        if (payout is null) return Refuse(PayoutRefusals.NotFound);
        if (payout.State == PayoutState.Returned) return Refuse(PayoutRefusals.Ended, ("state", payout.Wire));

        var (transit, bank) = (PayoutPostings.TransitOf(payout.OrganisationId, payout.Currency), PayoutPostings.BankIn(payout.Currency));
        if (command.Returned is not { } reason)
        {
            if (payout.State == PayoutState.Paid) return Refuse(PayoutRefusals.Ended, ("state", payout.Wire));
            var paid = payout with { State = PayoutState.Paid, PaidAt = now };
            return Accept(new PayoutEnded(payout.Id, paid.Wire)).Post(PayoutPostings.PayoutPaid, transit, bank, payout.Amount, payout.Id).Change(Payout.Table, paid);
        }
        var back = payout with { State = PayoutState.Returned, ReturnedAt = now, Reason = reason };
        var payable = SharedAccounts.PayableTo(payout.OrganisationId, payout.Currency);
        var decision = Accept(new PayoutEnded(payout.Id, back.Wire)).Change(Payout.Table, back).Publish(new PayoutReturned(payout.OrganisationId, payout.Id, payout.Amount, payout.Currency, reason));
        return payout.State == PayoutState.Paid
            ? decision.Post(PayoutPostings.PayoutReturned, bank, payable, payout.Amount, payout.Id)
            : decision.Post(PayoutPostings.PayoutBack, transit, payable, payout.Amount, payout.Id);
    }
}

/// <summary>Ends payouts, for the office and for bank statements.</summary>
internal sealed class PayoutEnds(PayoutsContext context, GroupCommitter committer)
{
    /// <summary>The bank has paid it. Refusals: <c>payout.not_found</c>, <c>payout.ended</c>.</summary>
    public async Task<Result<PayoutEnded>> Paid(Guid payoutId, CancellationToken ct) =>
        await Find(payoutId, ct) is { } payout ? Of(await committer.Submit<PayoutEnded>(EndPayout.Paid(payout))) : PayoutRefusals.NotFound;

    /// <summary>It came back. Refusals: <c>payout.not_found</c>, <c>payout.reason_missing</c>.</summary>
    public async Task<Result<PayoutEnded>> Returned(Guid payoutId, string? reason, CancellationToken ct)
    {
        if (KeepPayees.Reason.Clean(reason) is not { } why) return PayoutRefusals.ReasonMissing;
        return await Find(payoutId, ct) is { } payout ? Of(await committer.Submit<PayoutEnded>(EndPayout.Back(payout, why))) : PayoutRefusals.NotFound;
    }

    private Task<Payout?> Find(Guid payoutId, CancellationToken ct) => context.Payouts.AsNoTracking().FirstOrDefaultAsync(p => p.Id == payoutId, ct);

    private static Result<PayoutEnded> Of(HotResult<PayoutEnded> answer) => answer.Refusal is { } no ? no : answer.Value;
}
