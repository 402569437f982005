using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Payments.ReadGatewayReport;

/// <summary>A line as a report says it.</summary>
/// <param name="Gross">Minor units, above zero where what the company owes us grows.</param>
/// <param name="Fee">Minor units that the company keeps; below zero where it gives some of it back.</param>
/// <param name="References">The company's names of what it is about.</param>
/// <param name="Payout">The company's name of the payout that it is part of, where the report says so.</param>
internal sealed record ReportLine(string LineRef, GatewayLineKind Kind, DateTimeOffset At, Currency Currency, long Gross, long Fee, IReadOnlyList<string> References, string? Payout, string About);

/// <summary>Why a report is not taken.</summary>
internal static class ReportRefusals
{
    public static readonly RefusalKind Unreadable = new("gateway_report.unreadable", 422, "This is no report that is known here, or it is damaged in line {line}. Known are Stripe's itemised reports, PayPal's settlement report and the plain form.");
    public static readonly RefusalKind TooLarge = new("gateway_report.too_large", 413, "A report has at most 32 MB and 100,000 lines.");
    public static readonly RefusalKind GatewayUnknown = new("gateway_report.gateway_unknown", 422, "Say which company the report is of: one that this market uses.");
    public static readonly RefusalKind LineNotFound = new("gateway_report.line_not_found", 404, "There is no such line.");
    public static readonly RefusalKind LineSettled = new("gateway_report.line_settled", 409, "This line is settled already.");
    public static readonly RefusalKind NoCost = new("gateway_report.no_cost", 409, "Only what is no payment, no refund and no payout can be taken as a cost.");
}

/// <summary>A report that cannot be read.</summary>
/// <param name="line">Where, counted from 1.</param>
internal sealed class UnreadableReportException(int line) : Exception($"line {line}")
{
    public int Line => line;
}

/// <summary>The rows of a table with their columns by name.</summary>
internal sealed class ReportRow(IReadOnlyDictionary<string, int> columns, string[] cells, int line)
{
    public int Line => line;

    /// <summary>The text of a cell; empty where there is no such column.</summary>
    public string this[string column] => columns.TryGetValue(column, out var at) && at < cells.Length ? cells[at].Trim() : "";

    public UnreadableReportException Wrong => new(line);

    public string Need(string column) => this[column] is { Length: > 0 } text ? text : throw Wrong;

    public Currency Currency(string column) => Kernel.Currency.TryParse(Need(column).ToUpperInvariant(), out var currency) ? currency : throw Wrong;

    /// <summary>A decimal in the currency's main unit; zero where the cell is empty. Zeros beyond the currency's digits say nothing.</summary>
    public long Amount(string column, Currency currency)
    {
        var text = this[column];
        if (text.Length == 0) return 0;
        if (text.Contains('.', StringComparison.Ordinal)) text = text.TrimEnd('0').TrimEnd('.');
        return Money.TryParseDecimal(text is "" or "-" ? "0" : text, currency, out var money) ? money.Minor : throw Wrong;
    }

    /// <summary>A time as ISO 8601 or as companies write it; without an offset it is UTC.</summary>
    public DateTimeOffset Time(string column) =>
        DateTimeOffset.TryParse(Need(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : throw Wrong;

    /// <summary>Where columns stand, by their names; blanks count once.</summary>
    public static Dictionary<string, int> Columns(string[] head)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < head.Length; i++) columns.TryAdd(string.Join(' ', head[i].Split(' ', StringSplitOptions.RemoveEmptyEntries)), i);
        return columns;
    }
}
