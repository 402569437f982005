using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Payments.ApplyReport;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.StartTopUp;

/// <summary>A person wants to bring money in: a payment row, and a hold on the gateway's clearing account.</summary>
/// <param name="Watched">The gateway is asked from time to time how it went.</param>
/// <param name="Numbered">The gateway wants a number of ours for the payment.</param>
/// <param name="LinkId">The link by which somebody else pays it, or null.</param>
/// <param name="MethodId">The saved way of paying that it is taken from without the person, or null.</param>
internal sealed record StartTopUp(CommandKey Key, Guid PaymentId, Guid HoldId, Guid UserId, Money Amount, string Gateway, bool Watched, bool Numbered, Guid? LinkId, Guid? MethodId = null) : IHotCommand;

/// <summary>What is kept of it: the first payment's id and when it lapses, so that a repeat gets the same payment.</summary>
internal sealed record TopUpStarted(Guid PaymentId, DateTimeOffset ExpiresAt);

/// <summary>Decides <see cref="StartTopUp"/>. Refusals: <c>payment.amount_out_of_range</c>, and for who is on a break <c>protection.excluded</c> or <c>protection.on_break</c>.</summary>
internal sealed class StartTopUpRule : HotRule<StartTopUp, TopUpStarted>
{
    public override void Needs(StartTopUp command, LoadPlan plan)
    {
        plan.Account(PaymentsPostings.ClearingOf(command.Gateway, command.Amount.Currency.Code)).Guard(command.UserId).Row(Payment.Table, command.PaymentId);
        if (command.Numbered) plan.Row(PaymentCounter.Table, PaymentCounter.IdOf(command.Gateway));
    }

    public override Decision Decide(StartTopUp command, GroupState state, DateTimeOffset now)
    {
        if (TopUpLimits.Check(command.Amount) is { } refusal) return Refuse(refusal);
        if (Guarding.CheckDeposit(state, command.UserId, now) is { } kept) return Refuse(kept);
        return Accept(new TopUpStarted(command.PaymentId, now + Payment.Lifetime))
            .BringIn(state, command.PaymentId, command.HoldId, command.UserId, command.Amount, command.Gateway, command.Watched, command.Numbered, command.LinkId, command.MethodId, now);
    }
}

/// <summary>Begins a payment, for every command that brings money in.</summary>
internal static class BringingIn
{
    // A person who pays is back within minutes, and a notice comes sooner; this is for when neither does.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    public static Decision BringIn(this Decision decision, GroupState state, Guid paymentId, Guid holdId, Guid userId, Money amount, string gateway, bool watched, bool numbered, Guid? linkId, Guid? methodId, DateTimeOffset now)
    {
        var (minor, currency, expires) = (amount.Minor, amount.Currency.Code, now + Payment.Lifetime);
        var counter = numbered ? (state.Row(PaymentCounter.Table, PaymentCounter.IdOf(gateway)) ?? PaymentCounter.Before(gateway)).Next() : null;
        decision
            .Hold(holdId, PaymentsPostings.ClearingOf(gateway, currency), minor, expires, paymentId)
            .Change(Payment.Table, new Payment(paymentId, userId, minor, currency, PaymentState.Pending, gateway, holdId, now, expires, null) { GatewayRef = counter?.Number, LinkId = linkId, MethodId = methodId });
        if (counter is not null) decision.Change(PaymentCounter.Table, counter);
        return watched ? decision.Add(WatchRow.Table, [new WatchRow { PaymentId = paymentId, NextAt = now + FirstLook }]) : decision;
    }
}

/// <summary>A number of ours for something at a gateway that is no payment, out of the same row of numbers.</summary>
internal sealed record TakeNumber(CommandKey Key, string Gateway) : IHotCommand;

/// <summary>The number, digits alone.</summary>
internal sealed record NumberTaken(string Number);

/// <summary>Decides <see cref="TakeNumber"/>; nothing is refused.</summary>
internal sealed class TakeNumberRule : HotRule<TakeNumber, NumberTaken>
{
    public override void Needs(TakeNumber command, LoadPlan plan) => plan.Row(PaymentCounter.Table, PaymentCounter.IdOf(command.Gateway));

    public override Decision Decide(TakeNumber command, GroupState state, DateTimeOffset now)
    {
        var counter = (state.Row(PaymentCounter.Table, PaymentCounter.IdOf(command.Gateway)) ?? PaymentCounter.Before(command.Gateway)).Next();
        return Accept(new NumberTaken(counter.Number)).Change(PaymentCounter.Table, counter);
    }
}

/// <summary>How much may come in at once.</summary>
internal static class TopUpLimits
{
    /// <summary>Whole units of the currency.</summary>
    public const long LargestMajor = 10_000_000;

    /// <summary>A refusal <c>payment.amount_out_of_range</c>, or null.</summary>
    public static Refusal? Check(Money amount)
    {
        if (amount.IsPositive && amount.Minor <= LargestMajor * amount.Currency.MinorPerUnit) return null;
        var currency = amount.Currency;
        return PaymentRefusals.AmountOutOfRange.Saying(
            T["A top-up is more than 0 and at most 10,000,000 {0}.", currency.Code],
            ("max", (LargestMajor * currency.MinorPerUnit).ToString(CultureInfo.InvariantCulture)),
            ("currency", currency.Code));
    }
}

/// <summary>A top-up that the person can now pay.</summary>
/// <param name="PayUrl">An absolute address, or a path on this site.</param>
/// <param name="Replayed">The same answer was given before.</param>
internal sealed record ReadyToPay(Guid PaymentId, string PayUrl, bool Replayed);

/// <summary>Starts top-ups, for the endpoint and the page.</summary>
internal sealed class TopUpDesk(GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways, PaymentsContext context, WayBack way)
{
    /// <summary>The ways of paying that this market offers for a currency; the first is taken where nobody chose.</summary>
    public IReadOnlyList<IPaymentGateway> Offered(Currency currency) => [.. gateways.Where(g => g.Takes(currency))];

    /// <summary>Refusals: <c>payment.no_gateway</c>, <c>payment.gateway_not_offered</c>, <c>payment.amount_out_of_range</c>, <c>protection.excluded</c>, <c>protection.on_break</c>, <c>idempotency.key_reused</c>, the ledger's and the gateway's own (C-14).</summary>
    /// <param name="gatewayName">The way of paying; null for the first.</param>
    /// <param name="market">The market's address, for the way back.</param>
    /// <param name="link">The link by which somebody else pays it, or null.</param>
    public async Task<Result<ReadyToPay>> Start(Guid userId, Money amount, string? gatewayName, string key, string market, CancellationToken ct, Guid? link = null)
    {
        if (!gateways.Any()) return PaymentRefusals.NoGateway;
        if (TopUpLimits.Check(amount) is { } outOfRange) return outOfRange;
        if (Offered(amount.Currency).FirstOrDefault(g => string.IsNullOrEmpty(gatewayName) || g.Name == gatewayName) is not { } gateway) return PaymentRefusals.GatewayNotOffered;

        string[] request = ["payments.top_up", amount.Minor.ToString(CultureInfo.InvariantCulture), amount.Currency.Code];
        if (!string.IsNullOrEmpty(gatewayName)) request = [.. request, gatewayName];
        var started = await ledger.Submit<TopUpStarted>(new StartTopUp(CommandKey.For(userId, key, request), Ids.New(), Ids.New(), userId, amount, gateway.Name, gateway.CanBeAsked, gateway.WantsNumbers, link));
        if (started.Refusal is { } refusal) return refusal;

        return await Ready(started.Value.PaymentId, started.Replayed, market, ct);
    }

    /// <summary>Makes a payment that was begun ready to be paid. Refusals: <c>payment.gateway_not_offered</c>, the ledger's and the gateway's own.</summary>
    public async Task<Result<ReadyToPay>> Ready(Guid paymentId, bool replayed, string market, CancellationToken ct)
    {
        // After the row is durable: a crash in between leaves a pending payment, and the same key, or the watch, starts it again.
        var payment = await context.Payments.AsNoTracking().FirstAsync(p => p.Id == paymentId, ct);
        if (payment.PayUrl is { } known) return new ReadyToPay(paymentId, known, replayed);
        // The first way of paying may have become another since the key was used.
        if (gateways.FirstOrDefault(g => g.Name == payment.Gateway) is not { } its) return PaymentRefusals.GatewayNotOffered;
        var there = await its.Start(way.Of(payment, market), ct);
        if (there.Refusal is { } notStarted) return notStarted;
        if (!its.CanBeAsked) return new ReadyToPay(paymentId, there.Value.PayUrl, replayed);
        var noted = await ledger.Submit<PaymentNoted>(NoteStarted.Of(paymentId, there.Value));
        return noted.Refusal is { } notNoted ? notNoted : new ReadyToPay(paymentId, noted.Value.PayUrl, replayed);
    }
}
