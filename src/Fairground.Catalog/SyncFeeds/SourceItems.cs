using Fairground.Catalog.ImportFeed;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Writes what is known of stores' products.</summary>
internal static class SourceItems
{
    private const int Batch = 1000;

    /// <summary>In the transaction that the context is in.</summary>
    public static async Task Write(CatalogContext catalog, IReadOnlyList<SourceItem> items, CancellationToken ct)
    {
        foreach (var some in items.Chunk(Batch))
        {
            var rows = new Bulk("catalog_source_item", "source_id, remote_id",
                new("source_id", Kind.Id), new("remote_id", Kind.Text), new("product_key", Kind.Text), new("modified_at", Kind.Number), new("gone_at", Kind.Number), new("walk", Kind.Number), new("stock_ids", Kind.Text));
            foreach (var item in some) rows.Add(item.SourceId, item.RemoteId, item.ProductKey, item.ModifiedAt, item.GoneAt, item.Walk, item.StockIds);
            await rows.Write(catalog.Database.GetDbConnection(), catalog.Database.CurrentTransaction!.GetDbTransaction(), ct);
        }
    }
}
