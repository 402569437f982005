using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>A place that became a final buyer.</summary>
internal readonly record struct Buyer(Guid WinId, Guid UserId);

/// <summary>Divides what a two-stage lot holds, once each of its units has ended: the seller nets exactly the price of what was delivered, the surplus goes by the policy, the deposit back (D-14, D-15, D-24).
/// What goes to every applicant is paid after it, page by page.</summary>
/// <param name="Lot">As last read; its terms and the owner of its deposit do not change any more.</param>
/// <param name="Buyers">Everybody who made a second payment, or needed none.</param>
internal sealed record SettleTwoStage(TwoStage Lot, Guid ShopId, string Currency, IReadOnlyList<Buyer> Buyers) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.settle_two_stage", Lot.LotId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class SettleTwoStageRule : HotRule<SettleTwoStage, Done>
{
    public override void Needs(SettleTwoStage command, LoadPlan plan)
    {
        var (lotId, currency) = (command.Lot.LotId, command.Currency);
        plan.Row(DrawsTables.Sales, lotId).Row(TwoStageTables.Lots, lotId)
            .Account(DrawsPostings.EscrowOf(lotId, currency)).Account(SharedAccounts.PayableTo(command.ShopId, currency))
            .Account(TwoStagePostings.RevenueOf(currency)).Account(TwoStagePostings.BackingOf(currency)).Account(TwoStagePostings.CostOf(currency)).Account(TwoStagePostings.RoundingOf(currency))
            .Deposit(command.Lot, command.ShopId, currency);
        foreach (var buyer in command.Buyers)
        {
            plan.Row(DrawsTables.Wins, buyer.WinId).Candidate(buyer.WinId).Row(DrawsTables.Holdings, lotId, buyer.UserId).Account(SharedAccounts.WalletOf(buyer.UserId, currency));
        }
    }

    public override Decision Decide(SettleTwoStage command, GroupState state, DateTimeOffset now)
    {
        var lotId = command.Lot.LotId;
        var (sale, two) = (state.Row(DrawsTables.Sales, lotId), state.Row(TwoStageTables.Lots, lotId));
        if (sale is null || two is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Drawn || sale.OpenWins != 0 || two.PayingOut || (two.Terms.Mode == FirstPaymentMode.Authorised && !two.Captured)) return Refuse(DrawsRefusals.StateChanged);
        var wins = command.Buyers.Select(b => (Win: state.Row(DrawsTables.Wins, b.WinId)!, Owed: state.Row(TwoStageTables.Payments, b.WinId)!, state.Row(DrawsTables.Holdings, lotId, b.UserId)!.Count)).ToList();
        var units = Enumerable.Range(0, two.Terms.Quantity).Select(unit => Ended(wins.FirstOrDefault(w => w.Owed.Unit == unit))).ToList();
        var (escrow, held) = (DrawsPostings.EscrowOf(lotId, sale.Currency), sale.Collected + units.Sum(u => u.Paid));
        if (state.Balance(escrow) != held) throw new InvalidOperationException($"Lot {lotId} holds {state.Balance(escrow)}, not the {held} it collected.");

        var settled = TwoStageSettlement.Of(two.Terms, sale.Sold, units);
        var decision = Accept(Done.It);
        Divide(decision, sale, settled, escrow);
        PayBuyersBack(decision, sale, settled, [.. wins.Where(w => w.Win.State == WinState.NotDelivered).OrderBy(w => w.Owed.Unit).Select(w => w.Owed)], escrow);
        return decision
            .ReturnDeposit(two, sale, settled.Forfeited)
            .Change(DrawsTables.Sales, sale with { DueAt = now })
            .Change(TwoStageTables.Lots, two with
            {
                Deposit = DepositState.Ended,
                PayingOut = true,
                Delivered = settled.Delivered,
                Losing = settled.Losing,
                BackEach = settled.BackEach,
                MileageEach = settled.MileageEach,
                DepositEach = settled.DepositEach,
                MileageExpiresAt = two.Terms.MileageDays == 0 ? null : LotTerms.WholeSeconds(now).AddDays(two.Terms.MileageDays),
            });
    }

    private static UnitResult Ended((Win Win, SecondPayment Owed, int Entries) buyer) => buyer.Win switch
    {
        null => default,
        { State: WinState.Claimed } => new UnitResult(UnitEnd.Delivered, buyer.Entries, buyer.Owed.Amount),
        { State: WinState.NotDelivered } => new UnitResult(UnitEnd.Failed, buyer.Entries, buyer.Owed.Amount),
        _ => throw new InvalidOperationException($"Place {buyer.Win.Place} of lot {buyer.Win.LotId} has not ended."),
    };

    private static void Divide(Decision decision, Sale sale, TwoStageSettlement settled, AccountRef escrow)
    {
        var (lotId, currency, rounding) = (sale.LotId, sale.Currency, TwoStagePostings.RoundingOf(sale.Currency));
        // A shortage is put in first, so that the seller is paid in full.
        if (settled.Rounding < 0) decision.Post(TwoStagePostings.RoundShort, rounding, escrow, -settled.Rounding, lotId);
        if (settled.ToSeller > 0) decision.Post(TwoStagePostings.PaySeller, escrow, SharedAccounts.PayableTo(sale.ShopId, currency), settled.ToSeller, lotId);
        if (settled.Fee > 0) decision.Post(TwoStagePostings.Fee, escrow, TwoStagePostings.RevenueOf(currency), settled.Fee, lotId);
        if (settled.SurplusCash > 0) decision.Post(TwoStagePostings.Surplus, escrow, TwoStagePostings.RevenueOf(currency), settled.SurplusCash, lotId);
        if (settled.MileageMoney > 0) decision.Post(TwoStagePostings.SurplusForMileage, escrow, TwoStagePostings.BackingOf(currency), settled.MileageMoney, lotId);
        if (settled.Rounding > 0) decision.Post(TwoStagePostings.Round, escrow, rounding, settled.Rounding, lotId);
        if (settled.DepositRounding > 0) decision.Post(TwoStagePostings.DepositRest, TwoStagePostings.DepositOf(lotId, currency), rounding, settled.DepositRounding, lotId);
        var byRate = checked(settled.MileageByRate * settled.Losing);
        if (byRate > 0) decision.Post(TwoStagePostings.FundRate, TwoStagePostings.CostOf(currency), TwoStagePostings.BackingOf(currency), byRate, lotId);
    }

    private static void PayBuyersBack(Decision decision, Sale sale, TwoStageSettlement settled, List<SecondPayment> failed, AccountRef escrow)
    {
        for (var i = 0; i < failed.Count; i++)
        {
            var wallet = SharedAccounts.WalletOf(failed[i].UserId, sale.Currency);
            if (failed[i].Amount > 0) decision.Post(TwoStagePostings.SecondBack, escrow, wallet, failed[i].Amount, sale.LotId);
            if (settled.TopUps[i] > 0) decision.Post(TwoStagePostings.DepositShared, TwoStagePostings.DepositOf(sale.LotId, sale.Currency), wallet, settled.TopUps[i], sale.LotId);
        }
    }
}
