using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.WriteReports;

/// <summary>
/// The reports that companies give their merchants: Stripe's itemised payout reconciliation, PayPal's settlement report, and a plain register as banks write them. They are of everything that was played,
/// as one payout; a fee of 2 % is kept of what was paid, and not given back.
/// </summary>
public static class Reports
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/stripe/reports/payout_reconciliation.csv", (Till till) => Results.Text(Stripe(till), "text/csv"));
        app.MapGet("/paypal/reports/settlement.csv", (Till till) => Results.Text(PayPal(till), "text/csv"));
        app.MapGet("/epay/reports/register.csv", (Till till) => Results.Text(Epay(till), "text/csv"));
    }

    public static long FeeOf(Play play) => play.Amount / 50;

    public static string Stripe(Till till)
    {
        var text = new StringBuilder("automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,description,charge_id,payment_intent_id\r\n");
        void Line(Play play, string id, string category, string source, long gross, long fee) => text.Append(CultureInfo.InvariantCulture,
            $"po_{play.Currency},{play.At:yyyy-MM-dd HH:mm:ss},{id},{play.At:yyyy-MM-dd HH:mm:ss},{play.Currency.ToLowerInvariant()},{Signed(gross, play.Currency)},{Signed(fee, play.Currency)},{Signed(gross - fee, play.Currency)},{category},{source},\"Fair, \"\"{category}\"\"\",ch_{play.ChargeId},{play.ChargeId}\r\n");
        foreach (var play in Paid(till, "stripe"))
        {
            Line(play, $"txn_{play.ChargeId}", "charge", $"ch_{play.ChargeId}", play.Amount, FeeOf(play));
            foreach (var refund in play.Refunds.Where(r => r.Stands)) Line(play, $"txn_{refund.Id}", "refund", refund.Id, -refund.Amount, 0);
            if (play.Dispute is PlayDispute.Open or PlayDispute.Lost) Line(play, $"txn_dp_{play.ChargeId}", "dispute", $"dp_{play.ChargeId}", -play.Amount, 1500);
        }
        return text.ToString();
    }

    public static string PayPal(Till till)
    {
        var text = new StringBuilder("\"RH\",2026/11/22 00:00:00 +0000,\"A\",\"MERCHANT\",9\r\n\"FH\",1\r\n");
        foreach (var section in Paid(till, "paypal").GroupBy(p => p.Currency, StringComparer.Ordinal))
        {
            var (lines, net) = (0, 0L);
            text.Append("\"SH\",2026/11/22 00:00:00 +0000,2026/11/22 23:59:59 +0000,\"MERCHANT\",\"\"\r\n");
            text.Append("\"CH\",\"Transaction ID\",\"Invoice ID\",\"PayPal Reference ID\",\"PayPal Reference ID Type\",\"Transaction Event Code\",\"Transaction Initiation Date\",\"Transaction Completion Date\",\"Transaction  Debit or Credit\",\"Gross Transaction Amount\",\"Gross Transaction Currency\",\"Fee Debit or Credit\",\"Fee Amount\",\"Fee Currency\",\"Custom Field\",\"Consumer ID\"\r\n");
            void Line(string id, string about, string code, DateTimeOffset at, long gross, long fee)
            {
                (lines, net) = (lines + 1, net + gross - fee);
                var (time, kept) = ($"{at:yyyy/MM/dd HH:mm:ss} +0000", fee == 0 ? "\"\",\"\",\"\"" : $"\"DR\",{fee},\"{section.Key}\"");
                text.Append(CultureInfo.InvariantCulture, $"\"SB\",\"{id}\",\"\",\"{about}\",\"{(about.Length > 0 ? "TXN" : "")}\",\"{code}\",{time},{time},\"{(gross < 0 ? "DR" : "CR")}\",{Math.Abs(gross)},\"{section.Key}\",{kept},\"\",\"\"\r\n");
            }
            foreach (var play in section)
            {
                Line(play.ChargeId, "", "T0006", play.At, play.Amount, FeeOf(play));
                foreach (var refund in play.Refunds.Where(r => r.Stands)) Line(refund.Id, play.ChargeId, "T1107", play.At, -refund.Amount, 0);
            }
            Line($"PAYOUT{section.Key}", "", "T0400", section.Max(p => p.At), -net, 0);
            text.Append(CultureInfo.InvariantCulture, $"\"SF\",\"{section.Key}\",0,0,0,0,\"CR\",0,\"CR\",0\r\n\"SC\",{lines}\r\n");
        }
        return text.Append("\"RF\",0\r\n\"RC\",0\r\n\"FF\",0\r\n").ToString();
    }

    public static string Epay(Till till)
    {
        var (text, net) = (new StringBuilder("id;kind;reference;gross;fee;currency;at;payout\r\n"), 0L);
        var last = DateTimeOffset.UnixEpoch;
        foreach (var play in Paid(till, "epay"))
        {
            text.Append(CultureInfo.InvariantCulture, $"{play.ChargeId};payment;{play.ChargeId};{Signed(play.Amount, play.Currency)};{Signed(FeeOf(play), play.Currency)};{play.Currency};{play.At:O};R1\r\n");
            foreach (var refund in play.Refunds.Where(r => r.Stands)) text.Append(CultureInfo.InvariantCulture, $"{refund.Id};refund;{play.ChargeId};{Signed(-refund.Amount, play.Currency)};;{play.Currency};{play.At:O};R1\r\n");
            (net, last) = (net + play.Amount - FeeOf(play) - play.Refunded, play.At);
        }
        return net == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"R1;payout;;{Signed(-net, "KZT")};;KZT;{last:O};R1\r\n").ToString();
    }

    private static List<Play> Paid(Till till, string company) => [.. till.Plays.Where(p => p.Company == company && p.State == PlayState.Paid).OrderBy(p => p.At).ThenBy(p => p.Id, StringComparer.Ordinal)];

    private static string Signed(long minor, string currency) => $"{(minor < 0 ? "-" : "")}{PlayMoney.Decimal(Math.Abs(minor), currency)}";
}
