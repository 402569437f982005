using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Puts a draft on sale under its frozen terms.</summary>
internal sealed record OpenLot(Guid LotId, int Entries, int Cap, DateTimeOffset ClosesAt, DateTimeOffset? ExtendedClosesAt, byte[] TermsHash) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.open", LotId.ToString("N"));
}

internal sealed class OpenLotRule : HotRule<OpenLot, Done>
{
    public override void Needs(OpenLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId);

    public override Decision Decide(OpenLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Draft) return Refuse(DrawsRefusals.NotDraft);
        if (command.ClosesAt <= now) return Refuse(DrawsRefusals.ClosesAtInvalid);
        var open = sale.To(LotState.Open, command.ClosesAt) with
        {
            Entries = command.Entries,
            Cap = command.Cap,
            ClosesAt = command.ClosesAt,
            ExtendedClosesAt = command.ExtendedClosesAt,
            TermsHash = command.TermsHash,
        };
        return Accept(Done.It).Change(DrawsTables.Sales, open).Publish(new LotOpened(sale.LotId, sale.ShopId));
    }
}
