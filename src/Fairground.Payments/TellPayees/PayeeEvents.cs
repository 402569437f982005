using System.Text.Json.Serialization;
using Fairground.Kernel.Messaging;

namespace Fairground.Payments.TellPayees;

/// <summary>An owner wrote new bank details. Payloads are part of the contract: only add.</summary>
internal sealed record BankDetailsChanged(Guid OrganisationId, Guid BankDetailsId) : IDomainEvent
{
    public const string Name = "payments.bank_details.changed";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The operator has looked into an organisation.</summary>
internal sealed record PayeeChecked(Guid OrganisationId, bool Passed, string? Reason) : IDomainEvent
{
    public const string Name = "payments.payee.checked";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Money left an organisation's balance for its bank.</summary>
internal sealed record PayoutMade(Guid OrganisationId, Guid PayoutId, long Amount, string Currency) : IDomainEvent
{
    public const string Name = "payments.payout.made";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A payout came back into the balance.</summary>
internal sealed record PayoutReturned(Guid OrganisationId, Guid PayoutId, long Amount, string Currency, string Reason) : IDomainEvent
{
    public const string Name = "payments.payout.returned";

    [JsonIgnore]
    public string Topic => Name;
}
