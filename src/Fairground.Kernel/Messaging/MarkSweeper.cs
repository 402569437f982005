using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Removes the marks of applied events that can no longer be delivered again; on one node at a time.</summary>
internal sealed class MarkSweeper(Database database, IEnumerable<IEventConsumer> consumers, Leases leases, TimeProvider time, ILogger<MarkSweeper> logger)
    : LeasedWorker("kernel.marks", TimeSpan.FromHours(1), leases, time, logger)
{
    // Far longer than any event waits; one that was set aside keeps its mark until it is replayed or given up.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);
    private readonly TimeProvider clock = time;
    private readonly List<string> names = [.. consumers.Select(c => c.Name)];

    protected override Task<bool> RunOnce(CancellationToken ct) => Sweep(ct);

    /// <summary>Removes some; true where there may be more.</summary>
    internal async Task<bool> Sweep(CancellationToken ct)
    {
        const int Most = 5_000;
        // An event's id begins with its time, so the key's own order finds the old ones.
        var before = Guid.CreateVersion7(clock.GetUtcNow() - Kept);
        var more = false;
        foreach (var name in names)
        {
            using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
            await using var connection = await database.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                delete from kernel_inbox where consumer = @consumer and event_id in (
                    select i.event_id from kernel_inbox i where i.consumer = @consumer and i.event_id < @before
                        and not exists (select 1 from kernel_dead_letter d where d.event_id = i.event_id and d.consumer = i.consumer)
                    order by i.event_id limit 5000)
                """;
            foreach (var (key, value) in new (string, object)[] { ("@consumer", name), ("@before", database.Kind == DatabaseKind.Postgres ? before : before.ToByteArray(true)) })
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (key, value);
                command.Parameters.Add(parameter);
            }
            more |= await command.ExecuteNonQueryAsync(ct) == Most;
        }
        return more;
    }
}
