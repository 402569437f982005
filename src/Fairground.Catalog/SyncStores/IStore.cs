using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Kernel;

namespace Fairground.Catalog.SyncStores;

/// <summary>A shop system that is asked over its own interface.</summary>
internal interface IStore
{
    /// <summary>ISO 4217 of its prices, or null where it does not tell.</summary>
    Task<Result<string?>> Currency(CancellationToken ct);

    /// <summary>Some products, whole, in a lasting order.</summary>
    /// <param name="next">Where the page before left off; null for the first.</param>
    /// <param name="since">Only what was changed since; null for all.</param>
    Task<Result<StorePage>> Page(string? next, DateTimeOffset? since, CancellationToken ct);

    /// <summary>One product, whole, as it is now; null where it is gone.</summary>
    Task<Result<StoreProduct?>> Find(string remoteId, CancellationToken ct);

    /// <summary>What a webhook tells; null where it tells nothing of goods. Throws <see cref="JsonException"/> where it cannot be read.</summary>
    Task<Result<StoreNews?>> Read(string topic, JsonElement body, CancellationToken ct);
}

/// <param name="Next">Where the next page begins, or null.</param>
/// <param name="Total">How many there are in all, where the store says.</param>
/// <param name="At">The store's clock.</param>
internal sealed record StorePage(IReadOnlyList<StoreProduct> Products, string? Next, long? Total, DateTimeOffset? At);

/// <summary>A product as the store has it.</summary>
/// <param name="KeyWish">What feeds of such a store know it by, so that goods imported from one are met again.</param>
/// <param name="Goods">Null where it is nothing that can be sold by itself.</param>
internal sealed record StoreProduct(string RemoteId, string KeyWish, DateTimeOffset ModifiedAt, StoreGoods? Goods)
{
    /// <summary>What the store counts its pieces under, where news of the stock names that and not the product.</summary>
    public IReadOnlyList<string> StockIds { get; init; } = [];
}

/// <summary>What a webhook tells of one product.</summary>
/// <param name="Product">Null where it was deleted, or must be asked for.</param>
/// <param name="Ask">The store must be asked: the news is not the whole product.</param>
internal sealed record StoreNews(string RemoteId, bool Deleted, StoreProduct? Product, bool Ask)
{
    /// <summary>The stock was changed of what the store counts under this; which product that is, only we know.</summary>
    public string? StockId { get; init; }

    /// <summary>When the stock was changed, by the store's clock.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Goods in the shape of our own feed (format <c>json</c>); what is null is not spoken of.</summary>
internal sealed record StoreGoods
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Key { get; init; } = "";

    public string? Name { get; init; }

    public string? Sku { get; init; }

    public string? Vendor { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    public string? Price { get; init; }

    public string? CompareAt { get; init; }

    public string? Currency { get; init; }

    public string? Stock { get; init; }

    public string? Barcode { get; init; }

    public bool? Active { get; init; }

    public bool? Deleted { get; init; }

    public IReadOnlyList<StoreWord>? Attributes { get; init; }

    public IReadOnlyList<StoreVariant>? Variants { get; init; }

    public IReadOnlyList<StorePicture>? Pictures { get; init; }

    /// <summary>The prices it says, of its variants or its own.</summary>
    [JsonIgnore]
    public IEnumerable<string> Prices => Variants is { Count: > 0 } ? Variants.Select(v => v.Price ?? "") : [Price ?? ""];

    /// <summary>One line of the feed.</summary>
    public string Line(string key) => JsonSerializer.Serialize(this with { Key = key }, Options) + "\n";

    public static StoreGoods Gone { get; } = new() { Deleted = true };
}

internal sealed record StoreVariant(string Key, string? Sku, string? Price, string? CompareAt, string? Stock, string? Barcode, IReadOnlyList<StoreWord> Options);

internal sealed record StoreWord(string Name, string Value);

internal sealed record StorePicture(string Url, string? Alt);
