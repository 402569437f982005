using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.AppointStaff;

/// <summary>Who shall work for the shop, as <c>staff</c> or <c>owner</c>.</summary>
public sealed record AppointRequest(string? Contact, string? Role);

/// <summary>Everybody who works for the shop.</summary>
public sealed record StaffList(IReadOnlyList<StaffEntry> Items);

internal static class StaffEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("shops/{shopId:guid}/staff", Appoint).WithAccess(Access.ShopOwner).WithName("AppointStaff").WithTags("People")
            .WithSummary("Give a person a role at the shop; a contact that is not registered yet gets it on registration.");
        api.MapGet("shops/{shopId:guid}/staff", List).WithAccess(Access.ShopOwner).WithName("ListStaff").WithTags("People")
            .WithSummary("Who works for the shop, and who was invited.");
        api.MapDelete("shops/{shopId:guid}/staff/{userId:guid}", Dismiss).WithAccess(Access.ShopOwner).WithName("DismissStaff").WithTags("People")
            .WithSummary("Take a person's role at the shop away, at once.");
        api.MapDelete("shops/{shopId:guid}/invitations/{contact}", Withdraw).WithAccess(Access.ShopOwner).WithName("WithdrawInvitation").WithTags("People")
            .WithSummary("Take an invitation back.");
    }

    private static async Task<Results<Created<StaffEntry>, ProblemHttpResult>> Appoint(Guid shopId, AppointRequest request, ShopStaff staff, ClaimsPrincipal user, CancellationToken ct)
    {
        var entry = await staff.Appoint(shopId, request.Contact, request.Role, user.UserId(), ct);
        if (entry.Refused) return Problems.Of(entry.Refusal!);
        return TypedResults.Created($"/api/v1/shops/{shopId}/staff", entry.Value);
    }

    private static async Task<Results<Ok<StaffList>, ProblemHttpResult>> List(Guid shopId, ShopStaff staff, CancellationToken ct)
    {
        var entries = await staff.List(shopId, ct);
        return entries.Refused ? Problems.Of(entries.Refusal!) : TypedResults.Ok(new StaffList(entries.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Dismiss(Guid shopId, Guid userId, ShopStaff staff, CancellationToken ct) =>
        await staff.Dismiss(shopId, userId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid shopId, string contact, ShopStaff staff, CancellationToken ct) =>
        await staff.Withdraw(shopId, contact, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
