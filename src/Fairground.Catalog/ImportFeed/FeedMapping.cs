using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What a shop said of the columns of its plain tables; the next table with the same columns is read so without asking.</summary>
internal sealed class FeedMapping
{
    /// <summary>Tables of one shop that are remembered.</summary>
    public const int MostRemembered = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>JSON, our field to the column's name.</summary>
    public required string Mapping { get; set; }

    public DateTimeOffset UsedAt { get; set; }

    public Guid? ChangedBy { get; set; }

    /// <summary>True where the format's columns are the shop's own to name.</summary>
    public static bool Fits(string format) => format.StartsWith("table-", StringComparison.Ordinal);

    public static IReadOnlyDictionary<string, string> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json, Json) ?? [];

    public static string Write(IReadOnlyDictionary<string, string> mapping) => JsonSerializer.Serialize(mapping, Json);

    /// <summary>Takes what is a field of ours with a column's name, empty where no column is it; refuses with <c>import.mapping_invalid</c> where a field is none.</summary>
    public static Result<IReadOnlyDictionary<string, string>> Checked(IEnumerable<KeyValuePair<string, string?>> given)
    {
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, column) in given)
        {
            if (field is not ("sheet" or "price_type") && !TableColumns.Words.ContainsKey(field)) return CatalogRefusals.MappingInvalid.Saying($"There is no field '{field}'. Known are: {string.Join(", ", TableColumns.Words.Keys)}, sheet, price_type.", ("field", "mapping"));
            if (column?.Length > 300) return CatalogRefusals.MappingInvalid;
            mapping[field] = column?.Trim() ?? "";
        }
        return mapping;
    }

    /// <summary>The newest of the shop's mappings whose columns this table has, or null.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> Remembered(CatalogContext catalog, Guid shopId, FeedNature nature, Func<Stream> open, CancellationToken ct)
    {
        if (!Fits(nature.Format.Name)) return null;
        var known = await catalog.FeedMappings.AsNoTracking().Where(m => m.ShopId == shopId).OrderByDescending(m => m.UsedAt).Take(MostRemembered).ToListAsync(ct);
        if (known.Count == 0) return null;
        var first = await FeedLook.Rows(new FeedFile(open, nature.Encoding), nature, "", TableGoods.MostRowsBeforeHeader, ct);
        return known.Select(m => Read(m.Mapping)).FirstOrDefault(m => first.Exists(row => HasAll(row.Cells, m)));
    }

    /// <summary>Keeps what the shop said for the next time.</summary>
    public static async Task Remember(CatalogContext catalog, Guid shopId, IReadOnlyDictionary<string, string> mapping, Guid? by, DateTimeOffset now, CancellationToken ct)
    {
        if (Columns(mapping).Count == 0) return;
        var known = await catalog.FeedMappings.Where(m => m.ShopId == shopId).OrderByDescending(m => m.UsedAt).ToListAsync(ct);
        var columns = Columns(mapping);
        // The same columns with another meaning: the later word counts.
        if (known.Find(m => Columns(Read(m.Mapping)).SetEquals(columns)) is { } same) (same.Mapping, same.UsedAt, same.ChangedBy) = (Write(mapping), now, by);
        else catalog.FeedMappings.Add(new FeedMapping { Id = Ids.New(), ShopId = shopId, Mapping = Write(mapping), UsedAt = now, ChangedBy = by });
        catalog.FeedMappings.RemoveRange(known.Skip(MostRemembered - 1));
        await catalog.SaveChangesAsync(ct);
    }

    private static bool HasAll(IReadOnlyList<string> cells, IReadOnlyDictionary<string, string> mapping)
    {
        var names = cells.Select(CsvHeader.Normal).ToHashSet(StringComparer.Ordinal);
        return Columns(mapping).IsSubsetOf(names);
    }

    private static HashSet<string> Columns(IReadOnlyDictionary<string, string> mapping) => mapping.Where(m => m.Key is not ("sheet" or "price_type") && m.Value.Length > 0).Select(m => CsvHeader.Normal(m.Value)).ToHashSet(StringComparer.Ordinal);
}

/// <summary>What a shop's system calls a category that it declares in one file and names in another.</summary>
internal sealed class FeedCategoryKey
{
    public Guid ShopId { get; init; }

    public required string FeedKey { get; init; }

    public Guid CategoryId { get; set; }
}
