using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>A store's own database, of either engine, is read by the shop's SELECT; the market keeps its goods in the other one or the same.</summary>
[Requirement("C-06")]
public sealed class DatabaseSourceTests
{
    internal const string Query = "select ref, title, retail, in_stock, make, visible from wares order by ref -- all of it";

    internal static readonly Dictionary<string, string> Mapping = new() { ["key"] = "ref", ["name"] = "title", ["price"] = "retail", ["stock"] = "in_stock", ["active"] = "visible" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_select_becomes_goods_as_its_columns_are_mapped(DatabaseKind kind)
    {
        await using var store = await StoreDatabase.Create(kind);
        await using var market = await store.OpenMarket(kind);
        var shop = await market.OpenShop();
        var source = await market.Turn(await market.Add(shop, store.Wishes(Query, Mapping) with { Range = "whole" }));
        Assert.Equal(("imported", null), (source.State, source.Said));
        Assert.Equal("k-1 1990050 on, l-2 500000 on, x-3 100 off", await market.Shelf());
        var import = Assert.Single(await market.Imports());
        Assert.Equal("done 3 table-csv", $"{import.State} {import.Created} {import.Format}");
        var kettle = await market.Goods("k-1");
        Assert.Equal("Kettle \"Tula\", 2 l", kettle.Name);
        Assert.Equal("make Tula", await market.Ask(c => Task.FromResult(string.Join(' ', c.Attributes.Where(a => a.ProductId == kettle.Id).Select(a => a.Name + " " + a.Value)))));

        source = await market.Look(source);
        Assert.Equal("unchanged", source.State);
        await store.Do("update wares set retail = 20000 where ref = 'k-1'");
        await store.Do("delete from wares where ref = 'l-2'");
        source = await market.Look(source);
        Assert.Equal("imported", source.State);
        Assert.Equal("k-1 2000000 on, l-2 500000 off, x-3 100 off", await market.Shelf());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_first_rows_are_shown_with_what_each_column_is_taken_for(DatabaseKind kind)
    {
        await using var store = await StoreDatabase.Create(kind);
        await using var market = await store.OpenMarket(kind);
        var shop = await market.OpenShop();
        var source = await market.Add(shop, store.Wishes("select ref as sku, title, retail as price from wares order by ref", null));
        var glance = await market.With((DatabaseSource d) => d.Glance(source, market.Secret(source), Stop));
        Assert.Equal(["sku", "title", "price"], glance.Value.Columns);
        Assert.Equal(["k-1", "Kettle \"Tula\", 2 l", "19900.5"], glance.Value.Rows[0]);
        Assert.Equal("name=title price=price sku=sku", string.Join(' ', glance.Value.Mapping.OrderBy(m => m.Key).Select(m => $"{m.Key}={m.Value}")));
        Assert.Equal("source.mapping_unknown", (await market.Change(source, new SourceWishes(Mapping: new Dictionary<string, string> { ["colour"] = "title" }))).Refusal?.Code);
        await market.Change(source, new SourceWishes(Mapping: new Dictionary<string, string> { ["price"] = "wholesale" }));
        Assert.Equal("source.mapping_unknown", (await market.Turn(source)).Code);
        await market.Change(source, new SourceWishes(Query: "select title, retail as price from wares", Mapping: new Dictionary<string, string>()));
        Assert.Equal("source.mapping_incomplete", (await market.Turn(source)).Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Nothing_can_be_changed_by_a_query_and_a_slow_one_is_stopped(DatabaseKind kind)
    {
        await using var store = await StoreDatabase.Create(kind);
        await using var market = await store.OpenMarket(kind);
        var reader = market.Services.GetService(typeof(SelectReader)) as SelectReader;
        var source = await market.Add(await market.OpenShop(), store.Wishes(Query, Mapping));
        foreach (var query in kind == DatabaseKind.Sqlite
            ? new[] { "with d as (select 1) delete from wares", "select load_extension('x')", "select * from pragma_query_only(0)" }
            : ["with d as (delete from wares returning 1) select * from d", "select nextval('wares_seq')", "select set_config('transaction_read_only', 'off', true) from wares"])
        {
            var refusal = await Run(query, TimeSpan.FromSeconds(10));
            Assert.True(refusal?.Code is "source.query_refused" or "source.query_failed" or "source.denied", $"{query}: {refusal?.Code}");
        }
        var slow = kind == DatabaseKind.Sqlite ? "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n" : "select pg_sleep(60)";
        Assert.Equal("source.query_too_slow", (await Run(slow, TimeSpan.FromMilliseconds(300)))?.Code);
        Assert.Equal("source.query_failed", (await Run("select nothing from nowhere", TimeSpan.FromSeconds(10)))?.Code);
        Assert.Equal(3L, await store.Count());

        Task<Refusal?> Run(string query, TimeSpan limit) => reader!.Read(source.Kind, market.Secret(source), new SelectPlan(query, "", null, 0, limit), _ => null, (_, _) => Task.CompletedTask, Stop);
    }

    [Fact]
    public async Task Only_files_in_folders_that_the_operator_names_are_read_and_never_our_own()
    {
        await using var store = await StoreDatabase.Create(DatabaseKind.Sqlite);
        var outside = Directory.CreateTempSubdirectory("outside-").FullName;
        try
        {
            var secret = Path.Combine(outside, "secret.db");
            File.Copy(store.File!, secret);
            File.CreateSymbolicLink(Path.Combine(store.Folder!, "link.db"), secret);
            Directory.CreateSymbolicLink(Path.Combine(store.Folder!, "way"), outside);
            await using var market = await store.OpenMarket(DatabaseKind.Sqlite);
            var places = (DatabasePlaces)market.Services.GetService(typeof(DatabasePlaces))!;
            Assert.False(places.Sqlite(store.File).Refused);
            foreach (var path in new[] { secret, Path.Combine(store.Folder!, "link.db"), Path.Combine(store.Folder!, "way", "secret.db"), Path.Combine(store.Folder!, "..", Path.GetFileName(outside), "secret.db"), store.Folder!, "store.db", "", market.Database.File!, Path.Combine(store.Folder!, "none.db") })
                Assert.Equal("source.folder_refused", places.Sqlite(path).Refusal?.Code);
            await using var closed = await Market.Open(DatabaseKind.Sqlite, settings: new Dictionary<string, string> { ["FAIRGROUND_SOURCE_FOLDERS"] = Path.GetDirectoryName(market.Database.File!)! });
            var itsOwn = await Market.Open(DatabaseKind.Sqlite, settings: new Dictionary<string, string> { ["FAIRGROUND_SOURCE_FOLDERS"] = "/" });
            await using var _ = itsOwn;
            Assert.Equal("source.folder_refused", ((DatabasePlaces)itsOwn.Services.GetService(typeof(DatabasePlaces))!).Sqlite(itsOwn.Database.File).Refusal?.Code);
            Assert.Equal("source.folder_refused", ((DatabasePlaces)closed.Services.GetService(typeof(DatabasePlaces))!).Sqlite(store.File).Refusal?.Code);
        }
        finally
        {
            Directory.Delete(outside, true);
        }
    }

    [Fact]
    public async Task A_server_in_a_private_network_is_read_only_where_the_operator_names_it()
    {
        await using var closed = await Market.Open(DatabaseKind.Sqlite);
        var places = (DatabasePlaces)closed.Services.GetService(typeof(DatabasePlaces))!;
        foreach (var host in new[] { "127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "0.0.0.0", "0", "127.1", "2130706433", "::", "::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1" })
            Assert.Equal("import.address_refused", (await places.Postgres($"Host={host};Database=d;Username=u;Password=p", Stop)).Refusal?.Code);
        await using var open = await Market.Open(DatabaseKind.Sqlite, settings: new Dictionary<string, string> { ["FAIRGROUND_SOURCE_HOSTS"] = "db.internal, 127.0.0.1:6543" });
        places = (DatabasePlaces)open.Services.GetService(typeof(DatabasePlaces))!;
        Assert.Equal("import.address_refused", (await places.Postgres("Host=127.0.0.1;Database=d;Username=u;Password=p", Stop)).Refusal?.Code);
        var allowed = await places.Postgres("Host=127.0.0.1;Port=6543;Database=d;Username=u;Password=p", Stop);
        Assert.False(allowed.Refused);
        await allowed.Value.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_not_there_or_lets_nobody_in_says_so()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("postgres", Connection: "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=topsecret", Query: Query)));
        Assert.Equal(("source.connection_failed", "127.0.0.1:1/d"), (source.Code, source.Shown));
    }
}

/// <summary>The database of somebody's store, with three wares.</summary>
internal sealed class StoreDatabase : IAsyncDisposable
{
    private readonly TestDatabase database;

    private StoreDatabase(TestDatabase database) => this.database = database;

    public string? File => database.Database.File;

    public string? Folder => File is null ? null : Path.GetDirectoryName(File);

    public static async Task<StoreDatabase> Create(DatabaseKind kind)
    {
        var store = new StoreDatabase(await TestDatabase.Create(kind));
        await store.Do($"create table wares (ref text not null, title text not null, retail {(kind == DatabaseKind.Sqlite ? "real" : "numeric(12,4)")}, in_stock integer, make text, visible {(kind == DatabaseKind.Sqlite ? "integer" : "boolean")})");
        if (kind == DatabaseKind.Postgres) await store.Do("create sequence wares_seq");
        var (yes, no) = kind == DatabaseKind.Sqlite ? ("1", "0") : ("true", "false");
        await store.Do($"insert into wares values ('k-1', 'Kettle \"Tula\", 2 l', 19900.5, 4, 'Tula', {yes}), ('l-2', 'Lamp', 5000, 0, null, {yes}), ('x-3', 'Hidden', 1, 1, null, {no})");
        return store;
    }

    public SourceWishes Wishes(string query, Dictionary<string, string>? mapping) => database.Database.Kind == DatabaseKind.Sqlite
        ? new SourceWishes("sqlite", Address: File, Query: query, Mapping: mapping)
        : new SourceWishes("postgres", Connection: Connection, Query: query, Mapping: mapping);

    // The server lets everybody in who names a password, as people's servers ask for one.
    private string Connection
    {
        get
        {
            var own = new NpgsqlConnectionStringBuilder(database.Setting);
            return $"Host={own.Host};Port={own.Port};Database={own.Database};Username={own.Username};Password=any";
        }
    }

    /// <summary>A market that may read it.</summary>
    public Task<Market> OpenMarket(DatabaseKind kind) => Market.Open(kind, allowPrivate: true, settings: Folder is null ? null : new Dictionary<string, string> { ["FAIRGROUND_SOURCE_FOLDERS"] = Folder });

    public async Task Do(string sql)
    {
        await using var connection = await database.Database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> Count()
    {
        await using var connection = await database.Database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from wares";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        return database.DisposeAsync();
    }
}
