using System.Text;
using Fairground.Catalog.AskPrice;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.ReadDatabase;

/// <summary>The first rows of a query, to say by which column is what.</summary>
/// <param name="Columns">As the query names them.</param>
/// <param name="Rows">Up to five, each cell as text.</param>
/// <param name="Mapping">Our field to the column, as said or as guessed.</param>
/// <param name="Fields">The fields that a column can be.</param>
public sealed record DatabaseGlance(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyDictionary<string, string> Mapping, IReadOnlyList<string> Fields);

/// <summary>Reads a store's own database by the shop's SELECT, as a plain table.</summary>
internal sealed class DatabaseSource(SelectReader reader, IFileStore files, IOptions<OutsideOptions> outside)
{
    private const int GlanceRows = 5;
    private const int MostRowsOfGoods = 2000;
    private static readonly TimeSpan LookLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GlanceLimit = TimeSpan.FromSeconds(10);

    /// <summary>All that the query gives, as a file; refuses as <see cref="SelectReader.Read"/>, and with <c>source.mapping_*</c>, <c>file.too_large</c>.</summary>
    public async Task<Result<SourceCatch>> Look(Source source, SourceSecret secret, CancellationToken ct)
    {
        var settings = source.ReadSettings();
        var plan = new SelectPlan(settings.Query ?? "", "", null, 0, LookLimit);
        var saved = await WrittenFile.Save(files, outside.Value.LongestFeedBytes, (text, stop) => Write(source.Kind, secret, settings, plan, text, stop), ct);
        if (saved.Refused) return saved.Refusal!;
        return new SourceCatch(saved.Value, "select.csv", Wishes(settings, settings.Full));
    }

    /// <summary>The first rows; refuses as <see cref="SelectReader.Read"/>.</summary>
    public async Task<Result<DatabaseGlance>> Glance(Source source, SourceSecret secret, CancellationToken ct)
    {
        var settings = source.ReadSettings();
        IReadOnlyList<string> names = [];
        var rows = new List<IReadOnlyList<string>>();
        var refusal = await reader.Read(source.Kind, secret, new SelectPlan(settings.Query ?? "", "", null, GlanceRows, GlanceLimit), columns =>
        {
            names = columns;
            return null;
        }, (cells, _) =>
        {
            rows.Add([.. cells.Select(c => c.Length > 80 ? c[..80] + "…" : c)]);
            return Task.CompletedTask;
        }, ct);
        return refusal is not null ? refusal : new DatabaseGlance(names, rows, DatabaseColumns.Guess(names, settings.Mapping), DatabaseColumns.Fields);
    }

    /// <summary>What the database says of one thing at this moment; refuses as <see cref="Look"/>.</summary>
    public async Task<Result<AskedGoods>> Ask(Source source, SourceSecret secret, string key, TimeSpan limit, CancellationToken ct)
    {
        var settings = source.ReadSettings();
        // Which column the key stands in is known only once the columns are.
        var glance = await Glance(source, secret, ct);
        if (glance.Refused) return glance.Refusal!;
        var known = DatabaseColumns.Of(glance.Value.Columns, settings.Mapping);
        if (known.Refused) return known.Refusal!;
        var where = $"cast({SelectPlan.Quoted(known.Value.Key)} as text) = @key";
        if (known.Value.Mapping.TryGetValue("group", out var group)) where += $" or cast({SelectPlan.Quoted(group)} as text) = @key";
        var text = new StringWriter();
        var prices = new List<FeedPrice>();
        var rows = 0;
        var at = known.Value.Mapping.TryGetValue("price", out var column) ? glance.Value.Columns.ToList().IndexOf(column) : -1;
        var refusal = await Write(source.Kind, secret, settings, new SelectPlan(settings.Query ?? "", where, key, MostRowsOfGoods, limit), text, ct, cells =>
        {
            rows++;
            if (at >= 0) prices.Add(new FeedPrice(cells[at], column!));
        });
        if (refusal is not null) return refusal;
        return rows == 0 ? AskedGoods.NoLonger(key, "select.json") : new AskedGoods(false, prices, text.ToString(), "select.csv", Wishes(settings, full: false));
    }

    private async Task<Refusal?> Write(string kind, SourceSecret secret, SourceSettings settings, SelectPlan plan, TextWriter text, CancellationToken ct, Action<string[]>? see = null)
    {
        var line = new StringBuilder();
        IReadOnlyList<string>? header = null;
        return await reader.Read(kind, secret, plan, names =>
        {
            var known = DatabaseColumns.Of(names, settings.Mapping);
            if (known.Refused) return known.Refusal;
            header = known.Value.Header;
            return null;
        }, async (cells, stop) =>
        {
            if (header is not null) await text.WriteAsync(Line(line, header), stop);
            header = null;
            see?.Invoke(cells);
            await text.WriteAsync(Line(line, cells), stop);
        }, ct);
    }

    private static ImportWishes Wishes(SourceSettings settings, bool? full) => new("table-csv", "utf-8", ",", full, settings.Currency);

    private static StringBuilder Line(StringBuilder line, IReadOnlyList<string> cells)
    {
        line.Clear();
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) line.Append(',');
            line.Append('"').Append(cells[i].Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        return line.Append('\n');
    }
}
