using System.Data.Common;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Goods that the shop has under a key, and what a feed last said of them.</summary>
internal sealed record KnownGoods(Guid Id, string Hash);

/// <summary>Reads many goods at once, as an import needs them: one statement a table, with the keys as an array.</summary>
internal sealed class ShelfReader(DatabaseKind kind, DbConnection connection, DbTransaction? transaction = null)
{
    private const string ProductColumns = """
        id, source_key, name, sku, vendor, html, plain, price_minor, compare_at_minor, pending_price_minor, active, listed, content_hash, created_at, updated_at, created_import, changed_by, pending_since, essential
        """;

    /// <summary>Those of the keys that the shop has goods for.</summary>
    public async Task<Dictionary<string, KnownGoods>> Find(Guid shopId, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var known = new Dictionary<string, KnownGoods>(keys.Count, StringComparer.Ordinal);
        await using var command = Command($"select source_key, id, content_hash from catalog_product where shop_id = @shop and source_key {In("@keys", isId: false)}");
        Bind(command, "@shop", Bulk.Key(kind, shopId));
        Bind(command, "@keys", Keys(keys));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) known[reader.GetString(0)] = new KnownGoods(Id(reader, 1), reader.GetString(2));
        return known;
    }

    /// <summary>Those of the names that goods were imported with beside their key.</summary>
    public async Task<Dictionary<string, KnownGoods>> FindByAlias(Guid shopId, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var known = new Dictionary<string, KnownGoods>(StringComparer.Ordinal);
        if (names.Count == 0) return known;
        await using var command = Command($"select a.alias, p.id, p.content_hash from catalog_product_alias a join catalog_product p on p.id = a.product_id where a.shop_id = @shop and a.alias {In("@keys", isId: false)}");
        Bind(command, "@shop", Bulk.Key(kind, shopId));
        Bind(command, "@keys", Keys(names));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) known[reader.GetString(0)] = new KnownGoods(Id(reader, 1), reader.GetString(2));
        return known;
    }

    /// <summary>Goods as they stand; with <paramref name="whole"/> false, without pictures and properties.</summary>
    public async Task<Dictionary<Guid, GoodsState>> Load(IReadOnlyCollection<Guid> ids, bool whole, CancellationToken ct)
    {
        var found = new Dictionary<Guid, GoodsState>(ids.Count);
        if (ids.Count == 0) return found;
        var variants = (await Rows("select product_id, id, source_key, options, sku, price_minor, compare_at_minor, stock, barcode from catalog_variant", "position", ids, Variant, ct)).ToLookup(r => r.Of, r => r.Row);
        // The main one stands in the row of the goods too, which is written whatever of it changes.
        var categories = (await Rows("select product_id, category_id from catalog_product_category", "position", ids, r => Id(r, 1), ct)).ToLookup(r => r.Of, r => r.Row);
        var pictures = (whole ? await Rows("select product_id, id, source_url, file_id, alt, tries, fetch_at, error from catalog_picture", "position, id", ids, Picture, ct, " and source_url is not null") : []).ToLookup(r => r.Of, r => r.Row);
        var attributes = (whole ? await Rows("select product_id, name, value, unit from catalog_attribute", "position", ids, r => new FeedAttribute(r.GetString(1), r.GetString(2), r.GetString(3)), ct) : []).ToLookup(r => r.Of, r => r.Row);
        await using var command = Command($"select {ProductColumns} from catalog_product where id {In("@ids", isId: true)}");
        Bind(command, "@ids", Ids(ids));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var goods = Product(reader);
            found[goods.Id] = goods with { Variants = [.. variants[goods.Id]], Categories = [.. categories[goods.Id]], Pictures = [.. pictures[goods.Id]], Attributes = [.. attributes[goods.Id]] };
        }
        return found;
    }

    /// <summary>When each was changed last; the rows stay locked until the transaction ends.</summary>
    public async Task<Dictionary<Guid, (DateTimeOffset UpdatedAt, Guid? ChangedBy)>> Lock(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var found = new Dictionary<Guid, (DateTimeOffset, Guid?)>(ids.Count);
        if (ids.Count == 0) return found;
        await using var command = Command($"select id, updated_at, changed_by from catalog_product where id {In("@ids", isId: true)}{(kind == DatabaseKind.Postgres ? " order by id for update" : "")}");
        Bind(command, "@ids", Ids(ids));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found[Id(reader, 0)] = (DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), MaybeId(reader, 2));
        return found;
    }

    /// <summary>
    /// What these categories are called, with those above them; on both engines nobody renames or merges one from here until the transaction ends.
    /// Those that are not among the names are gone.
    /// </summary>
    public async Task<Dictionary<Guid, string>> HoldNames(IReadOnlyCollection<Guid> categories, CancellationToken ct)
    {
        // Also where no category is concerned: whoever renames holds the tree and then notes goods, in the order in which an import does.
        if (kind == DatabaseKind.Postgres)
        {
            await using var hold = Command("lock table catalog_category in row exclusive mode");
            await hold.ExecuteNonQueryAsync(ct);
        }
        var names = new Dictionary<Guid, string>(categories.Count);
        if (categories.Count == 0) return names;
        await using var command = Command($"select id, full_name from catalog_category where id {In("@ids", isId: true)}");
        Bind(command, "@ids", Ids(categories));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) names[Id(reader, 0)] = reader.GetString(1);
        return names;
    }

    /// <summary>The category that stands at this path now, or that was merged away from there; null where there is neither.</summary>
    public async Task<Guid?> LedTo(string path, CancellationToken ct)
    {
        await using var command = Command("select id, 0 as way from catalog_category where path = @path union all select category_id, 1 from catalog_category_former where path = @path order by way limit 1");
        Bind(command, "@path", path);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Id(reader, 0) : null;
    }

    /// <summary>What an import did to these goods.</summary>
    public async Task<List<(Guid ProductId, string Before)>> Changes(Guid importId, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var command = Command($"select product_id, before from catalog_import_change where import_id = @import and product_id {In("@ids", isId: true)}");
        Bind(command, "@import", Bulk.Key(kind, importId));
        Bind(command, "@ids", Ids(ids));
        var found = new List<(Guid, string)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.Add((Id(reader, 0), reader.GetString(1)));
        return found;
    }

    /// <summary>The condition that a column is one of many values.</summary>
    public string In(string parameter, bool isId) => kind == DatabaseKind.Postgres
        ? $"= any({parameter})"
        : isId ? $"in (select unhex(value) from json_each({parameter}))" : $"in (select value from json_each({parameter}))";

    /// <summary>Many ids as one parameter.</summary>
    public object Ids(IReadOnlyCollection<Guid> ids) => kind == DatabaseKind.Postgres ? ids.ToArray() : JsonSerializer.Serialize(ids.Select(id => id.ToString("n")));

    public DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Column and table names are constants; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public static void Bind(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
        command.Parameters.Add(parameter);
    }

    public object Keys(IReadOnlyCollection<string> keys) => kind == DatabaseKind.Postgres ? keys.ToArray() : JsonSerializer.Serialize(keys);

    private async Task<List<(Guid Of, T Row)>> Rows<T>(string select, string order, IReadOnlyCollection<Guid> ids, Func<DbDataReader, T> read, CancellationToken ct, string and = "")
    {
        await using var command = Command($"{select} where product_id {In("@ids", isId: true)}{and} order by product_id, {order}");
        Bind(command, "@ids", Ids(ids));
        var rows = new List<(Guid, T)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add((Id(reader, 0), read(reader)));
        return rows;
    }

    private GoodsState Product(DbDataReader r) => new(Id(r, 0), r.GetString(1))
    {
        Name = r.GetString(2), Sku = r.GetString(3), Vendor = r.GetString(4), Html = r.GetString(5), Plain = r.GetString(6), PriceMinor = r.GetInt64(7), CompareAtMinor = Number(r, 8),
        PendingPriceMinor = Number(r, 9), Active = r.GetInt64(10) == 1, Listed = r.GetInt64(11) == 1, Hash = r.GetString(12), CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(13)),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(14)), CreatedImport = MaybeId(r, 15), ChangedBy = MaybeId(r, 16),
        PendingSince = Number(r, 17) is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null, Essential = r.GetInt64(18) == 1,
    };

    private VariantState Variant(DbDataReader r) => new(Id(r, 1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), Number(r, 6), Number(r, 7), r.GetString(8));

    private PictureState Picture(DbDataReader r) => new(
        Id(r, 1), r.GetString(2), MaybeId(r, 3), r.GetString(4), r.GetInt32(5), Number(r, 6) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, r.IsDBNull(7) ? null : r.GetString(7));

    private static long? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private Guid? MaybeId(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : Id(reader, column);

    private Guid Id(DbDataReader reader, int column) => kind == DatabaseKind.Sqlite ? new Guid((byte[])reader.GetValue(column), true) : reader.GetGuid(column);
}
