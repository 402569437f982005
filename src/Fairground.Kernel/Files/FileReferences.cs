using System.Globalization;
using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>Which files a module refers to. Every module that keeps the id of a file anywhere registers this; a test compares it with the schema.</summary>
public interface IFileReferences
{
    /// <summary>Every place where an id may stand, as <c>table.column</c>.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Those of the given files that are referred to.</summary>
    Task<IReadOnlySet<Guid>> Used(IReadOnlyCollection<Guid> files, CancellationToken ct);

    /// <summary>How many references lead to no file, by column.</summary>
    Task<IReadOnlyDictionary<string, long>> Broken(CancellationToken ct);
}

/// <summary>References that stand in columns of a module's own tables: as ids, or within a text.</summary>
/// <param name="ids">Columns that hold an id or null, as <c>table.column</c>; each has an index.</param>
/// <param name="texts">Columns with a text in which ids stand, with a word that only such texts have; read whole, and only where nothing else refers to a file.</param>
public sealed partial class ColumnReferences(Database database, IReadOnlyList<string> ids, params IReadOnlyList<(string Place, string Mark)> texts) : IFileReferences
{
    private readonly FileRows rows = new(database);

    public IReadOnlyList<string> Columns { get; } = [.. ids, .. texts.Select(t => t.Place)];

    public async Task<IReadOnlySet<Guid>> Used(IReadOnlyCollection<Guid> files, CancellationToken ct)
    {
        var used = new HashSet<Guid>();
        if (files.Count == 0) return used;
        await using var connection = await database.OpenAsync(ct);
        foreach (var (table, column) in ids.Select(Parts))
        {
            var (condition, values) = rows.In(files);
            await using var command = FileRows.Command(connection, null, $"select distinct {column} from {table} where {column}{condition}", values);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) used.Add(rows.Id(reader, 0));
        }
        var left = files.Where(f => !used.Contains(f)).ToHashSet();
        foreach (var (place, mark) in texts)
        {
            if (left.Count == 0) break;
            var (table, column) = Parts(place);
            await using var command = FileRows.Command(connection, null, $"select {column} from {table} where {column} like @mark", ("@mark", $"%{mark}%"));
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) used.UnionWith(AnId().Matches(reader.GetString(0)).Select(m => Guid.Parse(m.Value, CultureInfo.InvariantCulture)).Where(left.Contains));
        }
        return used;
    }

    public async Task<IReadOnlyDictionary<string, long>> Broken(CancellationToken ct)
    {
        var broken = new Dictionary<string, long>();
        await using var connection = await database.OpenAsync(ct);
        foreach (var (table, column) in ids.Select(Parts))
        {
            await using var command = FileRows.Command(connection, null, $"select count(*) from {table} r where r.{column} is not null and not exists (select 1 from kernel_file f where f.id = r.{column})");
            if (Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) is > 0 and var count) broken[$"{table}.{column}"] = count;
        }
        return broken;
    }

    private static (string Table, string Column) Parts(string place) => (place.Split('.')[0], place.Split('.')[1]);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.IgnoreCase)]
    private static partial Regex AnId();
}
