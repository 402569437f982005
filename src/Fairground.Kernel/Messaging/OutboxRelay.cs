using System.Data.Common;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Fairground.Kernel.Messaging;

/// <summary>Takes events from the outbox in order, hands them to the bus, then removes them; on one node at a time.</summary>
internal sealed class OutboxRelay(Database database, IEventBus bus, Leases leases, TimeProvider time, ILogger<OutboxRelay> logger)
    : LeasedWorker("kernel.outbox", TimeSpan.FromMilliseconds(200), leases, time, logger)
{
    private const int Batch = 500;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var events = await Read(ct);
        if (events.Count == 0) return false;
        await bus.Publish(events, ct);
        await Remove(events, ct);
        return events.Count == Batch;
    }

    private async Task<List<EventEnvelope>> Read(CancellationToken ct)
    {
        var events = new List<EventEnvelope>(Batch);
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "select id, topic, payload, at from kernel_outbox order by id limit 500";
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = database.Kind == DatabaseKind.Postgres ? reader.GetGuid(0) : new Guid((byte[])reader.GetValue(0), true);
            events.Add(new EventEnvelope(id, reader.GetString(1), reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))));
        }
        return events;
    }

    private async Task Remove(List<EventEnvelope> events, CancellationToken ct)
    {
        // Neither engine waits for the disk here, where that would stand in the way of purchases: what a crash brings back is delivered again, and known by its id.
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        if (connection is NpgsqlConnection postgres)
        {
            await using var batch = postgres.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("set local synchronous_commit = off"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from kernel_outbox where id = any($1)") { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. events.Select(e => e.Id)] } } });
            await batch.ExecuteNonQueryAsync(ct);
            return;
        }
        await Synchronous(connection, "normal", ct);
        try
        {
            await RemoveOneByOne(connection, events, ct);
        }
        finally
        {
            // The connection goes back to the pool, where others rely on every commit being on the disk.
            await Synchronous(connection, "full", CancellationToken.None);
        }
    }

    private static async Task Synchronous(DbConnection connection, string level, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of two words of this file.
        command.CommandText = $"pragma synchronous = {level}";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task RemoveOneByOne(DbConnection connection, List<EventEnvelope> events, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var delete = connection.CreateCommand();
        delete.Transaction = transaction;
        delete.CommandText = "delete from kernel_outbox where id = @id";
        var parameter = delete.CreateParameter();
        parameter.ParameterName = "@id";
        delete.Parameters.Add(parameter);
        foreach (var envelope in events)
        {
            parameter.Value = envelope.Id.ToByteArray(true);
            await delete.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }
}
