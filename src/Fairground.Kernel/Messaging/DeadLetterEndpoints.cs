using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Kernel.Messaging;

/// <summary>How many events are on their way again.</summary>
public sealed record ReplayAsked(int Events);

/// <summary><c>dead-letters</c>: what consumers could not apply, for operators (C-35).</summary>
internal static class DeadLetterEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("dead-letters", List).WithAccess(Access.Operator).WithName("ListDeadLetters").WithTags("Events").WithSummary("Events that a consumer could not apply, the newest first.");
        api.MapPost("dead-letters/replay", ReplayAll).WithAccess(Access.Operator).WithName("ReplayDeadLetters").WithTags("Events").WithSummary("Deliver all of them once more.");
        api.MapPost("dead-letters/{eventId:guid}/{consumer}/replay", Replay).WithAccess(Access.Operator).WithName("ReplayDeadLetter").WithTags("Events").WithSummary("Deliver one once more.");
        api.MapDelete("dead-letters/{eventId:guid}/{consumer}", Discard).WithAccess(Access.Operator).WithName("DiscardDeadLetter").WithTags("Events").WithSummary("Give one up for good.");
    }

    private static async Task<Results<Ok<Page<DeadLetter>>, ProblemHttpResult>> List(DeadLetterBook dead, CancellationToken ct, string? cursor = null, int? limit = null)
    {
        var page = await dead.Read(cursor, limit, ct);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(page.Value);
    }

    private static async Task<Accepted<ReplayAsked>> ReplayAll(DeadLetterBook dead, CancellationToken ct) =>
        TypedResults.Accepted((string?)null, new ReplayAsked(await dead.ReplayAll(ct)));

    private static async Task<Results<Accepted<ReplayAsked>, ProblemHttpResult>> Replay(Guid eventId, string consumer, DeadLetterBook dead, CancellationToken ct)
    {
        var asked = await dead.Replay(eventId, consumer, ct);
        return asked.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null, new ReplayAsked(asked.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Discard(Guid eventId, string consumer, DeadLetterBook dead, CancellationToken ct)
    {
        var gone = await dead.Discard(eventId, consumer, ct);
        return gone.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
    }
}
