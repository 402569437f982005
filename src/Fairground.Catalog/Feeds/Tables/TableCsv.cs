using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds.Tables;

/// <summary>Any table of goods as text, by its header words or as the shop maps its columns; chosen only where no shop system is recognised.</summary>
internal sealed class TableCsv : IFeedFormat
{
    public string Name => "table-csv";

    public int Likelihood(FeedSample sample)
    {
        if (sample.Text.TrimStart().StartsWith('<') || sample.Text.StartsWith("PK\u0003\u0004", StringComparison.Ordinal)) return 0;
        var sureness = sample.Rows.Take(TableGoods.MostRowsBeforeHeader).Select(r => new TableColumns(r, null).Sureness).DefaultIfEmpty(0).Max();
        return sureness == 0 ? 0 : 40 + sureness;
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var (reader, goods) = (new CsvReader(text, options.Separator), new TableGoods(options.Mapping));
        while (await reader.Read(ct) is { } row)
        {
            foreach (var record in goods.Row(row)) yield return record;
        }
        foreach (var record in goods.Finish()) yield return record;
    }
}
