using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>What a gateway must know to take a payment.</summary>
/// <param name="PaymentId">The same payment may be started again with the same id; it is one payment.</param>
/// <param name="Amount">Minor units and currency.</param>
/// <param name="ExpiresAt">When we stop waiting.</param>
public sealed record GatewayPayment(Guid PaymentId, Money Amount, DateTimeOffset ExpiresAt);

/// <summary>Takes money from people on our behalf (C-13). Its notice of success or failure reaches us through its own endpoint.</summary>
public interface IPaymentGateway
{
    /// <summary>Stable and lower case; stored with each payment and part of its clearing account.</summary>
    string Name { get; }

    /// <summary>Registers the payment with the gateway and answers where the person pays: an absolute address, or a path on this site. Safe to repeat.</summary>
    Task<Result<string>> StartAsync(GatewayPayment payment, CancellationToken ct);
}
