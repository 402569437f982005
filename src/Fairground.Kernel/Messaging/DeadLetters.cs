using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Messaging;

/// <summary>Events that a consumer could not apply, kept for a person to look at and replay.</summary>
internal static class DeadLetters
{
    public static async Task Add(Database database, string consumer, EventEnvelope envelope, int attempts, string error, DateTimeOffset at, CancellationToken ct)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            insert into kernel_dead_letter (event_id, consumer, topic, payload, attempts, error, at)
            values (@id, @consumer, @topic, @payload, @attempts, @error, @at) on conflict do nothing
            """;
        Bind(command, "@id", database.Kind == DatabaseKind.Postgres ? envelope.Id : envelope.Id.ToByteArray(true));
        Bind(command, "@consumer", consumer);
        Bind(command, "@topic", envelope.Topic);
        Bind(command, "@payload", envelope.Payload);
        Bind(command, "@attempts", attempts);
        Bind(command, "@error", error);
        Bind(command, "@at", at.ToUnixTimeMilliseconds());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>True where the database is away, however deep EF Core has wrapped that: not the event's fault.</summary>
    public static bool IsDatabaseAway(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException { IsTransient: true }) return true;
        }
        return false;
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
