using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Notifications.SendMessages;
using Fairground.Notifications.SendWebhooks;
using Fairground.Testing;
using Fairground.Ui.Wording;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>The module on a real server and a fresh database, with a clock that can be set.</summary>
internal sealed class NotificationsHost : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly WebApplication app;

    private NotificationsHost(TestDatabase database, WebApplication app, SettableClock clock, LogLines log) => (this.database, this.app, Clock, Log) = (database, app, clock, log);

    public SettableClock Clock { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => app.Services;

    public Database Database => database.Database;

    public static async Task<NotificationsHost> Start(DatabaseKind kind, params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.Migrated(kind);
        var (clock, log) = (new SettableClock(), new LogLines());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = settings.FirstOrDefault(s => s.Name == "ENVIRONMENT").Value ?? "Production" });
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("FAIRGROUND_PUBLIC_URL", (string?)"https://fair.example")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(database.Database);
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("test", null);
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents();
        services.Configure<Ui.UiOptions>(ui => ui.Notice = builder.Configuration["FAIRGROUND_NOTICE"]);
        IModule[] modules = [new KernelModule(), new LedgerModule(), new NotificationsModule()];
        foreach (var module in modules) module.AddServices(services, builder.Configuration);
        services.AddSingleton(MessageTemplates.Of(typeof(NotificationsModule).Assembly)).AddSingleton(MessageTemplates.Of(typeof(NotificationsHost).Assembly));
        services.AddSingleton<Neighbours>();
        services.AddSingleton<IPeople>(provider => provider.GetRequiredService<Neighbours>());
        services.AddSingleton<IConsents>(provider => provider.GetRequiredService<Neighbours>());
        services.AddSingleton<IShopAccess>(provider => provider.GetRequiredService<Neighbours>());
        services.AddSingleton<IGoods>(provider => provider.GetRequiredService<Neighbours>());
        services.AddSingleton<IRecentSignIn>(provider => provider.GetRequiredService<Neighbours>());
        services.AddSingleton(new PublicEvent(Toy.Name, "A toy was sold.", "userId"));
        services.AddSingleton(new PublicEvent("toys.toy.lost", "A toy was lost."));
        // Tests say when a round of sending happens: the module's own workers do not run.
        foreach (var worker in services.Where(d => d.ServiceType == typeof(IHostedService) && d.ImplementationFactory?.Method.DeclaringType!.Assembly == typeof(NotificationsModule).Assembly).ToList()) services.Remove(worker);
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
        app.MapRazorComponents<TestApp>().AddAdditionalAssemblies(typeof(NotificationsModule).Assembly);
        await app.Services.GetRequiredService<Migrator>().Apply(modules.Select(m => m.Migrations), TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new NotificationsHost(database, app, clock, log);
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

    /// <summary>One round of sending; true where more is waiting.</summary>
    public Task<bool> Round() => Services.GetRequiredService<SendWorker>().SendDue(TestContext.Current.CancellationToken);

    /// <summary>What the other modules would answer.</summary>
    public Neighbours Neighbours => Services.GetRequiredService<Neighbours>();

    /// <summary>Calls every webhook that is due.</summary>
    public async Task CallWebhooks()
    {
        while (await Services.GetRequiredService<WebhookSender>().SendDue(TestContext.Current.CancellationToken)) { }
    }

    /// <summary>Every self-audit holds: the ledger's and the module's.</summary>
    public async Task AuditHolds()
    {
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
