using System.Data.Common;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Npgsql;

namespace Fairground.Notifications.TakeMessages;

/// <summary>
/// What of a group of messages goes to browsers and chats as well: written in the transaction of the messages, so that after a crash there are both or neither. A browser or a chat that was
/// parted from its person meanwhile loses its own copy and fails nothing.
/// </summary>
internal sealed record MessageCopies(IReadOnlyCollection<QueuedPush> Pushes, IReadOnlyCollection<MessengerMessage> Chatted)
{
    // The locks wait for whoever is parting from one at this moment: without them the key would fail the message.
    private const string PushesAtOnce = """
        insert into notifications_push (id, message_id, subscription_id, attempts, next_try_at)
        select w.id, w.message_id, s.id, 0, w.at
        from unnest(@p0::uuid[], @p1::uuid[], @p2::uuid[], @p3::bigint[]) as w (id, message_id, goes_to, at)
        join notifications_message m on m.id = w.message_id join notifications_push_subscription s on s.id = w.goes_to and s.user_id = m.user_id
        for key share of s
        on conflict (id) do nothing
        """;

    private const string ChattedAtOnce = """
        insert into notifications_messenger_message (id, message_id, messenger_id, attempts, next_try_at, given_up)
        select w.id, w.message_id, c.id, 0, w.at, 0
        from unnest(@p0::uuid[], @p1::uuid[], @p2::uuid[], @p3::bigint[]) as w (id, message_id, goes_to, at) join notifications_messenger c on c.id = w.goes_to
        for key share of c
        on conflict (id) do nothing
        """;

    // A browser is the person's who signed in last: it gets nothing of the one before.
    private const string OnePush = """
        insert into notifications_push (id, message_id, subscription_id, attempts, next_try_at)
        select @p0, @p1, @p2, 0, @p3 where exists (select 1 from notifications_push_subscription s join notifications_message m on m.user_id = s.user_id where s.id = @p2 and m.id = @p1)
        on conflict (id) do nothing
        """;

    private const string OneChatted = """
        insert into notifications_messenger_message (id, message_id, messenger_id, attempts, next_try_at, given_up)
        select @p0, @p1, @p2, 0, @p3, 0 where exists (select 1 from notifications_messenger where id = @p2)
        on conflict (id) do nothing
        """;

    public bool IsEmpty => Pushes.Count + Chatted.Count == 0;

    /// <summary>Those of the messages that were new: what came before went to browsers and chats then.</summary>
    /// <param name="fresh">The messages that this transaction has added.</param>
    public async Task Write(DbConnection connection, DbTransaction transaction, IReadOnlySet<Guid> fresh)
    {
        var pushes = Pushes.Where(p => fresh.Contains(p.MessageId)).Select(p => new Copy(p.Id, p.MessageId, p.SubscriptionId, p.NextTryAt.ToUnixTimeMilliseconds())).ToList();
        var chatted = Chatted.Where(c => fresh.Contains(c.MessageId)).Select(c => new Copy(c.Id, c.MessageId, c.MessengerId, c.NextTryAt.ToUnixTimeMilliseconds())).ToList();
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        // Browsers first, as where a person's data is erased: neither can wait for the other in a circle.
        insert.CommandText = connection is NpgsqlConnection ? PushesAtOnce : OnePush;
        await Insert(insert, pushes);
        insert.CommandText = connection is NpgsqlConnection ? ChattedAtOnce : OneChatted;
        await Insert(insert, chatted);
    }

    private static async Task Insert(DbCommand insert, List<Copy> copies)
    {
        if (copies.Count == 0) return;
        if (insert is NpgsqlCommand)
        {
            await Run(insert, copies.ConvertAll(c => c.Id).ToArray(), copies.ConvertAll(c => c.MessageId).ToArray(), copies.ConvertAll(c => c.GoesTo).ToArray(), copies.ConvertAll(c => c.At).ToArray());
            return;
        }
        foreach (var copy in copies) await Run(insert, copy.Id.ToByteArray(true), copy.MessageId.ToByteArray(true), copy.GoesTo.ToByteArray(true), copy.At);
    }

    private static async Task Run(DbCommand insert, params object[] values)
    {
        insert.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = insert.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{i}", values[i]);
            insert.Parameters.Add(parameter);
        }
        await insert.ExecuteNonQueryAsync();
    }

    private readonly record struct Copy(Guid Id, Guid MessageId, Guid GoesTo, long At);
}
