using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.InviteMembers;

/// <summary>Who is asked in, as <c>staff</c> or <c>owner</c>.</summary>
public sealed record InviteRequest(string? Contact, string? Role);

internal static class InvitationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("organisations/{organisationId:guid}/invitations", Invite).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("InviteMember").WithTags("Organisations")
            .WithSummary("Ask whoever has this contact into the organisation. To make an owner or an operator, the sign-in must be recent.");
        api.MapGet("organisations/{organisationId:guid}/invitations", List).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("ListInvitations").WithTags("Organisations")
            .WithSummary("The organisation's invitations that wait for an answer.");
        api.MapPost("organisations/{organisationId:guid}/invitations/{invitationId:guid}/sending", SendAgain).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("ResendInvitation").WithTags("Organisations")
            .WithSummary("Send an invitation again; its seven days begin anew.");
        api.MapDelete("organisations/{organisationId:guid}/invitations/{invitationId:guid}", Withdraw).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Members).WithName("WithdrawInvitation").WithTags("Organisations")
            .WithSummary("Take an invitation back.");
        api.MapGet("me/invitations", Mine).WithAccess(Access.SignedIn).WithName("ListMyInvitations").WithTags("Organisations")
            .WithSummary("The invitations that wait for my answer.");
        api.MapPost("me/invitations/{invitationId:guid}/acceptance", Accept).WithAccess(Access.SignedIn).WithName("AcceptInvitation").WithTags("Organisations")
            .WithSummary("Take the role that I am offered. Works once.");
        api.MapDelete("me/invitations/{invitationId:guid}", Decline).WithAccess(Access.SignedIn).WithName("DeclineInvitation").WithTags("Organisations")
            .WithSummary("Say no to an invitation.");
    }

    private static async Task<Results<Created<InvitationInfo>, ProblemHttpResult>> Invite(Guid organisationId, InviteRequest request, ClaimsPrincipal user, Invitations invitations, CancellationToken ct)
    {
        var made = await invitations.Invite(organisationId, request.Contact, request.Role, user, ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        return TypedResults.Created($"/api/v1/organisations/{organisationId}/invitations", made.Value);
    }

    private static async Task<Results<Ok<InvitationList>, ProblemHttpResult>> List(Guid organisationId, Invitations invitations, CancellationToken ct)
    {
        var list = await invitations.List(organisationId, ct);
        return list.Refused ? Problems.Of(list.Refusal!) : TypedResults.Ok(list.Value);
    }

    private static async Task<Results<Ok<InvitationInfo>, ProblemHttpResult>> SendAgain(Guid organisationId, Guid invitationId, Invitations invitations, CancellationToken ct)
    {
        var sent = await invitations.SendAgain(organisationId, invitationId, ct);
        return sent.Refused ? Problems.Of(sent.Refusal!) : TypedResults.Ok(sent.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid organisationId, Guid invitationId, Invitations invitations, CancellationToken ct) =>
        Answer(await invitations.Withdraw(organisationId, invitationId, ct));

    private static async Task<Ok<InvitationsToMe>> Mine(ClaimsPrincipal user, Invitations invitations, CancellationToken ct) => TypedResults.Ok(await invitations.To(user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Accept(Guid invitationId, ClaimsPrincipal user, Invitations invitations, CancellationToken ct) =>
        Answer(await invitations.Accept(user.UserId(), invitationId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Decline(Guid invitationId, ClaimsPrincipal user, Invitations invitations, CancellationToken ct) =>
        Answer(await invitations.Decline(user.UserId(), invitationId, ct));

    private static Results<NoContent, ProblemHttpResult> Answer(Kernel.Refusal? refusal) => refusal is null ? TypedResults.NoContent() : Problems.Of(refusal);
}
