namespace Fairground.Payments.ReadGatewayReport;

/// <summary>
/// Reads the plain form, for companies whose registers have no published shape, such as a bank's: CSV with the columns <c>id, kind, reference, gross, fee, currency, at, payout</c>. Amounts are decimals in the main unit.
/// </summary>
internal static class PlainReport
{
    public const string Format = "plain";

    private static readonly string[] Needed = ["id", "kind", "gross", "currency", "at"];

    public static bool IsHead(string[] head) => ReportRow.Columns(head) is var columns && Needed.All(columns.ContainsKey);

    public static ReportLine Read(ReportRow row)
    {
        var currency = row.Currency("currency");
        var kind = row.Need("kind").ToLowerInvariant() switch
        {
            "payment" => GatewayLineKind.Payment,
            "refund" => GatewayLineKind.Refund,
            "dispute" => GatewayLineKind.Dispute,
            "fee" => GatewayLineKind.Fee,
            "payout" => GatewayLineKind.Payout,
            "other" => GatewayLineKind.Other,
            _ => throw row.Wrong,
        };
        var payout = row["payout"] is { Length: > 0 } named ? named : kind == GatewayLineKind.Payout ? row.Need("id") : null;
        return new ReportLine(row.Need("id"), kind, row.Time("at"), currency, row.Amount("gross", currency), row.Amount("fee", currency), row["reference"] is { Length: > 0 } name ? [name] : [], payout, row["kind"]);
    }
}
