using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Both engines have the same schema, each module keeps to its own tables, and the mapped classes say the same.</summary>
public sealed partial class StorageTests
{
    [Fact]
    public void Every_migration_exists_for_both_engines_under_the_same_number_and_name()
    {
        foreach (var module in Market.Modules)
        {
            var sqlite = Migrator.Read(module.Migrations, DatabaseKind.Sqlite).Select(m => $"{m.Version:0000}_{m.Name}").ToList();

            Assert.Equal(sqlite, Migrator.Read(module.Migrations, DatabaseKind.Postgres).Select(m => $"{m.Version:0000}_{m.Name}"));
            Assert.Equal(sqlite.Distinct().Count(), sqlite.Select(n => n[..4]).Distinct().Count());
        }
    }

    // A database that has applied a file refuses to start where the file says something else afterwards. FAIRGROUND_UPDATE_DOCS=1 adds new files to the list and changes none of its lines.
    [Fact]
    public void No_migration_that_was_released_says_anything_else_now()
    {
        const string List = "src/Fairground.Server/Hosting/migrations.txt";
        var now = Market.Modules.SelectMany(m => Enum.GetValues<DatabaseKind>().SelectMany(kind => Migrator.Read(m.Migrations, kind).Select(f => (Name: $"{f.Module}/{f.Version:0000}_{f.Name} {kind}", f.Hash))))
            .OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var known = Repository.Read(List).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(line => $"{line[0]} {line[1]}", line => line[2]);

        None.Of(known.Where(k => now.All(f => f.Name != k.Key || f.Hash != k.Value)).Select(k => k.Key));
        Repository.MustMatchCommitted(List, string.Concat(now.Select(f => $"{f.Name} {f.Hash}\n")));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_list_of_migrations_tells_whether_a_database_has_them_all(DatabaseKind kind)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Create(kind);
        var migrator = new Migrator(test.Database, TimeProvider.System);
        Task<bool> HasAll() => migrator.HasAll(MigrationList.Read(kind), ct);

        Assert.False(await HasAll());
        await migrator.Apply(Market.Modules.SkipLast(1).Select(m => m.Migrations), ct);
        Assert.False(await HasAll());
        await migrator.Apply(Market.Modules.Select(m => m.Migrations), ct);
        Assert.True(await HasAll());
        Assert.Equal(Market.Modules.Sum(m => Migrator.Read(m.Migrations, kind).Count), MigrationList.Read(kind).Count());
        await using var connection = await test.Database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "update kernel_migration set hash = 'another' where module = 'catalog' and version = 1";
        Assert.Equal(1, await command.ExecuteNonQueryAsync(ct));
        Assert.False(await HasAll());
    }

    [Fact]
    public void Every_migration_file_is_part_of_its_assembly()
    {
        var embedded = Market.Modules.SelectMany(m => Migrator.Read(m.Migrations, DatabaseKind.Sqlite).Concat(Migrator.Read(m.Migrations, DatabaseKind.Postgres))).Count();

        Assert.Equal(Repository.FilesEndingIn(".sql").Count(f => f.StartsWith("src/", StringComparison.Ordinal) && f.Contains("/Migrations/", StringComparison.Ordinal)), embedded);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public void A_module_touches_only_tables_with_its_own_prefix(DatabaseKind kind)
    {
        foreach (var module in Market.Modules)
        {
            var foreign = Migrator.Read(module.Migrations, kind).SelectMany(m => m.Statements)
                .SelectMany(s => Touched().Matches(s).Select(m => m.Groups[1].Value))
                .Where(table => !table.StartsWith($"{module.Name}_", StringComparison.Ordinal));
            None.Of(foreign);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public void A_statement_of_a_migration_does_one_thing(DatabaseKind kind)
    {
        var all = Market.Modules.SelectMany(m => Migrator.Read(m.Migrations, kind)).SelectMany(m => m.Statements.Select(s => (m.Module, m.Name, Statement: s)));

        None.Of(all.Where(s => Starts().Count(s.Statement) > 1).Select(s => $"{s.Module}/{s.Name}: {s.Statement}"));
    }

    [Fact]
    public async Task Both_engines_have_the_same_tables_and_columns()
    {
        await using var postgres = await TestDatabase.Create(DatabaseKind.Postgres);
        await using var sqlite = await TestDatabase.Create(DatabaseKind.Sqlite);
        var ct = TestContext.Current.CancellationToken;

        Assert.Equal((await Migrated(sqlite, ct)).Where(IsOurs), (await Migrated(postgres, ct)).Where(IsOurs));

        // A full-text index is of each engine's own kind; what is noted for it is the same.
        static bool IsOurs(Column column) => !column.Table.StartsWith("catalog_search", StringComparison.Ordinal) || column.Table is "catalog_search_stale" or "catalog_search_word";
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_mapped_classes_say_what_the_migrated_schema_says(DatabaseKind kind)
    {
        await using var test = await TestDatabase.Create(kind);
        var ct = TestContext.Current.CancellationToken;
        var columns = (await Migrated(test, ct)).ToDictionary(c => (c.Table, c.Name));
        await using var app = TestMarket.Build(test);
        await using var scope = app.Services.CreateAsyncScope();
        var contexts = TestMarket.ContextTypes.Select(t => (DbContext)scope.ServiceProvider.GetRequiredService(t)).ToList();

        var drift = contexts.SelectMany(context => Drift(context, columns)).Distinct().ToList();

        None.Of(drift);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Migrating_twice_changes_nothing(DatabaseKind kind)
    {
        await using var test = await TestDatabase.Create(kind);
        var ct = TestContext.Current.CancellationToken;
        await Migrated(test, ct);

        None.Of((await new Migrator(test.Database, TimeProvider.System).Apply(Market.Modules.Select(m => m.Migrations), ct)).Select(m => $"{m.Module}/{m.Name}"));
    }

    private static async Task<IReadOnlyList<Column>> Migrated(TestDatabase test, CancellationToken ct)
    {
        await new Migrator(test.Database, TimeProvider.System).Apply(Market.Modules.Select(m => m.Migrations), ct);
        return await Schema.Read(test.Database, ct);
    }

    private static IEnumerable<string> Drift(DbContext context, Dictionary<(string, string), Column> columns)
    {
        var model = context.GetService<IDesignTimeModel>().Model.GetRelationalModel();
        foreach (var table in model.Tables)
        {
            foreach (var mapped in table.Columns)
            {
                if (!columns.TryGetValue((table.Name, mapped.Name), out var real)) yield return $"{context.GetType().Name}: {table.Name}.{mapped.Name} is mapped and does not exist";
                else if (real.Nullable != mapped.IsNullable) yield return $"{context.GetType().Name}: {real} is mapped as {(mapped.IsNullable ? "nullable" : "not null")}";
            }
            var key = table.PrimaryKey?.Columns.Select(c => c.Name).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();
            var realKey = columns.Values.Where(c => c.Table == table.Name && c.KeyPlace > 0).Select(c => c.Name).Order(StringComparer.Ordinal);
            if (!key.SequenceEqual(realKey)) yield return $"{context.GetType().Name}: {table.Name} has the key ({string.Join(", ", realKey)}) and is mapped with ({string.Join(", ", key)})";
        }
    }

    [GeneratedRegex(@"\b(?:create table(?: if not exists)?|alter table|create (?:unique )?index \w+ on|create (?:or replace )?trigger \w+ [a-z ]+? on|references|insert into|update|drop table(?: if exists)?|delete from)\s+([a-z_]+)(?=\s|\()(?<!\bor)(?<!\bof)(?<!\bset)", RegexOptions.IgnoreCase)]
    private static partial Regex Touched();

    [GeneratedRegex(@"^\s*(create|alter|drop|insert|update|delete)\b", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Starts();
}
