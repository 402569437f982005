using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>One computed place: the entry and whose it is.</summary>
internal sealed record DrawnEntry(int Seq, string Number, Guid UserId);

/// <summary>Records the computed places of a lot, winners first (C-17, draw proof, section 5).</summary>
/// <param name="Secret">The revealed secret; null where a beacon decided alone.</param>
/// <param name="Beacon">What decided, for the bundle.</param>
/// <param name="Step">The step of the fail-over that it belongs to.</param>
/// <param name="Winners">How many of the places win.</param>
/// <param name="Goods">What a final buyer of a two-stage lot gets.</param>
internal sealed record DrawLot(Guid LotId, IReadOnlyList<DrawnEntry> Places, int Winners, byte[]? Secret, DrawnBeacon? Beacon = null, int Step = 0, OrderedGoods? Goods = null) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.draw", LotId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>, <c>lot.not_due</c>.</summary>
internal sealed class DrawLotRule : HotRule<DrawLot, Done>
{
    public override void Needs(DrawLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(TwoStageTables.Lots, command.LotId);

    public override Decision Decide(DrawLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Drawing) return Refuse(DrawsRefusals.StateChanged);
        if (sale.Step != command.Step) return Refuse(DrawsRefusals.StateChanged);
        if (now < sale.DrawsAt) return Refuse(DrawsRefusals.NotDue);

        var winners = Math.Min(command.Winners, command.Places.Count);
        var two = state.Row(TwoStageTables.Lots, sale.LotId);
        // Money needs nobody to collect it: a cash alternative is paid at once. First payments that were set aside are captured at once.
        var drawn = sale.To(LotState.Drawn, sale.Cash || two?.Terms.Mode == FirstPaymentMode.Authorised ? now : null) with { Secret = command.Secret, Places = command.Places.Count, NextPlace = winners, OpenWins = winners };
        var decision = Accept(Done.It).Change(DrawsTables.Sales, drawn).Publish(new LotDrawn(sale.LotId, sale.ShopId, sale.Cash));
        if (command.Beacon is not null) decision.Add(DrawsTables.Beacons, command.Beacon);
        var shares = two?.Terms.Shares(sale.Sold) ?? [];
        for (var place = 0; place < command.Places.Count; place++)
        {
            var (entry, wins) = (command.Places[place], place < winners);
            var win = new Win(
                Win.IdOf(sale.LotId, place), sale.LotId, sale.ShopId, entry.UserId, place, entry.Seq, entry.Number,
                wins ? sale.Begun : WinState.Reserve, null, null, null, null);
            if (wins && two is not null)
            {
                decision.BeginCandidate(sale, two, command.Goods!, win, place, shares[place], now);
                continue;
            }
            if (wins && !sale.Cash)
            {
                win = win.Begin(sale, now);
                decision.Add(DrawsTables.Contacts, win.FirstContact(now));
            }
            decision.Change(DrawsTables.Wins, win);
        }
        return decision;
    }
}
