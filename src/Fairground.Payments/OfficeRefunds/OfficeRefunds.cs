using Fairground.Kernel.Http;
using Fairground.Payments.RefundPayment;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.OfficeRefunds;

/// <summary>What a person decides about a refund that the gateway would not pay.</summary>
/// <param name="Decision"><c>retry</c>: ask the gateway again; <c>return</c>: back into the wallet; <c>paid</c>: it was paid at the gateway's own desk.</param>
internal sealed record RefundDecision(string? Decision);

/// <summary>The operator's calls about refunds that wait.</summary>
internal static class OfficeRefundsEndpoints
{
    private const int Most = 200;

    /// <summary><c>GET waiting-refunds</c>: oldest first, 200 at the most.</summary>
    public static async Task<Ok<IReadOnlyList<RefundAnswer>>> Read(RefundDesk desk, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<RefundAnswer>>([.. (await desk.Waiting(Most, ct)).Select(both => RefundAnswer.Of(both.Refund))]);

    /// <summary><c>POST waiting-refunds/{refundId}/decision</c>: <c>refund.not_found</c>, <c>refund.not_waiting</c>.</summary>
    public static async Task<Results<Ok<RefundAnswer>, ProblemHttpResult>> Decide(Guid refundId, RefundDecision request, RefundDesk desk, CancellationToken ct)
    {
        if (TurnOf(request.Decision) is not { } turn) return Problems.Field("decision", T["The decision is retry, return or paid."]);
        var decided = await desk.Decide(refundId, turn, ct);
        return decided.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(RefundAnswer.Of(decided.Value));
    }

    public static RefundTurn? TurnOf(string? decision) => decision switch { "retry" => RefundTurn.TryAgain, "return" => RefundTurn.GiveUp, "paid" => RefundTurn.PaidByHand, _ => null };
}
