using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Fairground.Bench;

/// <summary>The whole run: servers up, legs in rounds, everything checked, everything down again.</summary>
internal sealed class Contest(Options options, string folder) : IAsyncDisposable
{
    private const string Fair = "fairground";
    private readonly byte[] naiveKey = RandomNumberGenerator.GetBytes(32);
    private readonly List<ServerUnderTest> servers = [];
    private Cluster cluster = null!;
    private Pgbench pgbench = null!;
    private ServerUnderTest app = null!;
    private ServerUnderTest naive = null!;
    private ServerUnderTest embedded = null!;
    private ServerUnderTest embeddedNaive = null!;
    private Market market = null!;
    private Market embeddedMarket = null!;
    private List<Guid> manyLots = [];
    private readonly Queue<Guid> embeddedNaiveLots = new();
    private bool sqliteRuns;

    public Results Results { get; } = new();

    public Cluster Cluster => cluster;

    // What ./run starts.
    private string ServerDll => $"{options.Root}/artifacts/app/fairground.dll";

    private string NaiveDll => $"{options.Root}/bench/Fairground.Bench.Naive/bin/Release/net10.0/Fairground.Bench.Naive.dll";

    private string SqliteFile => $"{folder}/sqlite/fairground.db";

    private string NaiveSqliteFile => $"{folder}/naive/fairground.db";

    private int LotSize => Math.Clamp(20_000 * (options.WarmUp + options.Count), 200_000, 1_000_000);

    /// <param name="afterRound">Keeps what is known so far: a run that is cut short has not been for nothing.</param>
    public async Task Run(Func<Task> afterRound)
    {
        var started = Stopwatch.GetTimestamp();
        sqliteRuns = options.Runs("W7");
        await Prepare();
        (string Name, Func<int, Task> Run)[] legs =
        [
            ("P0", Probes), ("P1", Tpcb), ("W1", HotLot), ("P3", Groups), ("W2", ManyLots), ("P2", HotRow), ("W4", Naive), ("W1c256", HotLotManyConnections), ("W8", Watched), ("W7", Embedded),
        ];
        for (var round = 1; round <= options.Rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            // A B … B A: what drifts, drifts over both sides of a ratio.
            var order = legs.Where(l => options.Runs(l.Name)).ToList();
            if (round % 2 == 0) order.Reverse();
            foreach (var (_, leg) in order) await leg(round);
            await Doctor("PostgreSQL", $"after round {round}", new() { ["FAIRGROUND_DATABASE"] = Uri(Fair), ["FAIRGROUND_DATA"] = $"{folder}/data" });
            await afterRound();
            if (round < options.Rounds && Stopwatch.GetElapsedTime(started) + Stopwatch.GetElapsedTime(begun) > TimeSpan.FromMinutes(options.Minutes))
            {
                Results.Notes.Add($"{round} of {options.Rounds} rounds were run: another would have taken more than {options.Minutes} minutes in all.");
                break;
            }
        }
        if (sqliteRuns)
        {
            await Doctor("SQLite", "at the end", new() { ["FAIRGROUND_DATABASE"] = $"sqlite:{SqliteFile}", ["FAIRGROUND_DATA"] = $"{folder}/sqlite" });
            await Doctor("SQLite of the contestant", "at the end", new() { ["FAIRGROUND_DATABASE"] = $"sqlite:{NaiveSqliteFile}", ["FAIRGROUND_DATA"] = $"{folder}/naive" });
        }
        if (options.Runs("R15")) await Starts();
    }

    private string Uri(string database) => $"postgres://app@127.0.0.1:{options.Port}/{database}";

    private async Task Prepare()
    {
        Console.WriteLine("Starting PostgreSQL, Fairground and the contestants …");
        cluster = await Cluster.Start($"{folder}/pg", options.Port);
        pgbench = new Pgbench(cluster, folder);
        if (options.Runs("P1") || options.Runs("P2")) await pgbench.Prepare(options.Scale);
        await cluster.Scalar("postgres", $"create database {Fair}");
        app = await Serve("postgres", options.Port + 1, new() { ["FAIRGROUND_DATABASE"] = Uri(Fair), ["FAIRGROUND_DATA"] = $"{folder}/data" });
        market = new Market(app.Address);
        await market.Found(options.People);
        if (options.Runs("W2")) manyLots = await market.Lots(options.Lots, 100_000);
        if (options.Runs("P3")) await pgbench.PrepareGroups(Fair);
        if (options.Runs("W4"))
        {
            naive = await StartNaive("naive", options.Port + 2, new() { ["NAIVE_POSTGRES"] = $"{cluster.ConnectionString(Fair)};MaxAutoPrepare=50;AutoPrepareMinUsages=2;Maximum Pool Size=100" });
        }
        if (sqliteRuns) await PrepareSqlite();
        Console.WriteLine($"{options.People} people made ({options.SqlitePeople} on SQLite), {manyLots.Count} lots for W2.");
    }

    private async Task PrepareSqlite()
    {
        embedded = await Serve("sqlite", options.Port + 3, new() { ["FAIRGROUND_DATABASE"] = $"sqlite:{SqliteFile}", ["FAIRGROUND_DATA"] = $"{folder}/sqlite" });
        embeddedMarket = new Market(embedded.Address);
        await embeddedMarket.Found(options.SqlitePeople);
        foreach (var lot in await embeddedMarket.Lots(options.Rounds, LotSize))
        {
            await embeddedMarket.Prime(lot);
            embeddedNaiveLots.Enqueue(lot);
        }
        Directory.CreateDirectory($"{folder}/naive");
        await Sqlite(SqliteFile, $"vacuum into '{NaiveSqliteFile}'");
        embeddedNaive = await StartNaive("naive-sqlite", options.Port + 4, new() { ["NAIVE_SQLITE"] = NaiveSqliteFile });
    }

    private async Task<ServerUnderTest> Serve(string name, int port, Dictionary<string, string> environment)
    {
        environment["FAIRGROUND_DEV_INBOX"] = "1";
        environment["FAIRGROUND_JURISDICTION"] = "demo";
        environment["FAIRGROUND_DEMO_GATEWAY"] = "1";
        environment["FAIRGROUND_OPERATOR"] = Market.OperatorSetting;
        var server = await ServerUnderTest.Start(ServerDll, ["serve", "--empty"], port, $"{folder}/{name}.log", environment);
        servers.Add(server);
        return server;
    }

    private async Task<ServerUnderTest> StartNaive(string name, int port, Dictionary<string, string> environment)
    {
        environment["NAIVE_TOKEN_KEY"] = Convert.ToBase64String(naiveKey);
        var server = await ServerUnderTest.Start(NaiveDll, [], port, $"{folder}/{name}.log", environment);
        servers.Add(server);
        return server;
    }

    private async Task Probes(int round)
    {
        Results.Add("P0 fdatasync 8k, us", round, await cluster.FdatasyncMicroseconds());
        var lot = await market.Lot(LotSize);
        // A purchase of none is refused before anything is read: connection, routing, token, JSON in and out.
        var result = await Loader.Closed(new Load(app.Port, market.Buyers, [lot], options.Connections, Quantity: 0), 422, 2, Math.Min(options.Count, 4));
        if (result.Others > 0) Results.Notes.Add($"P0: {result.Others} answers were not the expected refusal.");
        Results.Add("P0 HTTP without database, /s", round, result.PerSecond);
    }

    private async Task Tpcb(int round)
    {
        await cluster.Settle(Pgbench.Database);
        Results.Add("P1 pgbench tpcb-like, tps", round, await pgbench.Tpcb(options.WarmUp, options.Count));
    }

    private async Task HotRow(int round)
    {
        await cluster.Settle(Pgbench.Database);
        var half = Math.Max(3, options.Count / 2);
        var one = await pgbench.Hot(1, 1, half);
        var eight = await pgbench.Hot(8, 1, half);
        var many = await pgbench.Hot(32, 1, half);
        Results.Add("P2 hot row, 1 client, /s", round, one);
        Results.Add("P2 hot row, 8 clients, /s", round, eight);
        Results.Add("P2 hot row, 32 clients, /s", round, many);
        Results.Add("P2 hot row, best, /s", round, Math.Max(one, Math.Max(eight, many)));
    }

    private async Task Groups(int round)
    {
        await cluster.Settle(Fair);
        var lot = await market.Lot(900_000);
        await market.Prime(lot);
        foreach (var n in new[] { 1, 16, 64, 256 })
            Results.Add($"P3 bare SQL, N = {n}, /s", round, await pgbench.Groups(Fair, lot, n, 1, Math.Clamp(options.Count / 2, 3, 10)));
        await Checked("P3", round, [lot], null);
    }

    private async Task HotLot(int round)
    {
        var lot = await market.Lot(LotSize);
        var result = await Purchases("W1", round, app, new Load(app.Port, market.Buyers, [lot], options.Connections), detailed: true);
        var rate = 0.7 * result.PerSecond;
        var open = await Loader.Open(new Load(app.Port, market.Buyers, [lot = await market.Lot(LotSize)], options.ManyConnections), rate, 2, options.Count);
        await Drained("W1 open loop", round);
        await Checked("W1 open loop", round, [lot], open.Acknowledged);
        Results.Add("W1 open loop at 70 %, /s", round, open.PerSecond);
        foreach (var (name, of) in new[] { ("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999) }) Results.Add($"W1 open loop {name}, ms", round, open.Percentile(of));
        var alone = await Loader.Alone(new Load(app.Port, market.Buyers, [lot = await market.Lot(LotSize)], 1), TimeSpan.FromMilliseconds(5), 1, Math.Max(4, options.Count / 2));
        await Checked("W1 lone buyer", round, [lot], alone.Acknowledged);
        Results.Add("W1 lone buyer p50, ms", round, alone.Percentile(0.5));
        Results.Add("W1 lone buyer p99, ms", round, alone.Percentile(0.99));
    }

    private async Task HotLotManyConnections(int round)
    {
        var lot = await market.Lot(LotSize);
        await Purchases($"W1 {options.ManyConnections} connections", round, app, new Load(app.Port, market.Buyers, [lot], options.ManyConnections));
    }

    // The same lot size, the same load, without and with a crowd that watches; what the crowd's own client costs is part of it.
    private async Task Watched(int round)
    {
        var alone = await Purchases("W8 nobody watches", round, app, new Load(app.Port, market.Buyers, [await market.Lot(LotSize)], options.Connections));
        var lot = await market.Lot(LotSize);
        await using var watchers = await Watchers.Open(app.Port, lot, options.Watchers);
        var before = watchers.Events;
        var crowd = await Purchases("W8 the crowd watches", round, app, new Load(app.Port, market.Buyers, [lot], options.Connections));
        Results.Add("W8 watchers", round, watchers.Count - watchers.Left);
        Results.Add("W8 events told, /s", round, (watchers.Events - before) / (double)(options.WarmUp + options.Count));
        Results.Add("W8 speed kept, of 1", round, crowd.PerSecond / alone.PerSecond);
    }

    private Task<LoadResult> ManyLots(int round) => Purchases("W2", round, app, new Load(app.Port, market.Buyers, manyLots, options.Connections));

    // Its compiled queries reach their full speed later than Fairground's code does, so it warms up for longer.
    private const int NaiveWarmUp = 10;

    private async Task Naive(int round)
    {
        var lot = await market.Lot(LotSize);
        await market.Prime(lot);
        await Purchases("W4 naive EF Core", round, naive, new Load(naive.Port, market.BuyersOf(naiveKey), [lot], options.Connections), warmUp: Math.Max(options.WarmUp, NaiveWarmUp));
    }

    private async Task<LoadResult> Purchases(string leg, int round, ServerUnderTest server, Load load, bool detailed = false, int? warmUp = null)
    {
        await cluster.Settle(Fair);
        var certificates = await Certificates(load.Lots);
        var size = await cluster.Long(Fair, "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'bench%'");
        Usage? from = null, to = null;
        var result = await Loader.Closed(load, 201, warmUp ?? options.WarmUp, options.Count, async end => { if (end) to = await Used(server); else from = await Used(server); });
        Results.Add($"{leg}, purchases/s", round, result.PerSecond);
        if (result.Others > 0) Results.Notes.Add($"{leg}, round {round}: {result.Others} answers were not 201.");
        await Drained(leg, round);
        await Checked(leg, round, load.Lots, result.Acknowledged + certificates);
        Results.Add($"{leg} p50, ms", round, result.Percentile(0.5));
        var counted = (double)result.Counted;
        if (from!.Wal.Known) Results.Add($"{leg} fsyncs per purchase", round, (to!.Wal.Syncs - from.Wal.Syncs) / counted);
        if (!detailed) return result;
        var grown = await cluster.Long(Fair, "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'bench%'") - size;
        Results.Add($"{leg} bytes on disk per purchase", round, grown / (double)result.Acknowledged);
        Results.Add($"{leg} WAL bytes per purchase", round, (to!.Wal.Bytes - from.Wal.Bytes) / counted);
        Results.Add($"{leg} server CPU us per purchase", round, (to.App - from.App) / counted);
        Results.Add($"{leg} PostgreSQL CPU us per purchase", round, (to.Database - from.Database) / counted);
        Results.Add($"{leg} client CPU us per purchase", round, (to.Client - from.Client) / counted);
        return result;
    }

    private async Task Embedded(int round)
    {
        var lot = await embeddedMarket.Lot(LotSize);
        var grouped = await Loader.Closed(new Load(embedded.Port, embeddedMarket.Buyers, [lot], options.Connections), 201, options.WarmUp, options.Count);
        Results.Add("W7 SQLite grouped, purchases/s", round, grouped.PerSecond);
        CheckedSqlite("W7 SQLite grouped", SqliteFile, lot, grouped.Acknowledged);
        await DrainedSqlite(round);
        lot = embeddedNaiveLots.Dequeue();
        var one = await Loader.Closed(new Load(embeddedNaive.Port, embeddedMarket.BuyersOf(naiveKey), [lot], options.Connections), 201, options.WarmUp, options.Count);
        Results.Add("W7 SQLite one each, purchases/s", round, one.PerSecond);
        CheckedSqlite("W7 SQLite one each", NaiveSqliteFile, lot, one.Acknowledged + 1);
        if (grouped.Others + one.Others > 0) Results.Notes.Add($"W7, round {round}: {grouped.Others} and {one.Others} answers were not 201.");
    }

    private async Task Starts()
    {
        for (var i = 1; i <= 3; i++)
        {
            var data = $"{folder}/start{i}";
            await using var server = await ServerUnderTest.Start(ServerDll, ["serve", "--empty"], options.Port + 5, $"{folder}/start.log", new Dictionary<string, string> { ["FAIRGROUND_DATA"] = data, ["FAIRGROUND_OPERATOR"] = Market.OperatorSetting }, page: "");
            Results.Add("R15 start to first page, s", i, server.StartedIn.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(5));
            Results.Add("R15 resident memory idle, MB", i, Child.ResidentBytes(server.Id) / 1048576.0);
        }
    }

    private sealed record Usage(WalCount Wal, long App, long Database, long Client);

    private async Task<Usage> Used(ServerUnderTest server) =>
        new(await cluster.Wal(), Child.CpuMicroseconds([server.Id]), Child.CpuMicroseconds(Child.ChildrenOf(cluster.Postmaster)), Child.CpuMicroseconds([Environment.ProcessId]));

    private static string In(IReadOnlyList<Guid> lots) => string.Join(',', lots.Select(l => $"'{l}'"));

    private Task<long> Certificates(IReadOnlyList<Guid> lots) => cluster.Long(Fair, $"select count(*) from draws_certificate where lot_id in ({In(lots)})");

    // No leg pays for events that another left behind.
    private async Task Drained(string leg, int round)
    {
        var from = DateTime.UtcNow;
        var waiting = await cluster.Long(Fair, "select count(*) from kernel_outbox");
        while (await cluster.Long(Fair, "select count(*) from kernel_outbox") > 0 && DateTime.UtcNow - from < TimeSpan.FromSeconds(120)) await Task.Delay(100);
        if (waiting > 5_000) Results.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"{leg}, round {round}: {waiting} events were waiting in the outbox at the end; gone {(DateTime.UtcNow - from).TotalSeconds:N1} s later."));
    }

    private async Task DrainedSqlite(int round)
    {
        var from = DateTime.UtcNow;
        while (Convert.ToInt64(await Sqlite(SqliteFile, "select count(*) from kernel_outbox"), CultureInfo.InvariantCulture) > 0 && DateTime.UtcNow - from < TimeSpan.FromSeconds(120)) await Task.Delay(100);
        if (DateTime.UtcNow - from > TimeSpan.FromSeconds(2)) Results.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"W7, round {round}: the outbox was empty {(DateTime.UtcNow - from).TotalSeconds:N1} s after the load."));
    }

    /// <summary>What was acknowledged is there, once, paid for, and not above the lot.</summary>
    private async Task Checked(string leg, int round, IReadOnlyList<Guid> lots, long? expected)
    {
        var certificates = await Certificates(lots);
        var numbers = await cluster.Long(Fair, $"select count(*) from (select distinct lot_id, number from draws_certificate where lot_id in ({In(lots)})) d");
        var sold = await cluster.Long(Fair, $"select sum(sold) from draws_sale where lot_id in ({In(lots)})");
        var money = await cluster.Long(Fair, $"select coalesce(sum(balance), 0) from ledger_account where purpose = 'draws.escrow' and party in ({In(lots)})");
        var over = await cluster.Long(Fair, $"select coalesce(sum(greatest(c.n - s.entries, 0)), 0) from draws_sale s join (select lot_id, count(*) n from draws_certificate where lot_id in ({In(lots)}) group by lot_id) c on c.lot_id = s.lot_id");
        Results.Add($"{leg}: oversold", round, over);
        if (over != 0) Results.Violations.Add($"{leg}, round {round}: {over} oversold.");
        if (numbers != certificates) Results.Violations.Add($"{leg}, round {round}: {certificates - numbers} numbers twice.");
        if (sold != certificates || money != certificates * 100) Results.Violations.Add($"{leg}, round {round}: {sold} sold, {certificates} certificates, {money} in escrow.");
        if (expected is { } e && e != certificates) Results.Violations.Add($"{leg}, round {round}: {e} acknowledged, {certificates} stored.");
    }

    private void CheckedSqlite(string leg, string file, Guid lot, long expected)
    {
        var hex = Convert.ToHexString(lot.ToByteArray(true));
        var certificates = Convert.ToInt64(Sqlite(file, $"select count(*) from draws_certificate where lot_id = x'{hex}'").Result, CultureInfo.InvariantCulture);
        if (certificates != expected) Results.Violations.Add($"{leg}: {expected} acknowledged, {certificates} stored.");
    }

    private static async Task<object?> Sqlite(string file, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private async Task Doctor(string what, string when, Dictionary<string, string> environment)
    {
        environment["Logging__LogLevel__Default"] = "Error";
        // Without it the doctor would miss that the demo's codes were sent by nobody.
        environment["FAIRGROUND_DEV_INBOX"] = "1";
        environment["FAIRGROUND_JURISDICTION"] = "demo";
        environment["NO_COLOR"] = "1";
        var text = await Child.Run("dotnet", [ServerDll, "doctor"], TimeSpan.FromMinutes(5), environment, mayFail: true);
        var holds = !text.StartsWith("FAILED", StringComparison.Ordinal);
        var last = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        Console.WriteLine($"  doctor, {what}, {when}: {(holds ? last : text)}");
        if (holds) Results.Notes.Add($"doctor, {what}, {when}: {last}");
        else Results.Violations.Add($"doctor, {what}, {when}: {string.Join(' ', text.Split('\n').Where(l => l.Contains("BROKEN", StringComparison.Ordinal)))} {last}");
    }

    /// <summary>Ends what was started when the run itself is told to end.</summary>
    public void Kill()
    {
        foreach (var server in servers) server.Kill();
        cluster?.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        market?.Dispose();
        embeddedMarket?.Dispose();
        foreach (var server in servers) await server.DisposeAsync();
        if (cluster is not null) await cluster.DisposeAsync();
    }
}
