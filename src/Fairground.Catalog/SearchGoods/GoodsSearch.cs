using System.Data.Common;
using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.SearchGoods;

/// <summary>Which goods count.</summary>
/// <param name="Categories">In any of these; null for everywhere.</param>
/// <param name="MinPrice">Minor units; so also <paramref name="MaxPrice"/>.</param>
/// <param name="WithHidden">Also goods that are off the shelf.</param>
/// <param name="Traits">Properties or variant options that all must be there.</param>
internal sealed record SearchScope(Guid? Shop, IReadOnlyCollection<Guid>? Categories, long? MinPrice, long? MaxPrice, bool WithHidden, IReadOnlyList<Trait> Traits);

/// <summary>What was found: the best first.</summary>
/// <param name="Corrected">The words that were looked for instead, where nothing had the typed ones; else null.</param>
/// <param name="IsCut">True where there is more than a list can show.</param>
internal sealed record SearchHits(IReadOnlyList<Guid> Ids, string? Corrected, bool IsCut);

/// <summary>
/// Finds goods by words (D-26): first those that have all of them in their name, short names before long ones, then those that have
/// them anywhere; the newest first among equals. Nothing is ranked beyond a fixed number of hits, so that a word that
/// stands in half of a million goods costs no more than a rare one.
/// </summary>
internal sealed class GoodsSearch(Kernel.Storage.Database database, Spelling spelling)
{
    /// <summary>Goods that a list of results has at most.</summary>
    public const int MostHits = 1_000;

    // Hits that are looked at before the other conditions: beyond these the words alone say too little.
    private const int MostLookedAt = 10_000;

    /// <summary>Looks for the words, and for the nearest known ones where nothing has them.</summary>
    public async Task<SearchHits> Find(SearchQuestion question, SearchScope scope, CancellationToken ct)
    {
        if (question.IsEmpty) return new SearchHits([], null, false);
        await using var connection = await database.OpenAsync(ct);
        // For what is set above; on SQLite a transaction would wait for its writer.
        await using var transaction = database.Kind == DatabaseKind.Postgres ? await connection.BeginTransactionAsync(ct) : null;
        var hits = await Look(connection, question, scope, ct);
        if (hits.Count > 0) return new SearchHits(hits, null, hits.Count >= MostHits);
        if (await spelling.Correct(question, ct) is not { } meant) return new SearchHits([], null, false);
        hits = await Look(connection, meant, scope, ct);
        return new SearchHits(hits, hits.Count > 0 ? string.Join(' ', meant.Words.Select(w => w.Written)) : null, hits.Count >= MostHits);
    }

    // PostgreSQL takes the beginning of a word for one that stands in very many goods, and would read them all to find out that it does not.
    private string IndexOnly => database.Kind == DatabaseKind.Postgres ? "set local enable_seqscan = off; " : "";

    private async Task<List<Guid>> Look(DbConnection connection, SearchQuestion question, SearchScope scope, CancellationToken ct)
    {
        var inName = await Hits(connection, question, scope, inName: true, ct);
        var ranked = inName.OrderBy(h => h.NameLength).ThenByDescending(h => h.Id).Select(h => h.Id).ToList();
        if (ranked.Count >= MostHits) return ranked;
        var known = ranked.ToHashSet();
        var anywhere = await Hits(connection, question, scope, inName: false, ct);
        ranked.AddRange(anywhere.Where(h => !known.Contains(h.Id)).OrderByDescending(h => h.Id).Select(h => h.Id).Take(MostHits - ranked.Count));
        return ranked;
    }

    private async Task<List<(Guid Id, int NameLength)>> Hits(DbConnection connection, SearchQuestion question, SearchScope scope, bool inName, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        // Cross joins, for SQLite otherwise begins with all goods on the shelf and asks of each whether it has the words.
        var words = database.Kind == DatabaseKind.Sqlite
            ? $"select d.product_id from (select rowid as n from catalog_search where catalog_search match @words order by rowid desc limit {MostLookedAt}) h cross join catalog_search_doc d on d.n = h.n"
            : $"select product_id from catalog_search_doc where words @@ @words::tsquery limit {MostLookedAt}";
#pragma warning disable CA2100 // Put together from constants; what was typed is a parameter.
        command.CommandText = $"{IndexOnly}select p.id, length(p.name) from ({words}) hit {(database.Kind == DatabaseKind.Sqlite ? "cross " : "")}join catalog_product p on p.id = hit.product_id where {Where(command, scope)} limit {MostHits}";
#pragma warning restore CA2100
        Bind(command, "@words", database.Kind == DatabaseKind.Sqlite ? question.ForSqlite(inName) : question.ForPostgres(inName));
        var hits = new List<(Guid, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) hits.Add((database.Kind == DatabaseKind.Sqlite ? new Guid((byte[])reader.GetValue(0), true) : reader.GetGuid(0), reader.GetInt32(1)));
        return hits;
    }

    // The conditions besides the words, for goods named p.
    private string Where(DbCommand command, SearchScope scope)
    {
        var all = new List<string> { "1 = 1" };
        if (!scope.WithHidden) all.Add("p.active = 1");
        if (scope.Shop is { } shop)
        {
            all.Add("p.shop_id = @shop");
            Bind(command, "@shop", Bulk.Key(database.Kind, shop));
        }
        if (scope.MinPrice is { } min)
        {
            all.Add("p.price_minor >= @min");
            Bind(command, "@min", min);
        }
        if (scope.MaxPrice is { } max)
        {
            all.Add("p.price_minor <= @max");
            Bind(command, "@max", max);
        }
        if (scope.Categories is { } categories)
        {
            var names = categories.Select((c, i) =>
            {
                Bind(command, $"@c{i}", Bulk.Key(database.Kind, c));
                return $"@c{i}";
            });
            all.Add(categories.Count == 0 ? "1 = 0" : $"exists (select 1 from catalog_product_category pc where pc.product_id = p.id and pc.category_id in ({string.Join(", ", names)}))");
        }
        for (var i = 0; i < scope.Traits.Count; i++)
        {
            all.Add($"(exists (select 1 from catalog_attribute a where a.product_id = p.id and a.name = @tn{i} and a.value = @tv{i}) or exists (select 1 from catalog_variant v where v.product_id = p.id and v.options like @to{i} escape '\\'))");
            Bind(command, $"@tn{i}", scope.Traits[i].Name);
            Bind(command, $"@tv{i}", scope.Traits[i].Value);
            Bind(command, $"@to{i}", $"%{Shelf.Like(scope.Traits[i].AsOption())}%");
        }
        return string.Join(" and ", all);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
