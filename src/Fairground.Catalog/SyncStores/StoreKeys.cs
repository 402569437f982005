namespace Fairground.Catalog.SyncStores;

/// <summary>
/// What goods of ours a store's products are. A product keeps its key for good, whatever is renamed in the store; a new one takes the key
/// that a feed would give it, so that goods imported before are met again, unless another product has that.
/// </summary>
internal sealed class StoreKeys
{
    private readonly Dictionary<string, string> byRemote = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public StoreKeys(IEnumerable<SourceItem> items)
    {
        foreach (var item in items)
        {
            byRemote[item.RemoteId] = item.ProductKey;
            taken.Add(item.ProductKey);
        }
    }

    public string Of(StoreProduct product)
    {
        if (byRemote.TryGetValue(product.RemoteId, out var key)) return key;
        key = product.KeyWish.Length is > 0 and <= 200 && taken.Add(product.KeyWish) ? product.KeyWish : $"id:{product.RemoteId}";
        taken.Add(key);
        return byRemote[product.RemoteId] = key;
    }
}
