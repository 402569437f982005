using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ReleasePrices;

/// <summary>A price that waits because certificates of the goods are out (C-06).</summary>
/// <param name="Price">What the goods cost until then.</param>
/// <param name="Waiting">What they will cost.</param>
/// <param name="HeldBy">The lots that keep the price as it is; none where it is about to be let in.</param>
public sealed record WaitingPrice(Guid ProductId, string Name, string Sku, string Slug, Money Price, Money Waiting, DateTimeOffset? Since, IReadOnlyList<WaitingFor> HeldBy);

/// <param name="State">Of the lot: <c>open</c>, <c>sold_out</c>, <c>drawn</c> …</param>
/// <param name="ClosesAt">When its sale ends.</param>
public sealed record WaitingFor(Guid LotId, string Title, string State, DateTimeOffset ClosesAt);

/// <summary>Shows which of a shop's prices wait, since when, and for which lot.</summary>
internal sealed class WaitingPrices(CatalogContext catalog, IPriceFreeze freeze)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/shops/{shopId:guid}/waiting-prices", List)
        .WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("ListWaitingPrices").WithTags("Sources").WithSummary("New prices that wait because certificates of the goods are out, and the lots that they wait for.");

    /// <summary>A page of them, by product; refuses with <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<WaitingPrice>>> Find(Guid shopId, string? cursor, int take, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (after.Refused) return after.Refusal!;
        var query = catalog.Products.AsNoTracking().Where(p => p.ShopId == shopId && p.PendingPriceMinor != null);
        if (after.Value is { } key)
        {
            if (!Guid.TryParse(key, out var id)) return CommonRefusals.CursorInvalid;
            query = query.Where(p => p.Id.CompareTo(id) > 0);
        }
        var found = await query.OrderBy(p => p.Id).Take(take + 1).ToListAsync(ct);
        var shown = found.Take(take).ToList();
        var holders = await freeze.Holders(shown.ConvertAll(p => p.Id), ct);
        var lines = shown.Select(p => new WaitingPrice(
            p.Id, p.Name, p.Sku, p.Slug, p.Price, new Money(p.PendingPriceMinor!.Value, p.Price.Currency), p.PendingSince,
            [.. holders.GetValueOrDefault(p.Id, []).Select(h => new WaitingFor(h.LotId, h.Title, h.State, h.Until))]));
        return new Page<WaitingPrice>([.. lines], found.Count > take ? Cursor.Write(shown[^1].Id.ToString()) : null);
    }

    private static async Task<Results<Ok<Page<WaitingPrice>>, ProblemHttpResult>> List(Guid shopId, WaitingPrices prices, string? cursor, int? limit, CancellationToken ct)
    {
        var page = await prices.Find(shopId, cursor, Math.Clamp(limit ?? 50, 1, 200), ct);
        if (page.Refused) return Problems.Of(page.Refusal!);
        return TypedResults.Ok(page.Value);
    }
}
