using System.Data.Common;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.SearchGoods;

/// <summary>The index in one transaction: an FTS5 table on SQLite, tsvectors on PostgreSQL; the words are ours on both.</summary>
internal sealed class SearchStore(DatabaseKind kind, DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    private const string Columns =
        """
        select p.id, p.name, p.sku, p.vendor, p.plain,
               (select group_concat(c.full_name, char(31)) from catalog_product_category pc join catalog_category c on c.id = pc.category_id where pc.product_id = p.id),
               (select group_concat(a.value, ' ') from catalog_attribute a where a.product_id = p.id),
               p.shop_id
        from catalog_product p
        """;

    // As the statement above joins them: a sign that no name has.
    private const char BetweenNames = '\u001f';

    private readonly Dictionary<string, DbCommand> prepared = new(StringComparer.Ordinal);

    /// <summary>Takes goods off the list of those that changed: of these, or of any where none are named.</summary>
    public async Task<List<Guid>> Take(IReadOnlyCollection<Guid> only, int most, CancellationToken ct)
    {
        var taken = new List<Guid>();
        if (kind == DatabaseKind.Postgres)
        {
            await using var command = Command(only.Count == 0
                ? "delete from catalog_search_stale where product_id in (select product_id from catalog_search_stale limit @most for update skip locked) returning product_id"
                : "delete from catalog_search_stale where product_id in (select product_id from catalog_search_stale where product_id = any(@only) limit @most for update skip locked) returning product_id");
            Bind(command, "@most", most);
            if (only.Count > 0) Bind(command, "@only", only.ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) taken.Add(reader.GetGuid(0));
            return taken;
        }
        if (only.Count > 0)
        {
            foreach (var id in only)
            {
                if (await Run("delete from catalog_search_stale where product_id = @id", ct, ("@id", id)) > 0) taken.Add(id);
            }
            return taken;
        }
        await using (var command = Command("select product_id from catalog_search_stale limit @most"))
        {
            Bind(command, "@most", most);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) taken.Add(new Guid((byte[])reader.GetValue(0), true));
        }
        foreach (var id in taken) await Run("delete from catalog_search_stale where product_id = @id", ct, ("@id", id));
        return taken;
    }

    /// <summary>The texts of the goods that are still there.</summary>
    public async Task<List<(Guid Id, SearchText Text)>> Read(List<Guid> ids, CancellationToken ct)
    {
        var texts = new List<(Guid, SearchText)>(ids.Count);
        if (kind == DatabaseKind.Postgres)
        {
            await using var command = Command(Columns.Replace("group_concat(", "string_agg(", StringComparison.Ordinal).Replace("char(31)", "chr(31)", StringComparison.Ordinal) + " where p.id = any(@ids)");
            Bind(command, "@ids", ids.ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) texts.Add((reader.GetGuid(0), TextOf(reader)));
            return texts;
        }
        await using var one = Command(Columns + " where p.id = @id");
        var parameter = Bind(one, "@id", Array.Empty<byte>());
        foreach (var id in ids)
        {
            parameter.Value = id.ToByteArray(true);
            await using var reader = await one.ExecuteReaderAsync(ct);
            if (await reader.ReadAsync(ct)) texts.Add((id, TextOf(reader)));
        }
        return texts;
    }

    /// <summary>Forgets the words of these goods.</summary>
    public async Task Remove(List<Guid> ids, CancellationToken ct)
    {
        if (kind == DatabaseKind.Postgres)
        {
            await using var command = Command("delete from catalog_search_doc where product_id = any(@ids)");
            Bind(command, "@ids", ids.ToArray());
            await command.ExecuteNonQueryAsync(ct);
            return;
        }
        foreach (var id in ids)
        {
            await Run("delete from catalog_search where rowid = (select n from catalog_search_doc where product_id = @id)", ct, ("@id", id));
            await Run("delete from catalog_search_doc where product_id = @id", ct, ("@id", id));
        }
    }

    /// <summary>Writes the words of goods, which are there, and counts them for spelling; on SQLite the index must not have them.</summary>
    public async Task Write(IReadOnlyCollection<(Guid Id, SearchEntry Entry)> goods, CancellationToken ct)
    {
        if (goods.Count == 0) return;
        if (kind == DatabaseKind.Postgres)
        {
            await using var command = Command("""
                insert into catalog_search_doc (product_id, words, name_length, active, price_minor)
                select p.id, t.words::tsvector, length(p.name), p.active, p.price_minor from unnest(@ids, @words) as t(id, words) join catalog_product p on p.id = t.id
                on conflict (product_id) do update set words = excluded.words, name_length = excluded.name_length
                """);
            Bind(command, "@ids", goods.Select(g => g.Id).ToArray());
            Bind(command, "@words", goods.Select(g => SearchText.Vector(g.Entry)).ToArray());
            await command.ExecuteNonQueryAsync(ct);
        }
        else
        {
            foreach (var (id, entry) in goods)
            {
                await Run("insert into catalog_search_doc (product_id, name_length, active, price_minor) select id, length(name), active, price_minor from catalog_product where id = @id", ct, ("@id", id));
                await Run("insert into catalog_search (rowid, name, facts, body) values (last_insert_rowid(), @name, @facts, @body)", ct, ("@name", Text(entry.Name)), ("@facts", $"{Text(entry.Facts)} {string.Join(' ', entry.Tags)}"), ("@body", Text(entry.Body)));
            }
        }
        await CountWords(goods, ct);
    }

    /// <summary>
    /// Once more after the words are written: a price, or a place on the shelf, that was changed between reading and writing. Whoever changes one from now
    /// on finds the row and waits for it. Only PostgreSQL has several writers.
    /// </summary>
    public async Task Align(List<Guid> ids, CancellationToken ct)
    {
        if (kind == DatabaseKind.Sqlite) return;
        await using var command = Command("""
            update catalog_search_doc d set active = p.active, price_minor = p.price_minor from catalog_product p
            where d.product_id = any(@ids) and p.id = d.product_id and (p.active, p.price_minor) is distinct from (d.active, d.price_minor)
            """);
        Bind(command, "@ids", ids.ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Puts what PostgreSQL has gathered beside its index into it, for every search reads all of that.</summary>
    public async Task Settle(CancellationToken ct)
    {
        if (kind == DatabaseKind.Sqlite) return;
        await using var command = Command("select gin_clean_pending_list(inhrelid) from pg_inherits where inhparent = 'catalog_search_words'::regclass");
        await command.ExecuteNonQueryAsync(ct);
    }

    // In how many goods a word stands; a number that is about right is good enough.
    private async Task CountWords(IEnumerable<(Guid Id, SearchEntry Entry)> goods, CancellationToken ct)
    {
        var uses = new Dictionary<string, (string Written, long Uses)>(StringComparer.Ordinal);
        foreach (var word in goods.SelectMany(g => g.Entry.ForSpelling)) uses[word.Stem] = (word.Written, uses.GetValueOrDefault(word.Stem).Uses + 1);
        if (uses.Count == 0) return;
        const string Conflict = "on conflict (stem) do update set uses = catalog_search_word.uses + excluded.uses";
        // In one order everywhere, so that nodes wait for each other and never in a circle.
        var ordered = uses.OrderBy(u => u.Key, StringComparer.Ordinal).ToList();
        if (kind == DatabaseKind.Postgres)
        {
            await using var command = Command($"insert into catalog_search_word (stem, written, uses) select * from unnest(@stems, @written, @uses) {Conflict}");
            Bind(command, "@stems", ordered.Select(u => u.Key).ToArray());
            Bind(command, "@written", ordered.Select(u => u.Value.Written).ToArray());
            Bind(command, "@uses", ordered.Select(u => u.Value.Uses).ToArray());
            await command.ExecuteNonQueryAsync(ct);
            return;
        }
        foreach (var (stem, (written, count)) in ordered)
        {
            await Run($"insert into catalog_search_word (stem, written, uses) values (@stem, @written, @uses) {Conflict}", ct, ("@stem", stem), ("@written", written), ("@uses", count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values) await command.DisposeAsync();
    }

    private SearchText TextOf(DbDataReader reader)
    {
        var categories = TextAt(reader, 5).Split(BetweenNames);
        var shop = kind == DatabaseKind.Sqlite ? new Guid((byte[])reader.GetValue(7), true) : reader.GetGuid(7);
        return new SearchText(reader.GetString(1), $"{reader.GetString(2)} {reader.GetString(3)} {string.Join(' ', categories)} {TextAt(reader, 6)}", reader.GetString(4), SearchTags.Of(shop, categories));
    }

    private static string TextAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    private static string Text(IReadOnlyList<SearchWord> words) => string.Join(' ', words.Select(w => w.Stem));

    private async Task<int> Run(string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = prepared[sql] = Command(sql);
            foreach (var (name, value) in values) Bind(command, name, value);
        }
        foreach (var (name, value) in values) command.Parameters[name].Value = value is Guid id ? Bulk.Key(kind, id) : value;
        return await command.ExecuteNonQueryAsync(ct);
    }

    private DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        (command.CommandText, command.Transaction) = (sql, transaction);
#pragma warning restore CA2100
        return command;
    }

    private DbParameter Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value is Guid id ? Bulk.Key(kind, id) : value);
        command.Parameters.Add(parameter);
        return parameter;
    }
}
