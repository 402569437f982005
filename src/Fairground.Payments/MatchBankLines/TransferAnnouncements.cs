using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.MatchBankLines;

/// <summary>Tells a person that a bank transfer is in the wallet; a repeat sends nothing twice.</summary>
internal sealed class TransferAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "payments.transfer_announcements";

    public IReadOnlyCollection<string> Topics { get; } = [TransferArrived.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var arrived = envelope.Read<TransferArrived>();
        await using var scope = scopes.CreateAsyncScope();
        var people = await scope.ServiceProvider.GetRequiredService<IPeople>().FindMany([arrived.UserId], ct);
        if (people.GetValueOrDefault(arrived.UserId) is not { } person) return;
        var words = new Wording("payments.transfer_arrived") { ["amount"] = new Money(arrived.Amount, Currency.Of(arrived.Currency)), ["page"] = "/wallet" };
        await scope.ServiceProvider.GetRequiredService<IMessages>().Send([new Message(Ids.Derive("payments.message", envelope.Id.ToString("N"), person.UserId.ToString("N")), person.Contact, person.Channel, words, person.UserId)], ct);
    }
}
