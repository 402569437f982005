using System.Collections.Concurrent;
using System.Data.Common;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ReadMessages;
using Fairground.Notifications.WriteMessages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Fairground.Notifications.TakeMessages;

/// <summary>
/// Writes messages to the queue. Callers that come while a group is being written form the next group, so that two thousand
/// registrations at once cost a few transactions; one alone waits for nobody.
/// </summary>
internal sealed class MessageIntake(Database database, IEnumerable<IMessageSender> senders, IServiceScopeFactory scopes, TemplateBook templates, LiveUnread live, NotificationsOptions options, IHttpContextAccessor http, IConfiguration configuration, TimeProvider time) : IMessages, IDisposable
{
    private readonly ConcurrentQueue<Waiting> queue = new();

    // Of whoever reads nothing else that is known: what is told without a request comes in the market's own.
    private readonly Language market = AskedLanguage.OfMarket(configuration);
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Returns once the messages are durable; those whose id is known already are left alone.</summary>
    public async Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct)
    {
        if (messages.Count == 0) return;
        ct.ThrowIfCancellationRequested();
        var mine = new Waiting(messages, http.HttpContext is null ? market : Language.Current);
        queue.Enqueue(mine);
        // Whoever gets the turn writes for all that wait, so the wait itself is not given up half way.
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            if (!mine.Done.Task.IsCompleted) await WriteAllWaiting();
        }
        finally
        {
            turn.Release();
        }
        await mine.Done.Task;
    }

    public void Dispose() => turn.Dispose();

    private async Task WriteAllWaiting()
    {
        var group = new List<Waiting>();
        while (queue.TryDequeue(out var waiting)) group.Add(waiting);
        if (await TryWrite(group) is null || group.Count == 1) return;
        // What one caller sent cannot be stored: the others must not suffer for it.
        foreach (var waiting in group) await TryWrite([waiting]);
    }

    private async Task<Exception?> TryWrite(List<Waiting> group)
    {
        try
        {
            var now = time.GetUtcNow();
            // Sorted, so that two nodes that write the same messages cannot deadlock.
            var given = group.SelectMany(w => w.Messages.Select(m => (Message: m, w.Language))).DistinctBy(g => g.Message.Id).OrderBy(g => g.Message.Id).ToList();
            var wishes = await PeoplesWishes.Of(scopes, [.. given.Select(g => g.Message)], options.Telegram is not null);
            await templates.Refresh(CancellationToken.None);
            var rows = given.ConvertAll(g => Row(g.Message, g.Language, wishes, now));
            foreach (var row in rows) wishes.Apply(row, now);
            await Write(rows, wishes.Copies);
            live.Tell(rows.Where(r => r is { UserId: not null, OneTime: false }).Select(r => r.UserId!.Value).Distinct());
            foreach (var waiting in group) waiting.Done.TrySetResult();
            return null;
        }
#pragma warning disable CA1031 // Every caller must be answered, whatever went wrong.
        catch (Exception error)
        {
            if (group.Count == 1) group[0].Done.TrySetException(error);
            return error;
        }
#pragma warning restore CA1031
    }

    // In the words of today: what a person was told stays as it was told.
    private StoredMessage Row(Message message, Language ofRequest, PeoplesWishes wishes, DateTimeOffset now)
    {
        var (language, zone) = wishes.ReaderOf(message, ofRequest);
        return StoredMessage.Of(message, templates.Write(message.Words, language, zone), language, senders.FirstOrDefault(s => s.Carries(message.Channel))?.IsLocal ?? false, now);
    }

    private async Task Write(List<StoredMessage> rows, MessageCopies copies)
    {
        using var writer = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(CancellationToken.None) : null;
        await using var connection = await database.OpenAsync(CancellationToken.None);
        if (connection is NpgsqlConnection postgres) await WriteAtOnce(postgres, rows, copies);
        else await WriteEach(connection, rows, copies);
    }

    private static async Task WriteAtOnce(NpgsqlConnection connection, List<StoredMessage> rows, MessageCopies copies)
    {
        // A statement alone is a transaction by itself.
        await using var transaction = copies.IsEmpty ? null : await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.CommandText = $"""
            insert into notifications_message ({Columns})
            select * from unnest(@p0::uuid[], @p1::uuid[], @p2::text[], @p3::text[], @p4::integer[], @p5::text[], @p6::text[], @p7::text[],
                @p8::integer[], @p9::integer[], @p10::integer[], @p11::bigint[], @p12::bigint[], @p13::bigint[], @p14::integer[], @p15::text[], @p16::text[], @p17::text[], @p18::text[], @p19::text[], @p20::integer[])
            on conflict (id) do nothing
            returning id
            """;
        void Bind<T>(int i, Func<StoredMessage, T> value) => insert.Parameters.AddWithValue($"p{i}", rows.Select(value).ToArray());
        Bind(0, r => r.Id);
        Bind(1, r => r.UserId);
        Bind(2, r => r.Recipient);
        Bind(3, r => r.RecipientKey);
        Bind(4, r => (int)r.Channel);
        Bind(5, r => r.Subject);
        Bind(6, r => r.Text);
        Bind(7, r => r.Code);
        Bind(8, r => r.OneTime ? 1 : 0);
        Bind(9, r => (int)r.State);
        Bind(10, r => r.Attempts);
        Bind(11, r => r.CreatedAt.ToUnixTimeMilliseconds());
        Bind(12, r => r.NextTryAt.ToUnixTimeMilliseconds());
        Bind(13, r => r.SentAt?.ToUnixTimeMilliseconds());
        Bind(14, r => (int)r.Kind);
        Bind(15, r => r.Short);
        Bind(16, r => r.Template);
        Bind(17, r => r.Language);
        Bind(18, r => r.AboutPath);
        Bind(19, r => r.AboutTitle);
        Bind(20, r => (int)r.Digest);
        var fresh = new HashSet<Guid>();
        await using (var added = await insert.ExecuteReaderAsync())
        {
            while (await added.ReadAsync()) fresh.Add(added.GetGuid(0));
        }
        if (transaction is null) return;
        await copies.Write(connection, transaction, fresh);
        await transaction.CommitAsync();
    }

    private static async Task WriteEach(DbConnection connection, List<StoredMessage> rows, MessageCopies copies)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"insert into notifications_message ({Columns}) values ({string.Join(", ", Enumerable.Range(0, ColumnCount).Select(i => $"@p{i}"))}) on conflict (id) do nothing";
        for (var i = 0; i < ColumnCount; i++)
        {
            var parameter = insert.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            insert.Parameters.Add(parameter);
        }
        var fresh = new HashSet<Guid>();
        foreach (var r in rows)
        {
            object?[] values =
            [
                r.Id.ToByteArray(true), r.UserId?.ToByteArray(true), r.Recipient, r.RecipientKey, (int)r.Channel, r.Subject, r.Text, r.Code, r.OneTime ? 1 : 0,
                (int)r.State, r.Attempts, r.CreatedAt.ToUnixTimeMilliseconds(), r.NextTryAt.ToUnixTimeMilliseconds(), r.SentAt?.ToUnixTimeMilliseconds(), (int)r.Kind,
                r.Short, r.Template, r.Language, r.AboutPath, r.AboutTitle, (int)r.Digest,
            ];
            for (var i = 0; i < values.Length; i++) insert.Parameters[i].Value = values[i] ?? DBNull.Value;
            if (await insert.ExecuteNonQueryAsync() > 0) fresh.Add(r.Id);
        }
        await copies.Write(connection, transaction, fresh);
        await transaction.CommitAsync();
    }

    private const string Columns = "id, user_id, recipient, recipient_key, channel, subject, text, code, one_time, state, attempts, created_at, next_try_at, sent_at, kind, short_text, template, language, about_path, about_title, digest";

    private static readonly int ColumnCount = Columns.Split(',').Length;

    private sealed record Waiting(IReadOnlyCollection<Message> Messages, Language Language)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
