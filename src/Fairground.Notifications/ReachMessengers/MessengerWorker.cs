using System.Diagnostics;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>Sends what waits into chats, in order within each; what fails comes again later, eight times at the most, and then waits for the operator.</summary>
internal sealed class MessengerWorker(IServiceScopeFactory scopes, NotificationsOptions options, TelegramClient client, PublicAddress address, Leases leases, TimeProvider time, ILogger<MessengerWorker> logger)
    : LeasedWorker("notifications.messenger", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int Batch = 200;
    private const int AtOnce = 4;

    // What was due so long and could not be sent says nothing new in a chat; it stands on the person's page. What is put off, or sent again by the operator, is due anew.
    private static readonly TimeSpan Lives = TimeSpan.FromDays(1);

    // One round must end well before the lease does.
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock = time;

    // In ticks: the messenger wants nothing before then, from any chat.
    private long restsUntil;

    protected override Task<bool> RunOnce(CancellationToken ct) => SendDue(ct);

    /// <summary>Sends what is due; true where more may be waiting.</summary>
    internal async Task<bool> SendDue(CancellationToken ct)
    {
        if (options.Telegram is null || IsResting) return false;
        List<(Guid Id, Guid Chat)> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var now = clock.GetUtcNow();
            var rows = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().MessengerMessages.Where(m => !m.GivenUp && m.NextTryAt <= now).OrderBy(m => m.NextTryAt).ThenBy(m => m.Id).Take(Batch)
                .Select(m => new { m.Id, m.MessengerId }).ToListAsync(ct);
            due = rows.ConvertAll(r => (r.Id, r.MessengerId));
        }
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(due.GroupBy(d => d.Chat), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (chat, token) =>
        {
            foreach (var (id, _) in chat)
            {
                if (IsResting || Stopwatch.GetElapsedTime(started) > RoundTime || !await Send(id, token)) return;
            }
        });
        return due.Count > 0 && !IsResting;
    }

    private bool IsResting => clock.GetUtcNow().UtcTicks < Interlocked.Read(ref restsUntil);

    /// <summary>False where what comes after it for the same chat had better wait for the next round.</summary>
    private async Task<bool> Send(Guid id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        if (await context.MessengerMessages.FirstOrDefaultAsync(m => m.Id == id, ct) is not { } waiting) return true;
        var chat = await context.Messengers.AsNoTracking().FirstOrDefaultAsync(c => c.Id == waiting.MessengerId, ct);
        var message = await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == waiting.MessageId, ct);
        // What was read on the page meanwhile is told. From here on nothing is broken off: what was sent and not noted would be sent again.
        var answer = chat is null || message is null || message.ReadAt is not null || clock.GetUtcNow() - waiting.NextTryAt > Lives
            ? new ChatAnswer(ChatOutcome.Sent)
            : await client.Send(chat.ChatId, ChatText.Of(message, address), CancellationToken.None);
        if (answer.Outcome == ChatOutcome.Gone)
        {
            await scope.ServiceProvider.GetRequiredService<MessengerDesk>().Lose(chat!, CancellationToken.None);
            return false;
        }
        Note(context, waiting, answer);
        try
        {
            await context.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The chat was parted from its person meanwhile.
        }
        return answer.Outcome is ChatOutcome.Sent or ChatOutcome.Refused;
    }

    private void Note(NotificationsContext context, MessengerMessage waiting, ChatAnswer answer)
    {
        var now = clock.GetUtcNow();
        switch (answer.Outcome)
        {
            case ChatOutcome.Sent:
                context.MessengerMessages.Remove(waiting);
                break;
            // It is not the message's fault, so the try does not count.
            case ChatOutcome.Wait:
                waiting.NextTryAt = now + answer.Wait;
                Interlocked.Exchange(ref restsUntil, waiting.NextTryAt.UtcTicks);
                break;
            default:
                waiting.Attempts++;
                waiting.GivenUp = answer.Outcome == ChatOutcome.Refused || waiting.Attempts >= StoredMessage.MostAttempts;
                waiting.NextTryAt = now + StoredMessage.Backoff(waiting.Attempts);
                break;
        }
    }
}
