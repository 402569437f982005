using System.Data.Common;
using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.SearchGoods;

/// <summary>Which goods count.</summary>
/// <param name="Branch">In this category or below it; null for everywhere.</param>
/// <param name="MinPrice">Minor units; so also <paramref name="MaxPrice"/>.</param>
/// <param name="WithHidden">Also goods that are off the shelf.</param>
/// <param name="Traits">Properties or variant options that all must be there.</param>
internal sealed record SearchScope(Guid? Shop, SearchBranch? Branch, long? MinPrice, long? MaxPrice, bool WithHidden, IReadOnlyList<Trait> Traits)
{
    /// <summary>What the index knows of these conditions.</summary>
    public IEnumerable<string> Tags
    {
        get
        {
            if (Shop is { } shop) yield return SearchTags.Shop(shop);
            if (Branch is { } branch) yield return SearchTags.Category(branch.FullName);
        }
    }
}

/// <summary>A category with all below it.</summary>
/// <param name="FullName">Of the topmost one, with those above it.</param>
internal sealed record SearchBranch(string FullName, IReadOnlyCollection<Guid> Categories);

/// <summary>What was found: the best first.</summary>
/// <param name="Corrected">The words that were looked for instead, where nothing had the typed ones; else null.</param>
internal sealed record SearchHits(IReadOnlyList<Guid> Ids, string? Corrected);

/// <summary>
/// Finds goods by words (D-26): first those that have all of them in their name, short names before long ones, then those that have
/// them anywhere; the newest first among equals. Ranked are the first few hundred hits, and then the next, so that a word that
/// stands in half of a million goods costs no more than a rare one.
/// </summary>
internal sealed class GoodsSearch(Kernel.Storage.Database database, Spelling spelling)
{
    /// <summary>Goods that a list of results has at most.</summary>
    public const int MostHits = 1_000;

    // Hits in names that are ranked among each other. A page needs one block or two, and each hit is a place of its own on the disk.
    private const int Block = 500;

    // Hits that are looked at before the conditions that the index does not know: beyond these the words alone say too little.
    private const int MostLookedAt = 10_000;

    // The most frequent words that begin as the typed one does.
    private const int MostEnds = 12;

    /// <summary>Looks for the words, and for the nearest known ones where nothing has them.</summary>
    /// <param name="need">Hits that are wanted: once so many have the words in their name, the others are not looked for.</param>
    public async Task<SearchHits> Find(SearchQuestion question, SearchScope scope, int need, CancellationToken ct)
    {
        if (question.IsEmpty) return new SearchHits([], null);
        await using var search = await Begin(ct);
        var hits = await Look(search, question, scope, need, ct);
        if (hits.Count > 0) return new SearchHits(hits, null);
        if (await spelling.Correct(question, ct) is not { } meant) return new SearchHits([], null);
        hits = await Look(search, meant, scope, need, ct);
        return new SearchHits(hits, hits.Count > 0 ? string.Join(' ', meant.Words.Select(w => w.Written)) : null);
    }

    /// <summary>All goods that have the words anywhere, or the nearest known ones where none has; in no order, at most so many.</summary>
    public async Task<List<Guid>> All(SearchQuestion question, SearchScope scope, int most, CancellationToken ct)
    {
        if (question.IsEmpty) return [];
        await using var search = await Begin(ct);
        async Task<List<Guid>> Anywhere(SearchQuestion words) => [.. (await Hits(search, await WithEnds(search, words, ct), scope, inName: false, Math.Max(most, MostLookedAt), most, ct)).Select(h => h.Id)];
        var found = await Anywhere(question);
        return found.Count == 0 && await spelling.Correct(question, ct) is { } meant ? await Anywhere(meant) : found;
    }

    private async Task<List<Guid>> Look(Session search, SearchQuestion question, SearchScope scope, int need, CancellationToken ct)
    {
        question = await WithEnds(search, question, ct);
        var most = Math.Min(MostHits, (need + Block - 1) / Block * Block);
        var inName = await Hits(search, question, scope, inName: true, MostLookedAt, most, ct);
        var ranked = inName.Chunk(Block).SelectMany(block => block.OrderBy(h => h.NameLength).ThenByDescending(h => h.Id)).Select(h => h.Id).ToList();
        if (ranked.Count >= Math.Min(need, MostHits)) return ranked;
        // All that have the words in their name are known now, or the list would be long enough.
        var known = ranked.ToHashSet();
        var anywhere = await Hits(search, question, scope, inName: false, MostLookedAt, MostHits, ct);
        ranked.AddRange(anywhere.Where(h => !known.Contains(h.Id)).OrderByDescending(h => h.Id).Select(h => h.Id).Take(MostHits - ranked.Count));
        return ranked;
    }

    private static async Task<SearchQuestion> WithEnds(Session search, SearchQuestion question, CancellationToken ct)
    {
        if (question.Beginning is not { } beginning) return question;
        await using var command = search.Command($"select stem from catalog_search_word where stem > @from and stem < @to order by uses desc, stem limit {MostEnds}");
        Bind(command, "@from", beginning);
        Bind(command, "@to", beginning + "\U0010FFFF");
        var ends = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) ends.Add(reader.GetString(0));
        return question with { Ends = ends };
    }

    // The words first and the other conditions after: of the other way round SQLite and PostgreSQL think too well. SQLite gives hits as it finds them;
    // PostgreSQL gathers all of an index before it gives the first, so its index lies in parts, of which it reads as many as it takes.
    private async Task<List<(Guid Id, int NameLength)>> Hits(Session search, SearchQuestion question, SearchScope scope, bool inName, int mostLookedAt, int most, CancellationToken ct)
    {
        var isSqlite = database.Kind == DatabaseKind.Sqlite;
        var found = isSqlite
            ? $"(select rowid as n from catalog_search where catalog_search match @words order by rowid desc limit {mostLookedAt}) h cross join catalog_search_doc d on d.n = h.n"
            : $"(select product_id, name_length, active, price_minor from catalog_search_doc where words @@ @words::tsquery limit {mostLookedAt}) d";
        var parameters = new List<(string Name, object Value)>();
        var where = Where(parameters, scope);
        await using var command = search.Command($"select d.product_id, d.name_length from {found} where {where} limit {most}");
        foreach (var (name, value) in parameters) Bind(command, name, value);
        Bind(command, "@words", isSqlite ? question.ForSqlite(inName, scope.Tags) : question.ForPostgres(inName, scope.Tags));
        var hits = new List<(Guid, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) hits.Add((isSqlite ? new Guid((byte[])reader.GetValue(0), true) : reader.GetGuid(0), reader.GetInt32(1)));
        return hits;
    }

    // The conditions besides the words, for a row of the index named d.
    private string Where(List<(string Name, object Value)> parameters, SearchScope scope)
    {
        var all = new List<string> { "1 = 1" };
        if (!scope.WithHidden) all.Add("d.active = 1");
        if (scope.MinPrice is { } min)
        {
            all.Add("d.price_minor >= @min");
            parameters.Add(("@min", min));
        }
        if (scope.MaxPrice is { } max)
        {
            all.Add("d.price_minor <= @max");
            parameters.Add(("@max", max));
        }
        if (scope.Shop is { } shop)
        {
            all.Add("exists (select 1 from catalog_product p where p.id = d.product_id and p.shop_id = @shop)");
            parameters.Add(("@shop", Bulk.Key(database.Kind, shop)));
        }
        if (scope.Branch is { } branch)
        {
            var names = branch.Categories.Select((c, i) =>
            {
                parameters.Add(($"@c{i}", Bulk.Key(database.Kind, c)));
                return $"@c{i}";
            });
            all.Add(branch.Categories.Count == 0 ? "1 = 0" : $"exists (select 1 from catalog_product_category pc where pc.product_id = d.product_id and pc.category_id in ({string.Join(", ", names)}))");
        }
        for (var i = 0; i < scope.Traits.Count; i++)
        {
            all.Add($"(exists (select 1 from catalog_attribute a where a.product_id = d.product_id and a.name = @tn{i} and a.value = @tv{i}) or exists (select 1 from catalog_variant v where v.product_id = d.product_id and v.options like @to{i} escape '\\'))");
            parameters.Add(($"@tn{i}", scope.Traits[i].Name));
            parameters.Add(($"@tv{i}", scope.Traits[i].Value));
            parameters.Add(($"@to{i}", $"%{Shelf.Like(scope.Traits[i].AsOption())}%"));
        }
        return string.Join(" and ", all);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    // PostgreSQL takes a frequent word for a reason to read the whole table, and planning anew for all parts takes it as long as looking into them; what keeps
    // it from both holds for one transaction. On SQLite a transaction would wait for its writer.
    private async Task<Session> Begin(CancellationToken ct)
    {
        var connection = await database.OpenAsync(ct);
        if (database.Kind == DatabaseKind.Sqlite) return new Session(connection, null);
        return new Session(connection, await connection.BeginTransactionAsync(ct)) { First = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; " };
    }

    private sealed record Session(DbConnection Connection, DbTransaction? Transaction) : IAsyncDisposable
    {
        /// <summary>What goes before the first command, on the same way.</summary>
        public string First { private get; set; } = "";

        public DbCommand Command(string sql)
        {
            var command = Connection.CreateCommand();
            command.Transaction = Transaction;
#pragma warning disable CA2100 // Put together from constants; what was typed is a parameter.
            command.CommandText = First + sql;
#pragma warning restore CA2100
            First = "";
            return command;
        }

        public async ValueTask DisposeAsync()
        {
            if (Transaction is not null) await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
