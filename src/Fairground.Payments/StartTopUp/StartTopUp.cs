using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;

namespace Fairground.Payments.StartTopUp;

/// <summary>A person wants to bring money in: a payment row, and a hold on the gateway's clearing account.</summary>
internal sealed record StartTopUp(CommandKey Key, Guid PaymentId, Guid HoldId, Guid UserId, Money Amount, string Gateway) : IHotCommand;

/// <summary>What is kept of it: the first payment's id and when it lapses, so that a repeat gets the same payment.</summary>
internal sealed record TopUpStarted(Guid PaymentId, DateTimeOffset ExpiresAt);

/// <summary>Decides <see cref="StartTopUp"/>. Refusals: <c>payment.amount_out_of_range</c>, and for who is on a break <c>protection.excluded</c> or <c>protection.on_break</c>.</summary>
internal sealed class StartTopUpRule : HotRule<StartTopUp, TopUpStarted>
{
    public override void Needs(StartTopUp command, LoadPlan plan) => plan
        .Account(PaymentsPostings.ClearingOf(command.Gateway, command.Amount.Currency.Code))
        .Guard(command.UserId)
        .Row(Payment.Table, command.PaymentId);

    public override Decision Decide(StartTopUp command, GroupState state, DateTimeOffset now)
    {
        if (TopUpLimits.Check(command.Amount) is { } refusal) return Refuse(refusal);
        if (Guarding.CheckDeposit(state, command.UserId, now) is { } kept) return Refuse(kept);

        var (amount, currency) = (command.Amount.Minor, command.Amount.Currency.Code);
        var expires = now + Payment.Lifetime;
        return Accept(new TopUpStarted(command.PaymentId, expires))
            .Hold(command.HoldId, PaymentsPostings.ClearingOf(command.Gateway, currency), amount, expires, command.PaymentId)
            .Change(Payment.Table, new Payment(command.PaymentId, command.UserId, amount, currency, PaymentState.Pending, command.Gateway, command.HoldId, now, expires, null));
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
internal sealed class TopUpDesk(GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways)
{
    /// <summary>Refusals: <c>payment.no_gateway</c>, <c>payment.amount_out_of_range</c>, <c>protection.excluded</c>, <c>protection.on_break</c>, <c>idempotency.key_reused</c>, the ledger's and the gateway's own (C-14).</summary>
    public async Task<Result<ReadyToPay>> Start(Guid userId, Money amount, string key, CancellationToken ct)
    {
        if (gateways.FirstOrDefault() is not { } gateway) return PaymentRefusals.NoGateway;
        if (TopUpLimits.Check(amount) is { } outOfRange) return outOfRange;

        var commandKey = CommandKey.For(userId, key, "payments.top_up", amount.Minor.ToString(CultureInfo.InvariantCulture), amount.Currency.Code);
        var started = await ledger.Submit<TopUpStarted>(new StartTopUp(commandKey, Ids.New(), Ids.New(), userId, amount, gateway.Name));
        if (started.Refusal is { } refusal) return refusal;

        // After the row is durable: a crash in between leaves a pending payment, and the same key starts it again.
        var (paymentId, expires) = (started.Value.PaymentId, started.Value.ExpiresAt);
        var address = await gateway.StartAsync(new GatewayPayment(paymentId, amount, expires), ct);
        return address.Refusal is { } notStarted ? notStarted : new ReadyToPay(paymentId, address.Value, started.Replayed);
    }
}
