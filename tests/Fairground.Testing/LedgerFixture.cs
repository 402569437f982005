using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Testing;

/// <summary>One node over a database: kernel, ledger and the modules under test, migrated, with its group committer running. No web server.</summary>
/// <example><code>
/// await using var database = await TestDatabase.Create(kind);
/// await using var node = await LedgerFixture.Start(database.Database, services => services.AddSingleton&lt;HotRule, MyRule&gt;(), modules: [new MyModule()]);
/// var result = await node.Submit&lt;Bought&gt;(new Buy(…));
/// await node.Audit();
/// </code></example>
public sealed class LedgerFixture : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly bool workers;
    private bool stopped;

    private LedgerFixture(ServiceProvider provider, bool workers) => (this.provider, this.workers) = (provider, workers);

    public IServiceProvider Services => provider;

    public GroupCommitter Committer => provider.GetRequiredService<GroupCommitter>();

    public LedgerReader Reader => provider.GetRequiredService<LedgerReader>();

    public Database Database => provider.GetRequiredService<Database>();

    /// <summary>Builds the services, applies the migrations of every module and starts the committer.</summary>
    /// <param name="database">Shared by all nodes of a test; the fixture does not dispose it.</param>
    /// <param name="configure">Charts, rules, consumers, <see cref="GroupCommitOptions"/> and whatever else the test needs.</param>
    /// <param name="modules">Modules beside the kernel and the ledger; their services and migrations are added.</param>
    /// <param name="time">The clock, or the system's.</param>
    /// <param name="workers">True to start every hosted service (outbox relay, timers), not only the committer.</param>
    /// <param name="settings">Configuration, for example <c>FAIRGROUND_RABBITMQ</c>.</param>
    public static async Task<LedgerFixture> Start(
        Database database,
        Action<IServiceCollection>? configure = null,
        IReadOnlyList<IModule>? modules = null,
        TimeProvider? time = null,
        bool workers = false,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        IModule[] all = [new KernelModule(), new LedgerModule(), .. modules ?? []];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Error));
        // Wrapped, so that the provider leaves the database alone: the test owns it.
        services.Add(new ServiceDescriptor(typeof(Database), database));
        if (time is not null) services.AddSingleton(time);
        configure?.Invoke(services);
        foreach (var module in all) module.AddServices(services, configuration);
        var fixture = new LedgerFixture(services.BuildServiceProvider(), workers);
        await fixture.Services.GetRequiredService<Migrator>().Apply(all.Select(m => m.Migrations), CancellationToken.None);
        foreach (var service in fixture.Hosted()) await service.StartAsync(CancellationToken.None);
        return fixture;
    }

    /// <summary>Submits to this node's committer.</summary>
    public Task<HotResult<TOutcome>> Submit<TOutcome>(IHotCommand command)
        where TOutcome : class => Committer.Submit<TOutcome>(command);

    /// <summary>Balance in minor units, holds not subtracted.</summary>
    public async Task<long> Balance(AccountRef account) => (await Reader.BalanceOf(account, CancellationToken.None)).Balance;

    /// <summary>Every finding of every audit check.</summary>
    public async Task<IReadOnlyList<AuditFinding>> Findings()
    {
        var findings = new List<AuditFinding>();
        foreach (var check in Services.GetServices<IAuditCheck>()) findings.AddRange(await check.Run(CancellationToken.None));
        return findings;
    }

    /// <summary>The last line of every scenario: fails with what does not hold.</summary>
    public async Task Audit()
    {
        var findings = await Findings();
        Assert.NotEmpty(findings);
        var broken = findings.Where(f => !f.Holds).Select(f => $"{f.Check}: {f.Text}").ToList();
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    /// <summary>Stops as a node does at SIGTERM: what was accepted is still answered.</summary>
    public async Task Stop()
    {
        if (stopped) return;
        stopped = true;
        foreach (var service in Hosted().Reverse()) await service.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await provider.DisposeAsync();
    }

    private IEnumerable<IHostedService> Hosted() => Services.GetServices<IHostedService>().Where(s => workers || s is GroupCommitter);
}
