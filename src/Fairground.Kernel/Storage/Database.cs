using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Fairground.Kernel.Storage;

/// <summary>The two engines; the same build runs on either.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>One market's database: how to reach it, and the gate that orders SQLite's one writer.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource? pages;
    private readonly NpgsqlDataSource? committer;
    private readonly string? sqlite;

    private Database(DatabaseKind kind, string? sqlite, NpgsqlDataSource? pages, NpgsqlDataSource? committer) =>
        (Kind, this.sqlite, this.pages, this.committer) = (kind, sqlite, pages, committer);

    public DatabaseKind Kind { get; }

    /// <summary>Orders all writing transactions on SQLite, first come first served; open at once on PostgreSQL.</summary>
    public WriteGate Gate { get; } = new();

    /// <summary>The SQLite file, or null on PostgreSQL.</summary>
    public string? File { get; private init; }

    /// <summary>A database from <c>FAIRGROUND_DATABASE</c>: empty means SQLite in the data folder; <c>postgres://user:password@host:port/name</c>, an Npgsql connection string, or <c>sqlite:PATH</c>.</summary>
    public static Database From(string? setting, string dataFolder)
    {
        if (string.IsNullOrWhiteSpace(setting)) return Sqlite(Path.Combine(dataFolder, "fairground.db"));
        if (setting.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase)) return Sqlite(setting["sqlite:".Length..]);
        return Postgres(setting.Contains("://", StringComparison.Ordinal) ? FromUri(setting) : setting);
    }

    public static Database Sqlite(string file)
    {
        var full = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var text = new SqliteConnectionStringBuilder { DataSource = full, ForeignKeys = true, DefaultTimeout = 30, Pooling = true }.ToString();
        return new Database(DatabaseKind.Sqlite, text, null, null) { File = full };
    }

    public static Database Postgres(string connectionString)
    {
        // The committer keeps its own few connections, so that pages can never starve the money path, nor it them.
        var forPages = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 16, MaxAutoPrepare = 60, AutoPrepareMinUsages = 3, ApplicationName = "fairground" };
        var forCommitter = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 4, MaxAutoPrepare = 80, AutoPrepareMinUsages = 2, ApplicationName = "fairground-committer", Timeout = 3, CommandTimeout = 6 };
        return new Database(DatabaseKind.Postgres, null, NpgsqlDataSource.Create(forPages.ConnectionString), NpgsqlDataSource.Create(forCommitter.ConnectionString));
    }

    /// <summary>Opens a connection for reading, or for writing inside <see cref="Gate"/>.</summary>
    public async ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        if (pages is not null) return await pages.OpenConnectionAsync(ct);
        var connection = new SqliteConnection(sqlite);
        await connection.OpenAsync(ct);
        return connection;
    }

    /// <summary>Opens a connection where the caller cannot wait asynchronously (data protection). Elsewhere use <see cref="OpenAsync"/>.</summary>
    public DbConnection Open()
    {
        if (pages is not null) return pages.OpenConnection();
        var connection = new SqliteConnection(sqlite);
        connection.Open();
        return connection;
    }

    /// <summary>Opens one of the committer's own connections.</summary>
    public async ValueTask<DbConnection> OpenForCommitterAsync(CancellationToken ct) =>
        committer is not null ? await committer.OpenConnectionAsync(ct) : await OpenAsync(ct);

    /// <summary>Points an EF Core context at this database.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        if (Kind == DatabaseKind.Sqlite) options.UseSqlite(sqlite).AddInterceptors(new WriteGateInterceptor(this), new BulkGateInterceptor(this));
        else options.UseNpgsql(pages!);
    }

    public async ValueTask DisposeAsync()
    {
        if (pages is not null) await pages.DisposeAsync();
        if (committer is not null) await committer.DisposeAsync();
        if (sqlite is not null)
        {
            using var connection = new SqliteConnection(sqlite);
            SqliteConnection.ClearPool(connection);
        }
        Gate.Dispose();
    }

    private static string FromUri(string uri)
    {
        var parsed = new Uri(uri);
        var user = parsed.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = parsed.Host.Length == 0 ? "127.0.0.1" : parsed.Host,
            Port = parsed.Port > 0 ? parsed.Port : 5432,
            Database = Uri.UnescapeDataString(parsed.AbsolutePath.TrimStart('/')),
        };
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in parsed.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (pair.Split('=', 2)[0], pair.Contains('=', StringComparison.Ordinal) ? Uri.UnescapeDataString(pair.Split('=', 2)[1]) : "");
            if (name == "host") builder.Host = value;
            else if (name == "search_path") builder.SearchPath = value;
            else builder[name] = value;
        }
        return builder.ConnectionString;
    }
}
