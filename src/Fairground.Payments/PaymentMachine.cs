using Fairground.Ledger;

namespace Fairground.Payments;

/// <summary>What a change of a payment moves in the ledger, minor units; never more than one of <paramref name="TakeBack"/> and <paramref name="GiveBack"/>.</summary>
/// <param name="Credit">Into the wallet.</param>
/// <param name="TakeBack">The gateway has it back: out of the wallet as far as it reaches, the rest becomes a debt.</param>
/// <param name="GiveBack">We have it again: the debt first, the rest into the wallet.</param>
internal readonly record struct PaymentEffects(long Credit, long TakeBack, long GiveBack);

/// <summary>
/// The one state machine of payments. A payment keeps the largest of everything that was ever reported of it, so that reports may come twice, late and in any order and the end is the same;
/// what the ledger does is worked out from where the payment stands, never from which report came. All of it is pure.
/// </summary>
internal static class PaymentMachine
{
    /// <summary>The gateway took another amount, or another currency: nothing is credited, a person must look.</summary>
    public const string WrongAmount = "amount";

    /// <summary>The payment with a report taken in.</summary>
    /// <param name="returned">What of our own refunds had gone back into the wallet when the gateway was asked: it can be none of what this report says was given back.</param>
    public static Payment Apply(Payment payment, GatewayReport report, DateTimeOffset now, long returned = 0)
    {
        var fits = report.Currency == payment.Currency && (report.Captured == 0 || report.Captured == payment.Amount);
        if (!fits) return payment.Captured > 0 ? payment : payment with { Trouble = WrongAmount };
        var next = payment with
        {
            Authorised = Math.Max(payment.Authorised, report.Authorised),
            Captured = Math.Max(payment.Captured, report.Captured),
            Refunded = Math.Max(payment.Refunded, Math.Min(report.Refunded, payment.Amount)),
            // What we asked for ourselves may be in the report or not yet: only what goes beyond all of it is certainly another's.
            Outside = Math.Max(payment.Outside, Math.Min(report.Refunded, payment.Amount) - (payment.OwnRefunds - Math.Min(returned, payment.Returned))),
            End = (GatewayEnd)Math.Max((int)payment.End, (int)report.End),
            Dispute = (GatewayDispute)Math.Max((int)payment.Dispute, (int)report.Dispute),
            Disputed = Math.Max(payment.Disputed, Math.Min(report.Disputed, payment.Amount)),
            Settled = payment.Settled || report.Settled,
            ChargeRef = payment.ChargeRef ?? report.ChargeReference,
            Trouble = report.Captured > 0 ? null : payment.Trouble,
        };
        var state = StateOf(next);
        return next with { State = state, CompletedAt = state == payment.State ? payment.CompletedAt : now, Taken = TakenOf(next) };
    }

    /// <summary>The coarse state that follows from the facts.</summary>
    public static PaymentState StateOf(Payment payment) => payment switch
    {
        { Captured: > 0 } => PaymentState.Succeeded,
        { End: GatewayEnd.Failed or GatewayEnd.Cancelled } => PaymentState.Failed,
        { End: GatewayEnd.Expired } => PaymentState.Expired,
        _ => PaymentState.Pending,
    };

    /// <summary>The stage that follows from the facts.</summary>
    public static PaymentStage StageOf(Payment payment) => payment switch
    {
        { Captured: > 0, Dispute: GatewayDispute.Open } => PaymentStage.Disputed,
        { Captured: > 0, Dispute: GatewayDispute.Lost } => PaymentStage.ChargedBack,
        { Captured: > 0 } when payment.Refunded >= payment.Amount => PaymentStage.Refunded,
        { Captured: > 0, Refunded: > 0 } => PaymentStage.PartlyRefunded,
        { Captured: > 0, Settled: true } => PaymentStage.Settled,
        { Captured: > 0 } => PaymentStage.Captured,
        { End: GatewayEnd.Failed } => PaymentStage.Failed,
        { End: GatewayEnd.Cancelled } => PaymentStage.Cancelled,
        { End: GatewayEnd.Expired } => PaymentStage.Expired,
        { Authorised: > 0 } => PaymentStage.Authorised,
        { PayUrl: not null } => PaymentStage.Pending,
        _ => PaymentStage.Created,
    };

    /// <summary>What the gateway has back without our asking: refunds beyond our own, and what a chargeback holds or has won.</summary>
    public static long TakenOf(Payment payment)
    {
        if (payment.Captured == 0) return 0;
        var disputed = payment.Dispute is GatewayDispute.Open or GatewayDispute.Lost ? payment.Disputed : 0;
        return Math.Min(payment.Amount - (payment.OwnRefunds - payment.Returned), payment.Outside + disputed);
    }

    /// <summary>What going from one to the other moves.</summary>
    public static PaymentEffects Between(Payment before, Payment after) => new(
        before.Captured == 0 ? after.Captured : 0,
        Math.Max(0, after.Taken - before.Taken),
        Math.Max(0, before.Taken - after.Taken));

    /// <summary>The movements of these effects, given what the wallet can pay and what its owner owes. Ends with either nothing owed or nothing left to pay with.</summary>
    public static IEnumerable<(Movement Movement, long Amount)> Movements(PaymentEffects effects, long available, long owed)
    {
        if (effects.Credit > 0)
        {
            available += effects.Credit;
            yield return (PaymentsPostings.TopUp, effects.Credit);
        }
        if (effects.TakeBack > 0)
        {
            var taken = Math.Clamp(available, 0, effects.TakeBack);
            (available, owed) = (available - taken, owed + effects.TakeBack - taken);
            if (taken > 0) yield return (PaymentsPostings.TakenBack, taken);
            if (taken < effects.TakeBack) yield return (PaymentsPostings.Owed, effects.TakeBack - taken);
        }
        if (effects.GiveBack > 0)
        {
            var forgiven = Math.Min(owed, effects.GiveBack);
            (available, owed) = (available + effects.GiveBack - forgiven, owed - forgiven);
            if (forgiven > 0) yield return (PaymentsPostings.Forgiven, forgiven);
            if (forgiven < effects.GiveBack) yield return (PaymentsPostings.GivenBack, effects.GiveBack - forgiven);
        }
        var collected = Math.Min(available, owed);
        if (collected > 0) yield return (PaymentsPostings.Collected, collected);
    }
}
