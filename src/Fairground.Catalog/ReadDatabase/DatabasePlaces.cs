using System.Net;
using System.Net.Sockets;
using Fairground.Catalog.FetchOutside;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Fairground.Catalog.ReadDatabase;

/// <summary>
/// Which databases a shop may have read: SQLite files in folders that the operator names, PostgreSQL servers on the public internet or named
/// by the operator. A shop must never reach this server's own files or network.
/// </summary>
internal sealed class DatabasePlaces(IConfiguration configuration, OutsideFetcher fetcher, Kernel.Storage.Database own)
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase) { "Host", "Port", "Database", "Username", "Password", "SSL Mode" };
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Where the server is, without the password.</summary>
    public static string Shown(string connection)
    {
        var given = new NpgsqlConnectionStringBuilder(connection);
        return $"{given.Host}{(given.Port == NpgsqlConnection.DefaultPort ? "" : $":{given.Port}")}/{given.Database}";
    }

    /// <summary>What a connection says; refuses with <c>source.connection_invalid</c>.</summary>
    public static Result<NpgsqlConnectionStringBuilder> Read(string connection)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return SourceRefusals.ConnectionInvalid;
        }
        // Other settings read files of this server (passwords, certificates) or change what a connection does.
        if (given.Keys.Any(k => !Known.Contains(k))) return SourceRefusals.ConnectionInvalid;
        if (given.Host is not { Length: > 0 } host || host.Contains(',', StringComparison.Ordinal) || host.Contains('/', StringComparison.Ordinal) || host.StartsWith('@')) return SourceRefusals.ConnectionInvalid;
        // Left out, they would come from this server's own environment.
        if (string.IsNullOrEmpty(given.Database) || string.IsNullOrEmpty(given.Username) || string.IsNullOrEmpty(given.Password)) return SourceRefusals.ConnectionInvalid;
        return given;
    }

    /// <summary>A connection to the very address that was checked; refuses with <c>source.connection_invalid</c>, <c>import.address_refused</c>, <c>source.connection_failed</c>.</summary>
    public async Task<Result<NpgsqlDataSource>> Postgres(string connection, CancellationToken ct)
    {
        var read = Read(connection);
        if (read.Refused) return read.Refusal!;
        var given = read.Value;
        var addresses = await Addresses(given.Host!, given.Port, ct);
        return addresses.Refused ? addresses.Refusal! : Open(given, given.Host!, addresses.Value);
    }

    /// <summary>The file's real path; refuses with <c>source.folder_refused</c>.</summary>
    public Result<string> Sqlite(string? path)
    {
        if (string.IsNullOrWhiteSpace(path) || !Path.IsPathFullyQualified(path)) return SourceRefusals.FolderRefused;
        var real = Real(Path.GetFullPath(path));
        if (real is null || (own.File is { } mine && Real(Path.GetFullPath(mine)) == real)) return SourceRefusals.FolderRefused;
        var folders = (configuration["FAIRGROUND_SOURCE_FOLDERS"] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var allowed = folders.Where(Path.IsPathFullyQualified).Select(f => Real(Path.GetFullPath(f))).OfType<string>().Any(f => real.StartsWith(f.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return allowed && File.Exists(real) ? real : SourceRefusals.FolderRefused;
    }

    private async Task<Result<IPAddress[]>> Addresses(string host, int port, CancellationToken ct)
    {
        IPAddress[] found;
        try
        {
            found = await fetcher.Resolve(host, ct);
        }
        catch (SocketException)
        {
            return SourceRefusals.ConnectionFailed.Saying(T["There is no server '{0}'.", host]);
        }
        var named = (configuration["FAIRGROUND_SOURCE_HOSTS"] ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var allowed = named.Contains(host, StringComparer.OrdinalIgnoreCase) || named.Contains($"{host}:{port}", StringComparer.OrdinalIgnoreCase);
        if (found.Length == 0) return SourceRefusals.ConnectionFailed.Saying(T["There is no server '{0}'.", host]);
        if (!allowed && !Array.TrueForAll(found, fetcher.MayReach)) return CatalogRefusals.AddressRefused.Saying(T["This database cannot be read: it must be on the public internet, or the operator must name its server in FAIRGROUND_SOURCE_HOSTS."]);
        return found;
    }

    private static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder given, string host, IPAddress[] addresses)
    {
        var settled = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', addresses.Select(a => a.ToString())),
            Port = given.Port,
            Database = given.Database,
            Username = given.Username,
            Password = given.Password,
            SslMode = given.SslMode,
            Pooling = false,
            Enlist = false,
            Timeout = (int)ConnectTimeout.TotalSeconds,
            MaxAutoPrepare = 0,
            Options = "-c default_transaction_read_only=on",
            ApplicationName = "Fairground",
        };
        var builder = new NpgsqlDataSourceBuilder(settled.ConnectionString);
        // The connection goes to the address that was checked; the certificate must still be the name's.
        builder.UseSslClientAuthenticationOptionsCallback(options => options.TargetHost = host);
        return builder.Build();
    }

    // Where links lead, also those among the folders above; null where there is nothing.
    private static string? Real(string path)
    {
        try
        {
            var real = Path.GetPathRoot(path)!;
            foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                var next = Path.Combine(real, part);
                FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
                if (!info.Exists) return null;
                real = info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) ?? "" : next;
                if (real.Length == 0) return null;
            }
            return real;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
