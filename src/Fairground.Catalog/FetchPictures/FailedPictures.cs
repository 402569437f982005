using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.FetchPictures;

/// <summary>A picture that could not be fetched so far.</summary>
/// <param name="SourceUrl">Where the feed says it is.</param>
/// <param name="Error">Why the last try failed, in words.</param>
/// <param name="NextTryAt">Null where it was given up.</param>
public sealed record FailedPicture(Guid PictureId, Guid ProductId, string Product, string SourceUrl, string Error, int Tries, DateTimeOffset? NextTryAt);

/// <summary>How many pictures are fetched again.</summary>
public sealed record PicturesRetried(int Count);

/// <summary>Shows a shop which pictures could not be fetched, and tries them again when it says so.</summary>
internal sealed class FailedPictures(CatalogContext catalog, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var pictures = api.MapGroup("/shops/{shopId:guid}/pictures").WithTags("Goods");
        pictures.MapGet("/failures", async (Guid shopId, FailedPictures failed, int? limit, CancellationToken ct) => TypedResults.Ok(await failed.List(shopId, Math.Clamp(limit ?? 100, 1, 1000), ct)))
            .WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("ListPictureFailures").WithSummary("Pictures that could not be fetched from the feed's addresses, with the reason.");
        pictures.MapPost("/retry", async (Guid shopId, FailedPictures failed, CancellationToken ct) => TypedResults.Ok(new PicturesRetried(await failed.Retry(shopId, ct))))
            .WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("RetryPictures").WithSummary("Fetches them again now.");
    }

    /// <summary>The shop's failures, by goods.</summary>
    public async Task<IReadOnlyList<FailedPicture>> List(Guid shopId, int limit, CancellationToken ct) =>
        await catalog.Pictures.Where(p => p.FileId == null && p.Error != null && p.SourceUrl != null)
            .Join(catalog.Products.Where(g => g.ShopId == shopId), p => p.ProductId, g => g.Id, (p, g) => new { Picture = p, g.Name })
            .OrderBy(x => x.Name).ThenBy(x => x.Picture.Id).Take(limit)
            .Select(x => new FailedPicture(x.Picture.Id, x.Picture.ProductId, x.Name, x.Picture.SourceUrl!, x.Picture.Error!, x.Picture.Tries, x.Picture.FetchAt)).ToListAsync(ct);

    /// <summary>How many there are.</summary>
    public Task<int> Count(Guid shopId, CancellationToken ct) => Of(shopId).CountAsync(ct);

    /// <summary>Makes all of them due now, with all their tries again; returns how many.</summary>
    public async Task<int> Retry(Guid shopId, CancellationToken ct)
    {
        DateTimeOffset? now = time.GetUtcNow();
        return await Of(shopId).ExecuteUpdateAsync(p => p.SetProperty(x => x.FetchAt, now).SetProperty(x => x.Tries, 0), ct);
    }

    private IQueryable<Picture> Of(Guid shopId) =>
        catalog.Pictures.Where(p => p.FileId == null && p.Error != null && p.SourceUrl != null && catalog.Products.Any(g => g.Id == p.ProductId && g.ShopId == shopId));
}
