using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.TakeCash;

namespace Fairground.Payments.MatchBankLines;

/// <summary>A shop paid cash that its till took into the operator's bank: once a line of the statement.</summary>
internal sealed record HandOverCash(CommandKey Key, Guid LineId, Guid ShopId, Money Amount) : IHotCommand
{
    public static HandOverCash Of(BankLine line, Guid shopId) => new(BankKeys.Of(line, "till"), line.Id, shopId, line.Money);
}

/// <summary>Which shop it was.</summary>
internal sealed record CashHandedOver(Guid ShopId);

/// <summary>Decides <see cref="HandOverCash"/>. Refusal: <c>bank.till_owes_less</c>, with what the till has.</summary>
internal sealed class HandOverCashRule : HotRule<HandOverCash, CashHandedOver>
{
    public override void Needs(HandOverCash command, LoadPlan plan) => plan.Account(PayoutPostings.BankIn(command.Amount.Currency.Code)).Account(TillPostings.TillOf(command.ShopId, command.Amount.Currency.Code));

    public override Decision Decide(HandOverCash command, GroupState state, DateTimeOffset now)
    {
        var currency = command.Amount.Currency.Code;
        var till = TillPostings.TillOf(command.ShopId, currency);
        if (-state.Balance(till) < command.Amount.Minor) return Refuse(BankRefusals.TillOwesLess, ("owes", Math.Max(0, -state.Balance(till))), ("currency", currency));
        return Accept(new CashHandedOver(command.ShopId)).Post(TillPostings.CashHandedOver, PayoutPostings.BankIn(currency), till, command.Amount.Minor, command.LineId);
    }
}
