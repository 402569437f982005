using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Keys;

/// <summary>Plain commands over the key tables. Data protection asks synchronously, so these do not wait asynchronously.</summary>
internal static class KeyRows
{
    /// <summary>Reads all rows of a query.</summary>
    public static List<T> Read<T>(Database database, string sql, Func<DbDataReader, T> row, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var connection = database.Open();
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Writes in the writer's turn.</summary>
    public static void Write(Database database, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? database.Gate.Enter() : null;
        using var connection = database.Open();
        using var command = Command(connection, sql, values);
        command.ExecuteNonQuery();
    }

    private static DbCommand Command(DbConnection connection, string sql, ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
