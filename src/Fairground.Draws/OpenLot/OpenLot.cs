using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Puts a draft on sale under its frozen terms.</summary>
/// <param name="Mode">What those of a two-stage lot say becomes of first payments.</param>
internal sealed record OpenLot(Guid LotId, int Entries, int Cap, DateTimeOffset ClosesAt, DateTimeOffset? ExtendedClosesAt, byte[] TermsHash, FirstPaymentMode Mode = FirstPaymentMode.Kept) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.open", LotId.ToString("N"));
}

internal sealed class OpenLotRule : HotRule<OpenLot, Done>
{
    public override void Needs(OpenLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(TwoStageTables.Lots, command.LotId);

    public override Decision Decide(OpenLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Draft) return Refuse(DrawsRefusals.NotDraft);
        if (command.ClosesAt <= now) return Refuse(DrawsRefusals.ClosesAtInvalid);
        var two = state.Row(TwoStageTables.Lots, command.LotId);
        if (two is { Deposit: DepositState.Due }) return Refuse(TwoStageRefusals.DepositUnpaid, ("deposit", new Money(two.Terms.Deposit, Currency.Of(sale.Currency))));
        var open = sale.To(LotState.Open, command.ClosesAt) with
        {
            Entries = command.Entries,
            Cap = command.Cap,
            ClosesAt = command.ClosesAt,
            ExtendedClosesAt = command.ExtendedClosesAt,
            TermsHash = command.TermsHash,
        };
        var decision = Accept(Done.It);
        if (two is not null) decision.Change(TwoStageTables.Lots, two with { Terms = two.Terms with { Mode = command.Mode } });
        return decision.Change(DrawsTables.Sales, open).Publish(new LotOpened(sale.LotId, sale.ShopId));
    }
}
