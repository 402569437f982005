using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;

namespace Fairground.Server.Demo;

/// <summary>Whether this server is a demo market: decided once, on an empty database, and remembered beside the data.</summary>
internal sealed class DemoState
{
    public static readonly DemoState None = new();
    public static readonly DemoState Fresh = new();
    public static readonly DemoState Again = new();

    private DemoState()
    {
    }

    public static async Task<DemoState> Decide(bool empty, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var marker = Path.Combine(Market.DataFolder(configuration), "demo-market");
        if (empty) return None;
        if (File.Exists(marker)) return Again;
        if (!string.IsNullOrEmpty(configuration["FAIRGROUND_OPERATOR"]) || !Goods().Exists || !await IsEmpty(configuration, ct)) return None;
        await File.WriteAllTextAsync(marker, "This folder holds a demo market. Remove the whole folder to start anew.\n", ct);
        return Fresh;
    }

    /// <summary>Where the demo's feed and pictures are: <c>FAIRGROUND_DEMO_GOODS</c>, else <c>./demo</c>.</summary>
    public static DirectoryInfo Goods() => new(Environment.GetEnvironmentVariable("FAIRGROUND_DEMO_GOODS") is { Length: > 0 } given ? given : "demo");

    private static async Task<bool> IsEmpty(IConfiguration configuration, CancellationToken ct)
    {
        await using var database = Market.Open(configuration);
        if (database.Kind == DatabaseKind.Sqlite && !File.Exists(database.File)) return true;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = database.Kind == DatabaseKind.Sqlite
            ? "select count(*) from sqlite_master where name = 'kernel_migration'"
            : "select count(*) from information_schema.tables where table_name = 'kernel_migration' and table_schema = any(current_schemas(false))";
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture) == 0;
    }
}
