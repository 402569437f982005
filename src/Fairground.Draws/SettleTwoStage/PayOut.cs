using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>An applicant at the end of a lot.</summary>
/// <param name="End">What became of the person's unit; <see cref="UnitEnd.Unsold"/> for whoever bought none.</param>
/// <param name="SpentMileage">True where some of the first payments was mileage.</param>
internal readonly record struct Payee(Guid UserId, UnitEnd End, bool SpentMileage);

/// <summary>Gives a page of applicants what the end of a lot gives them: first payments back, mileage, a share of a forfeited deposit (D-15, D-16, D-19, D-02).
/// Many in one command, because mileage goes to everybody at once; each is paid once, because each holding says whether it was.</summary>
/// <param name="Lot">With the figures of the end, which do not change any more.</param>
internal sealed record PayOut(TwoStage Lot, string Currency, IReadOnlyList<Payee> Payees) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.pay_out", Lot.LotId.ToString("N"), Payees[0].UserId.ToString("N"), Payees[^1].UserId.ToString("N"));

    /// <summary>True where money goes to wallets.</summary>
    public bool PaysMoney => Lot.BackEach > 0 || Lot.DepositEach > 0;

    /// <summary>True where this person's mileage changes.</summary>
    public bool GivesMileage(Payee payee) => payee.SpentMileage || (Lot.MileageEach > 0 && payee.End == UnitEnd.Unsold);
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class PayOutRule : HotRule<PayOut, Done>
{
    /// <summary>Mileage that goes back lives at least so long from then.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromDays(30);

    public override void Needs(PayOut command, LoadPlan plan)
    {
        var (lotId, currency) = (command.Lot.LotId, command.Currency);
        plan.Row(DrawsTables.Sales, lotId).Row(TwoStageTables.Lots, lotId)
            .Account(DrawsPostings.EscrowOf(lotId, currency)).Account(TwoStagePostings.DepositOf(lotId, currency))
            .Account(TwoStagePostings.BackingOf(currency)).Account(TwoStagePostings.IssuedOf(currency));
        foreach (var payee in command.Payees)
        {
            plan.Row(DrawsTables.Holdings, lotId, payee.UserId);
            if (command.PaysMoney) plan.Account(SharedAccounts.WalletOf(payee.UserId, currency));
            if (payee.SpentMileage) plan.Row(TwoStageTables.Spent, lotId, payee.UserId);
            if (!command.GivesMileage(payee)) continue;
            var mileage = TwoStagePostings.MileageOf(payee.UserId, currency);
            plan.Account(mileage).Row(TwoStageTables.Mileage, mileage.Id);
        }
    }

    public override Decision Decide(PayOut command, GroupState state, DateTimeOffset now)
    {
        var (sale, two) = (state.Row(DrawsTables.Sales, command.Lot.LotId), state.Row(TwoStageTables.Lots, command.Lot.LotId));
        if (sale is null || two is null) return Refuse(DrawsRefusals.LotNotFound);
        var ended = (sale.State == LotState.Drawn && two.PayingOut) || sale.State == LotState.Cancelled;
        if (!ended) return Refuse(DrawsRefusals.StateChanged);
        var decision = Accept(Done.It);
        var shared = new SharedRefs(DrawsPostings.EscrowOf(sale.LotId, sale.Currency), TwoStagePostings.DepositOf(sale.LotId, sale.Currency), TwoStagePostings.BackingOf(sale.Currency), TwoStagePostings.IssuedOf(sale.Currency));
        foreach (var payee in command.Payees)
        {
            if (state.Row(DrawsTables.Holdings, sale.LotId, payee.UserId) is not { Settled: false } holding) continue;
            One(decision, command, state, sale, shared, payee, holding.Count, now);
            decision.Change(DrawsTables.Holdings, holding with { Settled = true });
        }
        return decision;
    }

    // The same for everybody of a lot: their ids are hashes.
    private readonly record struct SharedRefs(AccountRef Escrow, AccountRef Deposit, AccountRef Backing, AccountRef Issued);

    private static void One(Decision decision, PayOut command, GroupState state, Sale sale, SharedRefs shared, Payee payee, int entries, DateTimeOffset now)
    {
        var lot = command.Lot;
        var kept = lot.Terms.Mode == FirstPaymentMode.Refunded && payee.End == UnitEnd.Delivered ? 1 : 0;
        var back = checked(lot.BackEach * (entries - kept));
        var spent = payee.SpentMileage ? state.Row(TwoStageTables.Spent, sale.LotId, payee.UserId) : null;
        // What was paid in mileage goes back as mileage, in the same part as the whole goes back.
        var byMileage = spent is null ? 0 : (long)((Int128)spent.Amount * back / ((Int128)lot.Terms.FirstPayment * entries));
        if (command.PaysMoney)
        {
            var wallet = SharedAccounts.WalletOf(payee.UserId, sale.Currency);
            if (back > byMileage) decision.Post(TwoStagePostings.FirstBack, shared.Escrow, wallet, back - byMileage, sale.LotId);
            if (lot.DepositEach > 0 && payee.End != UnitEnd.Delivered) decision.Post(TwoStagePostings.DepositShared, shared.Deposit, wallet, checked(lot.DepositEach * entries), sale.LotId);
        }
        if (!command.GivesMileage(payee)) return;

        var mileage = TwoStagePostings.MileageOf(payee.UserId, sale.Currency);
        var row = state.Row(TwoStageTables.Mileage, mileage.Id) ?? new MileageRow(mileage.Id, payee.UserId, sale.Currency, MileageLots.None);
        if (byMileage > 0)
        {
            decision.Post(TwoStagePostings.FirstBackByMileage, shared.Escrow, shared.Backing, byMileage, sale.LotId)
                .Post(TwoStagePostings.GiveBack, shared.Issued, mileage, byMileage, sale.LotId);
            row = row with { Lots = row.Lots.Add(byMileage, spent!.ExpiresAt is { } until ? Later(until, now + ShortestLife) : null) };
        }
        var granted = payee.End == UnitEnd.Unsold ? checked(lot.MileageEach * entries) : 0;
        if (granted > 0)
        {
            decision.Post(TwoStagePostings.Grant, shared.Issued, mileage, granted, sale.LotId);
            row = row with { Lots = row.Lots.Add(granted, lot.MileageExpiresAt) };
        }
        decision.Change(TwoStageTables.Mileage, row);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>Ends what was set aside in wallets for first payments: captured at the draw, or let go where there is none.</summary>
internal sealed record EndHolds(Guid LotId, string Currency, bool Capture, IReadOnlyList<(Guid Purchase, Guid UserId)> Held) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System(Capture ? "draws.capture" : "draws.release", LotId.ToString("N"), Held[0].Purchase.ToString("N"), Held[^1].Purchase.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class EndHoldsRule : HotRule<EndHolds, Done>
{
    public override void Needs(EndHolds command, LoadPlan plan)
    {
        plan.Row(DrawsTables.Sales, command.LotId).Account(DrawsPostings.EscrowOf(command.LotId, command.Currency));
        foreach (var (purchase, user) in command.Held) plan.Hold(purchase).Account(SharedAccounts.WalletOf(user, command.Currency));
    }

    public override Decision Decide(EndHolds command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(DrawsTables.Sales, command.LotId) is not { } sale) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != (command.Capture ? LotState.Drawn : LotState.Cancelled)) return Refuse(DrawsRefusals.StateChanged);
        var (decision, escrow) = (Accept(Done.It), DrawsPostings.EscrowOf(command.LotId, command.Currency));
        foreach (var (purchase, user) in command.Held)
        {
            if (state.Hold(purchase) is not { State: HoldState.Pending } hold) continue;
            var wallet = SharedAccounts.WalletOf(user, command.Currency);
            // Under an id of the day of the draw: whoever reads the ledger on, as documents do, would pass by one of the day of the application.
            if (command.Capture) decision.PostHold(hold, TwoStagePostings.Apply, wallet, escrow);
            else decision.ReleaseHold(hold, wallet);
        }
        return decision;
    }
}

/// <summary>A step of a two-stage lot that is done for everybody.</summary>
internal enum TwoStageEnd
{
    /// <summary>What was set aside is captured.</summary>
    Captured,

    /// <summary>Everybody has their part of a drawn lot.</summary>
    Settled,

    /// <summary>Everybody has the money of a cancelled lot back.</summary>
    Refunded,
}

/// <summary>Records that a step is done for everybody.</summary>
/// <param name="Lot">As last read.</param>
internal sealed record EndTwoStage(TwoStage Lot, Guid ShopId, string Currency, TwoStageEnd End) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.end_two_stage", Lot.LotId.ToString("N"), End.ToString());
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>.</summary>
internal sealed class EndTwoStageRule : HotRule<EndTwoStage, Done>
{
    public override void Needs(EndTwoStage command, LoadPlan plan) => plan
        .Row(DrawsTables.Sales, command.Lot.LotId).Row(TwoStageTables.Lots, command.Lot.LotId)
        .Account(DrawsPostings.EscrowOf(command.Lot.LotId, command.Currency))
        .Deposit(command.Lot, command.ShopId, command.Currency);

    public override Decision Decide(EndTwoStage command, GroupState state, DateTimeOffset now)
    {
        var (sale, two) = (state.Row(DrawsTables.Sales, command.Lot.LotId), state.Row(TwoStageTables.Lots, command.Lot.LotId));
        if (sale is null || two is null) return Refuse(DrawsRefusals.LotNotFound);
        var held = state.Balance(DrawsPostings.EscrowOf(sale.LotId, sale.Currency));
        switch (command.End)
        {
            case TwoStageEnd.Captured:
                if (sale.State != LotState.Drawn || two.Captured) return Refuse(DrawsRefusals.StateChanged);
                return Accept(Done.It)
                    .Change(DrawsTables.Sales, sale with { DueAt = sale.OpenWins == 0 ? now : null })
                    .Change(TwoStageTables.Lots, two with { Captured = true });
            case TwoStageEnd.Settled:
                if (sale.State != LotState.Drawn || !two.PayingOut) return Refuse(DrawsRefusals.StateChanged);
                if (held != 0) throw new InvalidOperationException($"Lot {sale.LotId} still holds {held} after its settlement.");
                return Accept(Done.It)
                    .Change(DrawsTables.Sales, sale.To(LotState.Settled, null))
                    .Change(TwoStageTables.Lots, two with { PayingOut = false })
                    .Publish(new LotSettled(sale.LotId, sale.ShopId, checked(two.Terms.Price * two.Delivered), 0, sale.Currency));
            default:
                if (sale.State != LotState.Cancelled || held != 0) return Refuse(DrawsRefusals.StateChanged);
                return Accept(Done.It)
                    .ReturnDeposit(two, sale, forfeited: 0)
                    .Change(DrawsTables.Sales, sale.To(LotState.Refunded, null))
                    .Change(TwoStageTables.Lots, two.Deposit == DepositState.Paid ? two with { Deposit = DepositState.Ended } : two)
                    .Publish(new LotRefunded(sale.LotId, sale.ShopId));
        }
    }
}
