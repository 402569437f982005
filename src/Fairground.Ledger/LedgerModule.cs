using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Doctor;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Postgres;
using Fairground.Ledger.Protection;
using Fairground.Ledger.Sqlite;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fairground.Ledger;

/// <summary>The refusals of the ledger itself.</summary>
public static class LedgerRefusals
{
    public static readonly RefusalKind InsufficientFunds = new("wallet.insufficient_funds", 402, "There is not enough money in your wallet. Top it up and try again.");
}

/// <summary>The ledger: accounts, transfers, holds, and the group committer.</summary>
public sealed class LedgerModule : IModule
{
    public string Name => "ledger";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(LedgerRefusals), typeof(ProtectionRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ILedgerChart, SharedChart>();
        services.AddSingleton<Chart>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<LineReader>();
        services.AddSingleton<JournalReader>();
        services.AddSingleton<TrialBalance>();
        services.AddSingleton<OutcomeReader>();
        services.AddSingleton<HotRule, ChangeGuardRule>();
        services.AddSingleton<GuardReader>();
        services.AddSingleton<IAuditCheck, LedgerAudit>();
        services.TryAddSingleton(new GroupCommitOptions());
        services.AddSingleton(provider =>
        {
            var (database, chart) = (provider.GetRequiredService<Database>(), provider.GetRequiredService<Chart>());
            var options = provider.GetRequiredService<GroupCommitOptions>();
            // SQLite has one writer: a second pump would only wait.
            if (database.Kind == DatabaseKind.Sqlite) options = options with { Pumps = 1 };
            IGroupStore NewStore() => database.Kind == DatabaseKind.Sqlite ? new SqliteGroupStore(database, chart) : new PostgresGroupStore(database, chart);
            return new GroupCommitter(provider.GetServices<HotRule>(), NewStore, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<GroupCommitter>>(), options);
        });
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommitter>());
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }

    private sealed class SharedChart : ILedgerChart
    {
        public IReadOnlyList<AccountPurpose> Purposes { get; } = [SharedAccounts.Wallet, SharedAccounts.ShopPayable, SharedAccounts.OperatorRevenue];

        public IReadOnlyList<Movement> Movements { get; } = [];
    }
}
