using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.IssueKeys;

/// <summary>A key to make.</summary>
/// <param name="Name">1 to 60 characters.</param>
/// <param name="Scopes">Codes of what it may do, from <c>GET permissions</c>.</param>
/// <param name="DaysToLive">1 to 3650; missing for a key that lives until it is revoked.</param>
public sealed record MakeKeyRequest(string? Name, IReadOnlyList<string>? Scopes, int? DaysToLive = null);

/// <summary>How long both secrets work.</summary>
/// <param name="OverlapHours">0 to 168; 24 where it is missing.</param>
public sealed record RotateKeyRequest(int? OverlapHours = null);

internal static class KeyEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("permissions", Permissions).WithAccess(Access.Public).WithName("ListPermissions").WithTags("Keys")
            .WithSummary("What a key may be allowed, in words.");
        api.MapPost("shops/{shopId:guid}/keys", Make).WithAccess(Access.ShopOwner).WithPermission(IdentityPermissions.Keys).WithRecentSignIn().WithName("MakeKey").WithTags("Keys")
            .WithSummary("Make a key for the shop's programs; its secret is in the answer and never shown again.");
        api.MapGet("shops/{shopId:guid}/keys", List).WithAccess(Access.ShopOwner).WithPermission(IdentityPermissions.Keys).WithName("ListKeys").WithTags("Keys")
            .WithSummary("The shop's keys, without their secrets.");
        api.MapPost("shops/{shopId:guid}/keys/{keyId:guid}/rotation", Rotate).WithAccess(Access.ShopOwner).WithPermission(IdentityPermissions.Keys).WithRecentSignIn().WithName("RotateKey").WithTags("Keys")
            .WithSummary("A new secret in place of the old one, which works on for a while.");
        api.MapDelete("shops/{shopId:guid}/keys/{keyId:guid}", Revoke).WithAccess(Access.ShopOwner).WithPermission(IdentityPermissions.Keys).WithName("RevokeKey").WithTags("Keys")
            .WithSummary("End a key at once.");
    }

    private static Ok<PermissionList> Permissions(PermissionBook permissions) => TypedResults.Ok(new PermissionList([.. permissions.ForPrograms.Select(p => new PermissionInfo(p.Code, p.Wording))]));

    private static async Task<Results<Created<ApiKeyMade>, ProblemHttpResult>> Make(Guid shopId, MakeKeyRequest request, ClaimsPrincipal user, ApiKeys keys, CancellationToken ct)
    {
        var made = await keys.Make(shopId, user.UserId(), request.Name, request.Scopes, request.DaysToLive, ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        return TypedResults.Created($"/api/v1/shops/{shopId}/keys", made.Value);
    }

    private static async Task<Results<Ok<ApiKeyList>, ProblemHttpResult>> List(Guid shopId, ApiKeys keys, CancellationToken ct)
    {
        var list = await keys.List(shopId, ct);
        return list.Refused ? Problems.Of(list.Refusal!) : TypedResults.Ok(list.Value);
    }

    private static async Task<Results<Created<ApiKeyMade>, ProblemHttpResult>> Rotate(Guid shopId, Guid keyId, RotateKeyRequest request, ClaimsPrincipal user, ApiKeys keys, CancellationToken ct)
    {
        var made = await keys.Rotate(shopId, keyId, user.UserId(), request.OverlapHours, ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        return TypedResults.Created($"/api/v1/shops/{shopId}/keys", made.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid shopId, Guid keyId, ApiKeys keys, CancellationToken ct) =>
        await keys.Revoke(shopId, keyId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
