using System.Globalization;
using System.Text;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Delivery;

/// <summary><c>GET /shop/{shopId}/deliveries.csv</c>: one list of the shop's as a file that a spreadsheet opens, for the packer.</summary>
internal static class PackList
{
    private static readonly string Head = string.Join(',',
        "delivery_id", "number", "title", "value", "currency", "state", "due_at", "receiver", "phone", "street", "city", "region", "postcode", "country", "note", "carrier", "tracking", "parcel", "ordered_at");

    public static IResult Handle(Guid shopId, string? list, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(stream => Write(stream, after => views.OfShop(http.User, shopId, ShipmentEndpoints.ListOf(list), after, DeliveryViews.PageSize, ct), ct), "text/csv; charset=utf-8", "deliveries.csv");
    }

    private static async Task Write(Stream stream, Func<int, Task<IReadOnlyList<DeliveryView>>> read, CancellationToken ct)
    {
        // With a byte order mark, or a spreadsheet takes the file for something older than UTF-8.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Head.AsMemory(), ct);
        for (var after = 0; ; after += DeliveryViews.PageSize)
        {
            var page = await read(after);
            foreach (var delivery in page) await writer.WriteLineAsync(Line(delivery).AsMemory(), ct);
            if (page.Count < DeliveryViews.PageSize) return;
        }
    }

    /// <summary>One delivery; times in UTC. Pure.</summary>
    internal static string Line(DeliveryView d)
    {
        var (address, parcel) = (d.Address, d.Shipments.FirstOrDefault(s => s.State != "withdrawn"));
        return string.Join(',',
            d.DeliveryId.ToString(), d.Number, Text(d.Title), d.Value.ToDecimalString(), d.Value.Currency.Code, d.State, Time(d.DueAt), Text(address?.Name ?? d.Receiver), Text(address?.Phone), Text(address?.Street),
            Text(address?.City), Text(address?.Region), Text(address?.Postcode), address?.Country, Text(address?.Note), Text(parcel?.CarrierTitle), Text(parcel?.Tracking), parcel?.Number, Time(d.OrderedAt));
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    // A text that begins like a formula would be computed by the spreadsheet.
    private static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
