using Fairground.Fairness;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Publishes the frozen list of a closed lot: its root, the signed closing, and a line of the closing log (draw proof, section 3; C-20).</summary>
/// <param name="Closing">The signed closing statement.</param>
/// <param name="DrawsAt">When the first source decides.</param>
/// <param name="Round">Its round, where it has one.</param>
/// <param name="IsBeacon">True where everybody can know the randomness at <paramref name="DrawsAt"/>.</param>
/// <param name="Seen">The newest instant that beacons have proved, whatever our clock says.</param>
internal sealed record FreezeEntries(Guid LotId, int Size, byte[] Root, string Closing, DateTimeOffset DrawsAt, long? Round, bool IsBeacon, DateTimeOffset? Seen) : IHotCommand
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
        var head = state.Row(DrawsTables.LogHeads, LogHead.TheOne) ?? LogHead.Empty;
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Closed) return Refuse(DrawsRefusals.StateChanged);
        if (command.Size != sale.Sold) throw new InvalidOperationException($"Lot {sale.LotId} sold {sale.Sold} certificates but {command.Size} are listed.");

        // A list that is published when its round is known could have been chosen for it, and another round could be fished for: there is no draw.
        if (command.IsBeacon && (now >= command.DrawsAt || command.Seen >= command.DrawsAt))
        {
            return Accept(Done.It)
                .Change(DrawsTables.Sales, sale.To(LotState.Cancelled, now))
                .Add(DrawsTables.Cancellations, new Cancellation(sale.LotId, Cancellation.ClosedTooLate, null, null, now))
                .Publish(new LotCancelled(sale.LotId, sale.ShopId, Cancellation.ClosedTooLate));
        }
        var line = new ClosingLogLine(ProofTime.Format(now), command.Closing, head.NextLine, head.Hash);
        var drawsAt = command.DrawsAt;
        return Accept(Done.It)
            .Change(DrawsTables.Sales, sale.To(LotState.Drawing, drawsAt) with { DrawsAt = drawsAt, Root = command.Root })
            .Change(DrawsTables.LogHeads, new LogHead(head.Id, head.NextLine + 1, line.Hash()))
            .Add(DrawsTables.ClosingLog, new LogLine(line.Index, sale.LotId, 0, command.Closing, line.ToLine()))
            .Publish(new LotClosed(sale.LotId, sale.ShopId, command.Size, Convert.ToHexStringLower(command.Root), sale.ClosedAt!.Value, drawsAt, sale.Cash, command.Round));
    }
}
