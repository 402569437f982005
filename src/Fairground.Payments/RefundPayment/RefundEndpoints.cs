using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.ReadPayment;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.RefundPayment;

/// <summary>How much shall go back.</summary>
/// <param name="Amount">What leaves the wallet, the fee included; all that can go back now where it is absent.</param>
internal sealed record RefundRequest(Money? Amount = null);

/// <summary>A refund.</summary>
/// <param name="State"><c>asked</c>, <c>paid</c>, <c>waits</c> (the gateway would not, the operator decides), <c>returned</c> (the money is in the wallet again).</param>
/// <param name="Amount">What left the wallet.</param>
/// <param name="Fee">What of it the operator keeps.</param>
/// <param name="PaidBack">What goes back by the gateway.</param>
internal sealed record RefundAnswer(Guid RefundId, Guid PaymentId, string State, Money Amount, Money Fee, Money PaidBack, string? Reason, DateTimeOffset AskedAt, DateTimeOffset? EndedAt)
{
    public static RefundAnswer Of(Refund r) => new(r.Id, r.PaymentId, r.State.Name(), r.MoneyOf(r.Amount), r.MoneyOf(r.Fee), r.MoneyOf(r.Net), r.Reason, r.AskedAt, r.EndedAt);
}

/// <summary>What can go back and what it costs, before anybody asks for it; and what went back already.</summary>
/// <param name="Most">What is left of the payment, as far as the wallet has it.</param>
/// <param name="FeePercent">A decimal, such as <c>1.5</c>: taken out of what goes back.</param>
/// <param name="FeeOfMost">The fee where all of it goes back.</param>
internal sealed record RefundTerms(Money Most, string FeePercent, Money FeeOfMost, IReadOnlyList<RefundAnswer> Refunds);

/// <summary>The calls of a payment's owner, and of operators, about its refunds (C-13).</summary>
internal static class RefundEndpoints
{
    /// <summary><c>GET payments/{id}/refunds</c>: <c>payment.not_found</c>.</summary>
    public static async Task<Results<Ok<RefundTerms>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, PaymentFinder payments, RefundDesk desk, PaymentsOptions options, CancellationToken ct)
    {
        if (await payments.Find(id, user, ct) is not { } payment) return Problems.Of(PaymentRefusals.NotFound);
        var (currency, refunds, most) = (Currency.Of(payment.Currency), await desk.Of(payment.Id, ct), await desk.Most(payment, ct));
        return TypedResults.Ok(new RefundTerms(new Money(most, currency), options.RefundFeePercent, new Money(RefundFee.Of(most, options.RefundFeeBasisPoints), currency), [.. refunds.Select(RefundAnswer.Of)]));
    }

    /// <summary><c>POST payments/{id}/refunds</c>: the refusals of <see cref="RefundDesk.Ask"/>.</summary>
    public static async Task<Results<Created<RefundAnswer>, ProblemHttpResult>> Ask(Guid id, RefundRequest request, HttpContext http, ClaimsPrincipal user, PaymentFinder payments, RefundDesk desk, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        if (await payments.Find(id, user, ct) is not { } payment) return Problems.Of(PaymentRefusals.NotFound);
        if (request.Amount is { } given && given.Currency.Code != payment.Currency) return Problems.Field("amount", T["The refund is in the payment's currency."]);
        var asked = await desk.Ask(payment, user.UserId(), request.Amount?.Minor ?? await desk.Most(payment, ct), key.Value, ct);
        if (asked.Refusal is { } refusal) return Problems.Of(refusal);
        if (asked.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/v1/payments/{id}/refunds"), RefundAnswer.Of(asked.Value.Refund));
    }
}
