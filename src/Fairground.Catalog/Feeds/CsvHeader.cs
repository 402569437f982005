using System.Text;

namespace Fairground.Catalog.Feeds;

/// <summary>The first record of a table: finds columns by name, never by position.</summary>
internal sealed class CsvHeader
{
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);

    public CsvHeader(IReadOnlyList<string> cells)
    {
        Cells = cells;
        for (var i = 0; i < cells.Count; i++) byName.TryAdd(Normal(cells[i]), i);
    }

    public IReadOnlyList<string> Cells { get; }

    /// <summary>The first of these columns that is there, or one that reads as empty.</summary>
    public CsvColumn Column(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (byName.TryGetValue(name, out var index)) return new CsvColumn(index, Cells[index].Trim());
        }
        return new CsvColumn(-1, names[0]);
    }

    /// <summary>How many of these columns are there.</summary>
    public int Count(params ReadOnlySpan<string> names)
    {
        var count = 0;
        foreach (var name in names) count += byName.ContainsKey(name) ? 1 : 0;
        return count;
    }

    /// <summary>A header as it is compared: lower case, without a unit in brackets, marks and spare spaces: "Weight (kg)" is "weight", "Is featured?" is "is featured".</summary>
    public static string Normal(string header)
    {
        var name = new StringBuilder(header.Length);
        // "value(s)" is a plural, everything else in brackets a unit or a remark.
        var cut = header.Replace("(s)", "s", StringComparison.OrdinalIgnoreCase);
        for (var open = cut.IndexOf('(', StringComparison.Ordinal); open > 0; open = cut.IndexOf('(', StringComparison.Ordinal))
        {
            var close = cut.IndexOf(')', open);
            cut = close < 0 ? cut[..open] : cut.Remove(open, close - open + 1);
        }
        foreach (var c in cut)
        {
            // A Turkish capital İ has no small form of its own outside Turkish.
            if (char.IsLetterOrDigit(c) || c is '/' or ':') name.Append(c == 'İ' ? 'i' : char.ToLowerInvariant(c));
            else if (c is '\'' or '’' or '?' or '\ufeff') continue;
            else if (name.Length > 0 && name[^1] != ' ') name.Append(' ');
        }
        return name.ToString().Trim();
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Index">-1 where the table has no such column.</param>
/// <param name="Name">As the file writes it.</param>
internal readonly record struct CsvColumn(int Index, string Name)
{
    public bool Exists => Index >= 0;

    /// <summary>The cell, trimmed; empty where the row is too short.</summary>
    public string Of(CsvRecord record) => Index >= 0 && Index < record.Cells.Count ? record.Cells[Index].Trim() : "";

    /// <summary>The cell without the apostrophe that keeps spreadsheets from taking a code for a number.</summary>
    public string CodeOf(CsvRecord record)
    {
        var text = Of(record);
        return text.StartsWith('\'') ? text[1..].Trim() : text;
    }
}
