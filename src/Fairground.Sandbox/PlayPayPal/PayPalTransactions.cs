using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.PlayPayPal;

/// <summary>PayPal's transaction search: what was taken and given back in a span of time, three hours late, to merchants that may see it.</summary>
internal static class PayPalTransactions
{
    private static readonly TimeSpan Late = TimeSpan.FromHours(3);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/paypal/v1/reporting/transactions", Search);

    private static IResult Search(HttpContext http, Till till, Faults faults, TimeProvider time)
    {
        if (!PayPalApi.IsKnown(http)) return PayPalApi.Stranger();
        if (faults.NoSearch) return Results.Json(new { name = "NOT_AUTHORIZED", details = new[] { new { issue = "PERMISSION_DENIED" } } }, statusCode: 403);
        var query = http.Request.Query;
        if (At(query["start_date"]) is not { } from || At(query["end_date"]) is not { } to || to < from || to - from > TimeSpan.FromDays(31)) return Results.Json(new { name = "INVALID_REQUEST" }, statusCode: 400);
        var (seen, currency) = (time.GetUtcNow() - Late, query["transaction_currency"].ToString());
        var lines = till.Plays.Where(p => p is { Company: "paypal", State: PlayState.Paid } && p.At >= from && p.At <= to && p.At <= seen && (currency.Length == 0 || p.Currency == currency)).OrderBy(p => p.At).SelectMany(Lines).ToList();
        var (size, page) = (Number(query["page_size"], 100, 500), Number(query["page"], 1, int.MaxValue));
        return Results.Json(new
        {
            transaction_details = lines.Skip((page - 1) * size).Take(size), account_number = "MERCHANT", start_date = from, end_date = to, last_refreshed_datetime = seen, page, total_items = lines.Count, total_pages = (lines.Count + size - 1) / size,
        });
    }

    // A refund carries the merchant's word for the payment too, and stands before it here: nobody may count on the order.
    private static IEnumerable<object> Lines(Play play) =>
    [
        .. play.Refunds.Where(r => r.Stands).Select(r => Line(play, r.Id, "T1107", play.ChargeId, "TXN", -r.Amount)),
        Line(play, play.ChargeId, "T0003", play.Id, "ODR", play.Amount),
    ];

    private static object Line(Play play, string id, string code, string about, string kind, long minor) => new
    {
        transaction_info = new
        {
            transaction_id = id, paypal_reference_id = about, paypal_reference_id_type = kind, transaction_event_code = code, transaction_initiation_date = play.At, transaction_updated_date = play.At,
            transaction_amount = PayPalObjects.Money(minor, play.Currency), transaction_status = "S", custom_field = play.Merchant, protection_eligibility = "01",
        },
    };

    private static DateTimeOffset? At(string? text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static int Number(string? text, int otherwise, int most) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, most) : otherwise;
}
