using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Every value that stands in a database, as text.</summary>
internal static class Everything
{
    public static async Task<IReadOnlyList<string>> In(Database database)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await database.OpenAsync(ct);
        var tables = new List<string>();
        await using (var names = connection.CreateCommand())
        {
            names.CommandText = database.Kind == DatabaseKind.Sqlite ? "select name from sqlite_master where type = 'table'" : "select table_name from information_schema.tables where table_schema = current_schema()";
            await using var reader = await names.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) tables.Add(reader.GetString(0));
        }
        var all = new List<string>();
        foreach (var table in tables)
        {
            await using var rows = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the database's own tables.
            rows.CommandText = $"select * from {table}";
#pragma warning restore CA2100
            await using var reader = await rows.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    if (!reader.IsDBNull(i)) all.Add(reader.GetValue(i) is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)!);
                }
            }
        }
        return all;
    }
}
