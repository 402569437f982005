using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.ApplyReport;

/// <summary>What a gateway said of a payment, read from the gateway itself.</summary>
/// <param name="Returned">What of our own refunds had gone back into the wallet before the gateway was asked, minor units.</param>
internal sealed record ApplyReport(CommandKey Key, PaymentKey Payment, GatewayReport Report, long Returned) : IHotCommand
{
    /// <summary>One command for each thing that can be said of a payment: hearing it again changes nothing and writes nothing.</summary>
    /// <param name="payment">As it was before the gateway was asked.</param>
    public static ApplyReport Of(Payment payment, GatewayReport report) => new(
        payment.Returned == 0
            ? CommandKey.System("payments.report", payment.Id.ToString("N"), Text(report))
            : CommandKey.System("payments.report", payment.Id.ToString("N"), Text(report), payment.Returned.ToString(CultureInfo.InvariantCulture)),
        PaymentKey.Of(payment), report, payment.Returned);

    private static string Text(GatewayReport r) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Currency} {r.Authorised} {r.Captured} {r.Refunded} {(int)r.End} {(int)r.Dispute} {r.Disputed} {(r.Settled ? 1 : 0)} {r.ChargeReference}");
}

/// <summary>Where the payment stood after it.</summary>
internal sealed record ReportApplied(PaymentState State);

/// <summary>Decides <see cref="ApplyReport"/>: refusal <c>payment.not_found</c>.</summary>
internal sealed class ApplyReportRule : HotRule<ApplyReport, ReportApplied>
{
    public override void Needs(ApplyReport command, LoadPlan plan) => plan.Payment(command.Payment);

    public override Decision Decide(ApplyReport command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(Payment.Table, command.Payment.Id) is not { } payment) return Refuse(PaymentRefusals.NotFound);
        var after = PaymentMachine.Apply(payment, command.Report, now, command.Returned);
        return Accept(new ReportApplied(after.State)).Move(state, payment, after);
    }
}

/// <summary>The gateway knows the payment and has told where it is made.</summary>
internal sealed record NoteStarted(CommandKey Key, Guid PaymentId, StartedPayment Started) : IHotCommand
{
    public static NoteStarted Of(Guid paymentId, StartedPayment started) =>
        new(CommandKey.System("payments.started", paymentId.ToString("N"), started.Reference ?? "", started.PayUrl), paymentId, started);
}

/// <summary>Where the person pays.</summary>
internal sealed record PaymentNoted(string PayUrl);

/// <summary>Decides <see cref="NoteStarted"/>: refusal <c>payment.not_found</c>. What was noted first stands: two calls at once are one payment at the gateway.</summary>
internal sealed class NoteStartedRule : HotRule<NoteStarted, PaymentNoted>
{
    public override void Needs(NoteStarted command, LoadPlan plan) => plan.Row(Payment.Table, command.PaymentId);

    public override Decision Decide(NoteStarted command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(Payment.Table, command.PaymentId) is not { } payment) return Refuse(PaymentRefusals.NotFound);
        if (payment.PayUrl is { } known) return Accept(new PaymentNoted(known));
        return Accept(new PaymentNoted(command.Started.PayUrl))
            .Change(Payment.Table, payment with { GatewayRef = payment.GatewayRef ?? command.Started.Reference, PayUrl = command.Started.PayUrl });
    }
}
