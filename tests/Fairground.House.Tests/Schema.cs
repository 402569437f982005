using Fairground.Kernel.Storage;

namespace Fairground.House.Tests;

/// <summary>One column as the database has it. The type is a family, so that engines can be compared: integer, text, bytes or uuid, other.</summary>
internal sealed record Column(string Table, string Name, string Type, bool Nullable, int KeyPlace)
{
    public override string ToString() => $"{Table}.{Name} {Type}{(Nullable ? "" : " not null")}{(KeyPlace > 0 ? $" key {KeyPlace}" : "")}";
}

/// <summary>Reads the tables that a database has.</summary>
internal static class Schema
{
    private const string OfSqlite = """
        select m.name, c.name, lower(c.type), c."notnull" = 0 and c.pk = 0, c.pk
        from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'
        """;

    private const string OfPostgres = """
        select c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES', coalesce(k.ordinal_position, 0)
        from information_schema.columns c
        left join information_schema.table_constraints t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
        left join information_schema.key_column_usage k on k.constraint_schema = t.constraint_schema and k.constraint_name = t.constraint_name and k.table_name = c.table_name and k.column_name = c.column_name
        where c.table_schema = current_schema()
        """;

    public static async Task<IReadOnlyList<Column>> Read(Database database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = database.Kind == DatabaseKind.Sqlite ? OfSqlite : OfPostgres;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var columns = new List<Column>();
        while (await reader.ReadAsync(ct))
            columns.Add(new Column(reader.GetString(0), reader.GetString(1), Family(reader.GetString(2)), Convert.ToBoolean(reader.GetValue(3), null), Convert.ToInt32(reader.GetValue(4), null)));
        return [.. columns.OrderBy(c => c.Table, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)];
    }

    // SQLite keeps an id as 16 bytes and a truth as 0 or 1; PostgreSQL has types for both.
    private static string Family(string type) => type switch
    {
        "integer" or "bigint" or "smallint" or "int" or "boolean" => "integer",
        "text" or "character varying" => "text",
        "blob" or "bytea" or "uuid" => "bytes",
        _ => type,
    };
}
