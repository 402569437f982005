using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.AdministerPeople;

internal static class PeopleEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var people = api.MapGroup("people").WithTags("Administration");
        people.MapGet("", List).WithAccess(Access.Operator).WithName("ListPeople").WithSummary("People by name, e-mail, number or id, newest first.");
        people.MapGet("{personId:guid}", Get).WithAccess(Access.Operator).WithName("GetPerson").WithSummary("One person, whole. The look is noted, and shown to the person.");
        people.MapPatch("{personId:guid}", Correct).WithAccess(Access.Operator).WithRecentSignIn().WithName("CorrectPerson").WithSummary("Correct a name or a contact, and say why.");
        people.MapPost("{personId:guid}/block", Block).WithAccess(Access.Operator).WithName("BlockPerson").WithSummary("Shut an account and end its sessions, and say why.");
        people.MapPost("{personId:guid}/unblock", Unblock).WithAccess(Access.Operator).WithName("UnblockPerson").WithSummary("Let a person in again, and say why.");
        api.MapGet("me/looks", ListLooks).WithAccess(Access.SignedIn).WithTags("Me").WithName("ListLooks").WithSummary("When somebody of the operator's staff looked at my data.");
    }

    public static void MapRoot(IEndpointRouteBuilder root) => root.MapGet("/office/people.csv", PeopleFile.Handle).WithAccess(Access.Operator).ExcludeFromDescription();

    private static async Task<Results<Ok<Page<PersonLine>>, ProblemHttpResult>> List(PersonSearch search, string? query, bool? blocked, string? cursor, CancellationToken ct)
    {
        var page = await search.List(query, blocked ?? false, cursor, ct);
        return page.Refused ? Problems.Of(page.Refusal!) : TypedResults.Ok(page.Value);
    }

    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> Get(Guid personId, ClaimsPrincipal user, PersonDesk desk, CancellationToken ct) =>
        await desk.Find(personId, user.UserId(), ct) is { } person ? TypedResults.Ok(person) : Problems.Of(AdministerRefusals.NotFound);

    private static async Task<Results<NoContent, ProblemHttpResult>> Correct(Guid personId, CorrectionRequest request, ClaimsPrincipal user, PersonDesk desk, CancellationToken ct) =>
        Answer(await desk.Correct(personId, user.UserId(), request, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Block(Guid personId, ReasonRequest request, ClaimsPrincipal user, PersonDesk desk, CancellationToken ct) =>
        Answer(await desk.Block(personId, user.UserId(), request.Reason, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Unblock(Guid personId, ReasonRequest request, ClaimsPrincipal user, PersonDesk desk, CancellationToken ct) =>
        Answer(await desk.Unblock(personId, user.UserId(), request.Reason, ct));

    private static async Task<Ok<LookList>> ListLooks(ClaimsPrincipal user, Looks looks, CancellationToken ct) => TypedResults.Ok(new LookList(await looks.Of(user.UserId(), ct)));

    private static Results<NoContent, ProblemHttpResult> Answer(Refusal? refusal) => refusal is null ? TypedResults.NoContent() : Problems.Of(refusal);
}
