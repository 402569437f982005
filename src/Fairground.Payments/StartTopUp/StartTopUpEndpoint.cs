using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.StartTopUp;

/// <summary>How much to bring in.</summary>
/// <param name="Gateway">The way of paying, one of <c>GET me/wallet/gateways</c>; the first of them where it is absent.</param>
internal sealed record TopUpRequest(Money Amount, string? Gateway = null);

/// <summary>The payment to be made.</summary>
/// <param name="PaymentId">Ask <c>GET payments/{id}</c> how it went.</param>
/// <param name="State"><c>pending</c>.</param>
/// <param name="PayUrl">Where the person pays.</param>
internal sealed record TopUpAnswer(Guid PaymentId, string State, string PayUrl);

/// <summary><c>POST me/wallet/top-ups</c> (C-14).</summary>
internal static class StartTopUpEndpoint
{
    public static async Task<Results<Created<TopUpAnswer>, ProblemHttpResult>> Handle(HttpContext http, ClaimsPrincipal user, TopUpDesk desk, PublicAddress market, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var amount = await TopUpBody.Read(http.Request, ct);
        if (amount.Refusal is { } unreadable) return Problems.Of(unreadable);
        var ready = await desk.Start(user.UserId(), amount.Value.Amount, amount.Value.Gateway, key.Value, market.Of(http), ct);
        if (ready.Refusal is { } refusal) return Problems.Of(refusal);

        if (ready.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var (id, address) = (ready.Value.PaymentId, ready.Value.PayUrl);
        if (address.StartsWith('/')) address = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{address}";
        // As it was when it was first answered: a repeat gets the same answer.
        return TypedResults.Created($"/api/v1/payments/{id}", new TopUpAnswer(id, PaymentState.Pending.Name(), address));
    }
}
