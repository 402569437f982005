using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ReadMessages;

/// <summary>A message on a person's page.</summary>
/// <param name="Language">BCP 47 tag of its words.</param>
internal sealed record PersonalMessage(Guid MessageId, string Subject, string Text, DateTimeOffset At, bool Read, string Language);

/// <summary>A page of messages, newest first.</summary>
/// <param name="Unread">How many are unread in all.</param>
internal sealed record PersonalMessages(IReadOnlyList<PersonalMessage> Items, int Unread, string? Next);

/// <summary>Reads a person's messages and marks them read, for the endpoints and the page. Messages with one-time codes never show here.</summary>
internal sealed class MessageReader(NotificationsContext context, LiveUnread live, TimeProvider time)
{
    private const int LargestPage = 100;

    /// <summary>Refusal: <c>request.cursor_invalid</c>.</summary>
    /// <param name="limit">1 to 100; 20 where null.</param>
    public async Task<Result<PersonalMessages>> Read(Guid userId, string? cursor, int? limit, CancellationToken ct)
    {
        var read = Position(cursor);
        if (read.Refusal is { } refusal) return refusal;
        var (at, id) = read.Value;
        var take = Math.Clamp(limit ?? 20, 1, LargestPage);
        // In SQL, because EF does not compare ids; with the id, because several messages may be of one instant.
        var rows = await context.Messages
            .FromSqlRaw("select * from notifications_message where user_id = {0} and one_time = 0 and digest <> 2 and (created_at < {1} or (created_at = {1} and id < {2}))", Id(userId), at, Id(id))
            .AsNoTracking().OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id).Take(take + 1).ToListAsync(ct);
        var unread = await context.Messages.CountAsync(m => m.UserId == userId && !m.OneTime && m.Digest != DigestPart.Summary && m.ReadAt == null, ct);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        var next = more ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].CreatedAt.ToUnixTimeMilliseconds()}:{rows[^1].Id}")) : null;
        return new PersonalMessages([.. rows.Select(m => new PersonalMessage(m.Id, m.Subject, m.Text, m.CreatedAt, m.ReadAt is not null, m.Language))], unread, next);
    }

    /// <summary>Marks one message read; refusal <c>message.not_found</c>. Again is the same.</summary>
    public async Task<Result<Guid>> MarkRead(Guid userId, Guid messageId, CancellationToken ct)
    {
        var message = await context.Messages.FirstOrDefaultAsync(m => m.Id == messageId && m.UserId == userId && !m.OneTime, ct);
        if (message is null) return NotificationRefusals.NotFound;
        message.ReadAt ??= time.GetUtcNow();
        await context.SaveChangesAsync(ct);
        live.Tell([userId]);
        return messageId;
    }

    private static Result<(long At, Guid Id)> Position(string? cursor)
    {
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } refusal) return refusal;
        if (read.Value is not { } key) return (long.MaxValue, Guid.AllBitsSet);
        var parts = key.Split(':', 2);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(parts[1], out var id)
            ? (at, id)
            : CommonRefusals.CursorInvalid;
    }

    private object Id(Guid id) => context.Store.Kind == DatabaseKind.Postgres ? id : id.ToByteArray(true);
}
