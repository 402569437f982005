using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.CompletePayment;

/// <summary>A payment has ended: posted to the wallet, or let go.</summary>
internal sealed record CompletePayment(CommandKey Key, Guid PaymentId, Guid UserId, Guid HoldId, string Gateway, string Currency, PaymentState Outcome) : IHotCommand
{
    /// <summary>One command for each payment and outcome, so that the same notice twice gets the same answer.</summary>
    public static CompletePayment Of(Payment payment, PaymentState outcome) => new(
        CommandKey.System("payments.complete", payment.Id.ToString("N"), outcome.Name()),
        payment.Id, payment.UserId, payment.HoldId, payment.Gateway, payment.Currency, outcome);
}

/// <summary>How the payment ended.</summary>
internal sealed record PaymentCompleted(Guid PaymentId, PaymentState State);

/// <summary>Decides <see cref="CompletePayment"/>: refusals <c>payment.not_found</c>, <c>payment.already_completed</c>.</summary>
internal sealed class CompletePaymentRule : HotRule<CompletePayment, PaymentCompleted>
{
    public override void Needs(CompletePayment command, LoadPlan plan) => plan
        .Row(Payment.Table, command.PaymentId)
        .Hold(command.HoldId)
        .Account(PaymentsPostings.ClearingOf(command.Gateway, command.Currency))
        .Account(SharedAccounts.WalletOf(command.UserId, command.Currency));

    public override Decision Decide(CompletePayment command, GroupState state, DateTimeOffset now)
    {
        var payment = state.Row(Payment.Table, command.PaymentId);
        if (payment is null) return Refuse(PaymentRefusals.NotFound);
        if (payment.State != PaymentState.Pending) return Refuse(PaymentRefusals.AlreadyCompleted, ("state", payment.State.Name()));
        if (command.Outcome == PaymentState.Expired && now < payment.ExpiresAt) return Refuse(PaymentRefusals.NotExpired);

        var hold = state.Hold(payment.HoldId) ?? throw new InvalidOperationException($"Payment {payment.Id} has lost its hold.");
        var clearing = PaymentsPostings.ClearingOf(payment.Gateway, payment.Currency);
        var decision = Accept(new PaymentCompleted(payment.Id, command.Outcome))
            .Change(Payment.Table, payment with { State = command.Outcome, CompletedAt = now });
        return command.Outcome == PaymentState.Succeeded
            ? decision.PostHold(hold, PaymentsPostings.TopUp, clearing, SharedAccounts.WalletOf(payment.UserId, payment.Currency))
            : decision.ReleaseHold(hold, clearing);
    }
}
