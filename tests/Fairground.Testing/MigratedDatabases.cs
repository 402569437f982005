using System.Reflection;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Npgsql;

namespace Fairground.Testing;

/// <summary>One migrated database an engine and process, which tests copy: applying some eighty files anew for every test took longer than most tests.</summary>
internal static class MigratedDatabases
{
    private static readonly Lazy<Task<string>> File = new(MakeFile);
    private static readonly Lazy<Task<string>> Template = new(MakeTemplate);
    private static string server = "";

    /// <summary>The SQLite file to copy.</summary>
    public static Task<string> Sqlite() => File.Value;

    /// <summary>The name of the PostgreSQL database to copy; nobody is connected to it.</summary>
    public static Task<string> Postgres(string testServer)
    {
        server = testServer;
        return Template.Value;
    }

    private static async Task<string> MakeFile()
    {
        var folder = Directory.CreateTempSubdirectory("fairground-template-").FullName;
        AtExit(() => Directory.Delete(folder, true));
        var file = Path.Combine(folder, "fairground.db");
        await using (var database = Database.Sqlite(file))
        {
            await Migrate(database);
            // Nothing may be left beside the file that is copied.
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            await command.ExecuteNonQueryAsync();
        }
        return file;
    }

    private static async Task<string> MakeTemplate()
    {
        var name = $"fg_template_{Guid.CreateVersion7():n}";
        await TestDatabase.Execute(server, $"create database {name}");
        AtExit(() => TestDatabase.Execute(server, $"drop database if exists {name} with (force)").GetAwaiter().GetResult());
        var setting = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        await using (var database = Database.Postgres(setting)) await Migrate(database);
        return name;
    }

    /// <summary>Tidies up when the process ends. Where that cannot be done, the folder or the server being gone, it says so: the tests' own end is what the exit code tells.</summary>
    internal static void AtExit(Action tidy) => AppDomain.CurrentDomain.ProcessExit += (_, _) => Quietly(tidy);

    internal static void Quietly(Action tidy)
    {
        try
        {
            tidy();
        }
#pragma warning disable CA1031 // An exception here would end the process with a failure that no test had.
        catch (Exception error)
        {
            Console.Error.WriteLine($"Something of the tests' templates is left behind: {error.Message}");
        }
#pragma warning restore CA1031
    }

    private static Task<IReadOnlyList<Migration>> Migrate(Database database) => new Migrator(database, TimeProvider.System).Apply(Modules().Select(m => m.Migrations), CancellationToken.None);

    private static IEnumerable<IModule> Modules() =>
        from path in Directory.EnumerateFiles(AppContext.BaseDirectory, "Fairground.*.dll").Order(StringComparer.Ordinal)
        where !Path.GetFileName(path).EndsWith(".Tests.dll", StringComparison.Ordinal)
        from type in Assembly.LoadFrom(path).GetTypes()
        where type is { IsClass: true, IsAbstract: false } && typeof(IModule).IsAssignableFrom(type) && type.Assembly.GetManifestResourceNames().Any(name => name.Contains(".Migrations.", StringComparison.Ordinal))
        select (IModule)Activator.CreateInstance(type)!;
}
