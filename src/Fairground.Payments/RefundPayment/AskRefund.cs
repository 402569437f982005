using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.TellPayers;

namespace Fairground.Payments.RefundPayment;

/// <summary>What a refund costs whoever asks for it: a share, kept by the operator out of what goes back.</summary>
internal static class RefundFee
{
    /// <summary>Rounded down, in favour of the person.</summary>
    /// <param name="basisPoints">Hundredths of a per cent.</param>
    public static long Of(long amount, int basisPoints) => (long)((Int128)amount * basisPoints / 10_000);
}

/// <summary>Money that came in shall go back the way it came.</summary>
/// <param name="By">Who asked: its owner, or an operator.</param>
/// <param name="Amount">Minor units, the fee included.</param>
internal sealed record AskRefund(CommandKey Key, Guid RefundId, PaymentKey Payment, Guid By, long Amount, int FeeBasisPoints) : IHotCommand;

/// <summary>The first one's id, so that a repeat gets the same refund.</summary>
internal sealed record RefundAsked(Guid RefundId);

/// <summary>
/// Decides <see cref="AskRefund"/>. Refusals in this order: <c>payment.not_found</c>, <c>refund.nothing_came_in</c>, <c>refund.disputed</c>, <c>refund.under_way</c>, <c>refund.too_much</c>, <c>refund.too_little</c>, <c>refund.spent</c>.
/// </summary>
internal sealed class AskRefundRule : HotRule<AskRefund, RefundAsked>
{
    public override void Needs(AskRefund command, LoadPlan plan) => plan.Payment(command.Payment)
        .Row(Refund.Table, command.RefundId)
        .Account(PaymentsPostings.RefundsOf(command.Payment.Id, command.Payment.Currency))
        .Account(RefundSteps.Revenue(command.Payment.Currency));

    public override Decision Decide(AskRefund command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(Payment.Table, command.Payment.Id) is not { } payment) return Refuse(PaymentRefusals.NotFound);
        var (wallet, underWay) = (SharedAccounts.WalletOf(payment.UserId, payment.Currency), PaymentsPostings.RefundsOf(payment.Id, payment.Currency));
        var currency = Currency.Of(payment.Currency);
        if (payment.Captured == 0) return Refuse(RefundRefusals.NothingCameIn);
        if (payment.Dispute is GatewayDispute.Open or GatewayDispute.Lost) return Refuse(RefundRefusals.Disputed);
        if (state.Balance(underWay) > 0) return Refuse(RefundRefusals.UnderWay);
        if (command.Amount > payment.Refundable) return Refuse(RefundRefusals.TooMuch, ("most", new Money(payment.Refundable, currency)));
        var fee = RefundFee.Of(command.Amount, command.FeeBasisPoints);
        if (command.Amount - fee <= 0) return Refuse(RefundRefusals.TooLittle);
        if (!state.CanPay(wallet, command.Amount)) return Refuse(RefundRefusals.Spent, ("available", new Money(Math.Max(0, state.Available(wallet)), currency)));

        var refund = new Refund(command.RefundId, payment.Id, payment.UserId, command.Amount, fee, payment.Currency, RefundState.Asked, null, null, 0, command.By, now, null);
        var decision = Accept(new RefundAsked(refund.Id))
            .Post(PaymentsPostings.RefundAsked, wallet, underWay, refund.Net, payment.Id)
            .Change(Refund.Table, refund)
            .Change(Payment.Table, payment with { OwnRefunds = payment.OwnRefunds + refund.Net });
        return fee == 0 ? decision : decision.Post(PaymentsPostings.RefundFee, wallet, RefundSteps.Revenue(payment.Currency), fee, payment.Id);
    }
}

/// <summary>Where a refund goes from where it stands.</summary>
internal enum RefundTurn
{
    /// <summary>The gateway works on it and has named it.</summary>
    Named,

    /// <summary>The gateway pays it.</summary>
    Paid,

    /// <summary>A person has paid it at the gateway's own desk.</summary>
    PaidByHand,

    /// <summary>The gateway will not, or could not after all: a person decides.</summary>
    Rejected,

    /// <summary>A person lets the gateway be asked again.</summary>
    TryAgain,

    /// <summary>A person gives the money back to the wallet, the fee too.</summary>
    GiveUp,
}

/// <summary>A refund goes on.</summary>
internal sealed record TurnRefund(CommandKey Key, Guid RefundId, PaymentKey Payment, RefundTurn Turn, string? Reference, string? Reason) : IHotCommand
{
    /// <summary>One command for each turn of each attempt.</summary>
    public static TurnRefund Of(Refund refund, Payment payment, RefundTurn turn, string? reference = null, string? reason = null) => new(
        CommandKey.System("payments.refund", refund.Id.ToString("N"), refund.Attempt.ToString(CultureInfo.InvariantCulture), turn.ToString(), reference ?? ""),
        refund.Id, PaymentKey.Of(payment), turn, reference, reason is { Length: > 200 } ? reason[..200] : reason);
}

/// <summary>Where it stands now.</summary>
internal sealed record RefundTurned(RefundState State);

/// <summary>Decides <see cref="TurnRefund"/>: refusals <c>refund.not_found</c>, <c>refund.not_waiting</c>. A turn that comes too late changes nothing.</summary>
internal sealed class TurnRefundRule : HotRule<TurnRefund, RefundTurned>
{
    public override void Needs(TurnRefund command, LoadPlan plan) => plan.Payment(command.Payment)
        .Row(Refund.Table, command.RefundId)
        .Account(PaymentsPostings.RefundsOf(command.Payment.Id, command.Payment.Currency))
        .Account(RefundSteps.Revenue(command.Payment.Currency));

    public override Decision Decide(TurnRefund command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(Refund.Table, command.RefundId) is not { } refund) return Refuse(RefundRefusals.NotFound);
        var payment = state.Row(Payment.Table, command.Payment.Id)!;
        return (command.Turn, refund.State) switch
        {
            (RefundTurn.Named, RefundState.Asked) when refund.GatewayRef is null => Accept(new RefundTurned(refund.State)).Change(Refund.Table, refund with { GatewayRef = command.Reference }),
            (RefundTurn.Paid, RefundState.Asked) => Paid(refund with { GatewayRef = refund.GatewayRef ?? command.Reference }, payment, now),
            // The gateway's name of the refund is that of the one it would not pay: nobody asks about that any more.
            (RefundTurn.PaidByHand, RefundState.Waits) => Paid(refund with { GatewayRef = null }, payment, now),
            (RefundTurn.Rejected, RefundState.Asked) => Accept(new RefundTurned(RefundState.Waits)).Change(Refund.Table, refund with { State = RefundState.Waits, Reason = command.Reason, GatewayRef = refund.GatewayRef ?? command.Reference })
                .Publish(Told(refund, RefundState.Waits)),
            // Taken for paid, and sent back by the person's bank: the money is here again.
            (RefundTurn.Rejected, RefundState.Paid) => Accept(new RefundTurned(RefundState.Waits)).Change(Refund.Table, refund with { State = RefundState.Waits, Reason = command.Reason, EndedAt = null })
                .Post(PaymentsPostings.RefundCameBack, RefundSteps.Clearing(payment), PaymentsPostings.RefundsOf(payment.Id, payment.Currency), refund.Net, payment.Id)
                .Publish(Told(refund, RefundState.Waits)),
            (RefundTurn.TryAgain, RefundState.Waits) => Accept(new RefundTurned(RefundState.Asked)).Change(Refund.Table, refund with { State = RefundState.Asked, Attempt = refund.Attempt + 1, GatewayRef = null, Reason = null }),
            (RefundTurn.GiveUp, RefundState.Waits) => GivenUp(refund, payment, now),
            (RefundTurn.TryAgain or RefundTurn.GiveUp or RefundTurn.PaidByHand, _) => Refuse(RefundRefusals.NotWaiting),
            _ => Accept(new RefundTurned(refund.State)),
        };
    }

    private static Decision Paid(Refund refund, Payment payment, DateTimeOffset now) => Accept(new RefundTurned(RefundState.Paid))
        .Post(PaymentsPostings.RefundPaid, PaymentsPostings.RefundsOf(payment.Id, payment.Currency), RefundSteps.Clearing(payment), refund.Net, payment.Id)
        .Change(Refund.Table, refund with { State = RefundState.Paid, EndedAt = now })
        .Change(Payment.Table, payment with { Refunded = Math.Max(payment.Refunded, payment.OwnRefunds - payment.Returned) })
        .Publish(Told(refund, RefundState.Paid));

    private static RefundTold Told(Refund refund, RefundState state) => new(refund.Id, refund.PaymentId, refund.UserId, refund.Net, refund.Currency, state.Name(), refund.Attempt);

    private static Decision GivenUp(Refund refund, Payment payment, DateTimeOffset now)
    {
        var wallet = SharedAccounts.WalletOf(payment.UserId, payment.Currency);
        var decision = Accept(new RefundTurned(RefundState.Returned))
            .Post(PaymentsPostings.RefundReturned, PaymentsPostings.RefundsOf(payment.Id, payment.Currency), wallet, refund.Net, payment.Id)
            .Change(Refund.Table, refund with { State = RefundState.Returned, EndedAt = now })
            .Change(Payment.Table, payment with { Returned = payment.Returned + refund.Net })
            .Publish(Told(refund, RefundState.Returned));
        return refund.Fee == 0 ? decision : decision.Post(PaymentsPostings.RefundFeeReturned, RefundSteps.Revenue(payment.Currency), wallet, refund.Fee, payment.Id);
    }
}

/// <summary>Accounts that refunds touch.</summary>
internal static class RefundSteps
{
    public static AccountRef Revenue(string currency) => AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, currency);

    public static AccountRef Clearing(Payment payment) => PaymentsPostings.ClearingOf(payment.Gateway, payment.Currency);
}
