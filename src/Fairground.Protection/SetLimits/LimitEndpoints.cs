using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.Protection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Protection.SetLimits;

internal static class LimitEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var mine = api.MapGroup("me").WithTags("Protection");
        mine.MapGet("protection", Get).WithAccess(Access.SignedIn).WithName("GetMyProtection").WithSummary("My limits, breaks and age, and the shops I cannot buy from.");
        mine.MapPut("limits", Set).WithAccess(Access.SignedIn).WithName("SetMyLimit").WithSummary("Set a limit: lower at once, higher after the place's waiting time.");
        mine.MapPost("limits/kept", Keep).WithAccess(Access.SignedIn).WithName("KeepMyLimit").WithSummary("Drop a higher limit that waits.");
        mine.MapPost("breaks", Break).WithAccess(Access.SignedIn).WithName("TakeBreak").WithSummary("Take a break of a day to some weeks.");
        mine.MapPost("exclusions", Exclude).WithAccess(Access.SignedIn).WithName("ExcludeMyself").WithSummary("Keep me out for at least half a year. It cannot be ended early.");
        mine.MapPut("birth-date", Declare).WithAccess(Access.SignedIn).WithName("DeclareBirthDate").WithSummary("Say once when I was born. Only whether I am of age is kept.");
        api.MapPut("people/{personId:guid}/age", Check).WithAccess(Access.Operator).WithTags("Protection").WithName("CheckAge").WithSummary("The operator has looked at a document that shows the birth date.");
    }

    private static async Task<Ok<ProtectionOfMine>> Get(ClaimsPrincipal user, PersonLimits limits, CancellationToken ct) => TypedResults.Ok(await limits.Find(user.UserId(), ct));

    private static async Task<Results<Ok<LimitAnswer>, ProblemHttpResult>> Set(LimitRequest request, ClaimsPrincipal user, PersonLimits limits, CancellationToken ct)
    {
        var set = await limits.Set(user.UserId(), request, ct);
        return set.Refused ? Problems.Of(set.Refusal!) : TypedResults.Ok(set.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Keep(LimitRequest request, ClaimsPrincipal user, PersonLimits limits) => Answer(await limits.Keep(user.UserId(), request));

    private static async Task<Results<NoContent, ProblemHttpResult>> Break(BreakRequest request, ClaimsPrincipal user, PersonLimits limits, CancellationToken ct) =>
        Answer(await limits.TakeBreak(user.UserId(), request.Hours, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Exclude(ExclusionRequest request, ClaimsPrincipal user, PersonLimits limits, CancellationToken ct) =>
        Answer(await limits.Exclude(user.UserId(), user.UserId(), request, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Declare(BirthDateRequest request, ClaimsPrincipal user, PersonLimits limits, CancellationToken ct) =>
        Answer(await limits.ShowAge(user.UserId(), user.UserId(), AgeProof.Declared, request.BirthDate, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Check(Guid personId, BirthDateRequest request, ClaimsPrincipal user, PersonLimits limits, IPeople people, CancellationToken ct)
    {
        if (await people.Find(personId, ct) is null) return Problems.Of(LimitRefusals.PersonNotFound);
        return Answer(await limits.ShowAge(personId, user.UserId(), AgeProof.Checked, request.BirthDate, ct));
    }

    private static Results<NoContent, ProblemHttpResult> Answer(Kernel.Refusal? refusal) => refusal is null ? TypedResults.NoContent() : Problems.Of(refusal);
}
