using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Ends the life of a drawn lot: what was collected goes to the shop, or in part to the winners in cash (C-22, C-24).</summary>
/// <param name="CashWins">The open wins of a lot that pays in cash, in order of place; else empty.</param>
internal sealed record SettleLot(Guid LotId, Guid ShopId, string Currency, IReadOnlyList<Win> CashWins) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.settle", LotId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class SettleLotRule : HotRule<SettleLot, Done>
{
    public override void Needs(SettleLot command, LoadPlan plan)
    {
        plan.Row(DrawsTables.Sales, command.LotId)
            .Account(DrawsPostings.EscrowOf(command.LotId, command.Currency))
            .Account(SharedAccounts.PayableTo(command.ShopId, command.Currency));
        foreach (var win in command.CashWins) plan.Row(DrawsTables.Wins, win.Id).Account(SharedAccounts.WalletOf(win.UserId, command.Currency));
    }

    public override Decision Decide(SettleLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Drawn || sale.OpenWins != command.CashWins.Count) return Refuse(DrawsRefusals.StateChanged);
        var escrow = DrawsPostings.EscrowOf(sale.LotId, sale.Currency);
        var collected = state.Balance(escrow);
        if (collected != sale.Collected) throw new InvalidOperationException($"Lot {sale.LotId} holds {collected}, not the {sale.Collected} it collected.");

        var decision = Accept(Done.It);
        var toWinners = PayCash(decision, command, state, sale, escrow, now);
        var toShop = collected - toWinners;
        if (toShop > 0) decision.Post(DrawsPostings.Settle, escrow, SharedAccounts.PayableTo(sale.ShopId, sale.Currency), toShop, sale.LotId);
        return decision
            .Change(DrawsTables.Sales, sale.To(LotState.Settled, null) with { OpenWins = 0 })
            .Publish(new LotSettled(sale.LotId, sale.ShopId, toShop, toWinners, sale.Currency));
    }

    /// <summary>What each winner gets of what was collected, minor units; the first ones carry the remainder. Pure.</summary>
    public static IReadOnlyList<long> Shares(Money collected, int percent, int winners) =>
        winners == 0 ? [] : [.. collected.PercentDown(percent).Split(winners).Select(m => m.Minor)];

    private static long PayCash(Decision decision, SettleLot command, GroupState state, Sale sale, AccountRef escrow, DateTimeOffset now)
    {
        var (shares, paid) = (Shares(new Money(sale.Collected, Currency.Of(sale.Currency)), sale.CashPercent, command.CashWins.Count), 0L);
        for (var i = 0; i < command.CashWins.Count; i++)
        {
            var win = state.Row(DrawsTables.Wins, command.CashWins[i].Id)!;
            decision.Change(DrawsTables.Wins, win.To(WinState.Paid) with { EndedAt = now });
            if (shares[i] == 0) continue;
            decision.Post(DrawsPostings.PayCash, escrow, SharedAccounts.WalletOf(win.UserId, sale.Currency), shares[i], sale.LotId);
            paid = checked(paid + shares[i]);
        }
        return paid;
    }
}

/// <summary>Settles lots whose wins have all ended.</summary>
internal sealed class Settlement(DrawsReader reader, GroupCommitter committer)
{
    public async Task Settle(Sale sale, CancellationToken ct)
    {
        var wins = sale.Cash ? (await reader.WinsOf(sale.LotId, ct)).Where(w => w.State == WinState.Drawn).ToList() : [];
        Failpoint.Hit("draws.before_settle");
        await committer.Submit<Done>(new SettleLot(sale.LotId, sale.ShopId, sale.Currency, wins));
        Failpoint.Hit("draws.after_settle");
    }
}
