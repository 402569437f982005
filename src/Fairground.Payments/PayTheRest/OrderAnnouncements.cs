using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.PayTheRest;

/// <summary>Tells a buyer that an order has lapsed, once that is decided; a repeat sends nothing twice.</summary>
internal sealed class OrderAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "payments.order_announcements";

    public IReadOnlyCollection<string> Topics { get; } = [OrderLapsed.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var lapsed = envelope.Read<OrderLapsed>();
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IPeople>().Find(lapsed.UserId, ct) is not { } person) return;
        var words = new Wording("payments.order_lapsed")
        {
            ["title"] = lapsed.Title, ["quantity"] = lapsed.Quantity, ["held"] = lapsed.FromWallet > 0, ["amount"] = new Money(lapsed.FromWallet, Currency.Of(lapsed.Currency)), ["page"] = "/wallet",
        };
        await scope.ServiceProvider.GetRequiredService<IMessages>().Send([Letter(lapsed.OrderId, lapsed.LotId, lapsed.Title, person, words)], ct);
    }

    /// <summary>What is said of an order, under an id that follows from it: however often it is said, it comes once.</summary>
    public static Message Letter(Guid orderId, Guid lotId, string title, Person person, Wording words) => new(
        Ids.Derive("payments.order_message", orderId.ToString("N"), words.Template), person.Contact, person.Channel, words, person.UserId, About: new MessageTopic($"/lots/{lotId}", title));
}
