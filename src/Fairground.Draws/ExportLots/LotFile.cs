using System.Globalization;
using System.Security.Claims;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Draws;

/// <summary><c>GET /office/lots.csv</c> and <c>GET /shop/{shopId}/lots.csv</c>: all lots that the page's filters leave, as a file that a spreadsheet opens.</summary>
internal static class LotFile
{
    private const int PageSize = 100;

    private static readonly string Head = string.Join(',',
        "lot_id", "title", "shop_id", "shop", "state", "certificates", "sold", "percent_sold", "nominal", "price", "collected", "currency",
        "opened_at", "closes_at", "closed_at", "draws_at", "proof", "cancel_code", "cancel_reason", "terms_hash");

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/office/lots.csv", Office).WithAccess(Access.Operator).ExcludeFromDescription();
        root.MapGet("/shop/{shopId:guid}/lots.csv", OfShop).WithAccess(Access.ShopStaff).ExcludeFromDescription();
    }

    // The file is asked for with the page's form, where an empty shop means all of them.
    private static Task<Results<PushStreamHttpResult, ProblemHttpResult>> Office(string? state, string? query, string? shop, LotViews views, HttpContext http, CancellationToken ct) =>
        Send(views, http.User, new LotFilter(state, Guid.TryParse(shop, out var id) ? id : null, null, null, PageSize, query), ct);

    private static Task<Results<PushStreamHttpResult, ProblemHttpResult>> OfShop(Guid shopId, string? state, string? query, LotViews views, HttpContext http, CancellationToken ct) =>
        Send(views, http.User, new LotFilter(state, shopId, null, null, PageSize, query), ct);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Send(LotViews views, ClaimsPrincipal user, LotFilter filter, CancellationToken ct)
    {
        var first = await views.List(user, filter, ct);
        if (first.Refused) return Problems.Of(first.Refusal!);
        return TypedResults.Stream(stream => Write(stream, first.Value, next => views.List(user, filter with { Cursor = next }, ct), ct), "text/csv; charset=utf-8", "lots.csv");
    }

    private static async Task Write(Stream stream, Page<LotView> page, Func<string, Task<Result<Page<LotView>>>> more, CancellationToken ct)
    {
        // With a byte order mark, or a spreadsheet takes the file for something older than UTF-8.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Head.AsMemory(), ct);
        while (true)
        {
            foreach (var lot in page.Items) await writer.WriteLineAsync(Line(lot).AsMemory(), ct);
            if (page.Next is not { } next) return;
            page = (await more(next)).Value;
        }
    }

    /// <summary>One lot; amounts with a decimal point, times in UTC. Pure.</summary>
    internal static string Line(LotView lot) => string.Join(',',
        lot.LotId.ToString(), Text(lot.Title), lot.ShopId.ToString(), Text(lot.ShopName), lot.State, Number(lot.Entries), Number(lot.Sold),
        lot.PercentSold.ToString(CultureInfo.InvariantCulture), lot.Nominal.ToDecimalString(), lot.Price.ToDecimalString(),
        new Money(checked(lot.Nominal.Minor * lot.Sold), lot.Nominal.Currency).ToDecimalString(), lot.Nominal.Currency.Code,
        Time(lot.OpenedAt), Time(lot.ClosesAt), Time(lot.ClosedAt), Time(lot.DrawsAt), lot.ProofCheck?.State, lot.Cancellation?.Code, Text(lot.Cancellation?.Reason), lot.TermsHash);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    // A text that begins like a formula would be computed by the spreadsheet.
    private static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
