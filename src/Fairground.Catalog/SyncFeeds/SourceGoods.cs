using System.Data.Common;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Remembers which source spoke of which goods.</summary>
internal static class SourceGoods
{
    /// <summary>Marks the goods of these keys as the source's; those that are so already are not written.</summary>
    public static async Task Mark(DatabaseKind kind, DbConnection connection, DbTransaction transaction, Guid shopId, Guid sourceId, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        if (keys.Count == 0) return;
        var shelf = new ShelfReader(kind, connection, transaction);
        await using var command = shelf.Command($"update catalog_product set source_id = @source where shop_id = @shop and source_key {shelf.In("@keys", isId: false)} and (source_id is null or source_id <> @source)");
        ShelfReader.Bind(command, "@source", Bulk.Key(kind, sourceId));
        ShelfReader.Bind(command, "@shop", Bulk.Key(kind, shopId));
        ShelfReader.Bind(command, "@keys", shelf.Keys(keys));
        await command.ExecuteNonQueryAsync(ct);
    }
}
