using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Payments.ReadGatewayReport;

/// <summary>
/// Reads PayPal's settlement report (<c>STL</c>), the sections of all currencies. Each row says in its first cell what it is: <c>CH</c> names the columns, <c>SB</c> is a line,
/// <c>SC</c> says how many there were. Amounts have no sign and no point: they are hundredths, and a column beside says which way.
/// </summary>
internal sealed class PayPalReport
{
    public const string Format = "paypal";

    private const string Tracks = "PayPal Reference ID";

    private Dictionary<string, int>? columns;
    private int lines;

    /// <summary>Whether the last section was counted: a file that was cut on its way misses lines in silence.</summary>
    public bool IsWhole { get; private set; }

    public static bool IsHead(string[] head) => head is ["RH", ..];

    /// <summary>The line that a row is, or null.</summary>
    public ReportLine? Read(string[] cells, int at)
    {
        switch (cells[0].Trim())
        {
            case "SH":
                (columns, lines, IsWhole) = (null, 0, false);
                return null;
            case "CH":
                columns = ReportRow.Columns(cells);
                return null;
            case "SB":
                lines++;
                return Line(new ReportRow(columns ?? throw new UnreadableReportException(at), cells, at));
            case "SC":
                if (cells.Length < 2 || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count != lines) throw new UnreadableReportException(at);
                IsWhole = true;
                return null;
            default:
                return null;
        }
    }

    private static ReportLine Line(ReportRow row)
    {
        var (currency, code) = (row.Currency("Gross Transaction Currency"), row.Need("Transaction Event Code"));
        var gross = Hundredths(row, "Gross Transaction Amount", currency) * Sign(row, "Transaction Debit or Credit");
        var fee = row["Fee Amount"].Length == 0 ? 0 : -Hundredths(row, "Fee Amount", row["Fee Currency"].Length > 0 ? row.Currency("Fee Currency") : currency) * Sign(row, "Fee Debit or Credit");
        // A fee in other money than the line's is no part of its balance.
        if (row["Fee Currency"].Length > 0 && row.Currency("Fee Currency") != currency && fee != 0) throw row.Wrong;
        var kind = Kind(code, gross);
        var id = row.Need("Transaction ID");
        return new ReportLine($"{id} {code}", kind, row.Time("Transaction Completion Date"), currency, gross, fee, [.. new[] { id, row[Tracks] }.Where(n => n.Length > 0).Distinct()], kind == GatewayLineKind.Payout ? id : null, code);
    }

    private static long Hundredths(ReportRow row, string column, Currency currency)
    {
        if (!decimal.TryParse(row.Need(column), NumberStyles.None, CultureInfo.InvariantCulture, out var hundredths)) throw row.Wrong;
        var minor = hundredths * currency.MinorPerUnit / 100;
        return minor == decimal.Truncate(minor) && minor <= long.MaxValue ? (long)minor : throw row.Wrong;
    }

    private static int Sign(ReportRow row, string column) => row[column] switch { "CR" => 1, "DR" => -1, _ => throw row.Wrong };

    // The published T-codes, by their groups.
    private static GatewayLineKind Kind(string code, long gross) => code switch
    {
        "T1107" => GatewayLineKind.Refund,
        "T1108" or "T1109" => GatewayLineKind.Fee,
        "T1106" or "T1110" or "T1111" => GatewayLineKind.Dispute,
        _ when code.StartsWith("T12", StringComparison.Ordinal) => GatewayLineKind.Dispute,
        _ when code.StartsWith("T00", StringComparison.Ordinal) && gross > 0 => GatewayLineKind.Payment,
        _ when code.StartsWith("T01", StringComparison.Ordinal) => GatewayLineKind.Fee,
        _ when code.StartsWith("T04", StringComparison.Ordinal) && gross < 0 => GatewayLineKind.Payout,
        _ => GatewayLineKind.Other,
    };
}
