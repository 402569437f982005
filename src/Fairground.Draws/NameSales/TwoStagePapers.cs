using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws.NameSales;

/// <summary>
/// Which documents the money of two-stage draws calls for. Whoever applies or makes the second payment gets the operator's receipt, and a credit note where it goes back. The shop sells the delivered goods to
/// their buyers for exactly their price; what stays above it the operator has earned. Mileage is no money: it calls for none. A share of a forfeited deposit is damages, not a price.
/// </summary>
internal sealed class TwoStagePapers(DrawsReader reader) : IPapers
{
    public IReadOnlyCollection<string> Movements { get; } =
    [
        TwoStagePostings.Apply.Name, TwoStagePostings.PaySecond.Name, TwoStagePostings.FirstBack.Name, TwoStagePostings.SecondBack.Name, TwoStagePostings.PaySeller.Name, TwoStagePostings.Fee.Name,
        TwoStagePostings.Surplus.Name,
    ];

    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>> Due(IReadOnlyList<Moved> moved, CancellationToken ct)
    {
        var lots = new Dictionary<Guid, SoldTwoStage>();
        var due = new Dictionary<Guid, IReadOnlyList<PaperDue>>();
        foreach (var one in moved)
        {
            if (!lots.TryGetValue(one.Reference, out var lot))
            {
                if (await Lot(one.Reference, ct) is not { } found) continue;
                lots[one.Reference] = lot = found;
            }
            due[one.TransferId] = Of(one, lot, one.Movement == TwoStagePostings.PaySeller.Name ? await Buyers(lot.LotId, ct) : []);
        }
        return due;
    }

    /// <summary>The documents of one movement. Pure.</summary>
    /// <param name="buyers">Who has the delivered goods, in order of place; for the seller's movement alone.</param>
    internal static IReadOnlyList<PaperDue> Of(Moved one, SoldTwoStage lot, IReadOnlyList<Guid> buyers)
    {
        if (one.Movement == TwoStagePostings.PaySeller.Name)
            return [.. buyers.Select(buyer => new PaperDue(PaperKind.Invoice, Supplies.Goods, lot.ShopId, PaperBuyer.Person, buyer, [new PaperLine(lot.Title, 1, lot.Price, lot.ProductId)]))];
        PaperLine[] lines = [new(lot.Title, 1, one.Amount.Minor)];
        if (one.Movement == TwoStagePostings.Fee.Name) return [new PaperDue(PaperKind.Receipt, Supplies.Fee, OrganisationInfo.OperatorId, PaperBuyer.Many, null, lines)];
        if (one.Movement == TwoStagePostings.Surplus.Name) return [new PaperDue(PaperKind.Receipt, Supplies.Draw, OrganisationInfo.OperatorId, PaperBuyer.Many, null, lines)];
        var back = one.Movement == TwoStagePostings.FirstBack.Name || one.Movement == TwoStagePostings.SecondBack.Name;
        return [new PaperDue(back ? PaperKind.CreditNote : PaperKind.Receipt, Supplies.Application, OrganisationInfo.OperatorId, PaperBuyer.Person, back ? one.To : one.From, lines)];
    }

    private async Task<IReadOnlyList<Guid>> Buyers(Guid lotId, CancellationToken ct) =>
        [.. (await reader.WinsOf(lotId, ct)).Where(w => w.State == WinState.Claimed).OrderBy(w => w.Place).Select(w => w.UserId)];

    private async Task<SoldTwoStage?> Lot(Guid id, CancellationToken ct) =>
        (await reader.List(
            "select l.id, l.shop_id, l.product_id, l.title, t.price from draws_lot l join draws_two_stage t on t.lot_id = l.id where l.id = @lot",
            r => new SoldTwoStage(r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Text(3), r.Long(4)), ct, ("@lot", id))).FirstOrDefault();
}

/// <summary>What documents need to know of a two-stage lot.</summary>
/// <param name="Price">Pp: what the seller nets for one unit, minor units.</param>
internal sealed record SoldTwoStage(Guid LotId, Guid ShopId, Guid ProductId, string Title, long Price);
