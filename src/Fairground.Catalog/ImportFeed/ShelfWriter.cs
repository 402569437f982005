using System.Data.Common;
using Fairground.Catalog.CleanHtml;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Npgsql;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What became of a batch.</summary>
internal sealed record BatchOutcome(int Created, int Updated, int Unchanged, IReadOnlyList<FeedProblem> Problems, IReadOnlyList<Guid> Ids);

/// <summary>Compares a batch of goods with the shelf and writes what differs, in one transaction.</summary>
internal sealed class ShelfWriter(Kernel.Storage.Database database, Shop shop, IPriceFreeze freeze)
{
    private readonly Bulk products = new("catalog_product", "id",
        new("id", Kind.Id), new("shop_id", Kind.Id), new("source_key", Kind.Text, Keep: true), new("slug", Kind.Text), new("sku", Kind.Text), new("name", Kind.Text), new("name_lower", Kind.Text),
        new("vendor", Kind.Text), new("html", Kind.Text), new("plain", Kind.Text), new("search", Kind.Text), new("category_id", Kind.Id), new("price_minor", Kind.Number), new("compare_at_minor", Kind.Number),
        new("pending_price_minor", Kind.Number), new("currency", Kind.Text, Keep: true), new("active", Kind.Number), new("essential", Kind.Number, Keep: true), new("content_hash", Kind.Text),
        new("created_at", Kind.Number, Keep: true), new("updated_at", Kind.Number));

    private readonly Bulk categories = new("catalog_product_category", "product_id, category_id", new("product_id", Kind.Id), new("category_id", Kind.Id), new("position", Kind.Number));

    private readonly Bulk variants = new("catalog_variant", "id",
        new("id", Kind.Id), new("product_id", Kind.Id), new("position", Kind.Number), new("options", Kind.Text), new("sku", Kind.Text), new("price_minor", Kind.Number), new("compare_at_minor", Kind.Number),
        new("stock", Kind.Number), new("barcode", Kind.Text));

    private readonly Bulk pictures = new("catalog_picture", "id",
        new("id", Kind.Id), new("product_id", Kind.Id), new("position", Kind.Number), new("file_id", Kind.Id), new("source_url", Kind.Text), new("alt", Kind.Text), new("tries", Kind.Number),
        new("fetch_at", Kind.Number), new("error", Kind.Text));

    private sealed record Known(Guid Id, string Hash, long PriceMinor, DateTimeOffset CreatedAt);

    private sealed record KnownPicture(Guid? FileId, int Tries, long? FetchAt, string? Error);

    /// <summary>Writes the batch; <paramref name="also"/> runs in the same transaction, before it commits.</summary>
    public async Task<BatchOutcome> Write(IReadOnlyList<ProductDraft> drafts, DateTimeOffset now, Func<BatchOutcome, DbConnection, DbTransaction, Task> also, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var known = await FindKnown(connection, drafts, ct);
        var hashes = drafts.Select(d => d.Hash()).ToArray();
        var changed = Enumerable.Range(0, drafts.Count).Where(i => !known.TryGetValue(drafts[i].Key, out var old) || old.Hash != hashes[i]).ToList();
        var repriced = changed.Where(i => known.TryGetValue(drafts[i].Key, out var old) && old.PriceMinor != drafts[i].PriceMinor).Select(i => known[drafts[i].Key].Id).ToList();
        var frozen = repriced.Count == 0 ? new HashSet<Guid>() : await freeze.Frozen(repriced, ct);
        var there = changed.Where(i => known.ContainsKey(drafts[i].Key)).Select(i => known[drafts[i].Key].Id).ToList();
        var oldPictures = await FindPictures(connection, there, ct);
        var problems = new List<FeedProblem>();
        foreach (var i in changed)
        {
            var draft = drafts[i];
            var old = known.GetValueOrDefault(draft.Key);
            var held = old is not null && frozen.Contains(old.Id);
            if (held) problems.Add(new FeedProblem(draft.Line, 0, draft.PriceField, CatalogRefusals.PriceFrozen.Code, "Certificates for these goods are on sale: the new price waits until they are no longer.", Rejects: false));
            var id = old?.Id ?? Ids.New();
            Stage(id, draft, hashes[i], held ? old!.PriceMinor : draft.PriceMinor, held ? draft.PriceMinor : null, old?.CreatedAt ?? now, now, oldPictures);
            known[draft.Key] = old ?? new Known(id, hashes[i], draft.PriceMinor, now);
        }
        var outcome = new BatchOutcome(changed.Count - there.Count, there.Count, drafts.Count - changed.Count, problems, [.. drafts.Select(d => known[d.Key].Id)]);
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RemoveParts(connection, transaction, there, ct);
        foreach (var bulk in (Bulk[])[products, categories, variants, pictures]) await bulk.Write(connection, transaction, ct);
        await also(outcome, connection, transaction);
        await transaction.CommitAsync(ct);
        return outcome;
    }

    private void Stage(Guid id, ProductDraft draft, string hash, long price, long? pending, DateTimeOffset created, DateTimeOffset now, Dictionary<(Guid, string), KnownPicture> oldPictures)
    {
        var text = HtmlCleaner.Clean(draft.RawHtml);
        var compareAt = draft.CompareAtMinor > price ? draft.CompareAtMinor : null;
        products.Add(id, shop.Id, draft.Key, Slug.Of(draft.Name), draft.Sku, draft.Name, draft.Name.ToLowerInvariant(), draft.Vendor, text.Html, text.Plain,
            Product.SearchText(draft.Name, draft.Sku, draft.Vendor, text.Plain), draft.Categories.Count > 0 ? draft.Categories[0] : null, price, compareAt, pending, shop.Currency,
            draft.Active, false, hash, created, now);
        for (var i = 0; i < draft.Categories.Count; i++) categories.Add(id, draft.Categories[i], i);
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < draft.Variants.Count; i++)
        {
            var variant = draft.Variants[i];
            // The same options and SKU keep their id from import to import.
            var name = $"{variant.Options}\n{variant.Sku}";
            var again = seen[name] = seen.GetValueOrDefault(name) + 1;
            variants.Add(Ids.Derive("catalog.variant", id.ToString(), name, again.ToString(System.Globalization.CultureInfo.InvariantCulture)), id, i, variant.Options, variant.Sku, variant.PriceMinor, variant.CompareAtMinor, variant.Stock, variant.Barcode);
        }
        for (var i = 0; i < draft.Pictures.Count; i++)
        {
            var picture = draft.Pictures[i];
            var old = oldPictures.GetValueOrDefault((id, picture.Source));
            var file = picture.FileId ?? old?.FileId;
            long? fetchAt = file is null && picture.IsRemote ? old is { FetchAt: null } ? null : old?.FetchAt ?? now.ToUnixTimeMilliseconds() : null;
            pictures.Add(Ids.Derive("catalog.picture", id.ToString(), picture.Source), id, i, file, picture.Source, picture.Alt, old?.Tries ?? 0, fetchAt, old?.Error);
        }
    }

    private async Task<Dictionary<string, Known>> FindKnown(DbConnection connection, IReadOnlyList<ProductDraft> drafts, CancellationToken ct)
    {
        var known = new Dictionary<string, Known>(drafts.Count, StringComparer.Ordinal);
        await using var command = connection.CreateCommand();
        const string Columns = "select id, source_key, content_hash, price_minor, created_at from catalog_product where shop_id = @shop";
        command.CommandText = database.Kind == DatabaseKind.Postgres ? $"{Columns} and source_key = any(@key)" : $"{Columns} and source_key = @key";
        Bind(command, "@shop", Bulk.Key(database.Kind, shop.Id));
        var key = Bind(command, "@key", database.Kind == DatabaseKind.Postgres ? drafts.Select(d => d.Key).ToArray() : "");
        foreach (var draft in drafts)
        {
            if (database.Kind == DatabaseKind.Sqlite) key.Value = draft.Key;
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) known[reader.GetString(1)] = new Known(Id(reader, 0), reader.GetString(2), reader.GetInt64(3), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)));
            if (database.Kind == DatabaseKind.Postgres) break;
        }
        return known;
    }

    // What has been fetched from an address is not fetched again.
    private async Task<Dictionary<(Guid, string), KnownPicture>> FindPictures(DbConnection connection, List<Guid> ids, CancellationToken ct)
    {
        var found = new Dictionary<(Guid, string), KnownPicture>();
        if (ids.Count == 0) return found;
        await using var command = connection.CreateCommand();
        const string Columns = "select product_id, source_url, file_id, tries, fetch_at, error from catalog_picture where source_url is not null";
        command.CommandText = database.Kind == DatabaseKind.Postgres ? $"{Columns} and product_id = any(@id)" : $"{Columns} and product_id = @id";
        var parameter = Bind(command, "@id", database.Kind == DatabaseKind.Postgres ? ids.ToArray() : Array.Empty<byte>());
        foreach (var id in ids)
        {
            if (database.Kind == DatabaseKind.Sqlite) parameter.Value = id.ToByteArray(true);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                found[(Id(reader, 0), reader.GetString(1))] = new KnownPicture(reader.IsDBNull(2) ? null : Id(reader, 2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetString(5));
            }
            if (database.Kind == DatabaseKind.Postgres) break;
        }
        return found;
    }

    // Pictures that staff added by hand have no source and stay.
    private async Task RemoveParts(DbConnection connection, DbTransaction transaction, List<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return;
        foreach (var table in (string[])["catalog_variant", "catalog_product_category", "catalog_picture"])
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            var where = database.Kind == DatabaseKind.Postgres ? "product_id = any(@id)" : "product_id = @id";
#pragma warning disable CA2100 // Constants above.
            command.CommandText = $"delete from {table} where {where}{(table == "catalog_picture" ? " and source_url is not null" : "")}";
#pragma warning restore CA2100
            var parameter = Bind(command, "@id", database.Kind == DatabaseKind.Postgres ? ids.ToArray() : Array.Empty<byte>());
            if (command is NpgsqlCommand)
            {
                await command.ExecuteNonQueryAsync(ct);
                continue;
            }
            foreach (var id in ids)
            {
                parameter.Value = id.ToByteArray(true);
                await command.ExecuteNonQueryAsync(ct);
            }
        }
    }

    private Guid Id(DbDataReader reader, int column) => database.Kind == DatabaseKind.Sqlite ? new Guid((byte[])reader.GetValue(column), true) : reader.GetGuid(column);

    private static DbParameter Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }
}
