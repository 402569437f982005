using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.AppointStaff;

internal static class AppointEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("shops/{shopId:guid}/staff", Appoint).WithAccess(Access.ShopOwner).WithPermission(IdentityPermissions.Staff).WithName("AppointStaff").WithTags("Organisations")
            .WithSummary("Give whoever has this contact a role at the shop: at once, or with the registration of the contact. To make an owner, the sign-in must be recent.");

    private static async Task<Results<Created<Appointment>, ProblemHttpResult>> Appoint(Guid shopId, AppointRequest request, ClaimsPrincipal user, Appointments appointments, CancellationToken ct)
    {
        var made = await appointments.Appoint(shopId, request, user, ct);
        return made.Refused ? Problems.Of(made.Refusal!) : TypedResults.Created($"/api/v1/organisations/{shopId}/members", made.Value);
    }
}
