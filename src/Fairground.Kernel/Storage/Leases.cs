using System.Collections.Concurrent;
using System.Data.Common;

namespace Fairground.Kernel.Storage;

/// <summary>Lets one node at a time do a recurring job: a row that names the holder and when the hold ends, by the database's clock.</summary>
public sealed class Leases(Database database, TimeProvider time)
{
    private readonly Guid node = Ids.New();

    // Until when (by a clock that only runs forwards) a lease is surely ours, so that an idle node does not write twice a second for each job.
    private readonly ConcurrentDictionary<string, long> sure = new();

    /// <summary>Takes or renews the lease; false where another node holds it. Asks the database only when half of what was taken has passed.</summary>
    public async Task<bool> TryHold(string name, TimeSpan length, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        if (sure.TryGetValue(name, out var until) && now < until && until - now <= length.TotalSeconds * time.TimestampFrequency) return true;
        var held = await Take(name, length, ct);
        if (held) sure[name] = now + (long)(length.TotalSeconds / 2 * time.TimestampFrequency);
        else sure.TryRemove(name, out _);
        return held;
    }

    /// <summary>Gives the lease up, so that another node need not wait for its end.</summary>
    public async Task Release(string name, CancellationToken ct)
    {
        if (!sure.TryRemove(name, out _)) return;
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "delete from kernel_lease where name = @name and holder = @holder";
        Bind(command, "@name", name);
        Bind(command, "@holder", database.Kind == DatabaseKind.Postgres ? node : node.ToByteArray(true));
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<bool> Take(string name, TimeSpan length, CancellationToken ct)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        // Nodes whose clocks differ must agree, so PostgreSQL's clock decides; SQLite has one process and one clock.
        var clock = database.Kind == DatabaseKind.Postgres ? "(extract(epoch from clock_timestamp()) * 1000)::bigint" : "@now";
#pragma warning disable CA2100 // Only the clock expression varies.
        command.CommandText = $"""
            insert into kernel_lease (name, holder, until) values (@name, @holder, {clock} + @length)
            on conflict (name) do update set holder = excluded.holder, until = excluded.until
            where kernel_lease.until < {clock} or kernel_lease.holder = excluded.holder
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
