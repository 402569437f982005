using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.KeepPayees;

namespace Fairground.Payments.ChargeOrganisations;

/// <summary>The operator takes from an organisation what it owes: a chargeback of a sale that was paid out, a fee.</summary>
internal sealed record ChargeOrganisation(CommandKey Key, Guid ChargeId, Guid OrganisationId, Money Amount) : IHotCommand;

/// <summary>What was taken from the balance, and what is owed from now on, minor units.</summary>
internal sealed record OrganisationCharged(Guid ChargeId, long FromBalance, long Owed);

/// <summary>Decides <see cref="ChargeOrganisation"/>; nothing is refused. What the balance does not have becomes a debt, which later sales pay back before anything is paid out.</summary>
internal sealed class ChargeOrganisationRule : HotRule<ChargeOrganisation, OrganisationCharged>
{
    public override void Needs(ChargeOrganisation command, LoadPlan plan)
    {
        var currency = command.Amount.Currency.Code;
        plan.Account(SharedAccounts.PayableTo(command.OrganisationId, currency))
            .Account(PayoutPostings.DebtOf(command.OrganisationId, currency))
            .Account(AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, currency));
    }

    public override Decision Decide(ChargeOrganisation command, GroupState state, DateTimeOffset now)
    {
        var currency = command.Amount.Currency.Code;
        var (payable, debt, revenue) = (SharedAccounts.PayableTo(command.OrganisationId, currency), PayoutPostings.DebtOf(command.OrganisationId, currency), AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, currency));
        var fromBalance = Math.Clamp(state.Available(payable), 0, command.Amount.Minor);
        var owed = command.Amount.Minor - fromBalance;
        var decision = Accept(new OrganisationCharged(command.ChargeId, fromBalance, owed));
        if (fromBalance > 0) decision.Post(PayoutPostings.Charge, payable, revenue, fromBalance, command.ChargeId);
        if (owed > 0) decision.Post(PayoutPostings.ChargeDebt, debt, revenue, owed, command.ChargeId);
        return decision;
    }
}

/// <summary>Charges organisations, for the office.</summary>
internal sealed class Charges(IOrganisations organisations, GroupCommitter committer)
{
    /// <summary>Refusals: <c>payout.charge_invalid</c>, <c>request.not_found</c>, <c>idempotency.key_reused</c>. The reason stands in the operators' audit.</summary>
    public async Task<Result<OrganisationCharged>> Charge(Guid by, Guid organisationId, Money amount, string? reason, string key, CancellationToken ct)
    {
        if (!amount.IsPositive || Reason.Clean(reason) is null) return PayoutRefusals.ChargeInvalid;
        if (await organisations.Find(organisationId, ct) is null) return CommonRefusals.NotFound;
        var charged = await committer.Submit<OrganisationCharged>(new ChargeOrganisation(
            CommandKey.For(by, key, "payments.charge", organisationId.ToString("N"), amount.ToString()), Ids.New(), organisationId, amount));
        return charged.Refusal is { } no ? no : charged.Value;
    }
}
