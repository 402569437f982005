using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Takes two-stage lots from the draw, or from a cancellation, to their end. Each step is done in pages; after a crash what is left is found again and nothing is done twice.</summary>
internal sealed class TwoStageEnds(DrawsReader reader, TwoStageReader lots, GroupCommitter committer)
{
    private const int PageSize = 500;
    private const int AtOnce = 8;

    /// <summary>A drawn lot whose next step is due: what was set aside is captured, or all units have ended.</summary>
    public async Task Settle(Sale sale, CancellationToken ct)
    {
        var two = await lots.Get(sale.LotId, ct);
        if (two.Terms.Mode == FirstPaymentMode.Authorised && !two.Captured)
        {
            if (await EndHolds(sale, capture: true, ct)) await End(two, sale, TwoStageEnd.Captured);
            return;
        }
        // The places are read after it is known that none of them is open any more, so that no buyer is missing among them.
        if ((await reader.Sale(sale.LotId, ct))!.OpenWins != 0) return;
        var wins = (await reader.WinsOf(sale.LotId, ct)).Where(w => w.State is WinState.Claimed or WinState.NotDelivered).ToList();
        if (!two.PayingOut)
        {
            Failpoint.Hit("draws.before_settle");
            await committer.Submit<Done>(new SettleTwoStage(two, sale.ShopId, sale.Currency, [.. wins.Select(w => new Buyer(w.Id, w.UserId))]));
            Failpoint.Hit("draws.after_settle");
            two = await lots.Get(sale.LotId, ct);
            if (!two.PayingOut) return;
        }
        var ends = wins.ToDictionary(w => w.UserId, w => w.State == WinState.Claimed ? UnitEnd.Delivered : UnitEnd.Failed);
        if (await PayOut(two, sale, ends, ct)) await End(two, sale, TwoStageEnd.Settled);
    }

    /// <summary>A cancelled lot: everybody gets everything back, and the seller the deposit (D-19).</summary>
    public async Task Refund(Sale sale, CancellationToken ct)
    {
        var two = await lots.Get(sale.LotId, ct);
        // Where money was only set aside it is let go and nothing has to move.
        if (two.Terms.Mode == FirstPaymentMode.Authorised && !await EndHolds(sale, capture: false, ct)) return;
        var back = two with { BackEach = two.Terms.Mode == FirstPaymentMode.Authorised ? 0 : two.Terms.FirstPayment, MileageEach = 0, DepositEach = 0 };
        if (await PayOut(back, sale, new Dictionary<Guid, UnitEnd>(), ct)) await End(two, sale, TwoStageEnd.Refunded);
        Failpoint.Hit("draws.after_refund");
    }

    private Task<HotResult<Done>> End(TwoStage two, Sale sale, TwoStageEnd end) => committer.Submit<Done>(new EndTwoStage(two, sale.ShopId, sale.Currency, end));

    // True once everybody is paid; false where the database or its queue was busy, and the next turn goes on.
    private async Task<bool> PayOut(TwoStage two, Sale sale, IReadOnlyDictionary<Guid, UnitEnd> ends, CancellationToken ct)
    {
        var spent = await lots.SpentMileage(sale.LotId, ct);
        for (var after = Guid.Empty; ;)
        {
            var page = await reader.Holdings(sale.LotId, after, PageSize * AtOnce, unsettledOnly: true, ct);
            if (page.Count == 0) return true;
            var payees = page.Select(h => new Payee(h.UserId, ends.GetValueOrDefault(h.UserId), spent.Contains(h.UserId)));
            if (!await All(payees.Chunk(PageSize).Select(some => new PayOut(two, sale.Currency, some)))) return false;
            Failpoint.Hit("draws.during_refund");
            after = page[^1].UserId;
        }
    }

    private async Task<bool> EndHolds(Sale sale, bool capture, CancellationToken ct)
    {
        for (var after = -1; ;)
        {
            var page = await reader.List(
                "select seq, purchase_id, user_id from draws_certificate where lot_id = @lot and seq > @after order by seq limit @take",
                r => (Seq: r.Int(0), Purchase: r.Uuid(1), User: r.Uuid(2)), ct, ("@lot", sale.LotId), ("@after", after), ("@take", PageSize * AtOnce));
            if (page.Count == 0) return true;
            // A purchase that goes on in the next page is named there again, and its hold has ended by then.
            var held = page.Select(c => (c.Purchase, c.User)).Distinct();
            if (!await All(held.Chunk(PageSize).Select(some => new EndHolds(sale.LotId, sale.Currency, capture, some)))) return false;
            after = page[^1].Seq;
        }
    }

    private async Task<bool> All(IEnumerable<IHotCommand> commands)
    {
        var answers = await Task.WhenAll(commands.Select(committer.Submit<Done>));
        return answers.All(a => !a.Refused);
    }
}
