using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.PushToBrowsers;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.KeepPersonalData;

/// <summary>Messages, what comes by which way, and the browsers and chats that are sent to. All of it may be removed.</summary>
internal sealed class NotificationsData(NotificationsContext context, IPeople people) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["notifications_message", "notifications_preference", "notifications_push_subscription", "notifications_push", "notifications_messenger", "notifications_messenger_code", "notifications_messenger_message"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        // A code is gone with its sending; where the development inbox keeps it, it still is nobody's record.
        var messages = context.Messages.AsNoTracking().Where(m => m.UserId != null && person.Contains(m.UserId.Value) && !m.OneTime).OrderBy(m => m.CreatedAt).AsAsyncEnumerable()
            .Select(m => new { messageId = m.Id, to = m.Recipient, channel = m.Channel, kind = m.Kind, m.Subject, m.Text, m.CreatedAt, m.SentAt, m.ReadAt });
        await archive.Add("messages", "Messages to you.", messages, ct);
        var choices = await context.Preferences.AsNoTracking().Where(p => person.Contains(p.UserId)).ToListAsync(ct);
        await archive.Add("message-choices", "What you switched off, and your quiet hours in minutes after midnight.", choices.Select(c => new { off = c.Off, c.QuietFrom, c.QuietUntil, c.TimeZone, c.ChangedAt }), ct);
        var browsers = await context.PushSubscriptions.AsNoTracking().Where(s => person.Contains(s.UserId)).ToListAsync(ct);
        await archive.Add("browsers", "Browsers that you let us send notices to.", browsers.Select(b => new { subscriptionId = b.Id, b.Endpoint, b.CreatedAt }), ct);
        var chats = await context.Messengers.AsNoTracking().Where(c => person.Contains(c.UserId)).ToListAsync(ct);
        await archive.Add("messengers", "The chat in Telegram that you linked.", chats.Select(c => new { chatId = c.ChatId, c.LinkedAt }), ct);
    }

    public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public async Task Erase(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        // What was sent to the contact before there was an account, such as codes, names nobody's id.
        var contacts = (await people.FindMany(person, ct)).Values.Select(p => ContactKey.Of(p.Contact)).Where(c => c.Length > 0).ToList();
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Pushes.Where(p => context.PushSubscriptions.Any(s => s.Id == p.SubscriptionId && person.Contains(s.UserId))).ExecuteDeleteAsync(ct);
        await context.PushSubscriptions.Where(s => person.Contains(s.UserId)).ExecuteDeleteAsync(ct);
        // What waits for a chat goes with it.
        await context.Messengers.Where(c => person.Contains(c.UserId)).ExecuteDeleteAsync(ct);
        await context.MessengerCodes.Where(c => person.Contains(c.UserId)).ExecuteDeleteAsync(ct);
        await context.Messages.Where(m => (m.UserId != null && person.Contains(m.UserId.Value)) || contacts.Contains(m.RecipientKey)).ExecuteDeleteAsync(ct);
        await context.Preferences.Where(p => person.Contains(p.UserId)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public async Task Join(Guid from, Guid into, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        Guid? owner = into;
        await context.Messages.Where(m => m.UserId == from).ExecuteUpdateAsync(set => set.SetProperty(m => m.UserId, owner), ct);
        await context.PushSubscriptions.Where(s => s.UserId == from).ExecuteUpdateAsync(set => set.SetProperty(s => s.UserId, into), ct);
        // A person has one chat: that of the account that stays, where it has one.
        await context.MessengerCodes.Where(c => c.UserId == from).ExecuteDeleteAsync(ct);
        if (await context.Messengers.AnyAsync(c => c.UserId == into, ct)) await context.Messengers.Where(c => c.UserId == from).ExecuteDeleteAsync(ct);
        else await context.Messengers.Where(c => c.UserId == from).ExecuteUpdateAsync(set => set.SetProperty(c => c.UserId, into), ct);
        if (await context.Preferences.FirstOrDefaultAsync(p => p.UserId == from, ct) is { } theirs)
        {
            // What was switched off in either account stays off.
            var mine = await context.Preferences.FirstOrDefaultAsync(p => p.UserId == into, ct);
            if (mine is null) context.Preferences.Add(new MessagePreference { UserId = into, Off = theirs.Off, QuietFrom = theirs.QuietFrom, QuietUntil = theirs.QuietUntil, TimeZone = theirs.TimeZone, ChangedAt = theirs.ChangedAt });
            else mine.Off = string.Join(' ', $"{mine.Off} {theirs.Off}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal));
            context.Preferences.Remove(theirs);
            await context.SaveChangesAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }
}
