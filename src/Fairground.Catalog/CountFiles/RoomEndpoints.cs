using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.CountFiles;

/// <summary>What a shop may use from now on: bytes, or null for what all shops may.</summary>
public sealed record NewQuota(long? Bytes);

internal static class RoomEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/shops/{shopId:guid}/files").WithTags("Files");
        room.MapGet("", Show).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Documents).WithName("GetShopRoom").WithSummary("How many bytes the shop's pictures and documents have, and how many they may.");
        room.MapPut("/quota", Set).WithAccess(Access.Operator).WithName("SetShopQuota").WithSummary("Sets how many bytes the shop may use.");
    }

    private static async Task<Ok<ShopRoom>> Show(Guid shopId, IShopFiles files, CancellationToken ct) => TypedResults.Ok(await files.Room(shopId, ct));

    private static async Task<Results<Ok<ShopRoom>, ProblemHttpResult>> Set(Guid shopId, NewQuota body, ShopFiles files, CancellationToken ct)
    {
        var set = await files.SetQuota(shopId, body.Bytes, ct);
        return set.Refused ? Problems.Of(set.Refusal!) : TypedResults.Ok(set.Value);
    }
}
