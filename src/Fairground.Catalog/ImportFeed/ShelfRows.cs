using System.Data.Common;
using Fairground.Catalog.KeepHistory;
using Fairground.Kernel;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.ImportFeed;

/// <summary>The rows that goods become, gathered for one transaction.</summary>
internal sealed class ShelfRows(DatabaseKind kind, Shop shop, Guid importId)
{
    private readonly Bulk products = new("catalog_product", "id",
        new("id", Kind.Id), new("shop_id", Kind.Id), new("source_key", Kind.Text, Keep: true), new("slug", Kind.Text), new("sku", Kind.Text), new("name", Kind.Text), new("name_lower", Kind.Text),
        new("vendor", Kind.Text), new("html", Kind.Text), new("plain", Kind.Text), new("search", Kind.Text, Keep: true), new("category_id", Kind.Id), new("price_minor", Kind.Number), new("compare_at_minor", Kind.Number),
        new("pending_price_minor", Kind.Number), new("pending_since", Kind.Number), new("currency", Kind.Text, Keep: true), new("active", Kind.Small), new("listed", Kind.Small), new("essential", Kind.Small),
        new("content_hash", Kind.Text), new("created_at", Kind.Number, Keep: true), new("updated_at", Kind.Number), new("created_import", Kind.Id, Keep: true), new("changed_by", Kind.Id), new("words_written", Kind.Small, Keep: true));

    private readonly Bulk categories = new("catalog_product_category", "product_id, category_id", new("product_id", Kind.Id), new("category_id", Kind.Id), new("position", Kind.Small));

    private readonly Bulk variants = new("catalog_variant", "id",
        new("id", Kind.Id), new("product_id", Kind.Id), new("position", Kind.Small), new("source_key", Kind.Text), new("options", Kind.Text), new("sku", Kind.Text), new("price_minor", Kind.Number),
        new("compare_at_minor", Kind.Number), new("stock", Kind.Number), new("barcode", Kind.Text));

    private readonly Bulk pictures = new("catalog_picture", "id",
        new("id", Kind.Id), new("product_id", Kind.Id), new("position", Kind.Small), new("file_id", Kind.Id), new("source_url", Kind.Text), new("alt", Kind.Text), new("tries", Kind.Small),
        new("fetch_at", Kind.Number), new("error", Kind.Text));

    private readonly Bulk attributes = new("catalog_attribute", "product_id, position",
        new("product_id", Kind.Id), new("position", Kind.Small), new("name", Kind.Text), new("value", Kind.Text), new("unit", Kind.Text));

    private readonly Bulk aliases = new("catalog_product_alias", "shop_id, alias", new("shop_id", Kind.Id), new("alias", Kind.Text), new("product_id", Kind.Id));

    private readonly Bulk changes = new("catalog_import_change", "import_id, product_id",
        new("import_id", Kind.Id), new("product_id", Kind.Id), new("kind", Kind.Text), new("before", Kind.Text), new("undone", Kind.Number));

    private readonly Bulk history = new("catalog_history", "id",
        new("id", Kind.Id), new("product_id", Kind.Id), new("variant_id", Kind.Id), new("until", Kind.Number), new("price_minor", Kind.Number), new("stock", Kind.Number), new("ended_by", Kind.Text));

    private readonly Dictionary<string, List<Guid>> stale = new(StringComparer.Ordinal);

    /// <summary>Gathers new and changed goods, with what they were before where they are changed. New ones need their words written beside (<see cref="SearchGoods.SearchStore"/>).</summary>
    /// <param name="former">What goods were before this import changed them for the first time, where it does so again.</param>
    public void Stage(IEnumerable<PlannedGoods> goods, IReadOnlyDictionary<Guid, FormerGoods> former)
    {
        foreach (var planned in goods)
        {
            Stage(planned.Old, planned.Next, withWords: planned.Old is null);
            foreach (var alias in planned.Draft.Aliases) aliases.Add(shop.Id, alias, planned.Next.Id);
            if (planned.Old is not { } old || old.CreatedImport == importId) continue;
            var first = former.TryGetValue(old.Id, out var image) ? image.Over(old) : old;
            changes.Add(importId, old.Id, ChangeKind.Changed, FormerGoods.Json(first, planned.Next), false);
        }
    }

    /// <summary>Gathers the mark that what an import did to goods is undone.</summary>
    public void Undone(Guid productId, string change, string before) => changes.Add(importId, productId, change, before, true);

    /// <summary>Gathers the rows of goods; parts that are as they were are left alone.</summary>
    /// <param name="withWords">Whoever stages new goods writes their words into the search in the same transaction.</param>
    public void Stage(GoodsState? old, GoodsState goods, bool withWords = false)
    {
        var id = goods.Id;
        if (old is not null)
        {
            foreach (var (variant, price, stock) in GoodsHistory.Ended(old, goods)) history.Add(Ids.New(), id, variant, goods.UpdatedAt, price, stock, importId.ToString());
        }
        products.Add(old is null, id, shop.Id, goods.Key, Slug.Of(goods.Name), goods.Sku, goods.Name, goods.Name.ToLowerInvariant(), goods.Vendor, goods.Html, goods.Plain,
            "", goods.Categories.Count > 0 ? goods.Categories[0] : null, goods.PriceMinor, goods.CompareAtMinor, goods.PendingPriceMinor, Waits(old, goods),
            shop.Currency, goods.Active, goods.Listed, goods.Essential, goods.Hash, goods.CreatedAt, goods.UpdatedAt, goods.CreatedImport, goods.ChangedBy, withWords);
        if (Differs("catalog_product_category", old?.Categories, goods.Categories, id))
        {
            for (var i = 0; i < goods.Categories.Count; i++) categories.Add(old is null, id, goods.Categories[i], i);
        }
        if (Differs("catalog_variant", old?.Variants, goods.Variants, id))
        {
            for (var i = 0; i < goods.Variants.Count; i++)
            {
                var v = goods.Variants[i];
                variants.Add(old is null, v.Id, id, i, v.Key, v.Options, v.Sku, v.PriceMinor, v.CompareAtMinor, v.Stock, v.Barcode);
            }
        }
        if (Differs("catalog_picture", old?.Pictures, goods.Pictures, id))
        {
            for (var i = 0; i < goods.Pictures.Count; i++)
            {
                var p = goods.Pictures[i];
                pictures.Add(old is null, p.Id, id, i, p.FileId, p.Source, p.Alt, p.Tries, p.FetchAt, p.Error);
            }
        }
        if (!Differs("catalog_attribute", old?.Attributes, goods.Attributes, id)) return;
        for (var i = 0; i < goods.Attributes.Count; i++) attributes.Add(old is null, id, i, goods.Attributes[i].Name, goods.Attributes[i].Value, goods.Attributes[i].Unit);
    }

    /// <summary>Writes what was gathered, and forgets it.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        var shelf = new ShelfReader(kind, connection, transaction);
        foreach (var (table, ids) in stale)
        {
            // Pictures that staff added by hand have no source and stay.
            await using var command = shelf.Command($"delete from {table} where product_id {shelf.In("@ids", isId: true)}{(table == "catalog_picture" ? " and source_url is not null" : "")}");
            ShelfReader.Bind(command, "@ids", shelf.Ids(ids));
            await command.ExecuteNonQueryAsync(ct);
        }
        // Categories and properties are among the words of goods, and their tables note no change. In the order in which all note goods, so that two never
        // wait for each other.
        var found = stale.Where(s => s.Key is "catalog_product_category" or "catalog_attribute").SelectMany(s => s.Value).Distinct().ToList();
        if (found.Count > 0)
        {
            await using var command = shelf.Command($"insert into catalog_search_stale (product_id) select id from catalog_product where id {shelf.In("@ids", isId: true)} order by id on conflict do nothing");
            ShelfReader.Bind(command, "@ids", shelf.Ids(found));
            await command.ExecuteNonQueryAsync(ct);
        }
        stale.Clear();
        foreach (var bulk in All) await bulk.Write(connection, transaction, ct);
    }

    /// <summary>Notes what a feed said of goods that it leaves as they are, so that next time the note alone decides.</summary>
    public async Task Refresh(DbConnection connection, DbTransaction transaction, IReadOnlyList<(Guid Id, string Hash)> hashes, CancellationToken ct)
    {
        if (hashes.Count == 0) return;
        var shelf = new ShelfReader(kind, connection, transaction);
        if (kind == DatabaseKind.Postgres)
        {
            await using var all = shelf.Command("update catalog_product p set content_hash = n.hash from unnest(@ids, @hashes) as n (id, hash) where p.id = n.id");
            ShelfReader.Bind(all, "@ids", hashes.Select(h => h.Id).ToArray());
            ShelfReader.Bind(all, "@hashes", hashes.Select(h => h.Hash).ToArray());
            await all.ExecuteNonQueryAsync(ct);
            return;
        }
        await using var one = shelf.Command("update catalog_product set content_hash = @hash where id = @id");
        ShelfReader.Bind(one, "@hash", "");
        ShelfReader.Bind(one, "@id", Bulk.Key(kind, Guid.Empty));
        foreach (var (id, hash) in hashes)
        {
            (one.Parameters[0].Value, one.Parameters[1].Value) = (hash, Bulk.Key(kind, id));
            await one.ExecuteNonQueryAsync(ct);
        }
    }

    public void Forget()
    {
        stale.Clear();
        foreach (var bulk in All) bulk.Forget();
    }

    // A price that waits already goes on waiting from when it began.
    private static DateTimeOffset? Waits(GoodsState? old, GoodsState goods) =>
        goods.PendingPriceMinor is null ? null : old is { PendingSince: { } since } && old.PendingPriceMinor == goods.PendingPriceMinor ? since : goods.UpdatedAt;

    private Bulk[] All => [products, categories, variants, pictures, attributes, aliases, changes, history];

    private bool Differs<T>(string table, IReadOnlyList<T>? old, IReadOnlyList<T> next, Guid id)
    {
        if (old is null) return next.Count > 0;
        if (ReferenceEquals(old, next) || old.SequenceEqual(next)) return false;
        if (!stale.TryGetValue(table, out var ids)) stale[table] = ids = [];
        ids.Add(id);
        return true;
    }
}
