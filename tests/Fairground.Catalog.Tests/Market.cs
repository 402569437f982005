using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.OpenShop;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.Tests;

/// <summary>A market with files and catalogue over a fresh database; over HTTP too where a test asks for it.</summary>
internal sealed class Market : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestDatabase database;

    private Market(WebApplication app, TestDatabase database, Freezer freezer) => (this.app, this.database, Frozen) = (app, database, freezer);

    public Freezer Frozen { get; }

    /// <summary>Whether people proved a moment ago that it is they; they did, where a test says nothing.</summary>
    public Recently Recently => (Recently)Services.GetRequiredService<IRecentSignIn>();

    public IServiceProvider Services => app.Services;

    public Kernel.Storage.Database Database => database.Database;

    public HttpClient Http { get; private init; } = new();

    /// <summary>A market; with <paramref name="listening"/> its background jobs run and it answers HTTP.</summary>
    public static async Task<Market> Open(DatabaseKind kind, bool listening = false, bool allowPrivate = false, IReadOnlyDictionary<string, string>? settings = null, ILoggerProvider? logs = null)
    {
        var database = await TestDatabase.Migrated(kind);
        var (kernel, catalog, freezer) = (new KernelModule(), new CatalogModule(), new Freezer());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["FAIRGROUND_ALLOW_PRIVATE_FEEDS"] = allowPrivate ? "1" : "0";
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) builder.Configuration[name] = value;
        if (logs is not null) builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(database.Database);
        kernel.AddServices(builder.Services, builder.Configuration);
        catalog.AddServices(builder.Services, builder.Configuration);
        builder.Services.AddSingleton<IPriceFreeze>(freezer);
        builder.Services.AddSingleton<IShopAccess, EverybodyByHeader>();
        builder.Services.AddSingleton<IRecentSignIn, Recently>();
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("test", null);
        builder.Services.AddAuthorization();
        builder.Services.AddAntiforgery();
        var app = builder.Build();
        app.Use((http, next) =>
        {
            AskedLanguage.Speak(http);
            return next(http);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api/v1");
        catalog.MapApi(api);
        kernel.MapRoot(app);
        ((Kernel.Modules.IModule)catalog).MapRoot(app);
        await app.Services.GetRequiredService<Migrator>().Apply([new("kernel", typeof(KernelModule).Assembly), new("catalog", typeof(CatalogModule).Assembly)], CancellationToken.None);
        if (!listening) return new Market(app, database, freezer);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Add("X-Test-User", "operator");
        return new Market(app, database, freezer) { Http = http };
    }

    public async Task<Guid> OpenShop(string currency = "KZT", string name = "The Kettle House")
    {
        await using var scope = Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<OpenShop.OpenShop>().Open(new NewShop(name, currency, null, null), CancellationToken.None)).Value.Id;
    }

    public Task<ImportReport> Import(Guid shop, string feed, string? format = null) => Import(shop, Encoding.UTF8.GetBytes(feed), format);

    /// <summary>Imports as the command line does.</summary>
    public async Task<ImportReport> Import(Guid shop, byte[] feed, string? format = null, string? pictures = null, ImportOptions? options = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"feed-{Guid.CreateVersion7():n}.csv");
        await File.WriteAllBytesAsync(path, feed);
        try
        {
            var report = await Services.GetRequiredService<CatalogImport>().RunFromFile(shop, path, options ?? new ImportOptions(format), pictures, null, CancellationToken.None);
            Xunit.Assert.False(report.Refused, report.Refusal?.Sentence);
            return report.Value;
        }
        finally
        {
            File.Delete(path);
        }
    }

    public async Task<T> Ask<T>(Func<CatalogContext, Task<T>> question)
    {
        await using var scope = Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<CatalogContext>());
    }

    public async Task<TResult> With<T, TResult>(Func<T, Task<TResult>> use)
        where T : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>Stands in for Identity, which knows when somebody signed in.</summary>
internal sealed class Recently : IRecentSignIn
{
    public Refusal? Refusal { get; set; }

    public Task<Refusal?> Check(ClaimsPrincipal user, CancellationToken ct) => Task.FromResult(Refusal);
}

/// <summary>Stands in for the lots that keep prices as they are.</summary>
internal sealed class Freezer : IPriceFreeze
{
    public HashSet<Guid> Ids { get; } = [];

    /// <summary>What somebody does once, while an import stands between looking at the shelf and writing.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public async Task<IReadOnlySet<Guid>> Frozen(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var meanwhile = Meanwhile;
        Meanwhile = null;
        if (meanwhile is not null) await meanwhile();
        return productIds.Where(Ids.Contains).ToHashSet();
    }

    public Task<IReadOnlyDictionary<Guid, IReadOnlyList<PriceHolder>>> Holders(IReadOnlyCollection<Guid> productIds, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, IReadOnlyList<PriceHolder>>>(
        productIds.Where(Ids.Contains).ToDictionary(id => id, id => (IReadOnlyList<PriceHolder>)[new PriceHolder(Kernel.Ids.Derive("lot", id.ToString()), "A lot", "open", DateTimeOffset.UnixEpoch)]));
}

/// <summary>Signs in whom the header names: operator, staff:SHOP, owner:SHOP or buyer.</summary>
internal sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var user = Request.Headers["X-Test-User"].ToString();
        if (user.Length == 0) return Task.FromResult(AuthenticateResult.NoResult());
        var parts = user.Split(':');
        // The test's people have ids that say what they may do.
        var id = parts.Length == 2 ? EverybodyByHeader.IdOf(parts[0], Guid.Parse(parts[1])) : Ids.Derive(user);
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, id.ToString()) };
        if (user == "operator") claims.Add(new Claim(FairgroundClaims.Operator, "1"));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")), "test")));
    }
}

internal sealed class EverybodyByHeader : IShopAccess
{
    public static Guid IdOf(string role, Guid shop) => Ids.Derive(role, shop.ToString());

    public Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) => Task.FromResult<ShopRole?>(
        userId == IdOf("owner", shopId) ? ShopRole.Owner : userId == IdOf("staff", shopId) ? ShopRole.Staff : null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(new Dictionary<Guid, ShopRole>());
}
