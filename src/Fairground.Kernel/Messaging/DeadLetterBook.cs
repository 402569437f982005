using System.Data.Common;
using System.Globalization;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Messaging;

/// <summary>An event that one consumer could not apply (C-35).</summary>
/// <param name="Payload">The event's JSON. It has ids of people: for operators only.</param>
/// <param name="Attempts">Tries at its last delivery.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="EventAt">When it happened.</param>
/// <param name="Waiting">A replay was asked for and is about to happen.</param>
public sealed record DeadLetter(Guid EventId, string Consumer, string Topic, string Payload, int Attempts, string Error, DateTimeOffset At, DateTimeOffset EventAt, bool Waiting);

/// <summary>Events that could not be applied, kept for a person to look at, to replay or to give up for good; the same whichever bus is in use.</summary>
public sealed class DeadLetterBook(Database database, IEnumerable<IEventConsumer> consumers, TimeProvider time)
{
    private const int LargestPage = 200;

    private readonly Lazy<HashSet<string>> known = new(() => [.. consumers.Select(c => c.Name)]);

    /// <summary>How many there are.</summary>
    public async Task<long> Count(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, "select count(*) from kernel_dead_letter");
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    /// <summary>A page, the newest first. Refusal: <c>request.cursor_invalid</c>.</summary>
    /// <param name="limit">1 to 200; 50 where null.</param>
    public async Task<Result<Page<DeadLetter>>> Read(string? cursor, int? limit, CancellationToken ct)
    {
        var read = Position(cursor);
        if (read.Refusal is { } refusal) return refusal;
        var (at, id, consumer) = read.Value;
        var take = Math.Clamp(limit ?? 50, 1, LargestPage);
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(
            connection,
            """
            select event_id, consumer, topic, payload, attempts, error, at, replay_at, event_at from kernel_dead_letter
            where at < @at or (at = @at and (event_id < @id or (event_id = @id and consumer < @consumer)))
            order by at desc, event_id desc, consumer desc limit @take
            """,
            ("@at", at), ("@id", Id(id)), ("@consumer", consumer), ("@take", take + 1));
        var rows = await Rows(command, ct);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        var next = more ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Letter.At.ToUnixTimeMilliseconds()}|{rows[^1].Letter.EventId}|{rows[^1].Letter.Consumer}")) : null;
        return new Page<DeadLetter>([.. rows.Select(r => r.Letter)], next);
    }

    /// <summary>Asks for one more delivery to that consumer. Refusals: <c>event.not_dead</c>, <c>event.no_consumer</c>.</summary>
    public async Task<Result<int>> Replay(Guid eventId, string consumer, CancellationToken ct)
    {
        if (!known.Value.Contains(consumer)) return await Exists(eventId, consumer, ct) ? MessagingRefusals.NoConsumer : MessagingRefusals.NotDead;
        var marked = await Write("update kernel_dead_letter set replay_at = @now where event_id = @id and consumer = @consumer", ct, ("@now", Now), ("@id", Id(eventId)), ("@consumer", consumer));
        return marked == 0 ? MessagingRefusals.NotDead : marked;
    }

    /// <summary>Asks for one more delivery of everything that has a consumer; returns how many.</summary>
    public async Task<int> ReplayAll(CancellationToken ct)
    {
        var marked = 0;
        foreach (var consumer in known.Value) marked += await Write("update kernel_dead_letter set replay_at = @now where consumer = @consumer and replay_at is null", ct, ("@now", Now), ("@consumer", consumer));
        return marked;
    }

    /// <summary>Gives an event up for good for that consumer. Refusal: <c>event.not_dead</c>.</summary>
    public async Task<Result<int>> Discard(Guid eventId, string consumer, CancellationToken ct)
    {
        var removed = await Write("delete from kernel_dead_letter where event_id = @id and consumer = @consumer", ct, ("@id", Id(eventId)), ("@consumer", consumer));
        return removed == 0 ? MessagingRefusals.NotDead : removed;
    }

    /// <summary>Sets an event aside, or notes that it failed again.</summary>
    internal Task Add(string consumer, EventEnvelope envelope, GivenUp given, CancellationToken ct) => Write(
        """
        insert into kernel_dead_letter (event_id, consumer, topic, payload, attempts, error, at, event_at) values (@id, @consumer, @topic, @payload, @attempts, @error, @at, @eventAt)
        on conflict (event_id, consumer) do update set attempts = excluded.attempts, error = excluded.error, at = excluded.at, replay_at = null
        """,
        ct,
        ("@id", Id(envelope.Id)), ("@consumer", consumer), ("@topic", envelope.Topic), ("@payload", envelope.Payload), ("@attempts", given.Attempts), ("@error", given.Error), ("@at", Now), ("@eventAt", envelope.At.ToUnixTimeMilliseconds()));

    /// <summary>What a replay was asked for, with the instant of asking.</summary>
    internal async Task<List<(DeadLetter Letter, long AskedAt)>> Asked(int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(
            connection,
            "select event_id, consumer, topic, payload, attempts, error, at, replay_at, event_at from kernel_dead_letter where replay_at is not null order by replay_at, event_id limit @most",
            ("@most", most));
        return [.. (await Rows(command, ct)).Where(r => known.Value.Contains(r.Letter.Consumer)).Select(r => (r.Letter, r.AskedAt!.Value))];
    }

    /// <summary>The replay is safe with the bus. A letter that failed once more meanwhile stays.</summary>
    internal Task Done(DeadLetter letter, long askedAt, CancellationToken ct) =>
        Write("delete from kernel_dead_letter where event_id = @id and consumer = @consumer and replay_at = @asked", ct, ("@id", Id(letter.EventId)), ("@consumer", letter.Consumer), ("@asked", askedAt));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private object Id(Guid id) => database.Kind == DatabaseKind.Postgres ? id : id.ToByteArray(true);

    private async Task<bool> Exists(Guid eventId, string consumer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, "select 1 from kernel_dead_letter where event_id = @id and consumer = @consumer", ("@id", Id(eventId)), ("@consumer", consumer));
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private async Task<int> Write(string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<List<(DeadLetter Letter, long? AskedAt)>> Rows(DbCommand command, CancellationToken ct)
    {
        var rows = new List<(DeadLetter, long?)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = database.Kind == DatabaseKind.Postgres ? reader.GetGuid(0) : new Guid((byte[])reader.GetValue(0), true);
            long? asked = reader.IsDBNull(7) ? null : reader.GetInt64(7);
            var at = reader.GetInt64(6);
            rows.Add((new DeadLetter(
                id, reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.GetString(5),
                DateTimeOffset.FromUnixTimeMilliseconds(at), DateTimeOffset.FromUnixTimeMilliseconds(reader.IsDBNull(8) ? at : reader.GetInt64(8)), asked is not null), asked));
        }
        return rows;
    }

    private static Result<(long At, Guid Id, string Consumer)> Position(string? cursor)
    {
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } refusal) return refusal;
        if (read.Value is not { } key) return (long.MaxValue, Guid.AllBitsSet, "");
        var parts = key.Split('|', 3);
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(parts[1], out var id)
            ? (at, id, parts[2])
            : CommonRefusals.CursorInvalid;
    }

    private static DbCommand Command(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
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
