using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.KeepMembers;

/// <summary>What somebody shall be, <c>staff</c> or <c>owner</c>.</summary>
public sealed record ChangeRoleRequest(string? Role);

/// <summary>Who becomes owner in my place.</summary>
public sealed record HandOverRequest(Guid UserId);

internal static class MemberEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("roles", Roles).WithAccess(Access.Public).WithName("ListRoles").WithTags("Organisations")
            .WithSummary("What each role may do, in words.");
        api.MapGet("me/organisations", Mine).WithAccess(Access.SignedIn).WithName("ListMyOrganisations").WithTags("Organisations")
            .WithSummary("The organisations that I am in.");
        api.MapDelete("me/organisations/{organisationId:guid}", Leave).WithAccess(Access.Member).WithPermission(IdentityPermissions.See).WithName("LeaveOrganisation").WithTags("Organisations")
            .WithSummary("Leave an organisation. Its last owner cannot.");
        api.MapGet("organisations/{organisationId:guid}/members", List).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("ListMembers").WithTags("Organisations")
            .WithSummary("Who is in the organisation, as what.");
        api.MapPut("organisations/{organisationId:guid}/members/{userId:guid}/role", Change).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithRecentSignIn().WithName("ChangeRole").WithTags("Organisations")
            .WithSummary("Change what somebody is in the organisation, at once.");
        api.MapDelete("organisations/{organisationId:guid}/members/{userId:guid}", Remove).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("RemoveMember").WithTags("Organisations")
            .WithSummary("Take somebody out of the organisation, at once.");
        api.MapPost("organisations/{organisationId:guid}/ownership", HandOver).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithRecentSignIn().WithName("HandOverOwnership").WithTags("Organisations")
            .WithSummary("Make another member the owner in my place.");
    }

    private static Ok<RoleList> Roles(RoleWords words) => TypedResults.Ok(words.All);

    private static async Task<Ok<OrganisationList>> Mine(ClaimsPrincipal user, Members members, CancellationToken ct) => TypedResults.Ok(await members.Of(user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Leave(Guid organisationId, ClaimsPrincipal user, Members members, CancellationToken ct) =>
        Answer(await members.Remove(organisationId, user.UserId(), ct));

    private static async Task<Results<Ok<MemberList>, ProblemHttpResult>> List(Guid organisationId, Members members, CancellationToken ct)
    {
        var list = await members.List(organisationId, ct);
        return list.Refused ? Problems.Of(list.Refusal!) : TypedResults.Ok(list.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Change(Guid organisationId, Guid userId, ChangeRoleRequest request, Members members, CancellationToken ct) =>
        Answer(await members.ChangeRole(organisationId, userId, request.Role, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid organisationId, Guid userId, Members members, CancellationToken ct) =>
        Answer(await members.Remove(organisationId, userId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> HandOver(Guid organisationId, HandOverRequest request, ClaimsPrincipal user, Members members, CancellationToken ct) =>
        Answer(await members.HandOver(organisationId, user.UserId(), request.UserId, ct));

    private static Results<NoContent, ProblemHttpResult> Answer(Kernel.Refusal? refusal) => refusal is null ? TypedResults.NoContent() : Problems.Of(refusal);
}
