using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>A price stays as it is from the opening of a lot until its life ends (C-06).</summary>
internal sealed class PriceFreeze(DrawsReader reader) : IPriceFreeze
{
    private static readonly string Ended = string.Join(", ", (int)LotState.Settled, (int)LotState.Cancelled, (int)LotState.Refunded);

    public async Task<IReadOnlySet<Guid>> Frozen(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var frozen = new HashSet<Guid>();
        foreach (var some in productIds.Distinct().Chunk(500))
        {
            // Terms stand in the lot before the sale begins, so the price is frozen from that moment.
            var named = some.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
            frozen.UnionWith(await reader.List(
                $"""
                select distinct l.product_id from draws_lot l left join draws_sale s on s.lot_id = l.id
                where l.product_id in ({string.Join(", ", named.Select(n => n.Item1))}) and l.terms_hash is not null and (s.state is null or s.state not in ({Ended}))
                """,
                r => r.Uuid(0), ct, named));
        }
        return frozen;
    }

    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<PriceHolder>>> Holders(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var found = new List<(Guid ProductId, PriceHolder Holder)>();
        foreach (var some in productIds.Distinct().Chunk(500))
        {
            var named = some.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
            found.AddRange(await reader.List(
                $"""
                select l.product_id, l.id, l.title, coalesce(s.state, 0), coalesce(s.closes_at, l.closes_at) from draws_lot l left join draws_sale s on s.lot_id = l.id
                where l.product_id in ({string.Join(", ", named.Select(n => n.Item1))}) and l.terms_hash is not null and (s.state is null or s.state not in ({Ended})) order by l.id
                """,
                r => (r.Uuid(0), new PriceHolder(r.Uuid(1), r.Text(2), ((LotState)r.Int(3)).Wire(), r.Instant(4))), ct, named));
        }
        return found.GroupBy(f => f.ProductId).ToDictionary(g => g.Key, g => (IReadOnlyList<PriceHolder>)[.. g.Select(f => f.Holder)]);
    }
}
