using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.House.Tests;

/// <summary>The composed application on a test's database, as it is served.</summary>
internal static class TestMarket
{
    public const string OperatorContact = "operator@example.com";
    public const string OperatorPassword = "Fair-and-Square-1";

    /// <summary>Every EF Core context that a module registers.</summary>
    public static IReadOnlyList<Type> ContextTypes
    {
        get
        {
            var services = new ServiceCollection();
            foreach (var module in Market.Modules) module.AddServices(services, new ConfigurationBuilder().Build());
            return [.. services.Select(s => s.ServiceType).Where(t => t.IsSubclassOf(typeof(DbContext))).Distinct()];
        }
    }

    /// <summary>Builds it, not started. Its data folder and its port are its own.</summary>
    public static WebApplication Build(TestDatabase test)
    {
        var settings = new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["FAIRGROUND_DATABASE"] = test.Setting,
            ["FAIRGROUND_DATA"] = Path.Combine(Path.GetTempPath(), $"fairground-house-{Environment.ProcessId}"),
            ["FAIRGROUND_DEV_INBOX"] = "1",
            ["FAIRGROUND_ALLOW_PRIVATE_FEEDS"] = "1",
            ["FAIRGROUND_DEMO_GATEWAY"] = "1",
            ["FAIRGROUND_DRAND"] = "off",
            ["FAIRGROUND_JURISDICTION"] = "demo",
            ["FAIRGROUND_OPERATOR"] = $"{OperatorContact}:{OperatorPassword}",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        return WebHost.Build([.. settings.Select(s => $"--{s.Key}={s.Value}")], builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
    }

    /// <summary>Builds, migrates and starts it.</summary>
    public static async Task<WebApplication> Start(TestDatabase test, CancellationToken ct)
    {
        var app = Build(test);
        await Market.Migrate(app.Services, ct);
        await app.StartAsync(ct);
        return app;
    }
}
