using System.Globalization;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Messaging;

/// <summary>Every event that was committed leaves, and is applied by each of its consumers (C-35).</summary>
internal sealed class BusAudit(Database database, DeadLetterBook dead, TimeProvider time) : IAuditCheck
{
    // A broker that is away this long has been away too long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*), min(at) from kernel_outbox";
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var waiting = reader.GetInt64(0);
        var oldest = waiting == 0 ? TimeSpan.Zero : time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1));
        var aside = await dead.Count(ct);
        return
        [
            new AuditFinding("kernel outbox", oldest < LongestWait, waiting == 0
                ? "no event waits to leave"
                : string.Create(CultureInfo.InvariantCulture, $"{waiting} events wait to leave, the oldest for {oldest.TotalMinutes:0} minutes; is the server running, and the broker reachable?")),
            new AuditFinding("kernel dead letters", aside == 0, aside == 0
                ? "every event was applied by each of its consumers"
                : string.Create(CultureInfo.InvariantCulture, $"{aside} events could not be applied; an operator replays or gives them up at /office/undelivered")),
        ];
    }
}
