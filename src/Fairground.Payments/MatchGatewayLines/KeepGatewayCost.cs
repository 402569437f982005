using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.MatchGatewayLines;

/// <summary>A company kept something of what it owed, or gave some of it back: once a line of its report.</summary>
/// <param name="Amount">Minor units; below zero where it gave back.</param>
internal sealed record KeepGatewayCost(CommandKey Key, Guid LineId, string Gateway, string Currency, long Amount) : IHotCommand
{
    public static KeepGatewayCost Of(GatewayLine line) => new(CommandKey.System("payments.gateway_cost", line.Id.ToString("N")), line.Id, line.Gateway, line.Currency, line.Cost);
}

/// <summary>It is in the ledger.</summary>
internal sealed record CostKept(Guid LineId);

/// <summary>Decides <see cref="KeepGatewayCost"/>; nothing is refused: the company has it.</summary>
internal sealed class KeepGatewayCostRule : HotRule<KeepGatewayCost, CostKept>
{
    public override void Needs(KeepGatewayCost command, LoadPlan plan) => plan.Account(PayoutPostings.FeesIn(command.Currency)).Account(PaymentsPostings.ClearingOf(command.Gateway, command.Currency));

    public override Decision Decide(KeepGatewayCost command, GroupState state, DateTimeOffset now)
    {
        var (fees, clearing) = (PayoutPostings.FeesIn(command.Currency), PaymentsPostings.ClearingOf(command.Gateway, command.Currency));
        return command.Amount >= 0
            ? Accept(new CostKept(command.LineId)).Post(PayoutPostings.GatewayFee, fees, clearing, command.Amount, command.LineId)
            : Accept(new CostKept(command.LineId)).Post(PayoutPostings.GatewayFeeBack, clearing, fees, -command.Amount, command.LineId);
    }
}
