using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepHistory;

/// <summary>What goods cost, and how many there were, from one instant to another.</summary>
/// <param name="VariantId">Null for the goods as a whole: their lowest price and the stock of all variants together.</param>
/// <param name="Until">Null for what holds now.</param>
/// <param name="Stock">Pieces; null where nobody counts.</param>
/// <param name="EndedBy">The import's or edit's id, <c>hand</c> or <c>release</c>; null for what holds now.</param>
public sealed record HistoryLine(Guid? VariantId, DateTimeOffset From, DateTimeOffset? Until, Money Price, long? Stock, string? EndedBy);

/// <summary>Shows how price and stock of goods went, newest first.</summary>
internal static class ShowHistory
{
    private const int MostRows = 500;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/products/{id:guid}/history", Show).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("GetProductHistory").WithTags("Goods").WithSummary("How price and stock of goods went, newest first; at most 500 changes of the last 400 days.");

    /// <summary>Lines of the goods as a whole, or with <paramref name="variants"/> of each variant too.</summary>
    public static async Task<IReadOnlyList<HistoryLine>> Of(CatalogContext catalog, Product product, bool variants, CancellationToken ct)
    {
        var rows = await catalog.History.AsNoTracking().Where(h => h.ProductId == product.Id && (variants || h.VariantId == null)).OrderByDescending(h => h.Until).ThenByDescending(h => h.Id).Take(MostRows).ToListAsync(ct);
        var now = await catalog.Variants.AsNoTracking().Where(v => v.ProductId == product.Id).OrderBy(v => v.Position).Select(v => new { v.Id, v.PriceMinor, v.Stock }).ToListAsync(ct);
        var currency = product.Price.Currency;
        var lines = new List<HistoryLine>();
        foreach (var group in rows.GroupBy(r => r.VariantId))
        {
            var known = group.ToList();
            for (var i = 0; i < known.Count; i++)
            {
                var from = i + 1 < known.Count ? known[i + 1].Until : product.CreatedAt;
                lines.Add(new HistoryLine(known[i].VariantId, from, known[i].Until, new Money(known[i].PriceMinor, currency), known[i].Stock, known[i].EndedBy));
            }
        }
        DateTimeOffset Since(Guid? variant) => rows.Find(r => r.VariantId == variant)?.Until ?? product.CreatedAt;
        lines.Add(new HistoryLine(null, Since(null), null, product.Price, GoodsHistory.Total(now.Select(v => v.Stock)), null));
        if (variants && now.Count > 1) lines.AddRange(now.Select(v => new HistoryLine(v.Id, Since(v.Id), null, new Money(v.PriceMinor, currency), v.Stock, null)));
        return [.. lines.OrderByDescending(l => l.Until ?? DateTimeOffset.MaxValue).ThenBy(l => l.VariantId is not null)];
    }

    private static async Task<Results<Ok<IReadOnlyList<HistoryLine>>, ProblemHttpResult>> Show(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        if (await KeepGoods.KeepEndpoints.Refusal(id, catalog, shops, http, ct) is { } refusal) return Problems.Of(refusal);
        return TypedResults.Ok(await Of(catalog, await catalog.Products.AsNoTracking().FirstAsync(p => p.Id == id, ct), variants: true, ct));
    }
}
