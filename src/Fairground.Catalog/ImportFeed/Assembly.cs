using System.Runtime.CompilerServices;
using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.ImportFeed;

/// <summary>
/// Puts goods together whose variants stand elsewhere in the file. Everything else passes through at once; only such goods and their
/// variants wait for the end of the file, so the memory used grows with them alone.
/// </summary>
internal static class Assembly
{
    // About half a gigabyte of variants; a feed beyond that is split by its sender.
    private const int MostVariants = 500_000;

    public static async IAsyncEnumerable<FeedRecord> Together(IAsyncEnumerable<FeedRecord> records, [EnumeratorCancellation] CancellationToken ct)
    {
        var parents = new List<FeedProduct>();
        var variants = new List<FeedVariant>();
        await foreach (var record in records.WithCancellation(ct))
        {
            if (record is FeedProduct { VariantsElsewhere: true } parent) parents.Add(parent);
            else if (record is FeedVariant variant && variants.Count < MostVariants) variants.Add(variant);
            else if (record is FeedVariant beyond) yield return Orphan(beyond, $"The file has more than {MostVariants} variants that stand apart from their goods.");
            else yield return record;
        }
        foreach (var record in Join(parents, variants)) yield return record;
    }

    private static IEnumerable<FeedRecord> Join(List<FeedProduct> parents, List<FeedVariant> variants)
    {
        var byName = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < parents.Count; i++)
        {
            byName.TryAdd(parents[i].Key, i);
            foreach (var alias in parents[i].Aliases) byName.TryAdd(alias, i);
        }
        var offers = new List<FeedOffer>?[parents.Count];
        foreach (var variant in variants)
        {
            if (byName.TryGetValue(variant.Parent, out var at)) (offers[at] ??= []).Add(variant.Offer);
            else yield return Orphan(variant, $"The parent '{variant.Parent}' is not in the file.");
        }
        for (var i = 0; i < parents.Count; i++)
        {
            var own = offers[i] ?? [];
            yield return parents[i] with { Variants = own, Rows = parents[i].Rows + own.Count, VariantsElsewhere = false };
        }
    }

    private static FeedProblem Orphan(FeedVariant variant, string text) => new(variant.Line, 1, "Parent", FeedCodes.ParentMissing, text);
}
