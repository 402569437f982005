using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Fairground.Notifications.WriteMessages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.SendDigests;

/// <summary>
/// Puts what waited into one e-mail a person and day, by lot. Written in one transaction with the mark on what it sums up, so that each is told once; what was read on the person's
/// page meanwhile is left out.
/// </summary>
internal sealed class DigestWorker(IServiceScopeFactory scopes, IEnumerable<IMessageSender> senders, IPeople people, TemplateBook templates, NotificationsOptions options, Leases leases, TimeProvider time, ILogger<DigestWorker> logger)
    : LeasedWorker("notifications.digest", TimeSpan.FromSeconds(5), leases, time, logger)
{
    private const int Batch = 100;

    private readonly TimeProvider clock = time;

    protected override Task<bool> RunOnce(CancellationToken ct) => WriteDue(ct);

    /// <summary>Writes the summaries that are due; true where more are waiting.</summary>
    internal async Task<bool> WriteDue(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        List<Guid> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messages
                .Where(m => m.Digest == DigestPart.Collected && m.State == MessageState.Queued && m.NextTryAt <= now && m.UserId != null).Select(m => m.UserId!.Value).Distinct().OrderBy(id => id).Take(Batch).ToListAsync(ct);
        }
        if (due.Count > 0) await templates.Refresh(ct);
        foreach (var person in due) await Write(person, now, ct);
        return due.Count == Batch;
    }

    private async Task Write(Guid userId, DateTimeOffset now, CancellationToken ct)
    {
        var person = await people.Find(userId, ct);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        await using var transaction = await context.BeginWriteAsync(ct);
        var waited = await context.Messages.Where(m => m.UserId == userId && m.Digest == DigestPart.Collected && m.State == MessageState.Queued && m.NextTryAt <= now).OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).ToListAsync(ct);
        var choice = await context.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == userId, ct);
        var told = waited.Where(m => m.ReadAt is null).ToList();
        foreach (var message in waited) message.StayHere();
        // No mailbox any more, or no wish for these mails: all of it stands on the person's page.
        if (told.Count > 0 && person is { Channel: ContactChannel.Email, Contact.Length: > 0 } && choice?.Wants(MessageKind.Draws, "email") != false)
        {
            foreach (var message in told) message.SentAt = now;
            var summary = Summary(person, told, choice?.Zone ?? TimeZoneInfo.Utc, now);
            context.Messages.Add(summary);
            await context.QueuePushes(summary, choice, ct);
            if (options.Telegram is not null) await context.QueueForMessenger(summary, choice, ct);
        }
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private StoredMessage Summary(Person person, List<StoredMessage> told, TimeZoneInfo zone, DateTimeOffset now)
    {
        var language = Language.Find(person.Language) ?? Language.Find(told[^1].Language) ?? Language.English;
        var id = Ids.Derive([.. told.Select(m => m.Id.ToString("N")).Prepend("notifications.digest")]);
        var message = new Message(id, person.Contact, ContactChannel.Email, NotificationLetters.Digest(told), person.UserId, Kind: MessageKind.Draws);
        var summary = StoredMessage.Of(message, templates.Write(message.Words, language, zone), language, senders.FirstOrDefault(s => s.Carries(ContactChannel.Email))?.IsLocal ?? false, now);
        summary.Digest = DigestPart.Summary;
        return summary;
    }
}
