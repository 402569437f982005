using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Protection.ExcludeInsiders;

/// <summary>Somebody I live with.</summary>
public sealed record HouseholdRequest(string? Contact);

internal static class HouseholdEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var home = api.MapGroup("me/household").WithTags("Protection");
        home.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListMyHousehold").WithSummary("Who lives with me, as I or they declared.");
        home.MapPost("", Declare).WithAccess(Access.SignedIn).WithName("DeclareHousehold").WithSummary("Declare who lives with me. The answer is the same whether they have an account or not.");
        home.MapDelete("{linkId:guid}", End).WithAccess(Access.SignedIn).WithName("EndHousehold").WithSummary("They no longer live with me.");
    }

    private static async Task<Ok<IReadOnlyList<HouseholdMember>>> List(ClaimsPrincipal user, Households homes, CancellationToken ct) => TypedResults.Ok(await homes.Of(user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Declare(HouseholdRequest request, ClaimsPrincipal user, Households homes, CancellationToken ct) =>
        await homes.Declare(user.UserId(), request.Contact, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> End(Guid linkId, ClaimsPrincipal user, Households homes, CancellationToken ct) =>
        await homes.End(user.UserId(), linkId, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
