using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Says whether certificates of a thing can be bought now, and when it was last drawn.</summary>
internal sealed class LotsOfGoods(DrawsReader reader, TimeProvider time) : ISales
{
    private const int Most = 500;

    public async Task<GoodsOnSale> Of(Guid productId, CancellationToken ct)
    {
        var sales = await reader.List(
            $"select {DrawsTables.SaleList} from draws_sale s where s.terms_hash is not null and s.lot_id in (select l.id from draws_lot l where l.product_id = @product) order by s.lot_id desc limit @most",
            DrawsTables.ReadSale, ct, ("@product", productId), ("@most", Most));
        return Of(sales, time.GetUtcNow());
    }

    /// <summary>From the lots of one product, newest first. Pure.</summary>
    public static GoodsOnSale Of(IReadOnlyList<Sale> sales, DateTimeOffset now)
    {
        var last = sales.Where(s => s.State is LotState.Drawn or LotState.Settled).MaxBy(s => s.DrawsAt);
        return new GoodsOnSale(
            sales.Count(s => s.IsOpenAt(now)),
            sales.FirstOrDefault(s => s.State is LotState.SoldOut or LotState.Closed or LotState.Drawing)?.LotId,
            last?.LotId,
            last?.DrawsAt);
    }
}
