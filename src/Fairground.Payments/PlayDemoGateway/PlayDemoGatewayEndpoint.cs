using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.ReadPayment;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.PlayDemoGateway;

/// <summary>How the demo gateway shall say the payment went.</summary>
/// <param name="Outcome"><c>succeeded</c> or <c>failed</c>.</param>
internal sealed record DemoCompletionRequest(string? Outcome);

/// <summary>How the payment ended.</summary>
internal sealed record DemoCompletionAnswer(Guid PaymentId, string State);

/// <summary><c>POST payments/{id}/demo-completion</c>: plays the gateway's part; 404 where the demo gateway is off.</summary>
internal static class PlayDemoGatewayEndpoint
{
    public static async Task<Results<Ok<DemoCompletionAnswer>, ProblemHttpResult>> Handle(
        Guid id, DemoCompletionRequest request, HttpContext http, ClaimsPrincipal user, PaymentFinder payments, CancellationToken ct)
    {
        if (http.RequestServices.GetService<DemoGateway>() is not { } gateway) return Problems.Of(CommonRefusals.NotFound);
        if (await payments.Find(id, user, ct) is not { } payment) return Problems.Of(PaymentRefusals.NotFound);
        bool? succeeded = request.Outcome switch { "succeeded" => true, "failed" => false, _ => null };
        if (succeeded is not { } outcome) return Problems.Field("outcome", T["The outcome is succeeded or failed."]);

        var completed = await gateway.Play(payment, outcome);
        if (completed.Refusal is { } refusal) return Problems.Of(refusal);
        if (completed.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Ok(new DemoCompletionAnswer(completed.Value.PaymentId, completed.Value.State.Name()));
    }
}
