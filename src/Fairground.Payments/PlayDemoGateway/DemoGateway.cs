using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CompletePayment;

namespace Fairground.Payments.PlayDemoGateway;

/// <summary>A gateway for demonstrations: the person, or a test, says how the payment went. Registered only where <c>FAIRGROUND_DEMO_GATEWAY=1</c>.</summary>
internal sealed class DemoGateway(GroupCommitter ledger) : IPaymentGateway
{
    public const string GatewayName = "demo";

    public string Name => GatewayName;

    public string Title => Key("Play money");

    public bool CanBeAsked => false;

    public bool Takes(Currency currency) => true;

    public Task<Result<StartedPayment>> Start(GatewayPayment payment, CancellationToken ct) => Task.FromResult<Result<StartedPayment>>(new StartedPayment($"/pay/{payment.PaymentId}"));

    public Task<Result<GatewayReport>> Read(GatewayPayment payment, CancellationToken ct) => Task.FromResult<Result<GatewayReport>>(PaymentRefusals.GatewayRefused);

    // Play money goes back wherever it came from at once.
    public Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct) => Task.FromResult<Result<GatewayRefund>>(new GatewayRefund(RefundOutcome.Paid));

    public Task<Result<GatewayNotice>> ReadNotice(NoticeRequest request, CancellationToken ct) => Task.FromResult<Result<GatewayNotice>>(PaymentRefusals.NoticeForged);

    /// <summary>Plays the gateway's notice. Refusals: <c>payment.not_found</c> where another gateway has the payment, <c>payment.already_completed</c>.</summary>
    public async Task<HotResult<PaymentCompleted>> Play(Payment payment, bool succeeded)
    {
        if (payment.Gateway != GatewayName) return new HotResult<PaymentCompleted>(null, PaymentRefusals.NotFound, false);
        return await ledger.Submit<PaymentCompleted>(CompletePayment.CompletePayment.Of(payment, succeeded ? PaymentState.Succeeded : PaymentState.Failed));
    }
}
