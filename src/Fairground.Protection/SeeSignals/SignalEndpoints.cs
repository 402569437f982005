using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Protection.SeeSignals;

internal static class SignalEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var signals = api.MapGroup("harm-signals").WithTags("Protection");
        signals.MapGet("", List).WithAccess(Access.Operator).WithName("ListHarmSignals").WithSummary("Signs of harm that wait for an operator; with answered=true those that were answered.");
        signals.MapPost("{signalId:guid}/answer", Answer).WithAccess(Access.Operator).WithName("AnswerHarmSignal").WithSummary("Say what was done about a sign.");
    }

    private static async Task<Ok<IReadOnlyList<SignalInfo>>> List(SignalBook book, ClaimsPrincipal user, bool? answered, CancellationToken ct) => TypedResults.Ok(await book.List(answered ?? false, user.UserId(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Answer(Guid signalId, SignalAnswerRequest request, ClaimsPrincipal user, SignalBook book, CancellationToken ct) =>
        await book.Answer(signalId, user.UserId(), request.Answer, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
