using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.RegisterApplications;

internal static class ApplicationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("organisations/{organisationId:guid}/applications", Register).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Applications).WithRecentSignIn().WithName("RegisterApplication").WithTags("Applications")
            .WithSummary("Register an application that people sign in to with their account here; its secret is in the answer and never shown again.");
        api.MapGet("organisations/{organisationId:guid}/applications", List).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Applications).WithName("ListApplications").WithTags("Applications")
            .WithSummary("The organisation's applications, without their secrets.");
        api.MapPost("organisations/{organisationId:guid}/applications/{applicationId:guid}/secret", NewSecret).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Applications).WithRecentSignIn().WithName("NewApplicationSecret").WithTags("Applications")
            .WithSummary("A new secret in place of the old one, at once.");
        api.MapDelete("organisations/{organisationId:guid}/applications/{applicationId:guid}", Remove).WithAccess(Access.OrganisationOwner).WithPermission(IdentityPermissions.Applications).WithRecentSignIn().WithName("RemoveApplication").WithTags("Applications")
            .WithSummary("Remove an application, with everything that people allowed it.");
    }

    private static async Task<Results<Created<ApplicationMade>, ProblemHttpResult>> Register(Guid organisationId, RegisterApplicationRequest request, ClaimsPrincipal user, Applications applications, CancellationToken ct)
    {
        var made = await applications.Register(organisationId, user.UserId(), request, ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        return TypedResults.Created($"/api/v1/organisations/{organisationId}/applications", made.Value);
    }

    private static async Task<Results<Ok<ApplicationList>, ProblemHttpResult>> List(Guid organisationId, Applications applications, CancellationToken ct)
    {
        var list = await applications.List(organisationId, ct);
        return list.Refused ? Problems.Of(list.Refusal!) : TypedResults.Ok(list.Value);
    }

    private static async Task<Results<Created<ApplicationMade>, ProblemHttpResult>> NewSecret(Guid organisationId, Guid applicationId, Applications applications, CancellationToken ct)
    {
        var made = await applications.NewSecret(organisationId, applicationId, ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        return TypedResults.Created($"/api/v1/organisations/{organisationId}/applications", made.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid organisationId, Guid applicationId, Applications applications, CancellationToken ct) =>
        await applications.Remove(organisationId, applicationId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
