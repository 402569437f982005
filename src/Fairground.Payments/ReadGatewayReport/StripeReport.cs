namespace Fairground.Payments.ReadGatewayReport;

/// <summary>
/// Reads Stripe's itemised reports: <c>payout_reconciliation.itemized</c> and <c>balance_change_from_activity.itemized</c>, as CSV. Amounts are decimals in the main unit, what
/// leaves the balance is below zero, and the payout stands beside each line that it consists of. Descriptions are not kept: they may name people.
/// </summary>
internal static class StripeReport
{
    public const string Format = "stripe";

    public static bool IsHead(string[] head) => ReportRow.Columns(head) is var columns && columns.ContainsKey("balance_transaction_id") && columns.ContainsKey("reporting_category");

    public static ReportLine Read(ReportRow row)
    {
        var currency = row.Currency("currency");
        var names = new[] { row["source_id"], row["charge_id"], row["payment_intent_id"], row["refund_id"] }.Where(n => n.Length > 0).Distinct().ToList();
        return new ReportLine(
            row.Need("balance_transaction_id"), Kind(row.Need("reporting_category")), row.Time(row["created_utc"].Length > 0 ? "created_utc" : "created"), currency, row.Amount("gross", currency), row.Amount("fee", currency),
            names, row["automatic_payout_id"] is { Length: > 0 } payout ? payout : null, row["reporting_category"]);
    }

    private static GatewayLineKind Kind(string category) => category switch
    {
        "charge" or "payment" => GatewayLineKind.Payment,
        "refund" or "refund_failure" or "payment_refund" => GatewayLineKind.Refund,
        "dispute" or "dispute_reversal" => GatewayLineKind.Dispute,
        "fee" or "network_cost" or "tax" => GatewayLineKind.Fee,
        "payout" => GatewayLineKind.Payout,
        _ => GatewayLineKind.Other,
    };
}
