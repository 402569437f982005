using System.Text.Json.Serialization;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>A final buyer has the goods and approved them, or the seller did not deliver (D-23, D-24).</summary>
/// <param name="Delivered">False where the buyer is to be paid back.</param>
internal sealed record EndDelivery(Guid WinId, Guid LotId, bool Delivered) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.end_delivery", WinId.ToString("N"), Delivered ? "delivered" : "failed");
}

/// <summary>The seller did not deliver a unit; its buyer is paid back.</summary>
internal sealed record UnitNotDelivered(Guid LotId, Guid WinId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.unit.not_delivered";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>two_stage.not_delivering</c>.</summary>
internal sealed class EndDeliveryRule : HotRule<EndDelivery, Done>
{
    public override void Needs(EndDelivery command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(DrawsTables.Wins, command.WinId);

    public override Decision Decide(EndDelivery command, GroupState state, DateTimeOffset now)
    {
        var (sale, win) = (state.Row(DrawsTables.Sales, command.LotId), state.Row(DrawsTables.Wins, command.WinId));
        if (sale is null || win is null) return Refuse(DrawsRefusals.LotNotFound);
        if (win.State != WinState.Bought) return Refuse(TwoStageRefusals.NotDelivering, ("state", win.State.Wire()));
        var decision = Accept(Done.It)
            .Change(DrawsTables.Wins, win.To(command.Delivered ? WinState.Claimed : WinState.NotDelivered) with { EndedAt = now })
            .Change(DrawsTables.Sales, sale.WinEnded(now));
        return command.Delivered ? decision : decision.Publish(new UnitNotDelivered(sale.LotId, win.Id, sale.ShopId));
    }
}
