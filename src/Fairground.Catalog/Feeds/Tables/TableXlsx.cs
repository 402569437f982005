using System.Runtime.CompilerServices;

namespace Fairground.Catalog.Feeds.Tables;

/// <summary>A table of goods as a workbook: its first visible sheet, or the one that the shop's mapping calls <c>sheet</c>.</summary>
internal sealed class TableXlsx : IFeedFormat
{
    public string Name => "table-xlsx";

    public int Likelihood(FeedSample sample) =>
        !sample.Text.StartsWith("PK\u0003\u0004", StringComparison.Ordinal) ? 0
        : sample.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) || sample.FileName.EndsWith(".xlsm", StringComparison.OrdinalIgnoreCase) || sample.Text.Contains("[Content_Types].xml", StringComparison.Ordinal) || sample.Text.Contains("xl/", StringComparison.Ordinal) ? 90 : 0;

    public async Task<FeedFault?> Check(FeedFile file, CancellationToken ct)
    {
        await using var book = await XlsxBook.Open(file, "", ct);
        if (book.Fault is not null) return book.Fault;
        await foreach (var _ in book.Rows(ct)) { }
        return book.Fault;
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var book = await XlsxBook.Open(file, options.Mapping?.GetValueOrDefault("sheet") ?? "", ct);
        var goods = new TableGoods(options.Mapping);
        await foreach (var row in book.Rows(ct))
        {
            foreach (var record in goods.Row(row)) yield return record;
        }
        foreach (var record in goods.Finish()) yield return record;
        if (book.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }
}
