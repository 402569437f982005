using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds;

/// <summary>Google Merchant's data as a table, parted by tabs or commas, with Google's field names as headers.</summary>
internal sealed class GoogleTable : IFeedFormat
{
    public string Name => "google-table";

    public int Likelihood(FeedSample sample)
    {
        var names = sample.Header.Select(Field).ToHashSet(StringComparer.Ordinal);
        if (!names.Contains("id") || !names.Contains("title") || !names.Contains("price")) return 0;
        string[] own = ["availability", "image link", "condition", "google product category", "item group id", "gtin", "mpn", "additional image link", "identifier exists", "product type", "link"];
        var count = own.Count(names.Contains);
        return count < 2 ? 0 : Math.Min(100, 40 + (count * 15));
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var reader = new CsvReader(text, options.Separator);
        if (await reader.Read(ct) is not { } first) yield break;
        // A field may have several columns: additional_image_link often does.
        var columns = first.Cells.Select((cell, i) => (Name: Field(cell), Index: i)).ToLookup(c => c.Name, c => c.Index, StringComparer.Ordinal);
        var groups = new FeedGroups();
        while (await reader.Read(ct) is { } row)
        {
            if (row.Broken)
            {
                yield return new FeedProblem(row.Line, 1, "", FeedCodes.QuoteOpen, Key("A quote is opened on this line and never closed."));
                continue;
            }
            var item = new GoogleItem(row.Line, name => columns[name].Where(i => i < row.Cells.Count).Select(i => row.Cells[i].Trim()).Where(v => v.Length > 0), options.Now);
            var done = item.Member() is { } member ? groups.Add(member) : [.. groups.Finish(), item.Alone()];
            foreach (var record in done) yield return record;
        }
        foreach (var record in groups.Finish()) yield return record;
    }

    private static string Field(string header)
    {
        var name = CsvHeader.Normal(header);
        return name.StartsWith("g:", StringComparison.Ordinal) ? name[2..].Trim() : name;
    }
}
