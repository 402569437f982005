using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ReadPayment;

/// <summary>Finds a payment for those who may see it: its owner, and operators, whose look is noted.</summary>
internal sealed class PaymentFinder(PaymentsContext context, IEnumerable<ILooks> looks)
{
    public async Task<Payment?> Find(Guid paymentId, ClaimsPrincipal user, CancellationToken ct)
    {
        var payment = await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId, ct);
        if (payment is null || user.TryUserId() is not { } by || (payment.UserId != by && !user.IsOperator())) return null;
        foreach (var noted in payment.UserId == by ? [] : looks) await noted.Looked(payment.UserId, by, "payment", ct);
        return payment;
    }

    /// <summary>A payment for whoever has the link by which it is paid.</summary>
    public Task<Payment?> OfLink(Guid paymentId, Guid linkId, CancellationToken ct) => context.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId && p.LinkId == linkId, ct);
}

/// <summary>A payment as its owner sees it.</summary>
/// <param name="State"><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>expired</c>.</param>
/// <param name="Stage">Finer: <c>created</c>, <c>pending</c>, <c>authorised</c>, <c>captured</c>, <c>settled</c>, <c>partly-refunded</c>, <c>refunded</c>, <c>disputed</c>, <c>charged-back</c>, <c>failed</c>, <c>cancelled</c>, <c>expired</c>.</param>
/// <param name="PayUrl">Where it is paid, while it waits for that; nowhere where it is taken from a kept way of paying.</param>
/// <param name="Refunded">What the gateway has given back of it.</param>
/// <param name="TakenBack">What the gateway took back without our asking: chargebacks, and refunds made at its own desk.</param>
internal sealed record PaymentAnswer(
    Guid PaymentId, string State, string Stage, Money Amount, string Gateway, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? CompletedAt,
    string? PayUrl, Money Refunded, Money TakenBack)
{
    public static PaymentAnswer Of(Payment p)
    {
        var currency = Currency.Of(p.Currency);
        return new(
            p.Id, p.State.Name(), PaymentMachine.StageOf(p).Name(), p.Money, p.Gateway, p.CreatedAt, p.ExpiresAt, p.CompletedAt,
            p is { State: PaymentState.Pending, MethodId: null } ? p.PayUrl : null, new Money(p.Refunded, currency), new Money(p.Taken, currency));
    }
}

/// <summary><c>GET payments/{id}</c>: refusal <c>payment.not_found</c>, also for a payment of somebody else.</summary>
internal static class ReadPaymentEndpoint
{
    public static async Task<Results<Ok<PaymentAnswer>, ProblemHttpResult>> Handle(Guid id, ClaimsPrincipal user, PaymentFinder payments, CancellationToken ct)
    {
        if (await payments.Find(id, user, ct) is not { } p) return Problems.Of(PaymentRefusals.NotFound);
        return TypedResults.Ok(PaymentAnswer.Of(p));
    }
}
