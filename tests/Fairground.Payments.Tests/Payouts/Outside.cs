using System.Collections.Concurrent;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.BuyByRule;
using Fairground.Payments.CloseDay;
using Fairground.Payments.MakePayouts;
using Fairground.Payments.PayTheRest;
using Fairground.Payments.TopUpByItself;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>What other modules answer: organisations with their people, contacts, who proved lately who they are, and the messages that were sent.</summary>
internal sealed class Outside : IOrganisations, IPeople, IMessages, IRecentSignIn, IContacts, IJurisdiction, ICertificateBuying, IGoodsIndex, IShopAccess
{
    public ConcurrentDictionary<Guid, OrganisationInfo> Known { get; } = [];

    public ConcurrentDictionary<(Guid Organisation, Guid Person), ShopRole> Roles { get; } = [];

    public ConcurrentDictionary<Guid, bool> Stale { get; } = [];

    public bool EverybodyIsStale { get; set; }

    public ConcurrentDictionary<string, Guid> Contacts { get; } = [];

    public Task<Guid?> PersonAt(string? contact, CancellationToken ct) => Task.FromResult(Contacts.TryGetValue(contact ?? "", out var person) ? person : (Guid?)null);

    public ConcurrentDictionary<Guid, Message> Sent { get; } = [];

    /// <summary>The messages of one template, in the words of its English text.</summary>
    public IReadOnlyList<ToldMessage> Told(string template) => [.. Sent.Values.Where(m => m.Words.Template == template).Select(m => ToldMessage.Of(m, typeof(PaymentsModule).Assembly))];

    public static void Add(IServiceCollection services)
    {
        var outside = new Outside();
        services.AddSingleton(outside);
        services.AddSingleton<IOrganisations>(outside);
        services.AddSingleton<IPeople>(outside);
        services.AddSingleton<IMessages>(outside);
        services.AddSingleton<IRecentSignIn>(outside);
        services.AddSingleton<IContacts>(outside);
        services.AddSingleton<IJurisdiction>(outside);
        services.AddSingleton<ICertificateBuying>(outside);
        services.AddSingleton<IGoodsIndex>(outside);
        services.AddSingleton<IShopAccess>(outside);
        services.AddAuthorization(policies =>
        {
            policies.AddPolicy(Policies.Operator, p => p.RequireClaim(FairgroundClaims.Operator));
            policies.AddPolicy(Policies.Shop, p => p.RequireAuthenticatedUser());
        });
        services.AddSingleton<ILedgerChart, TestPostings>();
        services.AddSingleton<HotRule, SellRule>();
        services.AddSingleton<HotRule, SetAsideRule>();
        services.AddSingleton<HotRule, SpendRule>();
    }

    /// <summary>Tests say themselves when payouts are gone over.</summary>
    public static void StopWorkers(IServiceCollection services)
    {
        foreach (var worker in services.Where(s => s.ServiceType == typeof(IHostedService) && (s.ImplementationType == typeof(PayoutWorker) || s.ImplementationType == typeof(CloseWorker) || s.ImplementationType == typeof(AutomaticWorker) || s.ImplementationType == typeof(OrderWorker) || s.ImplementationType == typeof(RuleWorker))).ToList()) services.Remove(worker);
    }

    public Task<OrganisationInfo?> Find(Guid organisationId, CancellationToken ct) => Task.FromResult(Known.GetValueOrDefault(organisationId));

    public Task<ShopRole?> RoleIn(Guid userId, Guid organisationId, CancellationToken ct) => Task.FromResult(Roles.TryGetValue((organisationId, userId), out var role) ? role : (ShopRole?)null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleIn(Guid organisationId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(Roles.Where(r => r.Key.Organisation == organisationId).ToDictionary(r => r.Key.Person, r => r.Value));

    public Task<IReadOnlyDictionary<Guid, ShopRole>> OrganisationsOf(Guid userId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(Roles.Where(r => r.Key.Person == userId).ToDictionary(r => r.Key.Organisation, r => r.Value));

    /// <summary>Happens while somebody is looked up.</summary>
    public Func<Task>? WhileLooking { get; set; }

    async Task<Person?> IPeople.Find(Guid userId, CancellationToken ct)
    {
        if (WhileLooking is { } happens) await happens();
        return Of(userId);
    }

    public Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, Person>>(userIds.ToDictionary(id => id, Of));

    public Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct)
    {
        foreach (var message in messages) Sent.TryAdd(message.Id, message);
        return Task.CompletedTask;
    }

    public Task<Refusal?> Check(ClaimsPrincipal user, CancellationToken ct) =>
        Task.FromResult<Refusal?>(Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && (EverybodyIsStale || Stale.ContainsKey(id)) ? CommonRefusals.ConfirmIdentity.With() : null);

    // A place is chosen by another module, and lots are sold by another: whole servers show how they meet.
    public Jurisdiction? Place { get; set; }

    public ConcurrentDictionary<Guid, CertificateOffer> Lots { get; } = [];

    /// <summary>What was bought, by the key of the purchase.</summary>
    public ConcurrentDictionary<string, Guid> Bought { get; } = [];

    /// <summary>Happens while somebody buys.</summary>
    public Func<Task>? WhileBuying { get; set; }

    public ValueTask<Jurisdiction?> Chosen(CancellationToken ct) => ValueTask.FromResult(Place);

    public Task<CertificateOffer?> Offer(Guid lotId, CancellationToken ct) => Task.FromResult(Lots.GetValueOrDefault(lotId));

    public async Task<Result<CertificatesBought>> Buy(Guid person, Guid lotId, int quantity, string key, CancellationToken ct)
    {
        if (!Lots.TryGetValue(lotId, out var lot)) return CommonRefusals.NotFound;
        if (WhileBuying is { } happens) await happens();
        Bought.TryAdd(key, person);
        return new CertificatesBought(Ids.Derive("tests.bought", key), quantity, new Money(lot.Nominal.Minor * quantity, lot.Nominal.Currency));
    }

    public Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) => RoleIn(userId, shopId, ct);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) => OrganisationsOf(userId, ct);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) => PeopleIn(shopId, ct);

    public Task<IReadOnlyList<CategoryInfo>> Categories(CancellationToken ct) => Task.FromResult<IReadOnlyList<CategoryInfo>>([]);

    public Task<IReadOnlyList<ShopInfo>> Shops(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ShopInfo>>([.. Known.Values.Where(o => o.Kind == OrganisationKind.Shop).Select(o => new ShopInfo(o.OrganisationId, o.Name, Currency.Of("KZT"), ""))]);

    public Task<IReadOnlySet<Guid>> CategoriesOf(Guid productId, CancellationToken ct) => Task.FromResult<IReadOnlySet<Guid>>(new HashSet<Guid>());

    /// <summary>Who may do nothing here at the moment.</summary>
    public ConcurrentDictionary<Guid, bool> Closed { get; } = [];

    private Person Of(Guid id) => new(id, "Aigerim", $"{id:N}@example.com", ContactChannel.Email, "00") { Closed = Closed.ContainsKey(id) ? CommonRefusals.Forbidden.ToRefusal() : null };
}

/// <summary>Stands in for a way of selling that fills balances.</summary>
internal sealed class TestPostings : ILedgerChart
{
    public static readonly Movement Sold = new(990, "tests.sold", PayoutPostings.Bank, SharedAccounts.ShopPayable, "Sold", "S-33");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [];

    public static readonly Movement Spent = new(991, "tests.spent", SharedAccounts.Wallet, SharedAccounts.ShopPayable, "Spent", "C-14");

    public IReadOnlyList<Movement> Movements { get; } = [Sold, Spent];
}

internal sealed record Moved(Guid Id);

internal sealed record Sell(CommandKey Key, Guid Organisation, Money Amount) : IHotCommand;

internal sealed class SellRule : HotRule<Sell, Moved>
{
    public override void Needs(Sell command, LoadPlan plan) => plan.Account(PayoutPostings.BankIn(command.Amount.Currency.Code)).Account(SharedAccounts.PayableTo(command.Organisation, command.Amount.Currency.Code));

    public override Decision Decide(Sell command, GroupState state, DateTimeOffset now) => Accept(new Moved(command.Organisation))
        .Post(TestPostings.Sold, PayoutPostings.BankIn(command.Amount.Currency.Code), SharedAccounts.PayableTo(command.Organisation, command.Amount.Currency.Code), command.Amount.Minor, command.Organisation);
}

internal sealed record Spend(CommandKey Key, Guid Person, Money Amount) : IHotCommand;

internal sealed class SpendRule : HotRule<Spend, Moved>
{
    private static readonly Guid Shop = Guid.Parse("0193b5a0-0000-7000-8000-000000000001");

    public override void Needs(Spend command, LoadPlan plan) => plan.Account(SharedAccounts.WalletOf(command.Person, command.Amount.Currency.Code)).Account(SharedAccounts.PayableTo(Shop, command.Amount.Currency.Code));

    public override Decision Decide(Spend command, GroupState state, DateTimeOffset now) => Accept(new Moved(command.Person))
        .Post(TestPostings.Spent, SharedAccounts.WalletOf(command.Person, command.Amount.Currency.Code), SharedAccounts.PayableTo(Shop, command.Amount.Currency.Code), command.Amount.Minor, command.Person);
}

internal sealed record SetAside(CommandKey Key, Guid Hold, Guid Organisation, Money Amount) : IHotCommand;

internal sealed class SetAsideRule : HotRule<SetAside, Moved>
{
    public override void Needs(SetAside command, LoadPlan plan) => plan.Account(SharedAccounts.PayableTo(command.Organisation, command.Amount.Currency.Code));

    public override Decision Decide(SetAside command, GroupState state, DateTimeOffset now) => Accept(new Moved(command.Hold))
        .Hold(command.Hold, SharedAccounts.PayableTo(command.Organisation, command.Amount.Currency.Code), command.Amount.Minor, now.AddDays(90), command.Organisation);
}
