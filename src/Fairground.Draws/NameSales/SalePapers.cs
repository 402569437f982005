using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws.NameSales;

/// <summary>
/// Which documents the money of lots calls for. Whoever buys certificates gets the operator's receipt, for the operator holds the money; where it goes back, a credit note. When a lot is settled the shop
/// sells the goods to those who took them, each for an equal share of what the lot brought in; what remains it has earned with the draw.
/// </summary>
internal sealed class SalePapers(DrawsReader reader) : IPapers
{
    public IReadOnlyCollection<string> Movements { get; } = [DrawsPostings.Buy.Name, DrawsPostings.Refund.Name, DrawsPostings.Settle.Name];

    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>> Due(IReadOnlyList<Moved> moved, CancellationToken ct)
    {
        var lots = await Lots([.. moved.Select(m => m.Reference).Distinct()], ct);
        var due = new Dictionary<Guid, IReadOnlyList<PaperDue>>();
        foreach (var one in moved)
        {
            if (!lots.TryGetValue(one.Reference, out var lot)) continue;
            if (one.Movement == DrawsPostings.Settle.Name) due[one.TransferId] = await Settled(one, lot, ct);
            else due[one.TransferId] = [Entries(one, lot)];
        }
        return due;
    }

    /// <summary>The documents of a settled lot. Pure.</summary>
    /// <param name="takers">Who took the goods, in order of place.</param>
    internal static IReadOnlyList<PaperDue> Sold(Moved settled, SoldLot lot, IReadOnlyList<Guid> takers)
    {
        var shares = settled.Amount.Split(lot.Winners);
        var papers = takers.Take(lot.Winners)
            .Select((taker, i) => new PaperDue(PaperKind.Invoice, Supplies.Goods, lot.ShopId, PaperBuyer.Person, taker, [new PaperLine(lot.Title, 1, shares[i].Minor, lot.ProductId)])).ToList();
        var rest = settled.Amount.Minor - papers.Sum(p => p.Lines[0].Gross);
        if (rest > 0) papers.Add(new PaperDue(PaperKind.Receipt, Supplies.Draw, lot.ShopId, PaperBuyer.Many, null, [new PaperLine(lot.Title, 1, rest)]));
        // A lot so cheap that somebody's share is nothing: nobody is billed for nothing.
        return [.. papers.Where(p => p.Lines[0].Gross > 0)];
    }

    private static PaperDue Entries(Moved one, SoldLot lot)
    {
        var (kind, buyer) = one.Movement == DrawsPostings.Buy.Name ? (PaperKind.Receipt, one.From) : (PaperKind.CreditNote, one.To);
        return new PaperDue(kind, Supplies.Entries, OrganisationInfo.OperatorId, PaperBuyer.Person, buyer, [new PaperLine(lot.Title, (int)(one.Amount.Minor / lot.Nominal), one.Amount.Minor)]);
    }

    private async Task<IReadOnlyList<PaperDue>> Settled(Moved one, SoldLot lot, CancellationToken ct)
    {
        var takers = lot.Cash ? [] : (await reader.WinsOf(lot.LotId, ct)).Where(w => w.State == WinState.Claimed).OrderBy(w => w.Place).Select(w => w.UserId).ToList();
        return Sold(one, lot, takers);
    }

    private async Task<Dictionary<Guid, SoldLot>> Lots(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var found = new Dictionary<Guid, SoldLot>();
        foreach (var some in ids.Chunk(500))
        {
            var named = some.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
            var lots = await reader.List(
                $"select l.id, l.shop_id, l.product_id, l.title, l.nominal, l.winners, s.cash from draws_lot l join draws_sale s on s.lot_id = l.id where l.id in ({string.Join(", ", named.Select(n => n.Item1))})",
                r => new SoldLot(r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Text(3), r.Long(4), r.Int(5), r.Int(6) != 0), ct, named);
            foreach (var lot in lots) found[lot.LotId] = lot;
        }
        return found;
    }
}

/// <summary>What documents need to know of a lot.</summary>
/// <param name="Nominal">Price of a certificate, minor units.</param>
/// <param name="Winners">How many prizes.</param>
/// <param name="Cash">True where the winners got money and no goods.</param>
internal sealed record SoldLot(Guid LotId, Guid ShopId, Guid ProductId, string Title, long Nominal, int Winners, bool Cash);
