using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.TellPayees;

/// <summary>Tells every owner of an organisation what happens to its money. One message a person and fact; a repeat sends nothing twice.</summary>
internal sealed class PayeeAnnouncements(IServiceScopeFactory scopes) : IEventConsumer
{
    public string Name => "payments.payee_announcements";

    public IReadOnlyCollection<string> Topics { get; } = [BankDetailsChanged.Name, PayeeChecked.Name, PayoutMade.Name, PayoutReturned.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (services, context) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<PayoutsContext>());
        var (organisationId, write) = envelope.Topic switch
        {
            BankDetailsChanged.Name => await Changed(context, envelope.Read<BankDetailsChanged>(), ct),
            PayeeChecked.Name => Checked(envelope.Read<PayeeChecked>()),
            PayoutMade.Name => await Made(context, envelope.Read<PayoutMade>(), ct),
            _ => Returned(envelope.Read<PayoutReturned>()),
        };
        var organisations = services.GetRequiredService<IOrganisations>();
        if (await organisations.Find(organisationId, ct) is not { } organisation) return;
        var owners = (await organisations.PeopleIn(organisationId, ct)).Where(p => p.Value == ShopRole.Owner).Select(p => p.Key).ToList();
        var people = await services.GetRequiredService<IPeople>().FindMany(owners, ct);
        var words = write(organisation.Name, PayoutPages.Of(organisationId));
        var messages = people.Values.DistinctBy(p => p.UserId).Select(p => new Message(
            Ids.Derive("payments.message", envelope.Id.ToString("N"), p.UserId.ToString("N")), p.Contact, p.Channel, words, p.UserId, About: new MessageTopic(PayoutPages.Of(organisationId), organisation.Name))).ToList();
        if (messages.Count > 0) await services.GetRequiredService<IMessages>().Send(messages, ct);
    }

    private static async Task<(Guid, Func<string, string, Wording>)> Changed(PayoutsContext context, BankDetailsChanged changed, CancellationToken ct)
    {
        var details = await context.BankDetails.AsNoTracking().FirstAsync(d => d.Id == changed.BankDetailsId, ct);
        return (changed.OrganisationId, (name, page) => new Wording("payments.bank_details_changed") { ["organisation"] = name, ["account"] = details.Masked, ["valid_from"] = details.ValidFrom, ["page"] = page });
    }

    private static (Guid, Func<string, string, Wording>) Checked(PayeeChecked seen) => (seen.OrganisationId, (name, page) =>
        new Wording("payments.payee_checked") { ["organisation"] = name, ["passed"] = seen.Passed, ["has_reason"] = seen.Reason is not null, ["reason"] = seen.Reason ?? "", ["page"] = page });

    private static async Task<(Guid, Func<string, string, Wording>)> Made(PayoutsContext context, PayoutMade made, CancellationToken ct)
    {
        var payout = await context.Payouts.AsNoTracking().FirstAsync(p => p.Id == made.PayoutId, ct);
        var details = await context.BankDetails.AsNoTracking().FirstAsync(d => d.Id == payout.BankDetailsId, ct);
        return (made.OrganisationId, (name, page) => new Wording("payments.payout_made") { ["organisation"] = name, ["amount"] = payout.Money, ["account"] = details.Masked, ["reference"] = payout.Reference, ["page"] = page });
    }

    private static (Guid, Func<string, string, Wording>) Returned(PayoutReturned back) => (back.OrganisationId, (name, page) =>
        new Wording("payments.payout_returned") { ["organisation"] = name, ["amount"] = new Money(back.Amount, Currency.Of(back.Currency)), ["reason"] = back.Reason, ["page"] = page });
}

/// <summary>Where an organisation sees its money.</summary>
internal static class PayoutPages
{
    public static string Of(Guid organisationId) => $"/account/organisations/{organisationId}/payouts";
}
