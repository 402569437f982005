using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Gives one holder of a cancelled lot back exactly what was paid (C-22).</summary>
internal sealed record RefundHolder(Guid LotId, Guid UserId, string Currency) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.refund", LotId.ToString("N"), UserId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class RefundHolderRule : HotRule<RefundHolder, Done>
{
    public override void Needs(RefundHolder command, LoadPlan plan) => plan
        .Row(DrawsTables.Sales, command.LotId)
        .Row(DrawsTables.Holdings, command.LotId, command.UserId)
        .Account(DrawsPostings.EscrowOf(command.LotId, command.Currency))
        .Account(SharedAccounts.WalletOf(command.UserId, command.Currency));

    public override Decision Decide(RefundHolder command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var holding = state.Row(DrawsTables.Holdings, command.LotId, command.UserId);
        if (sale is null || holding is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Cancelled || holding.Settled) return Refuse(DrawsRefusals.StateChanged);
        return Accept(Done.It)
            .Post(DrawsPostings.Refund, DrawsPostings.EscrowOf(sale.LotId, sale.Currency), SharedAccounts.WalletOf(command.UserId, sale.Currency), Back(sale, holding.Count), sale.LotId)
            .Change(DrawsTables.Holdings, holding with { Settled = true });
    }

    /// <summary>What so many certificates of a lot without a draw are given back for, minor units: all that was paid. Pure.</summary>
    public static long Back(Sale sale, int count) => checked(sale.Nominal * count);
}

/// <summary>Ends a cancelled lot once everyone has the money back.</summary>
internal sealed record FinishRefund(Guid LotId, string Currency) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.refunded", LotId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class FinishRefundRule : HotRule<FinishRefund, Done>
{
    public override void Needs(FinishRefund command, LoadPlan plan) => plan
        .Row(DrawsTables.Sales, command.LotId)
        .Account(DrawsPostings.EscrowOf(command.LotId, command.Currency));

    public override Decision Decide(FinishRefund command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Cancelled) return Refuse(DrawsRefusals.StateChanged);
        // Someone is left; the next round finds them.
        if (state.Balance(DrawsPostings.EscrowOf(sale.LotId, sale.Currency)) != 0) return Refuse(DrawsRefusals.StateChanged);
        return Accept(Done.It).Change(DrawsTables.Sales, sale.To(LotState.Refunded, null)).Publish(new LotRefunded(sale.LotId, sale.ShopId));
    }
}

/// <summary>Refunds cancelled lots, page by page; a crash between leaves only what is not yet done.</summary>
internal sealed class Refunds(DrawsReader reader, GroupCommitter committer)
{
    private const int AtOnce = 256;

    public async Task Refund(Sale sale, CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = await reader.Holdings(sale.LotId, after, AtOnce, unsettledOnly: true, ct);
            if (page.Count == 0) break;
            var answers = await Task.WhenAll(page.Select(h => committer.Submit<Done>(new RefundHolder(sale.LotId, h.UserId, sale.Currency))));
            // A full queue or a lost database: what is left is found again at the next turn.
            if (answers.Any(a => a.Refused && a.Refusal!.Kind.IsTransient && a.Refusal.Kind != DrawsRefusals.StateChanged)) return;
            Failpoint.Hit("draws.during_refund");
            after = page[^1].UserId;
        }
        await committer.Submit<Done>(new FinishRefund(sale.LotId, sale.Currency));
        Failpoint.Hit("draws.after_refund");
    }
}
