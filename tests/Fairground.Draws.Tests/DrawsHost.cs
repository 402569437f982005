using System.Collections.Concurrent;
using System.Security.Claims;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Fairground.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>A clock that stands still until it is told to go on.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A small market without a server: the real kernel, ledger and draws, and people, goods and messages made up here.</summary>
internal sealed class DrawsHost : IAsyncDisposable
{
    public static readonly Guid Shop = Guid.Parse("01900000-0000-7000-8000-000000000001");
    public static readonly Guid Kettle = Guid.Parse("01900000-0000-7000-8000-000000000002");
    public static readonly Guid Seller = Guid.Parse("01900000-0000-7000-8000-000000000003");
    public static readonly Guid Operator = Guid.Parse("01900000-0000-7000-8000-000000000004");

    private readonly TestDatabase database;
    private readonly ServiceProvider services;
    private readonly IReadOnlyList<IHostedService> running;
    private readonly bool ownsDatabase;
    private readonly Action<IServiceCollection>? configure;

    private DrawsHost(TestDatabase database, bool ownsDatabase, ServiceProvider services, IReadOnlyList<IHostedService> running, SetClock clock, FakeTown town, Action<IServiceCollection>? configure) =>
        (this.database, this.ownsDatabase, this.services, this.running, Clock, Town, this.configure) = (database, ownsDatabase, services, running, clock, town, configure);

    public SetClock Clock { get; }

    public FakeTown Town { get; }

    /// <summary>Files that a shop said it needs no more.</summary>
    public IReadOnlyList<(Guid Shop, Guid File)> Released { get; private init; } = [];

    public GroupCommitter Committer => Get<GroupCommitter>();

    public DrawsReader Reader => Get<DrawsReader>();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<DrawsHost> Start(DatabaseKind kind, SetClock? clock = null, Action<IServiceCollection>? configure = null) =>
        await Start(await TestDatabase.Migrated(kind), true, clock ?? new SetClock(), new FakeTown(), configure);

    /// <summary>The process died and a new one starts on the same database, with nothing remembered.</summary>
    public Task<DrawsHost> StartAgain() => Start(database, false, Clock, Town, configure);

    private static async Task<DrawsHost> Start(TestDatabase database, bool owns, SetClock clock, FakeTown town, Action<IServiceCollection>? configure)
    {
        IModule[] modules = [new KernelModule(), new LedgerModule(), new DrawsModule()];
        var services = new ServiceCollection();
        // Nothing outside is asked for randomness; tests that need a beacon bring their own. The operator here allows mileage by rate.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("FAIRGROUND_DRAND", "off"), new("FAIRGROUND_MOST_MILEAGE_RATE", "5")]).Build();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(database.Database);
        services.AddSingleton<IHostApplicationLifetime, NeverEnding>();
        services.AddSingleton<ILedgerChart, TestChart>();
        services.AddSingleton<HotRule, FillWalletRule>();
        foreach (var module in modules) module.AddServices(services, configuration);
        services.AddSingleton<IPeople>(town);
        services.AddSingleton<IGoods>(town);
        services.AddSingleton<ICurrentCost>(town);
        services.AddSingleton<IShopAccess>(town);
        services.AddSingleton<IOrganisations>(town);
        services.AddSingleton<IMessages>(town);
        services.AddSingleton<IJurisdiction>(town);
        var released = new List<(Guid Shop, Guid File)>();
        services.AddSingleton<IShopFiles>(provider => new UncountedFiles(provider.GetRequiredService<IFileStore>(), released));
        configure?.Invoke(services);
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        await provider.GetRequiredService<Migrator>().Apply(modules.Select(m => m.Migrations), Ct);
        await provider.GetRequiredService<SigningKeys>().EnsureLoaded(Ct);
        // The clock of the draws is turned by hand, step by step.
        var running = provider.GetServices<IHostedService>().Where(s => s is GroupCommitter).ToList();
        foreach (var service in running) await service.StartAsync(Ct);
        return new DrawsHost(database, owns, provider, running, clock, town, configure) { Released = released };
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Runs a use case in a scope of its own, as a request does.</summary>
    public async Task<TResult> In<T, TResult>(Func<T, Task<TResult>> use)
        where T : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    public static ClaimsPrincipal As(Guid user, bool isOperator = false)
    {
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, user.ToString()) };
        if (isOperator) claims.Add(new Claim(FairgroundClaims.Operator, "1"));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "test"));
    }

    public static Money Tenge(long minor) => new(minor, Currency.Of("KZT"));

    /// <summary>A lot of the kettle (price 1000.00): nominal 100.00, so ten certificates, unless said otherwise.</summary>
    public CreateLotRequest Asked(string policy = "draw-anyway") => new(
        Kettle, "certificates", Tenge(10_000), Winners: 1, Reserves: 2, MaxEntriesPerPerson: 5,
        ClosesAt: Clock.Now.AddDays(3), DrawDelaySeconds: 60, UnsoldPolicy: new NamedChoice(policy));

    public async Task<Guid> OpenLot(CreateLotRequest request)
    {
        var lot = await In<LotDrafts, Result<Lot>>(d => d.Create(As(Seller), request, Ct));
        Assert.Null(lot.Refusal);
        var opened = await In<LotOpening, Result<Lot>>(o => o.Open(As(Seller), lot.Value.Id, Ct));
        Assert.Null(opened.Refusal);
        return lot.Value.Id;
    }

    public async Task<Guid> Buyer(long minor)
    {
        var user = Ids.New();
        if (minor > 0) await Committer.Submit<Done>(new FillWallet(user, minor));
        return user;
    }

    public Task<Result<Purchase>> Buy(Guid user, Guid lot, int quantity, string? key = null) =>
        In<CertificateSales, Result<Purchase>>(s => s.Buy(As(user), lot, quantity, key ?? Ids.New().ToString(), Ct));

    /// <summary>Turns the clock of the draws until nothing is due any more.</summary>
    public async Task Settle()
    {
        for (var turn = 0; turn < 20; turn++)
        {
            if (!await Get<DrawsClock>().Turn(Ct)) return;
        }
        Assert.Fail("The clock never came to rest.");
    }

    public async Task Pass(TimeSpan time)
    {
        Clock.Now += time;
        await Settle();
    }

    /// <summary>The time to collect passes while the server runs, so that each message to the winner is sent in its time.</summary>
    public async Task PassClaimPeriod(TimeSpan period)
    {
        for (var third = 0; third < Win.EveryContact; third++) await Pass(period / Win.EveryContact);
    }

    public async Task<LotState> StateOf(Guid lot) => (await Reader.Sale(lot, Ct))!.State;

    public async Task<long> Wallet(Guid user) => (await Get<LedgerReader>().BalanceOf(SharedAccounts.WalletOf(user, "KZT"), Ct)).Balance;

    public async Task<long> Payable() => (await Get<LedgerReader>().BalanceOf(SharedAccounts.PayableTo(Shop, "KZT"), Ct)).Balance;

    public async Task<long> Escrow(Guid lot) => (await Get<LedgerReader>().BalanceOf(DrawsPostings.EscrowOf(lot, "KZT"), Ct)).Balance;

    /// <summary>Hands what waits in the outbox to its consumers.</summary>
    public async Task Deliver()
    {
        var bus = Get<IEventBus>();
        var events = await Reader.List("select id, topic, payload, at from kernel_outbox order by id", r => new EventEnvelope(r.Uuid(0), r.Text(1), r.Text(2), r.Instant(3)), Ct);
        await bus.Publish(events, Ct);
    }

    /// <summary>The last line of every test: the books and the lots are in order.</summary>
    public async Task Audit()
    {
        await TellEvents();
        foreach (var check in services.GetServices<IAuditCheck>())
        {
            foreach (var finding in await check.Run(Ct)) Assert.True(finding.Holds, $"{finding.Check}: {finding.Text}");
        }
    }

    // Draws are turned by hand; what they told is carried to its consumers before the books are looked at.
    private async Task TellEvents()
    {
        var relay = services.GetServices<IHostedService>().Single(s => s is OutboxRelay);
        await relay.StartAsync(Ct);
        await Eventually.Holds(async () => (await Reader.List("select count(*) from kernel_outbox", r => r.Long(0), Ct)).Single() == 0, TimeSpan.FromSeconds(30), "every event is told");
        await relay.StopAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in running) await service.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        // The database belongs to the first host.
        if (ownsDatabase) await database.DisposeAsync();
    }
}

/// <summary>Everybody and everything that other modules would answer for.</summary>
internal sealed class FakeTown : IPeople, IGoods, ICurrentCost, IShopAccess, IOrganisations, IMessages, IJurisdiction
{
    /// <summary>Whose law applies; null where nobody has chosen.</summary>
    public Jurisdiction? Place { get; set; } = new(OpenToAll, null);

    /// <summary>A place that lets everything be sold and asks nobody for their age.</summary>
    public static JurisdictionPack OpenToAll { get; } = new(
        "open", 1, "Open", "2026-01-01", 0, null, SaleModes.All.ToDictionary(m => m, _ => new ModeRule(ModeAnswer.Open, "A test.")), new AgeRule(18, AgeDemand.None),
        new DrawRule(null, null, null), new LimitRule(24, 24, 42, 6), new SignalRule(3, 10, 0, 5, 2, 3), new DataRule(90, "Here"), null, []);

    public ValueTask<Jurisdiction?> Chosen(CancellationToken ct) => new(Place);

    /// <summary>What the goods' source does when it is asked for their current price.</summary>
    public Func<Result<CurrentCost>> Cost { get; set; } = () => new CurrentCost(CostOrigin.Shelf, null);

    public Task<Result<CurrentCost>> Fetch(Guid productId, CancellationToken ct) => Task.FromResult(Cost());

    public ConcurrentDictionary<Guid, ToldMessage> Sent { get; } = new();

    public ProductInfo Product { get; set; } = new(
        DrawsHost.Kettle, DrawsHost.Shop, "KTL-1", "Kettle", DrawsHost.Tenge(100_000), Essential: false, Active: true, "/files/kettle.jpg", "Home/Kitchen");

    public Task<Person?> Find(Guid userId, CancellationToken ct) => Task.FromResult<Person?>(Someone(userId));

    public Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, Person>>(userIds.ToDictionary(u => u, Someone));

    public Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => Task.FromResult<ShopInfo?>(TheShop(shopId));

    public Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) => Task.FromResult(productId == DrawsHost.Kettle ? Product : null);

    public Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ProductInfo>>(productIds.Where(p => p == DrawsHost.Kettle).ToDictionary(p => p, _ => Product));

    public Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopInfo>>(shopIds.ToDictionary(s => s, TheShop));

    // Nobody here belongs to an organisation but the shop's staff.
    Task<OrganisationInfo?> IOrganisations.Find(Guid organisationId, CancellationToken ct) => Task.FromResult<OrganisationInfo?>(null);

    public Task<ShopRole?> RoleIn(Guid userId, Guid organisationId, CancellationToken ct) => Task.FromResult<ShopRole?>(null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleIn(Guid organisationId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());

    public Task<IReadOnlyDictionary<Guid, ShopRole>> OrganisationsOf(Guid userId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());

    public Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) =>
        Task.FromResult<ShopRole?>(userId == DrawsHost.Seller && shopId == DrawsHost.Shop ? ShopRole.Staff : null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(userId == DrawsHost.Seller ? new Dictionary<Guid, ShopRole> { [DrawsHost.Shop] = ShopRole.Staff } : []);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(shopId == DrawsHost.Shop ? new Dictionary<Guid, ShopRole> { [DrawsHost.Seller] = ShopRole.Staff } : []);

    public Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct)
    {
        foreach (var message in messages) Sent.TryAdd(message.Id, ToldMessage.Of(message, typeof(DrawsModule).Assembly));
        return Task.CompletedTask;
    }

    private static Person Someone(Guid userId) =>
        new(userId, "Someone", $"{userId:N}@example.com", ContactChannel.Email, Convert.ToHexStringLower(userId.ToByteArray(true)));

    private static ShopInfo TheShop(Guid shopId) => new(shopId, "Kettle shop", Currency.Of("KZT"), "1 Fair Street");
}

/// <summary>Money from outside, so that buyers have some.</summary>
internal sealed record FillWallet(Guid UserId, long Minor) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("test.fill", Ids.New().ToString());
}

internal sealed class TestChart : ILedgerChart
{
    public static readonly AccountPurpose World = new("test.world", null, "The world outside");
    public static readonly Movement Fill = new(900, "test.fill", World, SharedAccounts.Wallet, "Filled", "test");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [World];

    public IReadOnlyList<Movement> Movements { get; } = [Fill];
}

internal sealed class FillWalletRule : HotRule<FillWallet, Done>
{
    private static AccountRef World => AccountRef.Of(Guid.Empty, TestChart.World, "KZT");

    public override void Needs(FillWallet command, LoadPlan plan) => plan.Account(World).Account(SharedAccounts.WalletOf(command.UserId, "KZT"));

    public override Decision Decide(FillWallet command, GroupState state, DateTimeOffset now) =>
        Accept(Done.It).Post(TestChart.Fill, World, SharedAccounts.WalletOf(command.UserId, "KZT"), command.Minor, command.UserId);
}

internal sealed class NeverEnding : IHostApplicationLifetime
{
    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication()
    {
    }
}
