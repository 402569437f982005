using System.Text.Json.Serialization;
using Fairground.Kernel.Messaging;

namespace Fairground.Payments.TellPayers;

/// <summary>A gateway took money back that a payment had brought. Payloads are part of the contract: only add.</summary>
/// <param name="Owed">What of it the wallet could not pay, minor units.</param>
/// <param name="Disputed">A bank did; else the company's own desk gave it back to the person.</param>
internal sealed record PaymentTakenBack(Guid PaymentId, Guid UserId, long Amount, long Owed, string Currency, bool Disputed) : IDomainEvent
{
    public const string Name = "payments.payment.taken_back";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A bank decided for us: the money of a payment is here again.</summary>
internal sealed record PaymentGivenBack(Guid PaymentId, Guid UserId, long Amount, string Currency) : IDomainEvent
{
    public const string Name = "payments.payment.given_back";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A refund was paid, could not be paid, or went back to the wallet.</summary>
/// <param name="State"><c>paid</c>, <c>waits</c> or <c>returned</c>.</param>
/// <param name="Attempt">Which attempt it was; a person may be told of several that failed.</param>
internal sealed record RefundTold(Guid RefundId, Guid PaymentId, Guid UserId, long Amount, string Currency, string State, int Attempt) : IDomainEvent
{
    public const string Name = "payments.refund.turned";

    [JsonIgnore]
    public string Topic => Name;
}
