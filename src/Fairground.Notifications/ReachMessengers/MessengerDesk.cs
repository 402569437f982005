using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>Whether messages come to a chat of mine.</summary>
/// <param name="Available">False where this market has no bot.</param>
/// <param name="LinkedAt">Missing where no chat is linked.</param>
public sealed record MessengerState(bool Available, bool Linked, DateTimeOffset? LinkedAt = null);

/// <summary>A link with which a chat is linked, once.</summary>
/// <param name="Address">Opens the bot's chat in Telegram; the person then presses Start.</param>
/// <param name="EndsAt">Ten minutes from now.</param>
public sealed record MessengerLink(string Address, DateTimeOffset EndsAt);

/// <summary>Links chats to people and parts them again.</summary>
internal sealed class MessengerDesk(NotificationsContext context, NotificationsOptions options, IMessages messages, IPeople people, TimeProvider time)
{
    /// <summary>How long a code can be used.</summary>
    public static readonly TimeSpan CodeLives = TimeSpan.FromMinutes(10);

    // 128 bits, as 22 characters that a start parameter may have.
    private const int CodeBytes = 16;

    public async Task<MessengerState> State(Guid userId, CancellationToken ct)
    {
        var chat = await context.Messengers.AsNoTracking().FirstOrDefaultAsync(c => c.UserId == userId, ct);
        return new MessengerState(options.Telegram is not null, chat is not null, chat?.LinkedAt);
    }

    /// <summary>A new code; the one before it ends. Refusal: <c>message.messenger_off</c>.</summary>
    public async Task<Result<MessengerLink>> MakeLink(Guid userId, CancellationToken ct)
    {
        if (options.Telegram is not { } telegram) return NotificationRefusals.MessengerOff;
        var (code, now) = (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes)), time.GetUtcNow());
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.MessengerCodes.Where(c => c.UserId == userId || c.EndsAt <= now).ExecuteDeleteAsync(ct);
        context.MessengerCodes.Add(new MessengerCode { UserId = userId, CodeHash = HashOf(code), EndsAt = now + CodeLives });
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new MessengerLink(telegram.Link(code), now + CodeLives);
    }

    /// <summary>Links the chat to whoever made the code; null where the code is wrong, used or too old. The messenger may tell us of the same start twice.</summary>
    public async Task<Guid?> Link(long chatId, string code, CancellationToken ct)
    {
        var (hash, now) = (HashOf(code), time.GetUtcNow());
        MessengerChat? before;
        Guid owner;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            before = await context.Messengers.AsNoTracking().FirstOrDefaultAsync(c => c.ChatId == chatId, ct);
            if (before is not null && before.CodeHash.AsSpan().SequenceEqual(hash)) return before.UserId;
            var found = await context.MessengerCodes.AsNoTracking().FirstOrDefaultAsync(c => c.CodeHash == hash, ct);
            if (found is null || found.EndsAt <= now || await context.MessengerCodes.Where(c => c.CodeHash == hash).ExecuteDeleteAsync(ct) == 0) return null;
            owner = found.UserId;
            // The chat is the person's who linked it last.
            await context.Messengers.Where(c => c.ChatId == chatId && c.UserId != owner).ExecuteDeleteAsync(ct);
            var mine = await context.Messengers.FirstOrDefaultAsync(c => c.UserId == owner, ct);
            if (mine is null) context.Messengers.Add(new MessengerChat { Id = Ids.New(), UserId = owner, ChatId = chatId, CodeHash = hash, LinkedAt = now });
            else (mine.ChatId, mine.CodeHash, mine.LinkedAt) = (chatId, hash, now);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        // The chat has gone over: whoever asked may hang up, the one who lost it is told all the same.
        if (before is not null && before.UserId != owner) await Tell(before, CancellationToken.None);
        return owner;
    }

    /// <summary>Whose chat this is, or null.</summary>
    public async Task<Guid?> OwnerOf(long chatId, CancellationToken ct) => (await context.Messengers.AsNoTracking().FirstOrDefaultAsync(c => c.ChatId == chatId, ct))?.UserId;

    /// <summary>The person's chat gets nothing any more, and a code that was not used ends; again is the same.</summary>
    public async Task Unlink(Guid userId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.MessengerCodes.Where(c => c.UserId == userId).ExecuteDeleteAsync(ct);
        await context.Messengers.Where(c => c.UserId == userId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>The chat does not take messages any more: the person is told by another way, and it is forgotten.</summary>
    public async Task Lose(MessengerChat chat, CancellationToken ct)
    {
        await Tell(chat, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        // Another chat that was linked meanwhile stays, and so does the same one that was linked again.
        await context.Messengers.Where(c => c.Id == chat.Id && c.ChatId == chat.ChatId && c.LinkedAt == chat.LinkedAt).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task Tell(MessengerChat chat, CancellationToken ct)
    {
        if (await people.Find(chat.UserId, ct) is not { Contact.Length: > 0 } person) return;
        var id = Ids.Derive("notifications.messenger_gone", chat.Id.ToString("N"), chat.LinkedAt.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        await messages.Send([new Message(id, person.Contact, person.Channel, NotificationLetters.MessengerGone(), person.UserId)], ct);
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
