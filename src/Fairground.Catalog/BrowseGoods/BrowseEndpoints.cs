using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.BrowseGoods;

internal static class BrowseEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/products", List).WithAccess(Access.Public).WithName("ListProducts").WithTags("Goods").WithSummary("Goods on the shelf; by words in any form of theirs (query), best first; minPrice and maxPrice in minor units.");
        api.MapGet("/products/{id:guid}", Show).WithAccess(Access.Public).WithName("GetProduct").WithTags("Goods").WithSummary("One product with variants and pictures.");
        api.MapGet("/categories", Categories).WithAccess(Access.Public).WithName("ListCategories").WithTags("Goods").WithSummary("The tree of categories with counts.");
    }

    private static async Task<Results<Ok<ShelfPage>, ProblemHttpResult>> List(
        Shelf shelf, string? query, string? category, Guid? shop, long? minPrice, long? maxPrice, string? sort, string? cursor, int? limit, CancellationToken ct)
    {
        var found = await shelf.Find(new ShelfQuery(query, category, shop, minPrice, maxPrice, sort, cursor, Math.Clamp(limit ?? 24, 1, 100)), ct);
        return found.Refused ? Problems.Of(found.Refusal!) : TypedResults.Ok(found.Value);
    }

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Show(Guid id, ShowProduct show, CancellationToken ct) =>
        await show.Find(id, ct) is { } product ? TypedResults.Ok(product) : Problems.Of(CatalogRefusals.ProductNotFound);

    private static async Task<Ok<IReadOnlyList<CategoryNode>>> Categories(Shelf shelf, Guid? shop, CancellationToken ct) => TypedResults.Ok(await shelf.Tree(shop, ct));
}
