using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.TakeCash;

/// <summary>Tells a person at once that cash was taken for the wallet or handed out of it: who did not stand at that till can say so.</summary>
internal sealed class TillAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "payments.till_announcements";

    public IReadOnlyCollection<string> Topics { get; } = [CashTaken.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var taken = envelope.Read<CashTaken>();
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        if (await services.GetRequiredService<IPeople>().Find(taken.UserId, ct) is not { } person) return;
        var shop = (await services.GetRequiredService<IOrganisations>().Find(taken.ShopId, ct))?.Name ?? "";
        var words = new Wording("payments.till_cash") { ["amount"] = new Money(taken.Amount, Currency.Of(taken.Currency)), ["paid_out"] = taken.PaysOut, ["shop"] = shop, ["page"] = "/wallet" };
        await services.GetRequiredService<IMessages>().Send([new Message(Ids.Derive("payments.message", envelope.Id.ToString("N"), person.UserId.ToString("N")), person.Contact, person.Channel, words, person.UserId)], ct);
    }
}
