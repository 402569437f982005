using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.BrowseGoods;

internal static class BrowseEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/products", List).WithAccess(Access.Public).WithName("ListProducts").WithTags("Goods").WithSummary("Goods on the shelf; by words in any form of theirs (query), best first; minPrice and maxPrice in minor units.");
        api.MapGet("/products/facets", Facets).WithAccess(Access.Public).WithName("CountProducts").WithTags("Goods").WithSummary("What the goods that were found have in common: shops, prices, properties and options; of the first 1,000.");
        api.MapGet("/products/{id:guid}", Show).WithAccess(Access.Public).WithName("GetProduct").WithTags("Goods").WithSummary("One product with variants and pictures.");
        api.MapGet("/products/{id:guid}/related", Related).WithAccess(Access.Public).WithName("ListRelatedProducts").WithTags("Goods").WithSummary("Goods of the same category, the nearest price first.");
        api.MapGet("/categories", Categories).WithAccess(Access.Public).WithName("ListCategories").WithTags("Goods").WithSummary("The tree of categories with counts.");
    }

    private static async Task<Results<Ok<ShelfPage>, ProblemHttpResult>> List(
        Shelf shelf, string? query, string? category, Guid? shop, long? minPrice, long? maxPrice, string? sort, string? cursor, int? limit, CancellationToken ct, [FromQuery] string[]? attribute = null)
    {
        var found = await shelf.Find(new ShelfQuery(query, category, shop, minPrice, maxPrice, sort, cursor, Math.Clamp(limit ?? 24, 1, 100), Traits: Traits(attribute)), ct);
        return found.Refused ? Problems.Of(found.Refusal!) : TypedResults.Ok(found.Value);
    }

    private static async Task<Ok<ShelfFacets>> Facets(Shelf shelf, string? query, string? category, Guid? shop, long? minPrice, long? maxPrice, CancellationToken ct, [FromQuery] string[]? attribute = null) =>
        TypedResults.Ok(await shelf.Facets(new ShelfQuery(query, category, shop, minPrice, maxPrice, null, null, 1, Traits: Traits(attribute)), ct));

    private static List<Trait> Traits(string[]? texts) => [.. (texts ?? []).Select(Trait.Of).OfType<Trait>().Take(8)];

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Show(Guid id, ShowProduct show, CancellationToken ct) =>
        await show.Find(id, ct) is { } product ? TypedResults.Ok(product) : Problems.Of(CatalogRefusals.ProductNotFound);

    private static async Task<Ok<IReadOnlyList<ProductItem>>> Related(Guid id, Shelf shelf, CancellationToken ct) => TypedResults.Ok(await shelf.Related(id, 12, ct));

    private static async Task<Ok<IReadOnlyList<CategoryNode>>> Categories(Shelf shelf, Guid? shop, CancellationToken ct) => TypedResults.Ok(await shelf.Tree(shop, ct));
}
