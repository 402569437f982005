using Fairground.Fairness;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Publishes the frozen list of a closed lot: its root, the signed closing, and a line of the closing log (draw proof, section 3; C-20).</summary>
/// <param name="Closing">The signed closing statement.</param>
internal sealed record FreezeEntries(Guid LotId, int Size, byte[] Root, string Closing) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.freeze", LotId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class FreezeEntriesRule : HotRule<FreezeEntries, Done>
{
    public override void Needs(FreezeEntries command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(DrawsTables.LogHeads, LogHead.TheOne);

    public override Decision Decide(FreezeEntries command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var head = state.Row(DrawsTables.LogHeads, LogHead.TheOne) ?? new LogHead(LogHead.TheOne, 0, ClosingLogLine.NoPrevious);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Closed) return Refuse(DrawsRefusals.StateChanged);
        if (command.Size != sale.Sold) throw new InvalidOperationException($"Lot {sale.LotId} sold {sale.Sold} certificates but {command.Size} are listed.");

        var line = new ClosingLogLine(ProofTime.Format(now), command.Closing, head.NextLine, head.Hash);
        var drawsAt = sale.ClosedAt!.Value + sale.DrawDelay;
        return Accept(Done.It)
            .Change(DrawsTables.Sales, sale.To(LotState.Drawing, drawsAt) with { DrawsAt = drawsAt, Root = command.Root })
            .Change(DrawsTables.LogHeads, new LogHead(head.Id, head.NextLine + 1, line.Hash()))
            .Add(DrawsTables.ClosingLog, new LogLine(line.Index, sale.LotId, command.Closing, line.ToLine()))
            .Publish(new LotClosed(sale.LotId, sale.ShopId, command.Size, Convert.ToHexStringLower(command.Root), sale.ClosedAt.Value, drawsAt, sale.Cash));
    }
}
