namespace Fairground.Kernel.Contracts;

/// <summary>What people agreed to, for each way of reaching them. Answered by Identity, which keeps every yes and no for ever.</summary>
public interface IConsents
{
    /// <summary>Offers and news that nobody needs for what they bought. Goes out by a way only to those who said yes to that way.</summary>
    const string Offers = "offers";

    /// <summary>The use of a mobile number (C-27).</summary>
    const string Number = "number";

    /// <summary>Of these people, those who agree to this at the moment.</summary>
    /// <param name="channel"><c>email</c>, <c>sms</c>, <c>push</c> or <c>messenger</c>.</param>
    Task<IReadOnlySet<Guid>> Agreed(IReadOnlyCollection<Guid> people, string purpose, string channel, CancellationToken ct);

    /// <summary>The person takes it back; where it was not given nothing happens.</summary>
    /// <param name="source">Where they did: <c>unsubscribe</c>.</param>
    Task Withdraw(Guid person, string purpose, string channel, string source, CancellationToken ct);
}
