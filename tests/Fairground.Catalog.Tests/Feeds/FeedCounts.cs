using System.Text.Json;
using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>What came out of a feed, counted; the same numbers that <c>count_feeds.py</c> works out from the file by itself.</summary>
internal sealed record FeedCounts
{
    public string Format { get; set; } = "";

    public string Encoding { get; set; } = "";

    /// <summary>Different goods by their keys.</summary>
    public int Products { get; set; }

    /// <summary>Goods whose key stood in the file before.</summary>
    public int Repeated { get; set; }

    /// <summary>Ways to buy: offers of goods, and variants that stand apart.</summary>
    public int Variants { get; set; }

    public int Pictures { get; set; }

    public int Patches { get; set; }

    public int Categories { get; set; }

    public int Deleted { get; set; }

    public SortedDictionary<string, int> Problems { get; set; } = new(StringComparer.Ordinal);

    public static FeedFile FileOf(byte[] bytes, FeedEncoding encoding) => new(() => new MemoryStream(bytes), encoding);

    /// <summary>Reads a feed as an import does: finds out its nature, checks it, reads it.</summary>
    public static async Task<(FeedCounts Counts, List<FeedRecord> Records)> Of(string name, byte[] bytes, DateTimeOffset now, CancellationToken ct)
    {
        var counts = new FeedCounts();
        var records = new List<FeedRecord>();
        var looked = await FeedOpening.Look(() => new MemoryStream(bytes), name, new FeedWishes(null, null, null), ct);
        if (looked.Refused)
        {
            counts.Problems[looked.Refusal!.Code] = 1;
            return (counts, records);
        }
        var nature = looked.Value;
        (counts.Format, counts.Encoding) = (nature.Format.Name, nature.Encoding.Name);
        var file = FileOf(bytes, nature.Encoding);
        if (await nature.Format.Check(file, ct) is { } fault)
        {
            counts.Problems[$"fault at line {fault.Line}"] = 1;
            return (counts, records);
        }
        await foreach (var record in nature.Format.Read(file, new FeedReadOptions(nature.Separator, now), ct)) records.Add(record);
        counts.Add(records);
        return (counts, records);
    }

    public string Json() => JsonSerializer.Serialize(this);

    private void Add(List<FeedRecord> records)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (record is FeedProblem problem) Problems[problem.Code] = Problems.GetValueOrDefault(problem.Code) + 1;
            else if (record is FeedVariant) Variants++;
            else if (record is FeedPatch) Patches++;
            else if (record is FeedCategory) Categories++;
            if (record is not FeedProduct product) continue;
            if (!keys.Add(product.Key))
            {
                if (!product.MayRepeat) Repeated++;
                continue;
            }
            Products++;
            Variants += product.Variants.Count;
            Pictures += product.Pictures.Count;
            if (product.Deleted) Deleted++;
        }
    }
}
