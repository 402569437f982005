using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Fairground.Draws.Tests.ClaimPrize;

/// <summary>Draws on a real server with one lot that is about to be drawn; signing in, shops and people are stand-ins.</summary>
internal sealed class ClaimHost : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly WebApplication app;

    private ClaimHost(TestDatabase database, WebApplication app, Clock clock) => (this.database, this.app, Time) = (database, app, clock);

    public static Guid Shop { get; } = Ids.Derive("claim-test", "shop");

    public static Guid Product { get; } = Ids.Derive("claim-test", "product");

    public static Guid Winner { get; } = Ids.Derive("claim-test", "winner");

    public static Guid Reserve { get; } = Ids.Derive("claim-test", "reserve");

    public static Guid Staff { get; } = Ids.Derive("claim-test", "staff");

    public static Guid StaffElsewhere { get; } = Ids.Derive("claim-test", "staff-elsewhere");

    public Guid LotId { get; } = Ids.New();

    public Guid WinId => Win.IdOf(LotId, 0);

    public Guid ReserveWinId => Win.IdOf(LotId, 1);

    public Clock Time { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<ClaimHost> Start(DatabaseKind kind)
    {
        var database = await TestDatabase.Migrated(kind);
        var clock = new Clock();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        builder.Configuration["FAIRGROUND_DRAND"] = "off";
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(database.Database);
        services.AddSingleton<IGoods, OneShop>();
        services.AddSingleton<IPeople, FewPeople>();
        services.AddSingleton<IJurisdiction, FakeTown>();
        services.AddSingleton<IShopAccess, TwoShops>();
        services.AddSingleton<IMessages, NoMessages>();
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, SignedInByHeader>("test", null);
        services.AddAuthorization();
        IModule[] modules = [new KernelModule(), new LedgerModule(), new DrawsModule()];
        foreach (var module in modules) module.AddServices(services, builder.Configuration);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api/v1");
        foreach (var module in modules)
        {
            module.MapApi(api);
            module.MapRoot(app);
        }
        await app.Services.GetRequiredService<Migrator>().Apply(modules.Select(m => m.Migrations), TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ClaimHost(database, app, clock);
    }

    /// <summary>Puts a lot there whose list is frozen, and draws it where asked.</summary>
    public async Task<ClaimHost> WithLot(bool drawn = true, bool cash = false)
    {
        var now = Time.GetUtcNow();
        await using (var scope = Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<DrawsContext>();
            context.Lots.Add(Lot(now));
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        // Sold stays at 0 so that no money has to lie in the lot's account.
        var sale = new Sale(
            LotId, Shop, LotState.Drawing, 10, 0, 10, 10_000, "KZT", now, null, false, now, null, UnsoldPolicy.DrawAnyway, 0, cash, 0,
            new byte[32], now, now, new byte[32], null, 0, 0, 0, CreateLotDecision.DefaultClaimSeconds);
        await Committer.Submit<Done>(new DraftLot(sale));
        if (!drawn) return this;
        await Committer.Submit<Done>(new DrawLot(LotId, [new DrawnEntry(4, "4KQ7M2XW9PAB", Winner), new DrawnEntry(7, "7ZT3N8RC5DHE", Reserve)], 1, new byte[32]));
        return this;
    }

    /// <summary>The winner was written to as often as the terms say, so that the deadline stands.</summary>
    public async Task WithEveryMessageSent() =>
        await Services.GetRequiredService<DrawsReader>().List("update draws_win set contacts = 3, contact_at = null where state = 1", r => r.Int(0), TestContext.Current.CancellationToken);

    /// <summary>The win stands as two-stage lots know it.</summary>
    public async Task WithWinAs(WinState state) =>
        await Services.GetRequiredService<DrawsReader>().List($"update draws_win set state = {(int)state} where state = 1", r => r.Int(0), TestContext.Current.CancellationToken);

    public async Task<Win> Stored() => (await Services.GetRequiredService<DrawsReader>().Win(WinId, TestContext.Current.CancellationToken))!;

    /// <summary>A client that is signed in as this person.</summary>
    public HttpClient As(Guid user, bool isOperator = false)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("Test-User", user.ToString());
        if (isOperator) client.DefaultRequestHeaders.Add("Test-Operator", "1");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    private GroupCommitter Committer => Services.GetRequiredService<GroupCommitter>();

    private Lot Lot(DateTimeOffset now) => new()
    {
        Id = LotId, ShopId = Shop, ProductId = Product, Kind = Draws.Lot.Certificates, Title = "Kettle", Currency = "KZT", Price = 100_000, Nominal = 10_000,
        Entries = 10, Winners = 1, Reserves = 1, Cap = 10, ClosesAt = now, Entropy = "commit-reveal", CreatedAt = now, CreatedBy = Staff,
    };

    /// <summary>A clock that stands where a test puts it. Timers run in real time.</summary>
    internal sealed class Clock : TimeProvider
    {
        private long milliseconds = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref milliseconds));

        public void Advance(TimeSpan time) => Interlocked.Add(ref milliseconds, (long)time.TotalMilliseconds);
    }

    private sealed class SignedInByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var user = Request.Headers["Test-User"].ToString();
            if (user.Length == 0) return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test");
            if (Request.Headers.ContainsKey("Test-Operator")) identity.AddClaim(new Claim(FairgroundClaims.Operator, "1"));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test")));
        }
    }

    private sealed class OneShop : IGoods
    {
        private static readonly ShopInfo TheShop = new(Shop, "Tulpar", Currency.Of("KZT"), "Abay 10, Almaty");

        public Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => Task.FromResult(shopId == Shop ? TheShop : null);

        public Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) => Task.FromResult<ProductInfo?>(null);

        public Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<Guid, ProductInfo>>(new Dictionary<Guid, ProductInfo>());

        public Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<Guid, ShopInfo>>(new Dictionary<Guid, ShopInfo> { [Shop] = TheShop });
    }

    private sealed class FewPeople : IPeople
    {
        public Task<Person?> Find(Guid userId, CancellationToken ct) => Task.FromResult<Person?>(
            new Person(userId, userId == Winner ? "Aigerim" : userId == Staff ? "Dana" : "Someone", "a@example.com", ContactChannel.Email, new string('0', 32)));

        public Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<Guid, Person>>(new Dictionary<Guid, Person>());
    }

    private sealed class TwoShops : IShopAccess
    {
        private static readonly Guid Other = Ids.Derive("claim-test", "other-shop");

        public Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) => Task.FromResult<ShopRole?>(userId == Staff && shopId == Shop ? ShopRole.Staff : null);

        public Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(
            userId == Staff ? new Dictionary<Guid, ShopRole> { [Shop] = ShopRole.Staff }
            : userId == StaffElsewhere ? new Dictionary<Guid, ShopRole> { [Other] = ShopRole.Owner }
            : []);

        public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole> { [Staff] = ShopRole.Staff });
    }

    private sealed class NoMessages : IMessages
    {
        public Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct) => Task.CompletedTask;
    }
}
