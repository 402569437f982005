using System.Security.Claims;
using System.Data.Common;
using Fairground.Documents.IssueDocuments;
using Fairground.Documents.KeepTaxProfile;
using Fairground.Documents.ShowDocuments;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Documents.Tests;

/// <summary>A node with the module, a way of selling made for the tests, and people and organisations made up for it.</summary>
internal sealed class Office : IAsyncDisposable
{
    public static readonly Guid Shop = Ids.Derive("tests", "shop");
    public static readonly Guid Supplier = Ids.Derive("tests", "supplier");
    public static readonly Guid Buyer = Ids.Derive("tests", "buyer");
    public static readonly Guid Kettle = Ids.Derive("tests", "kettle");

    private readonly TestDatabase database;

    private Office(TestDatabase database, LedgerFixture node, SettableTime clock) => (this.database, Node, Clock) = (database, node, clock);

    public LedgerFixture Node { get; }

    public SettableTime Clock { get; }

    public Database Database => database.Database;

    public static async Task<Office> Open(DatabaseKind kind)
    {
        var database = await TestDatabase.Create(kind);
        var clock = new SettableTime(new DateTimeOffset(2026, 11, 27, 10, 0, 0, TimeSpan.Zero));
        return new Office(database, await Start(database.Database, clock), clock);
    }

    public static Task<LedgerFixture> Start(Database database, TimeProvider clock) => LedgerFixture.Start(
        database,
        services =>
        {
            services.AddSingleton<ILedgerChart, Trade>();
            services.AddSingleton<HotRule, MoveRule>();
            services.AddSingleton<IPapers, TradePapers>();
            var town = new Town();
            services.AddSingleton<IPeople>(town).AddSingleton<IOrganisations>(town).AddSingleton<IGoods>(town).AddSingleton<ILooks>(town).AddSingleton<IJurisdiction>(town).AddSingleton(town);
        },
        [new DocumentsModule()], clock, settings: new Dictionary<string, string?> { ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS"] = "0" });

    /// <summary>Moves money, and gives the transfer's id.</summary>
    public async Task<Guid> Moves(Movement movement, AccountRef from, AccountRef to, long amount, Guid reference)
    {
        // Documents are in the order of the transfers' milliseconds; within one they have none, so each transfer gets its own.
        for (var last = Now(); Now() == last;) Thread.SpinWait(50);
        var id = Ids.New();
        var moved = await Node.Submit<Done>(new Move(CommandKey.System("tests", id.ToString("N")), movement, from, to, amount, reference, id));
        Xunit.Assert.Null(moved.Refusal);
        return id;
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<Guid> TopsUp(long amount, string currency = "KZT", Guid? who = null) => Moves(Trade.In, Trade.World(currency), SharedAccounts.WalletOf(who ?? Buyer, currency), amount, Ids.New());

    public Task<Guid> Buys(long amount, Guid lot, string currency = "KZT") => Moves(Trade.Buy, SharedAccounts.WalletOf(Buyer, currency), SharedAccounts.PayableTo(Shop, currency), amount, lot);

    public Task<Guid> GivesBack(long amount, Guid lot, string currency = "KZT") => Moves(Trade.Back, SharedAccounts.PayableTo(Shop, currency), SharedAccounts.WalletOf(Buyer, currency), amount, lot);

    public Task<Guid> Pays(Movement movement, long amount, Guid reference) => Moves(movement, SharedAccounts.WalletOf(Buyer, "KZT"), AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, "KZT"), amount, reference);

    public Task<Guid> Gets(Movement movement, long amount, Guid reference) => Moves(movement, AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, "KZT"), SharedAccounts.WalletOf(Buyer, "KZT"), amount, reference);

    /// <summary>Issues all that is due, and gives how many documents each round made.</summary>
    public async Task<List<int>> Rounds()
    {
        await Task.Delay(3);
        var (made, before) = (new List<int>(), (await Documents()).Count);
        for (var more = true; more;)
        {
            await using var scope = Node.Services.CreateAsyncScope();
            more = await scope.ServiceProvider.GetRequiredService<Issuing>().GoOn(CancellationToken.None);
            var now = (await Documents()).Count;
            made.Add(now - before);
            before = now;
        }
        return made;
    }

    /// <summary>Issues all that is due; in another node's place where one is given.</summary>
    public async Task Issues(LedgerFixture? other = null)
    {
        // An id of this very millisecond is not behind the present yet.
        await Task.Delay(3);
        await using var scope = (other ?? Node).Services.CreateAsyncScope();
        var issuing = scope.ServiceProvider.GetRequiredService<Issuing>();
        while (await issuing.GoOn(CancellationToken.None))
        {
        }
    }

    public async Task LooksAgain()
    {
        await using var scope = Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Issuing>().LookAgain(CancellationToken.None);
    }

    public async Task<List<Document>> Documents()
    {
        await using var scope = Node.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DocumentsContext>().Documents.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    public async Task Registers(Guid organisation, string country = "KZ", string number = "190540001234", string? rate = null, string? region = null)
    {
        await using var scope = Node.Services.CreateAsyncScope();
        var changed = await scope.ServiceProvider.GetRequiredService<TaxProfileDesk>().Change(organisation, new TaxProfileBody("Kettles LLP", "Abay 10", "Almaty", "050000", country, region, number, null, true, rate), Buyer, CancellationToken.None);
        Xunit.Assert.Null(changed.Refusal);
    }

    public async Task<T> With<T>(Func<DocumentDesk, Task<T>> ask)
    {
        await using var scope = Node.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<DocumentDesk>());
    }

    /// <summary>Runs a statement as somebody with the database's password would.</summary>
    public async Task<int> Tampers(string sql)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync();
    }

    public static ClaimsPrincipal SignedIn(Guid id, bool isOperator = false) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id.ToString()), .. isOperator ? [new Claim(FairgroundClaims.Operator, "1")] : Array.Empty<Claim>()], "test"));

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>The movements of the tests' way of selling.</summary>
internal sealed class Trade : ILedgerChart
{
    public static readonly AccountPurpose Outside = new("tests.outside", null, "Outside");
    public static readonly Movement In = new(900, "tests.in", Outside, SharedAccounts.Wallet, "In", "C-14");
    public static readonly Movement Buy = new(901, "tests.buy", SharedAccounts.Wallet, SharedAccounts.ShopPayable, "Bought", "C-10");
    public static readonly Movement Back = new(902, "tests.back", SharedAccounts.ShopPayable, SharedAccounts.Wallet, "Given back", "C-22");
    public static readonly Movement Charge = new(903, "tests.charge", SharedAccounts.ShopPayable, SharedAccounts.OperatorRevenue, "Charged", "S-33");
    public static readonly Movement Silent = new(904, "tests.silent", SharedAccounts.ShopPayable, Outside, "Nothing to say", "S-33");
    public static readonly Movement Fee = new(905, "tests.fee", SharedAccounts.Wallet, SharedAccounts.OperatorRevenue, "Fee", "S-33");
    public static readonly Movement FeeBack = new(906, "tests.fee_back", SharedAccounts.OperatorRevenue, SharedAccounts.Wallet, "Fee given back", "S-33");
    public static readonly Movement Shares = new(907, "tests.shares", SharedAccounts.Wallet, SharedAccounts.ShopPayable, "Sold to many", "S-33");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [Outside];

    public IReadOnlyList<Movement> Movements { get; } = [In, Buy, Back, Charge, Silent, Fee, FeeBack, Shares];

    public static AccountRef World(string currency) => AccountRef.Of(Guid.Empty, Outside, currency);
}

/// <summary>What they call for: a top-up a receipt, goods an invoice in two lines, a return a credit note, a charge an invoice.</summary>
internal sealed class TradePapers : IPapers
{
    public IReadOnlyCollection<string> Movements { get; } = [Trade.In.Name, Trade.Buy.Name, Trade.Back.Name, Trade.Charge.Name, Trade.Silent.Name, Trade.Fee.Name, Trade.FeeBack.Name, Trade.Shares.Name];

    public Task<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>> Due(IReadOnlyList<Moved> moved, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, IReadOnlyList<PaperDue>>>(moved.Where(m => m.Movement != Trade.Silent.Name).ToDictionary(m => m.TransferId, m => m.Movement == Trade.Shares.Name ? [.. Enumerable.Repeat(new PaperDue(PaperKind.Invoice, Supplies.Goods, m.To, PaperBuyer.Person, m.From, [new PaperLine("Kettle", 1, 1, Office.Kettle)]), (int)m.Amount.Minor)] : (IReadOnlyList<PaperDue>)[Of(m)]));

    private static PaperDue Of(Moved m) => m.Movement switch
    {
        "tests.in" => new PaperDue(PaperKind.Receipt, Supplies.TopUp, OrganisationInfo.OperatorId, PaperBuyer.Person, m.To, [new PaperLine("", 1, m.Amount.Minor)]),
        "tests.buy" => new PaperDue(PaperKind.Invoice, Supplies.Goods, m.To, PaperBuyer.Person, m.From, Lines(m)),
        "tests.fee" => new PaperDue(PaperKind.Receipt, Supplies.Fee, OrganisationInfo.OperatorId, PaperBuyer.Person, m.From, [new PaperLine("", 1, m.Amount.Minor)]),
        "tests.fee_back" => new PaperDue(PaperKind.CreditNote, Supplies.Fee, OrganisationInfo.OperatorId, PaperBuyer.Person, m.To, [new PaperLine("", 1, m.Amount.Minor)]),
        "tests.back" => new PaperDue(PaperKind.CreditNote, Supplies.Goods, m.From, PaperBuyer.Person, m.To, [new PaperLine("Kettle", 1, m.Amount.Minor, Office.Kettle)]),
        _ => new PaperDue(PaperKind.Invoice, Supplies.Commission, OrganisationInfo.OperatorId, PaperBuyer.Organisation, m.From, [new PaperLine("", 1, m.Amount.Minor)], m.Amount.Minor),
    };

    private static PaperLine[] Lines(Moved m) => m.Amount.Minor < 3 ? [new PaperLine("Kettle", 1, m.Amount.Minor, Office.Kettle)] : [new PaperLine("Kettle", 2, m.Amount.Minor - (m.Amount.Minor / 3), Office.Kettle), new PaperLine("Lid", 1, m.Amount.Minor / 3)];
}

internal sealed record Move(CommandKey Key, Movement Movement, AccountRef From, AccountRef To, long Amount, Guid Reference, Guid TransferId) : IHotCommand;

internal sealed record Done(bool Yes);

internal sealed class MoveRule : HotRule<Move, Done>
{
    public override void Needs(Move command, LoadPlan plan) => plan.Account(command.From).Account(command.To);

    public override Decision Decide(Move command, GroupState state, DateTimeOffset now) => Accept(new Done(true)).Post(command.Movement, command.From, command.To, command.Amount, command.Reference, command.TransferId);
}

/// <summary>Everybody that the tests know.</summary>
internal sealed class Town : IPeople, IOrganisations, IGoods, ILooks, IJurisdiction
{
    public static readonly Guid Owner = Ids.Derive("tests", "owner");
    public static readonly Guid Stranger = Ids.Derive("tests", "stranger");
    public static readonly Guid Boss = Ids.Derive("tests", "boss");

    public List<(Guid Person, Guid By)> Looks { get; } = [];

    public HashSet<Guid> Erased { get; } = [];

    public Task<Person?> Find(Guid userId, CancellationToken ct) => Task.FromResult<Person?>(Erased.Contains(userId) ? null : new Person(userId, userId == Office.Buyer ? "Aigerim B." : "Somebody", "a@fair.example", ContactChannel.Email, ""));

    public async Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct)
    {
        var found = new Dictionary<Guid, Person>();
        foreach (var id in userIds)
            if (await Find(id, ct) is { } person) found[id] = person;
        return found;
    }

    Task<OrganisationInfo?> IOrganisations.Find(Guid organisationId, CancellationToken ct) => Task.FromResult(
        organisationId == Office.Shop ? new OrganisationInfo(organisationId, OrganisationKind.Shop, "Kettles and Co")
        : organisationId == Office.Supplier ? new OrganisationInfo(organisationId, OrganisationKind.Supplier, "Tin Works")
        : organisationId == OrganisationInfo.OperatorId ? new OrganisationInfo(organisationId, OrganisationKind.Operator, "The Fair") : null);

    public Task<ShopRole?> RoleIn(Guid userId, Guid organisationId, CancellationToken ct) => Task.FromResult<ShopRole?>(userId == Owner && organisationId == Office.Shop ? ShopRole.Owner : null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleIn(Guid organisationId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());

    public Task<IReadOnlyDictionary<Guid, ShopRole>> OrganisationsOf(Guid userId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());

    public Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => Task.FromResult<ShopInfo?>(null);

    public Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) =>
        Task.FromResult(productId == Office.Kettle ? new ProductInfo(productId, Office.Shop, "K1", "Kettle", new Money(1_000, Currency.Of("KZT")), false, true, null, "Kitchen") : null);

    public async Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var found = new Dictionary<Guid, ProductInfo>();
        foreach (var id in productIds)
            if (await FindProduct(id, ct) is { } product) found[id] = product;
        return found;
    }

    public Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopInfo>>(new Dictionary<Guid, ShopInfo>());

    public Task Looked(IReadOnlyCollection<Guid> people, Guid by, string what, CancellationToken ct)
    {
        Looks.AddRange(people.Select(person => (person, by)));
        return Task.CompletedTask;
    }

    // Almaty's day: five hours ahead.
    public ValueTask<Jurisdiction?> Chosen(CancellationToken ct) => new(new Jurisdiction(
        new JurisdictionPack("kz", 1, "Kazakhstan", "2026-11-27", 300, null, new Dictionary<string, ModeRule>(), new AgeRule(18, AgeDemand.None), new DrawRule(null, null, null), new LimitRule(1, 1, 1, 6), new SignalRule(1, 1, 0, 5, 1, 1), new DataRule(1, ""), null, []), null));
}
