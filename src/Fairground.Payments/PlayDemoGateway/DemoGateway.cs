using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CompletePayment;

namespace Fairground.Payments.PlayDemoGateway;

/// <summary>A gateway for demonstrations: the person, or a test, says how the payment went. Registered only where <c>FAIRGROUND_DEMO_GATEWAY=1</c>.</summary>
internal sealed class DemoGateway(GroupCommitter ledger) : IPaymentGateway
{
    public const string GatewayName = "demo";

    public string Name => GatewayName;

    public Task<Result<string>> StartAsync(GatewayPayment payment, CancellationToken ct) =>
        Task.FromResult<Result<string>>($"/pay/{payment.PaymentId}");

    /// <summary>Plays the gateway's notice. Refusals: <c>payment.not_found</c> where another gateway has the payment, <c>payment.already_completed</c>.</summary>
    public async Task<HotResult<PaymentCompleted>> Play(Payment payment, bool succeeded)
    {
        if (payment.Gateway != GatewayName) return new HotResult<PaymentCompleted>(null, PaymentRefusals.NotFound, false);
        return await ledger.Submit<PaymentCompleted>(CompletePayment.CompletePayment.Of(payment, succeeded ? PaymentState.Succeeded : PaymentState.Failed));
    }
}
