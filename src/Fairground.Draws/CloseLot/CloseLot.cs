using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Ends the sale of a lot and applies the policy of its terms (C-21, C-22).</summary>
/// <param name="Early">The seller closes before the deadline.</param>
/// <param name="Extended">Which of the two deadlines is meant, so that each is decided once.</param>
internal sealed record CloseLot(Guid LotId, bool Early, bool Extended) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.close", LotId.ToString("N"), Early ? "early" : Extended ? "extended" : "due");
}

/// <summary>What became of a lot at closing.</summary>
internal enum Closing
{
    /// <summary>The draw goes on.</summary>
    Draw,

    /// <summary>The sale goes on once more.</summary>
    Extend,

    /// <summary>Everyone gets the money back.</summary>
    Refund,
}

/// <summary>The outcome.</summary>
internal sealed record LotClosing(Closing Closing);

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.not_open</c>, <c>lot.not_due</c>.</summary>
internal sealed class CloseLotRule : HotRule<CloseLot, LotClosing>
{
    public override void Needs(CloseLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId);

    public override Decision Decide(CloseLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State is not (LotState.Open or LotState.SoldOut)) return Refuse(DrawsRefusals.NotOpen, ("state", sale.State.Wire()));
        if (sale.Extended != command.Extended) return Refuse(DrawsRefusals.StateChanged);
        if (!command.Early && sale.State == LotState.Open && now < sale.ClosesAt) return Refuse(DrawsRefusals.NotDue);

        var closing = Of(sale, command.Early);
        var decision = Accept(new LotClosing(closing));
        return closing switch
        {
            Closing.Draw => decision.Change(DrawsTables.Sales, sale.To(LotState.Closed, now) with { ClosedAt = LotTerms.WholeSeconds(now), Cash = IsCash(sale) }),
            Closing.Extend => Extend(decision, sale, now),
            _ => decision
                .Change(DrawsTables.Sales, sale.To(LotState.Cancelled, now) with { ClosedAt = LotTerms.WholeSeconds(now) })
                .Add(DrawsTables.Cancellations, new Cancellation(sale.LotId, Why(sale), null, null, now))
                .Publish(new LotCancelled(sale.LotId, sale.ShopId, Why(sale))),
        };
    }

    /// <summary>What the terms say for a lot that ends like this. Pure.</summary>
    public static Closing Of(Sale sale, bool early)
    {
        if (sale.Left == 0) return Closing.Draw;
        if (sale.Sold < Math.Max(sale.Least, 1)) return Closing.Refund;
        if (sale.Policy == UnsoldPolicy.ExtendOnce && !sale.Extended && !early) return Closing.Extend;
        return sale.Policy is UnsoldPolicy.DrawAnyway or UnsoldPolicy.CashAlternative ? Closing.Draw : Closing.Refund;
    }

    /// <summary>True where the draw is for money, because some are left and the terms say so. Pure.</summary>
    public static bool IsCash(Sale sale) => sale.Left > 0 && sale.Policy == UnsoldPolicy.CashAlternative;

    private static string Why(Sale sale) => sale.Sold == 0 ? Cancellation.NobodyBought : sale.Kind == LotKind.TwoStage ? Cancellation.TooFew : Cancellation.NotSoldOut;

    private static Decision Extend(Decision decision, Sale sale, DateTimeOffset now)
    {
        var extended = sale.Extend(now);
        return decision.Change(DrawsTables.Sales, extended).Publish(new LotExtended(sale.LotId, extended.ClosesAt, sale.ShopId));
    }
}
