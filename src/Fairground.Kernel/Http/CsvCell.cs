namespace Fairground.Kernel.Http;

/// <summary>Cells of comma-separated files that spreadsheets open.</summary>
public static class CsvCell
{
    /// <summary>A text in quotation marks. One that begins like a formula is kept from being computed.</summary>
    public static string Of(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
