using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.AllowApplications;

internal static class AllowanceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/applications", List).WithAccess(Access.SignedIn).WithName("ListMyApplications").WithTags("Applications")
            .WithSummary("The applications that I let in, and what I allowed them.");
        api.MapDelete("me/applications/{allowanceId:guid}", TakeBack).WithAccess(Access.SignedIn).WithName("TakeBackAllowance").WithTags("Applications")
            .WithSummary("Take back what I allowed an application; its tokens end at once.");
    }

    private static async Task<Ok<AllowedApplications>> List(ClaimsPrincipal user, Consents consents, CancellationToken ct) => TypedResults.Ok(await consents.Of(user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeBack(Guid allowanceId, ClaimsPrincipal user, Consents consents, CancellationToken ct) =>
        await consents.TakeBack(user.UserId(), allowanceId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
