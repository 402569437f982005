using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.TellPayers;

/// <summary>Tells a person what became of a refund, and of money that a bank took back or gave again. One message a fact; a repeat sends nothing twice.</summary>
internal sealed class PayerAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "payments.payer_announcements";

    public IReadOnlyCollection<string> Topics { get; } = [PaymentTakenBack.Name, PaymentGivenBack.Name, RefundTold.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var (userId, payment, words) = envelope.Topic switch
        {
            PaymentTakenBack.Name => Taken(envelope.Read<PaymentTakenBack>()),
            PaymentGivenBack.Name => Given(envelope.Read<PaymentGivenBack>()),
            _ => Turned(envelope.Read<RefundTold>()),
        };
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IPeople>().Find(userId, ct) is not { } person) return;
        await scope.ServiceProvider.GetRequiredService<IMessages>().Send(
            [new Message(Ids.Derive("payments.message", envelope.Id.ToString("N"), person.UserId.ToString("N")), person.Contact, person.Channel, words, person.UserId)], ct);
    }

    private static (Guid, Guid, Wording) Taken(PaymentTakenBack back) => (back.UserId, back.PaymentId, new Wording("payments.taken_back")
    {
        ["amount"] = Money(back.Amount, back.Currency), ["disputed"] = back.Disputed, ["owes"] = back.Owed > 0, ["owed"] = Money(back.Owed, back.Currency), ["page"] = Page(back.PaymentId),
    });

    private static (Guid, Guid, Wording) Given(PaymentGivenBack given) => (given.UserId, given.PaymentId, new Wording("payments.given_back") { ["amount"] = Money(given.Amount, given.Currency), ["page"] = Page(given.PaymentId) });

    private static (Guid, Guid, Wording) Turned(RefundTold told) => (told.UserId, told.PaymentId, new Wording("payments.refund_turned") { ["amount"] = Money(told.Amount, told.Currency), ["state"] = told.State, ["page"] = Page(told.PaymentId) });

    private static Money Money(long minor, string currency) => new(minor, Currency.Of(currency));

    private static string Page(Guid payment) => $"/wallet/payments/{payment}";
}
