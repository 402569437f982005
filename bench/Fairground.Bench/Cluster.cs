using System.Globalization;
using Npgsql;

namespace Fairground.Bench;

/// <summary>Counters of the cluster at an instant.</summary>
internal sealed record WalCount(long Syncs, long Bytes, bool Known);

/// <summary>A throw-away PostgreSQL with fsync on, the same for every contestant.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public static readonly IReadOnlyList<(string Name, string Value)> Config =
    [
        ("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("shared_buffers", "1GB"), ("max_wal_size", "8GB"),
        ("checkpoint_timeout", "30min"), ("max_connections", "300"),
    ];

    private readonly string folder;
    private readonly string bin;
    private readonly int port;

    private Cluster(string folder, string bin, int port) => (this.folder, this.bin, this.port) = (folder, bin, port);

    public string Version { get; private set; } = "";

    public int Postmaster { get; private set; }

    public static async Task<Cluster> Start(string folder, int port)
    {
        var cluster = new Cluster(folder, await FindBin(), port);
        Directory.CreateDirectory(folder);
        if (Environment.UserName == "root") await Child.Run("chown", ["postgres:postgres", folder], TimeSpan.FromSeconds(10));
        await cluster.AsServer("initdb", ["-D", $"{folder}/data", "-U", "app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"], 120);
        var settings = string.Join(' ', Config.Select(c => $"-c {c.Name}={c.Value}"));
        await cluster.AsServer("pg_ctl", ["-D", $"{folder}/data", "-w", "-t", "60", "-l", $"{folder}/postgres.log", "-o", $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {settings}", "start"], 90, detached: true);
        cluster.Postmaster = int.Parse(File.ReadLines($"{folder}/data/postmaster.pid").First(), CultureInfo.InvariantCulture);
        cluster.Version = (string)(await cluster.Scalar("postgres", "show server_version"))!;
        return cluster;
    }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=app;Database={database}";

    public async Task<object?> Scalar(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false;CommandTimeout=300");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task<long> Long(string database, string sql) => Convert.ToInt64(await Scalar(database, sql), CultureInfo.InvariantCulture);

    /// <summary>The same start for every leg: nothing dirty, nothing dead.</summary>
    public async Task Settle(string database)
    {
        await Scalar(database, "vacuum (analyze)");
        await Scalar(database, "checkpoint");
    }

    public async Task<WalCount> Wal()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select wal_sync, wal_bytes::bigint from pg_stat_wal", connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return new WalCount(reader.GetInt64(0), reader.GetInt64(1), true);
        }
        catch (PostgresException)
        {
            // PostgreSQL 18 counts flushes elsewhere.
            return new WalCount(0, 0, false);
        }
    }

    public Task<string> Pgbench(string database, params string[] args) =>
        Child.Run($"{bin}/pgbench", ["-h", "127.0.0.1", "-p", $"{port}", "-U", "app", .. args, database], TimeSpan.FromSeconds(300));

    /// <summary>Microseconds of one fdatasync of 8 KiB where the data lie.</summary>
    public async Task<double> FdatasyncMicroseconds()
    {
        var text = await AsServer("pg_test_fsync", ["-s", "1", "-f", $"{folder}/data/fsync.probe"], 60);
        var line = text.Split('\n').First(l => l.TrimStart().StartsWith("fdatasync", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    private Task<string> AsServer(string program, string[] args, int seconds, bool detached = false)
    {
        // initdb refuses root. A detached child must not keep our pipes open.
        string[] command = Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", $"HOME={folder}", $"{bin}/{program}", .. args]
            : [$"{bin}/{program}", .. args];
        return detached
            ? Child.Run("sh", ["-c", "cd / && \"$@\" >/dev/null 2>&1", "sh", .. command], TimeSpan.FromSeconds(seconds))
            : Child.Run("sh", ["-c", "cd / && exec \"$@\"", "sh", .. command], TimeSpan.FromSeconds(seconds));
    }

    private static async Task<string> FindBin()
    {
        var found = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => $"{d}/bin").Where(d => File.Exists($"{d}/initdb")).Order().LastOrDefault() : null;
        return found ?? (await Child.Run("pg_config", ["--bindir"], TimeSpan.FromSeconds(10))).Trim();
    }

    public void Kill()
    {
        if (Postmaster == 0) return;
        using var stop = System.Diagnostics.Process.Start("kill", ["-QUIT", $"{Postmaster}"]);
        stop.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody needs its last checkpoint.
        await AsServer("pg_ctl", ["-D", $"{folder}/data", "-m", "immediate", "-w", "stop"], 60);
    }
}
