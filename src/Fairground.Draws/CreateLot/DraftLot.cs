using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Puts the living row of a new lot beside its standing one.</summary>
internal sealed record DraftLot(Sale Sale, TwoStage? TwoStage = null) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.draft", Sale.LotId.ToString("N"));
}

/// <summary>The outcome of a step that has nothing to tell.</summary>
internal sealed record Done
{
    public static readonly Done It = new();
}

internal sealed class DraftLotRule : HotRule<DraftLot, Done>
{
    public override void Needs(DraftLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.Sale.LotId);

    public override Decision Decide(DraftLot command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(DrawsTables.Sales, command.Sale.LotId) is not null) return Refuse(DrawsRefusals.NotDraft);
        var decision = Accept(Done.It).Change(DrawsTables.Sales, command.Sale);
        return command.TwoStage is null ? decision : decision.Add(TwoStageTables.Lots, command.TwoStage);
    }
}
