using System.Security.Claims;
using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.KeepFavourites;

/// <summary>Favourites over the API, and where the heart on a page posts to.</summary>
internal static class FavouriteEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var mine = api.MapGroup("/me/favourites").WithTags("Goods");
        mine.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListFavourites").WithSummary("Goods that I keep, last kept first.");
        mine.MapPut("/{productId:guid}", Add).WithAccess(Access.SignedIn).WithName("AddFavourite").WithSummary("Keeps goods; twice is once.");
        mine.MapDelete("/{productId:guid}", Remove).WithAccess(Access.SignedIn).WithName("RemoveFavourite").WithSummary("Forgets goods.");
    }

    /// <summary>The form on a product's page: <c>keep</c> is 1 or 0.</summary>
    public static void MapForm(IEndpointRouteBuilder root) =>
        root.MapPost("/products/{productId:guid}/favourite", Post).WithAccess(Access.SignedIn).ExcludeFromDescription();

    private static async Task<Ok<IReadOnlyList<ProductItem>>> List(ClaimsPrincipal user, Favourites favourites, CancellationToken ct) =>
        TypedResults.Ok(await favourites.List(user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Add(Guid productId, ClaimsPrincipal user, Favourites favourites, CancellationToken ct)
    {
        var added = await favourites.Add(user.UserId(), productId, ct);
        return added.Refused ? Problems.Of(added.Refusal!) : TypedResults.NoContent();
    }

    private static async Task<NoContent> Remove(Guid productId, ClaimsPrincipal user, Favourites favourites, CancellationToken ct)
    {
        await favourites.Remove(user.UserId(), productId, ct);
        return TypedResults.NoContent();
    }

    private static async Task<RedirectHttpResult> Post(Guid productId, HttpContext http, Favourites favourites, Microsoft.AspNetCore.Antiforgery.IAntiforgery antiforgery, CancellationToken ct)
    {
        var done = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            if (http.Request.Form["keep"] == "1") return await favourites.Add(http.User.UserId(), productId, ct);
            await favourites.Remove(http.User.UserId(), productId, ct);
            return Result<bool>.Accepted(false);
        });
        if (done.Refused) Ui.Flash.Set(http, Ui.FlashTone.Alarm, done.Refusal!.Sentence);
        return TypedResults.LocalRedirect($"/products/{productId}");
    }
}
