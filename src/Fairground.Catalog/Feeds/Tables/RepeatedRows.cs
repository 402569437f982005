namespace Fairground.Catalog.Feeds.Tables;

/// <summary>
/// Rows one after another with one code that differ in size or colour: shops that keep their goods in a spreadsheet write them so. They are one product with
/// variants; rows that differ in nothing to choose by stay what they are, and the second is said to stand there twice.
/// </summary>
internal sealed class RepeatedRows
{
    private const int LongestRun = 500;
    private const int MostOptions = 3;

    private readonly List<FeedProduct> run = [];

    /// <summary>Takes a record; gives those that are done.</summary>
    public IEnumerable<FeedRecord> Add(FeedRecord record)
    {
        if (record is not FeedProduct { Variants: [{ Options.Count: 0 }], VariantsElsewhere: false, Deleted: false } goods) return [.. Finish(), record];
        var before = run.Count > 0 && (run[0].Key != goods.Key || run.Count >= LongestRun) ? Finish() : [];
        run.Add(goods);
        return before;
    }

    /// <summary>Gives what waits.</summary>
    public List<FeedRecord> Finish()
    {
        List<FeedRecord> done = run.Count > 1 && Chosen() is { Count: > 0 } names ? [Joined(names)] : [.. run];
        run.Clear();
        return done;
    }

    private FeedProduct Joined(List<string> names) => run[0] with
    {
        Rows = run.Sum(r => r.Rows),
        Active = run.Exists(r => r.Active),
        Variants = [.. run.Select(r => r.Variants[0] with { Stock = r.Active ? r.Variants[0].Stock : "0", Options = [.. names.Select(n => new FeedOption(n, Value(r, n))).Where(o => o.Value.Length > 0)] })],
        Attributes = [.. run[0].Attributes.Where(a => !names.Contains(a.Name))],
        Pictures = [.. run.SelectMany(r => r.Pictures).DistinctBy(p => p.Source)],
    };

    // Known words that differ; all rows must be told apart by them.
    private List<string> Chosen()
    {
        var names = run.SelectMany(r => r.Attributes).Select(a => a.Name).Distinct().Where(FeedGroups.IsKnown).Where(n => run.Select(r => Value(r, n)).Distinct().Skip(1).Any()).Take(MostOptions).ToList();
        return run.Select(r => string.Join('\n', names.Select(n => Value(r, n)))).Distinct().Count() == run.Count ? names : [];
    }

    private static string Value(FeedProduct goods, string name) => goods.Attributes.FirstOrDefault(a => a.Name == name)?.Value ?? "";
}
