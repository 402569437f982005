using System.Runtime.CompilerServices;
using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.ImportFeed;

/// <summary>
/// Puts goods together whose parts stand apart in the file. Everything else passes through at once; such goods, their variants and bare
/// changes wait in the scratch file for the feed's end, so that parents may stand after their children.
/// </summary>
internal static class Assembly
{
    /// <summary>Gives products, facts, problems and, at the end, <see cref="FeedAdditions"/>; each key once.</summary>
    public static async IAsyncEnumerable<FeedRecord> Together(IAsyncEnumerable<FeedRecord> records, ImportScratch scratch, Action<int> count, [EnumeratorCancellation] CancellationToken ct)
    {
        var waiting = false;
        await foreach (var read in records.WithCancellation(ct))
        {
            var record = WithoutZeros(read);
            count(record.Rows);
            if (record is FeedVariant variant) scratch.Wait(variant);
            else if (record is FeedPatch patch) scratch.Wait(patch);
            else if (record is not FeedProduct product)
            {
                yield return record;
                continue;
            }
            else if (!scratch.See(product.Key))
            {
                if (!product.MayRepeat) yield return Twice(product);
                continue;
            }
            else if (!Waits(product))
            {
                yield return product;
                continue;
            }
            else scratch.Wait(product);
            waiting = true;
        }
        if (!waiting) yield break;
        foreach (var record in scratch.Joined()) yield return record;
    }

    // A zero character is kept by one database and refused by the other: goods are known by their key without it.
    private static FeedRecord WithoutZeros(FeedRecord record) => record switch
    {
        FeedProduct product when product.Key.Contains('\0', StringComparison.Ordinal) => product with { Key = FeedText.WithoutZeros(product.Key) },
        FeedVariant variant when variant.Parent.Contains('\0', StringComparison.Ordinal) => variant with { Parent = FeedText.WithoutZeros(variant.Parent) },
        FeedPatch patch when patch.Key.Contains('\0', StringComparison.Ordinal) => patch with { Key = FeedText.WithoutZeros(patch.Key) },
        FeedCategory category when category.Key.Contains('\0', StringComparison.Ordinal) => category with { Key = FeedText.WithoutZeros(category.Key) },
        _ => record,
    };

    // Goods without a price may get it further down in the same file.
    private static bool Waits(FeedProduct product) =>
        product.VariantsElsewhere || (!product.Deleted && product.Parts.HasFlag(FeedParts.Name) && !product.Parts.HasFlag(FeedParts.Price));

    private static FeedProblem Twice(FeedProduct product) =>
        new(product.Line, product.Rows, "Key", FeedCodes.KeyTwice, Fill(Key("'{0}' stands in the file before; this time it is left out."), product.Key));
}
