using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Gives the title of the lot that a purchase, a refund or a payout is about (C-14).</summary>
internal sealed class LotNames(DrawsReader reader) : IStatementNames
{
    public async Task<IReadOnlyDictionary<Guid, StatementName>> Find(IReadOnlyCollection<Guid> references, CancellationToken ct)
    {
        var names = new Dictionary<Guid, StatementName>();
        foreach (var some in references.Distinct().Chunk(500))
        {
            var named = some.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
            var lots = await reader.List(
                $"select l.id, l.title from draws_lot l where l.id in ({string.Join(", ", named.Select(n => n.Item1))})", r => (Id: r.Uuid(0), Title: r.Text(1)), ct, named);
            foreach (var (id, title) in lots) names[id] = new StatementName(title, $"/lots/{id}");
        }
        return names;
    }
}
