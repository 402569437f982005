using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Payments.Tests.Payouts;
using Fairground.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>The module on a real server and a fresh database, with a clock that can be set.</summary>
internal sealed class PaymentsHost : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly (string Name, string Value)[] settings;
    private WebApplication app;

    private PaymentsHost(TestDatabase database, WebApplication app, SettableClock clock, LogLines log, (string Name, string Value)[] settings) =>
        (this.database, this.app, Clock, Log, this.settings) = (database, app, clock, log, settings);

    public SettableClock Clock { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => app.Services;

    public Database Database => database.Database;

    public static Task<PaymentsHost> Start(DatabaseKind kind, params (string Name, string Value)[] settings) => Start(kind, new SettableClock(), settings);

    public static async Task<PaymentsHost> Start(DatabaseKind kind, SettableClock clock, (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.Migrated(kind);
        var log = new LogLines();
        return new PaymentsHost(database, await Build(database, clock, log, settings), clock, log, settings);
    }

    /// <summary>Another process on the same data, once the first is gone.</summary>
    public async Task Restart()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        app = await Build(database, Clock, Log, settings);
    }

    public Uri Address => new(app.Urls.First());

    private static async Task<WebApplication> Build(TestDatabase database, SettableClock clock, LogLines log, (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(database.Database);
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("test", null);
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents();
        IModule[] modules = [new KernelModule(), new LedgerModule(), new PaymentsModule()];
        Outside.Add(services);
        foreach (var module in modules) module.AddServices(services, builder.Configuration);
        Outside.StopWorkers(services);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        var api = app.MapGroup("/api/v1");
        foreach (var module in modules)
        {
            module.MapApi(api);
            module.MapRoot(app);
        }
        app.MapRazorComponents<TestApp>().AddAdditionalAssemblies(typeof(PaymentsModule).Assembly);
        await app.Services.GetRequiredService<Migrator>().Apply(modules.Select(m => m.Migrations), TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>A client that is signed in as this person.</summary>
    public HttpClient As(Guid user, bool isOperator = false)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Add(HeaderSignIn.UserHeader, user.ToString());
        if (isOperator) client.DefaultRequestHeaders.Add(HeaderSignIn.OperatorHeader, "1");
        return client;
    }

    /// <summary>A client that is nobody; redirects are not followed.</summary>
    public HttpClient Anonymous() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };

    /// <summary>Every self-audit holds: the ledger's and the module's, once the events that the test's clock made old have left.</summary>
    public async Task AuditHolds()
    {
        var outbox = app.Services.GetServices<IAuditCheck>().Single(c => c.GetType().Name == "BusAudit");
        await Eventually.Holds(async () => (await outbox.Run(TestContext.Current.CancellationToken)).All(f => f.Holds), TimeSpan.FromSeconds(10), "events have left");
        var ran = 0;
        foreach (var check in app.Services.GetServices<IAuditCheck>())
        {
            foreach (var finding in await check.Run(TestContext.Current.CancellationToken))
            {
                Assert.True(finding.Holds, $"{finding.Check}: {finding.Text}");
                ran++;
            }
        }
        Assert.True(ran > 5);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}
