using System.Data.Common;

namespace Fairground.Kernel.Storage;

/// <summary>Lets one node at a time do a recurring job: a row that names the holder and when the hold ends, by the database's clock.</summary>
public sealed class Leases(Database database, TimeProvider time)
{
    private readonly Guid node = Ids.New();

    /// <summary>Takes or renews the lease; false where another node holds it.</summary>
    public async Task<bool> TryHold(string name, TimeSpan length, CancellationToken ct)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        // Nodes whose clocks differ must agree, so PostgreSQL's clock decides; SQLite has one process and one clock.
        var now = database.Kind == DatabaseKind.Postgres ? "(extract(epoch from clock_timestamp()) * 1000)::bigint" : "@now";
#pragma warning disable CA2100 // Only the clock expression varies.
        command.CommandText = $"""
            insert into kernel_lease (name, holder, until) values (@name, @holder, {now} + @length)
            on conflict (name) do update set holder = excluded.holder, until = excluded.until
            where kernel_lease.until < {now} or kernel_lease.holder = excluded.holder
            returning holder
            """;
#pragma warning restore CA2100
        Bind(command, "@name", name);
        Bind(command, "@holder", database.Kind == DatabaseKind.Postgres ? node : node.ToByteArray(true));
        Bind(command, "@length", (long)length.TotalMilliseconds);
        if (database.Kind == DatabaseKind.Sqlite) Bind(command, "@now", time.GetUtcNow().ToUnixTimeMilliseconds());
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
