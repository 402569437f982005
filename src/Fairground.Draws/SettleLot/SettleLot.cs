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
        var (toShop, toWinners) = Divide(sale);
        PayCash(decision, command, state, sale, toWinners, now);
        if (toShop > 0) decision.Post(DrawsPostings.Settle, escrow, SharedAccounts.PayableTo(sale.ShopId, sale.Currency), toShop, sale.LotId);
        return decision
            .Change(DrawsTables.Sales, sale.To(LotState.Settled, null) with { OpenWins = 0 })
            .Publish(new LotSettled(sale.LotId, sale.ShopId, toShop, toWinners, sale.Currency));
    }

    /// <summary>How what was collected is divided between the shop and the winners, minor units. Pure.</summary>
    public static (long ToShop, long ToWinners) Divide(Sale sale)
    {
        var collected = new Money(sale.Collected, Currency.Of(sale.Currency));
        var toWinners = sale.Cash ? collected.PercentDown(sale.CashPercent).Minor : 0;
        return (collected.Minor - toWinners, toWinners);
    }

    /// <summary>What each winner gets, minor units; the first ones carry the remainder. Pure.</summary>
    public static IReadOnlyList<long> Shares(Money toWinners, int winners) => winners == 0 ? [] : [.. toWinners.Split(winners).Select(m => m.Minor)];

    private static void PayCash(Decision decision, SettleLot command, GroupState state, Sale sale, long toWinners, DateTimeOffset now)
    {
        if (toWinners > 0 && command.CashWins.Count == 0) throw new InvalidOperationException($"Lot {sale.LotId} pays in cash and has no winner.");
        var (escrow, shares) = (DrawsPostings.EscrowOf(sale.LotId, sale.Currency), Shares(new Money(toWinners, Currency.Of(sale.Currency)), command.CashWins.Count));
        for (var i = 0; i < command.CashWins.Count; i++)
        {
            var win = state.Row(DrawsTables.Wins, command.CashWins[i].Id)!;
            decision.Change(DrawsTables.Wins, win.To(WinState.Paid) with { EndedAt = now });
            if (shares[i] > 0) decision.Post(DrawsPostings.PayCash, escrow, SharedAccounts.WalletOf(win.UserId, sale.Currency), shares[i], sale.LotId);
        }
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
