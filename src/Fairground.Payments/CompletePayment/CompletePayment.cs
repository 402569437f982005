using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.CompletePayment;

/// <summary>A payment that cannot be asked about elsewhere has ended: played, or lapsed.</summary>
internal sealed record CompletePayment(CommandKey Key, PaymentKey Payment, PaymentState Outcome) : IHotCommand
{
    /// <summary>One command for each payment and outcome, so that the same notice twice gets the same answer.</summary>
    public static CompletePayment Of(Payment payment, PaymentState outcome) =>
        new(CommandKey.System("payments.complete", payment.Id.ToString("N"), outcome.Name()), PaymentKey.Of(payment), outcome);
}

/// <summary>How the payment ended.</summary>
internal sealed record PaymentCompleted(Guid PaymentId, PaymentState State);

/// <summary>Decides <see cref="CompletePayment"/>: refusals <c>payment.not_found</c>, <c>payment.already_completed</c>, <c>payment.not_expired</c>. Here what is said first stands, for there is nobody who could know better.</summary>
internal sealed class CompletePaymentRule : HotRule<CompletePayment, PaymentCompleted>
{
    public override void Needs(CompletePayment command, LoadPlan plan) => plan.Payment(command.Payment);

    public override Decision Decide(CompletePayment command, GroupState state, DateTimeOffset now)
    {
        var payment = state.Row(Payment.Table, command.Payment.Id);
        if (payment is null) return Refuse(PaymentRefusals.NotFound);
        if (payment.State != PaymentState.Pending) return Refuse(PaymentRefusals.AlreadyCompleted, ("state", payment.State.Name()));
        if (command.Outcome == PaymentState.Expired && now < payment.ExpiresAt) return Refuse(PaymentRefusals.NotExpired);

        var report = command.Outcome switch
        {
            PaymentState.Succeeded => new GatewayReport(payment.Currency, Authorised: payment.Amount, Captured: payment.Amount),
            PaymentState.Failed => new GatewayReport(payment.Currency, End: GatewayEnd.Failed),
            _ => new GatewayReport(payment.Currency, End: GatewayEnd.Expired),
        };
        return Accept(new PaymentCompleted(payment.Id, command.Outcome)).Move(state, payment, PaymentMachine.Apply(payment, report, now));
    }
}
