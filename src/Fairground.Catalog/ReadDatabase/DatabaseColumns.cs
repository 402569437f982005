using Fairground.Catalog.Feeds;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Kernel;

namespace Fairground.Catalog.ReadDatabase;

/// <summary>Which column of a query is what: as the shop says, else by the words that plain tables are read by.</summary>
internal sealed class DatabaseColumns
{
    private DatabaseColumns(IReadOnlyList<string> header, IReadOnlyDictionary<string, string> mapping) => (Header, Mapping) = (header, mapping);

    /// <summary>The fields that a column can be.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. TableColumns.Words.Keys];

    /// <summary>The columns under the names that the reader of plain tables knows.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Our field to the query's column.</summary>
    public IReadOnlyDictionary<string, string> Mapping { get; }

    /// <summary>The column that tells goods apart.</summary>
    public string Key => Mapping.GetValueOrDefault("key") ?? Mapping.GetValueOrDefault("sku") ?? Mapping["barcode"];

    /// <summary>What of it is known, whether it is enough or not.</summary>
    public static IReadOnlyDictionary<string, string> Guess(IReadOnlyList<string> columns, IReadOnlyDictionary<string, string>? mapping)
    {
        var found = new TableColumns(columns, mapping);
        return Fields.Where(f => found[f].Exists).ToDictionary(f => f, f => columns[found[f].Index]);
    }

    /// <summary>Refuses with <c>source.mapping_unknown</c>, <c>source.mapping_incomplete</c>.</summary>
    public static Result<DatabaseColumns> Of(IReadOnlyList<string> columns, IReadOnlyDictionary<string, string>? mapping)
    {
        var missing = (mapping ?? new Dictionary<string, string>()).Values.FirstOrDefault(name => !columns.Any(c => CsvHeader.Normal(c) == CsvHeader.Normal(name)));
        if (missing is not null) return SourceRefusals.MappingUnknown.Saying(T["The query has no column '{0}'. It has: {1}.", missing, string.Join(", ", columns)]);
        var guessed = Guess(columns, mapping);
        if (!(guessed.ContainsKey("key") || guessed.ContainsKey("sku") || guessed.ContainsKey("barcode")) || !(guessed.ContainsKey("price") || guessed.ContainsKey("stock"))) return SourceRefusals.MappingIncomplete;
        var fieldOf = guessed.ToDictionary(g => g.Value, g => g.Key);
        return new DatabaseColumns([.. columns.Select(c => fieldOf.TryGetValue(c, out var field) ? TableColumns.Words[field][0] : Property(c))], guessed);
    }

    // A property whose name is one of our words must not be taken for that.
    private static string Property(string column) => TableColumns.Words.Values.Any(words => words.Contains(CsvHeader.Normal(column))) ? $"{column} ·" : column;
}
